//! From a cargo call to executables that run on the runtime.

use std::{collections::BTreeSet, fmt};

use serde::Serialize;

use super::{
    Error, Work,
    calls::Call,
    cargo, elf,
    messages::Executable,
    toolchain::{self, Compiler},
};

/// A function's executable, which runs on the runtime.
pub(super) struct Compiled<'a> {
    /// The function's logical name.
    pub(super) function: &'a str,
    /// The executable.
    pub(super) bytes: Vec<u8>,
    /// Libraries it needs that the runtime may not have.
    pub(super) libraries: BTreeSet<String>,
}

/// Compiles the functions of a call, with the next compiler when what the first one links needs a newer system.
pub(super) async fn compile<'a>(work: &Work<'_>, call: &Call<'a>) -> Result<Vec<Compiled<'a>>, Error> {
    let mut compilers = work.toolchain.compilers.iter().peekable();
    while let Some(compiler) = compilers.next() {
        let executables = match cargo::compile(work, call, compiler).await {
            Err(Error::Compile) => return Err(reason(work, compiler).await),
            executables => executables?,
        };
        match check(work, call, &executables) {
            Err(Error::Unfit { function, problem, .. }) if problem.is_of_the_link() && compilers.peek().is_some() => {
                work.reporter.detail(&LinkedAgain { function, problem });
            }
            checked => return checked,
        }
    }
    Err(Error::Compile)
}

/// What cargo may have said in many lines.
async fn reason(work: &Work<'_>, compiler: &Compiler) -> Error {
    let directory = &work.functions.root;
    if !work.toolchain.has_standard_library(directory).await {
        work.toolchain.no_standard_library(None)
    } else if *compiler == Compiler::Zigbuild && !toolchain::has_zig(directory).await {
        Error::NoZig
    } else {
        Error::Compile
    }
}

fn check<'a>(work: &Work<'_>, call: &Call<'a>, executables: &[Executable]) -> Result<Vec<Compiled<'a>>, Error> {
    let mut compiled = Vec::new();
    for (name, function) in &call.functions {
        let is_its = |file: &&Executable| file.package_id == function.package_id && file.binary == function.binary;
        let Some(file) = executables.iter().find(is_its) else {
            let function = (*name).to_owned();
            return Err(Error::NoExecutable { function });
        };
        let bytes = std::fs::read(&file.path).map_err(|source| Error::read(&file.path, source))?;
        let libraries = elf::check(&bytes, work.architecture).map_err(|problem| Error::Unfit {
            function: (*name).to_owned(),
            executable: file.path.clone(),
            target: work.toolchain.target.clone(),
            problem,
        })?;
        compiled.push(Compiled {
            function: name,
            bytes,
            libraries,
        });
    }
    Ok(compiled)
}

/// An executable that is linked again, for an older system.
#[derive(Serialize)]
struct LinkedAgain {
    #[serde(rename = "linkedAgain")]
    function: String,
    #[serde(serialize_with = "as_text")]
    problem: elf::Problem,
}

fn as_text<S: serde::Serializer>(problem: &elf::Problem, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(problem)
}

impl fmt::Display for LinkedAgain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LinkedAgain { function, problem } = self;
        write!(f, "{function} {problem}: building with cargo-zigbuild")
    }
}
