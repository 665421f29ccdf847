//! What compiles for an architecture on this machine, as cargo's own configuration has it.

use std::{
    env::consts,
    ffi::OsString,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use cargo_config2::{Config, PathAndArgs, Walk, cargo_home_with_cwd};
use stack::Architecture;
use tokio::process::Command;

use super::{Error, elf::RUNTIME_GLIBC, error::distribution_compiler};
use crate::settings::Functions;

/// The architecture whose functions this machine can run; none where it does not run Linux executables.
#[must_use]
pub fn host() -> Option<Architecture> {
    match (consts::OS, consts::ARCH) {
        ("linux", "x86_64") => Some(Architecture::X86_64),
        ("linux", "aarch64") => Some(Architecture::Arm64),
        _ => None,
    }
}

/// How functions are compiled for one architecture.
pub(super) struct Toolchain {
    /// The target triple.
    pub(super) target: String,
    /// What can compile for it, the first choice first.
    pub(super) compilers: Vec<Compiler>,
    /// The files of cargo's configuration.
    pub(super) config_files: Vec<PathBuf>,
    /// The user's own flags for the target.
    rustflags: Vec<String>,
    /// Whether the user named a linker for the target.
    has_linker: bool,
    rustc: PathAndArgs,
}

/// A cargo command that compiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Compiler {
    /// `cargo build`, with a linker that cargo's configuration does not name.
    Cargo {
        /// The linker.
        linker: Option<String>,
    },
    /// `cargo zigbuild`, which links for the runtime's glibc from any system.
    Zigbuild,
}

/// Finds what compiles `functions` for `architecture`.
pub(super) async fn find(functions: &Functions, architecture: Architecture) -> Result<Toolchain, Error> {
    let mut toolchain = configured(&functions.root, architecture).map_err(unusable)?;
    let is_native = host() == Some(architecture);
    let compilers = toolchain.compilers(&functions.root, architecture);
    if !is_native && !toolchain.has_standard_library(&functions.root).await {
        return Err(toolchain.no_standard_library(compilers.err()));
    }
    toolchain.compilers = compilers?;
    Ok(toolchain)
}

/// What cargo's configuration says, with its variables.
fn configured(directory: &Path, architecture: Architecture) -> Result<Toolchain, cargo_config2::Error> {
    let config = Config::load_with_cwd(directory)?;
    let target = configured_target(&config, architecture).unwrap_or_else(|| match architecture {
        Architecture::X86_64 => "x86_64-unknown-linux-gnu".to_owned(),
        Architecture::Arm64 => "aarch64-unknown-linux-gnu".to_owned(),
    });
    let rustflags = config.rustflags(&target)?.map_or_else(Vec::new, |flags| flags.flags);
    Ok(Toolchain {
        compilers: Vec::new(),
        config_files: Walk::new(directory).collect(),
        has_linker: config.linker(&target)?.is_some() || rustflags.iter().any(|flag| flag.contains("linker=")),
        rustc: config.rustc().clone(),
        rustflags,
        target,
    })
}

impl Toolchain {
    /// Whether Rust's standard library for the target is installed; a rustc that cannot say is left to cargo.
    pub(super) async fn has_standard_library(&self, directory: &Path) -> bool {
        let output = Command::new(&self.rustc.path)
            .args(&self.rustc.args)
            .args(["--print", "target-libdir", "--target", &self.target])
            .current_dir(directory)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        match output.await {
            Ok(output) if output.status.success() => {
                let directory = String::from_utf8_lossy(&output.stdout).trim().to_owned();
                Path::new(&directory).is_dir()
            }
            _ => true,
        }
    }

    /// The error that it is not, with the one about the linker, if there is that too.
    pub(super) fn no_standard_library(&self, linker: Option<Error>) -> Error {
        Error::NoStandardLibrary {
            target: self.target.clone(),
            linker: linker.map(Box::new),
        }
    }

    /// The user's own flags for the target, and those that keep this machine's paths out of the executables. They are the
    /// same wherever the workspace is, and cargo leaves them out of what it tells builds apart by.
    pub(super) fn rustflags(&self, functions: &Functions) -> OsString {
        let mut flags: Vec<OsString> = self.rustflags.iter().map(OsString::from).collect();
        let cargo_home = cargo_home_with_cwd(&functions.root);
        // The last one that fits is taken.
        let prefixes = [
            (Some(&functions.cargo_root), "/workspace"),
            (Some(&functions.target_directory), "/workspace/target"),
            (cargo_home.as_ref(), "/cargo"),
        ];
        for (prefix, name) in prefixes {
            if let Some(prefix) = prefix {
                let mut flag = OsString::from("--remap-path-prefix=");
                flag.push(prefix);
                flag.push("=");
                flag.push(name);
                flags.push(flag);
            }
        }
        flags.join("\u{1f}".as_ref())
    }

    /// Whether the flags ask for this machine's processor, which need not be like those of Lambda.
    pub(super) fn is_for_this_processor(&self) -> bool {
        self.rustflags.iter().any(|flag| flag.contains("target-cpu=native"))
    }

    /// The target as cargo-zigbuild takes it, with the glibc to link for.
    pub(super) fn zig_target(&self) -> String {
        match self.libc() {
            "gnu" => format!("{}.{RUNTIME_GLIBC}", self.target),
            _ => self.target.clone(),
        }
    }

    fn libc(&self) -> &'static str {
        if self.target.ends_with("musl") { "musl" } else { "gnu" }
    }

    fn compilers(&self, directory: &Path, architecture: Architecture) -> Result<Vec<Compiler>, Error> {
        let distributions = distribution_compiler(architecture, self.libc());
        let mut compilers = Vec::new();
        if host() == Some(architecture) || self.has_linker {
            compilers.push(Compiler::Cargo { linker: None });
        } else if is_installed(&distributions, directory) {
            let linker = Some(distributions.clone());
            compilers.push(Compiler::Cargo { linker });
        }
        if is_installed("cargo-zigbuild", directory) {
            compilers.push(Compiler::Zigbuild);
        }
        match compilers.is_empty() {
            false => Ok(compilers),
            true => Err(Error::NoLinker {
                target: self.target.clone(),
                compiler: distributions,
            }),
        }
    }
}

/// The target of cargo's configuration, if it is for Linux on this architecture: that is how musl is asked for.
fn configured_target(config: &Config, architecture: Architecture) -> Option<String> {
    let prefix = match architecture {
        Architecture::X86_64 => "x86_64-",
        Architecture::Arm64 => "aarch64-",
    };
    let targets = config.build.target.iter().flatten();
    let triples = targets.map(|target| target.triple().to_owned());
    triples
        .into_iter()
        .find(|triple| triple.starts_with(prefix) && triple.contains("-linux-"))
}

fn unusable(error: cargo_config2::Error) -> Error {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        message = format!("{message}: {error}");
        source = error.source();
    }
    Error::Configuration(message)
}

/// Whether cargo or a shell would find the program.
fn is_installed(program: &str, directory: &Path) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let cargos = cargo_home_with_cwd(directory).map(|home| home.join("bin"));
    let is_executable = |path: PathBuf| {
        let metadata = path.metadata();
        metadata.is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    };
    let mut directories = std::env::split_paths(&path).chain(cargos);
    directories.any(|directory| is_executable(directory.join(program)))
}

/// Whether cargo-zigbuild has a zig to work with: its own variable, one of the path, or Python's.
pub(super) async fn has_zig(directory: &Path) -> bool {
    if std::env::var_os("CARGO_ZIGBUILD_ZIG_PATH").is_some() || is_installed("zig", directory) {
        return true;
    }
    let mut python = Command::new("python3");
    python.args(["-c", "import ziglang"]);
    python.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    python
        .kill_on_drop(true)
        .status()
        .await
        .is_ok_and(|status| status.success())
}
