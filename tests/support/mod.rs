//! The one way to run the binary: a workspace of its own, a cleared environment, one redaction.

use std::{
    ffi::OsStr,
    fmt::{self, Write as _},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use tempfile::TempDir;

/// A directory with a cargo workspace, gone at the end of the test.
pub(crate) struct Workspace {
    directory: TempDir,
    home: TempDir,
}

impl Workspace {
    /// An empty directory.
    pub(crate) fn empty() -> Workspace {
        Workspace {
            directory: TempDir::new().unwrap(),
            home: TempDir::new().unwrap(),
        }
    }

    /// An empty directory whose name begins with `name`.
    pub(crate) fn called(name: &str) -> Workspace {
        Workspace {
            directory: TempDir::with_prefix(name).unwrap(),
            home: TempDir::new().unwrap(),
        }
    }

    /// One package `hello` with one function `Hello` and no dependencies, so that it builds quickly.
    pub(crate) fn hello() -> Workspace {
        Workspace::hello_in(Workspace::empty())
    }

    /// The same in an empty workspace.
    pub(crate) fn hello_in(workspace: Workspace) -> Workspace {
        workspace
            .file(
                "stepwright.toml",
                "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\n",
            )
            .file("Cargo.toml", "[workspace]\nmembers = [\"hello\"]\nresolver = \"3\"\n")
            .package("hello", "fn main() {\n    println!(\"hello\");\n}\n")
    }

    /// The same with a package of one binary below the root.
    pub(crate) fn package(self, name: &str, main: &str) -> Workspace {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        self.file(&format!("{name}/Cargo.toml"), &manifest)
            .file(&format!("{name}/src/main.rs"), main)
    }

    /// The same with a file written, and the directories above it.
    pub(crate) fn file(self, path: &str, text: &str) -> Workspace {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// The same with a shell script that can be run.
    pub(crate) fn script(self, path: &str, text: &str) -> Workspace {
        let workspace = self.file(path, &format!("#!/bin/sh\n{text}\n"));
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(workspace.path().join(path), executable).unwrap();
        workspace
    }

    /// Its root.
    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap()
    }

    /// The binary with arguments, to be given more and [`Invocation::run`].
    pub(crate) fn stepwright(&self, arguments: &[&str]) -> Invocation<'_> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stepwright"));
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        command.env_clear().envs(toolchain()).env("HOME", self.home.path());
        command
            .env("COLUMNS", "100")
            .env("NO_COLOR", "1")
            .env("CARGO_NET_OFFLINE", "true");
        Invocation {
            workspace: self,
            command,
        }
    }
}

/// What rustup and cargo need to work with another home directory.
fn toolchain() -> Vec<(&'static str, PathBuf)> {
    let home = PathBuf::from(std::env::var_os("HOME").unwrap());
    let or_in_home = |name: &str, directory| std::env::var_os(name).map_or_else(|| home.join(directory), PathBuf::from);
    let mut variables = vec![
        ("PATH", PathBuf::from(std::env::var_os("PATH").unwrap())),
        ("CARGO_HOME", or_in_home("CARGO_HOME", ".cargo")),
        ("RUSTUP_HOME", or_in_home("RUSTUP_HOME", ".rustup")),
    ];
    variables.extend(std::env::var_os("RUSTUP_TOOLCHAIN").map(|toolchain| ("RUSTUP_TOOLCHAIN", toolchain.into())));
    variables
}

/// The binary about to run.
pub(crate) struct Invocation<'a> {
    workspace: &'a Workspace,
    command: Command,
}

impl Invocation<'_> {
    /// With an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// In a directory below the workspace's root.
    pub(crate) fn below(mut self, directory: &str) -> Self {
        self.command.current_dir(self.workspace.path().join(directory));
        self
    }

    /// Finding the programs in a directory below the workspace's root first.
    pub(crate) fn with_programs(self, directory: &str) -> Self {
        let mut path = self.workspace.path().join(directory).into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap());
        self.env("PATH", path)
    }

    /// Starts it in a process group of its own, its output unread.
    pub(crate) fn start(mut self) -> Child {
        let quiet = self.command.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.process_group(0).spawn().unwrap()
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Outcome {
        let output = self.command.output().unwrap();
        Outcome::new(&output, &self.workspace.path())
    }
}

/// How it ended. `Display` is what snapshots hold.
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    fn new(output: &Output, workspace: &Path) -> Outcome {
        let text = |bytes: &[u8]| redact(&String::from_utf8_lossy(bytes), workspace);
        Outcome {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        writeln!(f, "exit code: {code}")?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(f, "----- {name}\n{text}")?;
            }
        }
        f.write_char('\n')
    }
}

/// What differs between machines and runs, replaced by its name.
pub(crate) fn redact(text: &str, workspace: &Path) -> String {
    text.replace(&workspace.display().to_string(), "[WORKSPACE]")
}
