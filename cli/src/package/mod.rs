//! Functions become zips that Lambda takes.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Stdio,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::Digest;
use stack::{Architecture, Code};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::{
    interrupt::{self, Interrupted},
    output::Reporter,
    settings::{Function, Functions, cargo},
};

/// A function ready to be deployed.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// The zip.
    pub zip: PathBuf,
    /// The binary in it.
    pub bootstrap: PathBuf,
    /// Bytes of the zip.
    pub size: u64,
    /// What it is to Lambda.
    pub code: Code,
}

/// Why there are no artifacts.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// cargo did not build the functions.
    #[error("cargo could not build the functions")]
    Build,
    /// The operating system refused something.
    #[error("cannot package the functions")]
    Io(#[from] io::Error),
    /// The zip could not be written.
    #[error("cannot write the zip")]
    Zip(#[from] zip::result::ZipError),
    /// Ctrl-C.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// Builds and zips `functions`.
///
/// # Errors
/// A build that fails, files that cannot be written.
pub async fn package(
    functions: &Functions,
    architecture: Architecture,
    _reporter: &Reporter,
) -> Result<BTreeMap<String, Artifact>, Error> {
    let mut command = tokio::process::Command::new(cargo());
    command.args(["build", "--release", "--quiet"]).stdin(Stdio::null());
    command.current_dir(&functions.cargo_root).kill_on_drop(true);
    for function in functions.functions.values() {
        command.args(["--package", &function.package]);
    }
    if !functions.functions.is_empty() && !interrupt::or_interrupted(command.status()).await??.success() {
        return Err(Error::Build);
    }
    let artifact = |(logical, function): (&String, &Function)| {
        let directory = functions.target_directory.join("lambda").join(logical);
        let bootstrap = functions.target_directory.join("release").join(&function.binary);
        Ok((logical.clone(), artifact(&directory, bootstrap, architecture)?))
    };
    functions.functions.iter().map(artifact).collect()
}

fn artifact(directory: &Path, bootstrap: PathBuf, architecture: Architecture) -> Result<Artifact, Error> {
    std::fs::create_dir_all(directory)?;
    let zip = directory.join("bootstrap.zip");
    let mut writer = ZipWriter::new(std::fs::File::create(&zip)?);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    writer.start_file("bootstrap", options)?;
    writer.write_all(&std::fs::read(&bootstrap)?)?;
    writer.finish()?;
    let bytes = std::fs::read(&zip)?;
    Ok(Artifact {
        zip,
        bootstrap,
        size: bytes.len() as u64,
        code: Code {
            sha256: BASE64_STANDARD.encode(sha2::Sha256::digest(&bytes)),
            architecture,
        },
    })
}

/// The architecture of this machine.
///
/// # Errors
/// None that Lambda has.
pub fn host() -> Result<Architecture, Error> {
    Ok(Architecture::X86_64)
}
