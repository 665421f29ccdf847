use std::{
    io,
    path::{Path, PathBuf},
};

use stack::Architecture;

use super::elf::{Problem, RUNTIME_GLIBC};
use crate::{error::Exit, interrupt::Interrupted};

/// Why functions could not be compiled or packed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program cannot be started.
    #[error("cannot run `{program}`")]
    Program {
        /// The program.
        program: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// cargo's configuration cannot be used.
    #[error("cannot use cargo's configuration: {0}")]
    Configuration(String),
    /// cargo ended without success; it has said why.
    #[error("cargo could not compile the functions")]
    Compile,
    /// cargo-zigbuild found no zig.
    #[error("cargo-zigbuild needs zig, which is not installed")]
    NoZig,
    /// The standard library for a target is not installed.
    #[error("Rust's standard library for `{target}` is not installed")]
    NoStandardLibrary {
        /// The target.
        target: String,
        /// Why it would not be enough, where nothing links for the target either.
        linker: Option<Box<Error>>,
    },
    /// Nothing here links for a target.
    #[error("there is no linker for `{target}`")]
    NoLinker {
        /// The target.
        target: String,
        /// The compiler that would link for it.
        compiler: String,
    },
    /// cargo succeeded without giving the executable.
    #[error("cargo did not say where the executable of `{function}` is")]
    NoExecutable {
        /// The function.
        function: String,
    },
    /// An executable that Lambda could not start.
    #[error("`{function}` {problem}")]
    Unfit {
        /// The function.
        function: String,
        /// The executable.
        executable: PathBuf,
        /// The target it was compiled for.
        target: String,
        /// What is wrong.
        problem: Problem,
    },
    /// More bytes than Lambda takes.
    #[error("`{function}` has {size} bytes unzipped, and Lambda takes at most {limit}")]
    TooLarge {
        /// The function.
        function: String,
        /// Its bytes, unzipped.
        size: u64,
        /// The most bytes it may have.
        limit: u64,
    },
    /// An included directory cannot be walked.
    #[error("cannot include `{}`", .path.display())]
    Include {
        /// The directory.
        path: PathBuf,
        /// What is wrong.
        source: walkdir::Error,
    },
    /// Something included is neither a file nor a directory.
    #[error("cannot include `{}`: it is neither a file nor a directory", .0.display())]
    NotAFile(PathBuf),
    /// Something included has a name that a zip cannot hold.
    #[error("cannot include `{}`: its name is not Unicode", .0.display())]
    NotUnicode(PathBuf),
    /// Two included files have the same path in the zip.
    #[error("two included files would be `{0}`")]
    IncludedTwice(String),
    /// A file cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Ctrl-C or SIGTERM.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl Error {
    pub(super) fn read(path: &Path, source: io::Error) -> Error {
        Error::Read {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn write(path: &Path, source: io::Error) -> Error {
        Error::Write {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn include(path: &Path, source: walkdir::Error) -> Error {
        Error::Include {
            path: path.to_owned(),
            source,
        }
    }

    /// The exit code it ends the process with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Error::Interrupted(_) => Exit::Interrupted,
            _ => Exit::Build,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Error::Program { .. } => {
                Some("install Rust from https://rustup.rs, or set CARGO to the path of cargo".to_owned())
            }
            Error::NoZig => {
                Some("install it with `pip install ziglang`, or from https://ziglang.org/download".to_owned())
            }
            Error::NoStandardLibrary { target, linker } => {
                let advice = format!("install it with `rustup target add {target}`");
                let linker = linker.as_ref().and_then(|error| Some((error, error.help()?)));
                Some(linker.map_or(advice.clone(), |(error, help)| {
                    format!("{advice}; {error} either: {help}")
                }))
            }
            Error::NoLinker { compiler, .. } => Some(format!(
                "install cargo-zigbuild with `{CARGO_ZIGBUILD}`, or `{compiler}`, or set a linker in .cargo/config.toml"
            )),
            Error::Unfit {
                executable,
                target,
                problem,
                ..
            } => Some(way_out(problem, target, executable)),
            Error::TooLarge { .. } => Some("include less, or read large files from S3".to_owned()),
            Error::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("free some space".to_owned())
            }
            Error::IncludedTwice(_) => Some("write `NAME:PATH` to give one of them another name".to_owned()),
            Error::Configuration(_)
            | Error::Compile
            | Error::NoExecutable { .. }
            | Error::Include { .. }
            | Error::NotAFile(_)
            | Error::NotUnicode(_)
            | Error::Read { .. }
            | Error::Write { .. }
            | Error::Interrupted(_) => None,
        }
    }
}

const CARGO_ZIGBUILD: &str = "cargo install cargo-zigbuild && pip install ziglang";

fn way_out(problem: &Problem, target: &str, executable: &Path) -> String {
    match problem {
        Problem::Loader(_) | Problem::Glibc { .. } => {
            let musl = target.replace("-gnu", "-musl");
            format!(
                "install cargo-zigbuild with `{CARGO_ZIGBUILD}`: it links for glibc {RUNTIME_GLIBC} wherever it runs; or link \
                 statically: `rustup target add {musl}`, and `build.target = \"{musl}\"` in .cargo/config.toml"
            )
        }
        Problem::NotElf | Problem::Damaged(_) | Problem::Architecture { .. } => format!(
            "see what links `{}`: `target.{target}` in .cargo/config.toml, RUSTFLAGS",
            executable.display()
        ),
    }
}

/// The compiler driver of a Linux distribution that links for a target, such as `aarch64-linux-gnu-gcc`.
pub(super) fn distribution_compiler(architecture: Architecture, libc: &str) -> String {
    let processor = match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "aarch64",
    };
    format!("{processor}-linux-{libc}-gcc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_one_that_is_not_ours_to_write() {
        let help = |kind: io::ErrorKind| Error::write(Path::new("/target"), kind.into()).help();
        assert_eq!(help(io::ErrorKind::StorageFull).as_deref(), Some("free some space"));
        assert_eq!(help(io::ErrorKind::PermissionDenied), None);
    }
}
