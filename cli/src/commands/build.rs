//! `stepwright build`

use std::{collections::BTreeMap, fmt, path::PathBuf};

use indicatif::DecimalBytes;
use serde::Serialize;
use stack::Architecture;

use super::Context;
use crate::{
    args,
    error::{Error, Exit},
    package::{self, Artifact, Processor},
    settings,
};

/// Compiles, checks and zips the functions.
pub(crate) async fn build(context: &Context<'_>, args: args::Build) -> Result<Exit, Error> {
    let settings = context.settings()?;
    let functions = settings.functions(&args.functions).await?;
    let processor = match args.arm64 {
        true => Processor::One(Architecture::Arm64),
        false => Processor::OfEach,
    };
    let artifacts = package::package(&functions, processor, context.output.reporter()).await?;
    context.output.print_result(&Built::new(artifacts))?;
    Ok(Exit::Ok)
}

/// The functions by logical name.
#[derive(Serialize)]
#[serde(transparent)]
struct Built(Vec<Line>);

/// What programs are told of a function; names are those of the Lambda API where it has one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    function: String,
    architecture: Architecture,
    /// Bytes of the executable.
    bootstrap_size: u64,
    /// Bytes of the zip.
    code_size: u64,
    /// SHA-256 of the zip in base64.
    code_sha256: String,
    /// The zip, absolute.
    zip: PathBuf,
    /// The executable, absolute.
    bootstrap: PathBuf,
}

impl Built {
    fn new(artifacts: BTreeMap<String, Artifact>) -> Built {
        let line = |(function, artifact): (String, Artifact)| Line {
            function,
            architecture: artifact.code.architecture,
            bootstrap_size: artifact.bootstrap_size,
            code_size: artifact.size,
            code_sha256: artifact.code.sha256,
            zip: artifact.zip,
            bootstrap: artifact.bootstrap,
        };
        Built(artifacts.into_iter().map(line).collect())
    }
}

impl fmt::Display for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("stepwright.toml has no function");
        }
        let widest = self.0.iter().map(|line| line.function.len()).max();
        let name = widest.unwrap_or(0).max("function".len());
        writeln!(
            f,
            "{:name$}  {:12}  {:>9}  {:>9}  {:44}  file",
            "function", "architecture", "bootstrap", "zip", "code sha256"
        )?;
        for line in &self.0 {
            let architecture = line.architecture.to_string();
            let bootstrap = DecimalBytes(line.bootstrap_size).to_string();
            let zip = DecimalBytes(line.code_size).to_string();
            let file = settings::shown(&line.zip);
            writeln!(
                f,
                "{:name$}  {architecture:12}  {bootstrap:>9}  {zip:>9}  {}  {}",
                line.function,
                line.code_sha256,
                file.display()
            )?;
        }
        Ok(())
    }
}
