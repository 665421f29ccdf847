//! The one way to run the binary: a workspace of its own, a cleared environment, one redaction.

pub(crate) mod graviton;
pub(crate) mod readme;
mod timeless;

use std::{
    ffi::OsStr,
    fmt::{self, Write as _},
    fs::File,
    io::{Read as _, Write as _},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use tempfile::TempDir;

pub(crate) use timeless::timeless;

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

    /// The home directory of who works in it.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
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
    pub(crate) fn stepwright(&self, arguments: &[&str]) -> Invocation {
        let mut invocation = stepwright(&self.path(), arguments);
        invocation.command.env("HOME", self.home.path());
        invocation
    }
}

/// The binary with arguments, in a directory; it sees no home.
pub(crate) fn stepwright(directory: &Path, arguments: &[&str]) -> Invocation {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stepwright"));
    command.args(arguments);
    in_directory(command, directory)
}

/// What a line that a person types does, in a directory.
pub(crate) fn shell(directory: &Path, line: &str) -> Outcome {
    let line = line.replacen("stepwright", env!("CARGO_BIN_EXE_stepwright"), 1);
    let mut command = Command::new("sh");
    command.args(["-c", &line]);
    in_directory(command, directory).run()
}

fn in_directory(mut command: Command, directory: &Path) -> Invocation {
    command.current_dir(directory).stdin(Stdio::null());
    command.env_clear().envs(toolchain());
    command
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .env("CARGO_NET_OFFLINE", "true");
    Invocation {
        directory: directory.to_owned(),
        command,
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
pub(crate) struct Invocation {
    directory: PathBuf,
    command: Command,
}

impl Invocation {
    /// With an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With a profile that compiles functions in no time.
    pub(crate) fn quick_builds(self) -> Self {
        self.env("CARGO_PROFILE_LAMBDA_LTO", "off")
            .env("CARGO_PROFILE_LAMBDA_OPT_LEVEL", "0")
    }

    /// In a directory below the workspace's root.
    pub(crate) fn below(mut self, directory: &str) -> Self {
        self.command.current_dir(self.directory.join(directory));
        self
    }

    /// Finding the programs in a directory below the workspace's root first.
    pub(crate) fn with_programs(self, directory: &str) -> Self {
        let mut path = self.directory.join(directory).into_os_string();
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
        Outcome::new(&output, |text| redact(text, &self.directory))
    }

    /// Runs it with its result going to a terminal of so many columns.
    pub(crate) fn on_terminal(self, columns: u16) -> Outcome {
        self.on_terminal_until(columns, || true, Some(""))
    }

    /// The same, pressing `keys` once it is `ready`; without a keyboard it is interrupted.
    pub(crate) fn on_terminal_until(mut self, columns: u16, ready: impl Fn() -> bool, keys: Option<&str>) -> Outcome {
        let (controller, terminal) = terminal(columns);
        let mut keyboard = controller.try_clone().unwrap();
        let input = match keys {
            Some(_) => Stdio::from(terminal.try_clone().unwrap()),
            None => Stdio::null(),
        };
        let mut child = self
            .command
            .stdin(input)
            .stdout(terminal)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        self.command.stdin(Stdio::null()).stdout(Stdio::null());
        let shown = std::thread::spawn(move || everything(controller));
        let deadline = Instant::now() + Duration::from_secs(120);
        while !ready() && child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "it never got ready");
            std::thread::sleep(Duration::from_millis(5));
        }
        match keys {
            Some(keys) => keyboard.write_all(keys.as_bytes()).unwrap(),
            None => rustix::process::kill_process(Pid::from_child(&child), Signal::INT).unwrap(),
        }
        drop(keyboard);
        let mut stderr = Vec::new();
        child.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
        let status = child.wait().unwrap();
        let output = Output {
            status,
            stdout: shown.join().unwrap(),
            stderr,
        };
        Outcome::new(&output, |text| redact(&text.replace("\r\n", "\n"), &self.directory))
    }

    /// Deaf to the end of its terminal.
    pub(crate) fn with_nohup(self) -> Self {
        let mut command = Command::new("nohup");
        command.arg(self.command.get_program()).args(self.command.get_args());
        let mut nohup = in_directory(command, &self.directory);
        let variables = self.command.get_envs();
        nohup
            .command
            .envs(variables.filter_map(|(name, value)| Some((name, value?))));
        nohup
    }

    /// With an input that does not end before it is told to.
    pub(crate) fn with_endless_input(mut self) -> Self {
        self.command.stdin(Stdio::piped());
        self
    }

    /// Runs it, and presses Ctrl-C that many `times` once it is `ready`.
    pub(crate) fn run_until(self, ready: impl Fn() -> bool, times: usize) -> Outcome {
        self.signalled(ready, Signal::INT, times)
    }

    /// Runs it, and sends it `signal` that many `times` once it is `ready`.
    pub(crate) fn signalled(mut self, ready: impl Fn() -> bool, signal: Signal, times: usize) -> Outcome {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(120);
        while !ready() && child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "it never got ready");
            std::thread::sleep(Duration::from_millis(5));
        }
        for _ in 0..times {
            rustix::process::kill_process(Pid::from_child(&child), signal).unwrap();
            std::thread::sleep(Duration::from_millis(200));
        }
        let output = child.wait_with_output().unwrap();
        Outcome::new(&output, |text| redact(text, &self.directory))
    }
}

/// Both ends of a terminal of so many columns: the one that shows what is written, and the one that a program has.
fn terminal(columns: u16) -> (File, File) {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let terminal = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let size = Winsize {
        ws_row: 24,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&terminal, size).unwrap();
    (File::from(controller), terminal)
}

/// What a terminal shows until no program has it any more, which Linux tells as an error.
fn everything(mut controller: File) -> Vec<u8> {
    let mut shown = Vec::new();
    let _ = controller.read_to_end(&mut shown);
    shown
}

/// How it ended. `Display` is what snapshots hold.
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    fn new(output: &Output, shown: impl Fn(&str) -> String) -> Outcome {
        let text = |bytes: &[u8]| shown(&String::from_utf8_lossy(bytes));
        Outcome {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

impl Outcome {
    /// The same without what differs between executions, and without what is told of building.
    pub(crate) fn timeless(self) -> Outcome {
        let is_building = |line: &&str| {
            is_cargos(line)
                || line.starts_with("packed ")
                || line.starts_with("{\"packed\"")
                || line.starts_with("{\"cargo\"")
        };
        let lines = self.stderr.split_inclusive('\n').filter(|line| !is_building(line));
        Outcome {
            code: self.code,
            stdout: timeless(&self.stdout),
            stderr: timeless(&lines.collect::<String>()),
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

/// What differs between machines, replaced by its name.
pub(crate) fn redact(text: &str, workspace: &Path) -> String {
    text.replace(&workspace.display().to_string(), "[WORKSPACE]")
}

/// Whether cargo says it, which it may word otherwise tomorrow.
pub(crate) fn is_cargos(line: &str) -> bool {
    let verbs = ["Compiling", "Finished", "Blocking", "Locking", "Updating"];
    verbs.iter().any(|verb| line.trim_start().starts_with(verb))
}
