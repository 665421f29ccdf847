//! Functions become executables that Lambda starts, and zips that it takes.
//!
//! [`package`] compiles all functions in one cargo call, reads in each executable whether the runtime can start it, and packs
//! it so that the same sources give the same bytes anywhere. `run` starts the very files that `deploy` uploads.
//!
//! Under cargo's target directory, in `stepwright/ARCHITECTURE/FUNCTION/`, are `bootstrap.zip` and, unpacked, `root/`.
//! Directories of functions that are gone are never read again; they stay, as workspaces can share a target directory.

mod archive;
mod calls;
mod cargo;
mod child;
mod compile;
mod contents;
mod elf;
mod error;
mod messages;
mod pack;
mod place;
mod profile;
mod toolchain;

use std::{collections::BTreeMap, path::PathBuf};

use stack::{Architecture, Code};

pub use elf::Problem;
pub use error::Error;
pub use toolchain::host;

use crate::{output::Reporter, settings::Functions};
use toolchain::Toolchain;

/// A function, compiled and packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The zip to upload.
    pub zip: PathBuf,
    /// The executable, unpacked, alone in its directory but for the files the function includes: the directory is what
    /// Lambda has as `LAMBDA_TASK_ROOT`.
    pub bootstrap: PathBuf,
    /// Bytes of the zip.
    pub size: u64,
    /// What the zip is to Lambda.
    pub code: Code,
    /// Bytes of the executable.
    pub bootstrap_size: u64,
}

/// Which processor functions are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processor {
    /// The one each is deployed for.
    OfEach,
    /// This one for all.
    One(Architecture),
}

/// Compiles `functions` and packs them, by logical name. cargo decides what is to be compiled again; what is the same as
/// before is left untouched.
///
/// It is one call of cargo for an architecture, unless functions differ in features of one package or share a binary's
/// name.
///
/// # Errors
/// cargo or a linker is missing, the functions do not compile, an executable would not run on Lambda, files cannot be read
/// or written, Ctrl-C.
pub async fn package(
    functions: &Functions,
    processor: Processor,
    reporter: &Reporter,
) -> Result<BTreeMap<String, Artifact>, Error> {
    for report in &functions.warnings {
        reporter.findings(report);
    }
    let parts = match processor {
        Processor::One(architecture) => vec![(architecture, functions.clone())],
        Processor::OfEach => {
            let architectures = [Architecture::X86_64, Architecture::Arm64];
            Vec::from(architectures.map(|architecture| (architecture, functions.deployed_for(architecture))))
        }
    };
    let mut works = Vec::new();
    for (architecture, functions) in parts.iter().filter(|(_, part)| !part.functions.is_empty()) {
        // A compiler that is missing is told before another has worked for minutes.
        works.push(Work {
            functions,
            architecture: *architecture,
            toolchain: toolchain::find(functions, *architecture).await?,
            reporter,
        });
    }
    let mut artifacts = BTreeMap::new();
    for work in &works {
        artifacts.extend(carry_out(work).await?);
    }
    Ok(artifacts)
}

/// Compiles and packs the functions of one architecture.
async fn carry_out(work: &Work<'_>) -> Result<BTreeMap<String, Artifact>, Error> {
    if work.toolchain.is_for_this_processor() {
        let help = "leave `target-cpu=native` out of `rustflags` and RUSTFLAGS";
        let message = "the functions are compiled for this machine's processor, and Lambda's may lack what it has";
        work.reporter.warning(message, Some(help));
    }
    let mut artifacts = BTreeMap::new();
    for call in calls::calls(work.functions) {
        for compiled in compile::compile(work, &call).await? {
            let function = compiled.function.to_owned();
            artifacts.insert(function, pack::pack(work, compiled).await?);
        }
    }
    Ok(artifacts)
}

/// What is to be done, with what.
struct Work<'a> {
    functions: &'a Functions,
    architecture: Architecture,
    toolchain: Toolchain,
    reporter: &'a Reporter,
}

/// Everything of ours in cargo's target directory.
fn directory(functions: &Functions) -> PathBuf {
    functions.target_directory.join("stepwright")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So that a command can do other things meanwhile.
    #[expect(dead_code, reason = "it only has to compile")]
    fn it_can_be_spawned(functions: &Functions, reporter: &Reporter) -> impl Send {
        package(functions, Processor::OfEach, reporter)
    }
}
