//! What cargo knows of the functions' packages.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Stdio,
};

use asl::Diagnostic;
use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind};

use super::{Error, Settings, file, names, validate::finding};
use crate::interrupt;

const DEFAULT_MEMORY: u32 = 128;
const DEFAULT_TIMEOUT: u32 = 3;

/// Functions with their packages.
#[derive(Clone, Debug)]
pub struct Functions {
    /// cargo's target directory.
    pub target_directory: PathBuf,
    /// The root of the cargo workspace.
    pub cargo_root: PathBuf,
    /// By logical name.
    pub functions: BTreeMap<String, Function>,
}

/// A function as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The cargo package.
    pub package: String,
    /// The package's manifest.
    pub manifest: PathBuf,
    /// The binary of the package.
    pub binary: String,
    /// Memory in MiB.
    pub memory: u32,
    /// Timeout in seconds.
    pub timeout: u32,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
    /// Description.
    pub description: Option<String>,
}

/// The cargo to run: `$CARGO` or the one of the path.
pub(crate) fn cargo() -> PathBuf {
    std::env::var_os("CARGO")
        .filter(|path| !path.is_empty())
        .map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// Resolves the functions called `names`, which are declared; all of them when there are none.
pub(super) async fn resolve(settings: &Settings, names: &[String]) -> Result<Functions, Error> {
    let metadata = metadata(&settings.root).await?;
    let mut functions = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for (name, declared) in &settings.declared {
        if !names.is_empty() && !names.contains(name) {
            continue;
        }
        match function(name, declared, &metadata) {
            Ok(function) => {
                functions.insert(name.clone(), function);
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    if !diagnostics.is_empty() {
        let mut report = settings.source.clone();
        report.diagnostics = diagnostics;
        return Err(Error::Invalid(report));
    }
    Ok(Functions {
        target_directory: metadata.target_directory.into(),
        cargo_root: metadata.workspace_root.into(),
        functions,
    })
}

async fn metadata(root: &Path) -> Result<Metadata, Error> {
    let cargo = cargo();
    let command = MetadataCommand::new()
        .cargo_path(&cargo)
        .current_dir(root)
        .no_deps()
        .cargo_command();
    let mut command = tokio::process::Command::from(command);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = interrupt::or_interrupted(command.output())
        .await?
        .map_err(|source| Error::Cargo {
            program: cargo.display().to_string(),
            source,
        })?;
    if !output.status.success() {
        return Err(Error::CargoMetadata(complaint(&output.stderr)));
    }
    MetadataCommand::parse(String::from_utf8_lossy(&output.stdout))
        .map_err(|error| Error::CargoMetadata(error.to_string()))
}

/// What cargo said, without its own `error:`.
fn complaint(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    text.trim().trim_start_matches("error:").trim().to_owned()
}

fn function(name: &str, declared: &file::Function, metadata: &Metadata) -> Result<Function, Diagnostic> {
    let package = package(name, declared, metadata)?;
    let binary = binary(name, declared, package)?;
    Ok(Function {
        package: package.name.to_string(),
        manifest: package.manifest_path.clone().into(),
        binary,
        memory: declared
            .memory
            .as_ref()
            .map_or(DEFAULT_MEMORY, |memory| *memory.get_ref()),
        timeout: declared
            .timeout
            .as_ref()
            .map_or(DEFAULT_TIMEOUT, |timeout| *timeout.get_ref()),
        environment: declared
            .environment
            .iter()
            .map(|(key, value)| (key.get_ref().clone(), value.clone()))
            .collect(),
        description: declared.description.as_ref().map(|text| text.get_ref().clone()),
    })
}

fn package<'a>(name: &str, declared: &file::Function, metadata: &'a Metadata) -> Result<&'a Package, Diagnostic> {
    let wanted = declared.package.get_ref();
    let packages = metadata.workspace_packages();
    packages
        .iter()
        .find(|package| package.name.as_str() == wanted)
        .copied()
        .ok_or_else(|| {
            let location = format!("/functions/{name}/package");
            let message = format!("the cargo workspace has no package `{wanted}`");
            let diagnostic = finding(&location, declared.package.span(), message);
            match names::suggestion(wanted, packages.iter().map(|package| package.name.as_str())) {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            }
        })
}

fn binary(name: &str, declared: &file::Function, package: &Package) -> Result<String, Diagnostic> {
    let targets = package.targets.iter().filter(|target| target.is_kind(TargetKind::Bin));
    let binaries: Vec<&str> = targets.map(|target| target.name.as_str()).collect();
    match (&declared.binary, binaries.as_slice()) {
        (Some(wanted), _) if binaries.contains(&wanted.get_ref().as_str()) => Ok(wanted.get_ref().clone()),
        (None, [only]) => Ok((*only).to_owned()),
        (Some(wanted), [_, ..]) => {
            let message = format!("package `{}` has no binary `{}`", package.name, wanted.get_ref());
            let help = names::suggestion(wanted.get_ref(), binaries.iter().copied()).unwrap_or_default();
            Err(finding(&format!("/functions/{name}/binary"), wanted.span(), message).help(help))
        }
        (None, [_, ..]) => {
            let message = format!(
                "package `{}` has several binaries: {}",
                package.name,
                names::list(&binaries)
            );
            let help = format!("name the one of `{name}`: `binary = \"...\"`");
            Err(finding(&format!("/functions/{name}/package"), declared.package.span(), message).help(help))
        }
        (_, []) => {
            let message = format!("package `{}` has no binary", package.name);
            let help = "a function is a program: add `src/main.rs`";
            Err(finding(&format!("/functions/{name}/package"), declared.package.span(), message).help(help))
        }
    }
}
