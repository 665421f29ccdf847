//! What cargo knows of the functions' packages.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Stdio,
};

use asl::Diagnostic;
use cargo_metadata::{Metadata, MetadataCommand, Package, Target, TargetKind};
use stack::Architecture;

use super::{
    Error, Settings, file,
    function::{self, Function, Layer},
    metadata::Manifests,
    names,
    validate::finding,
};
use crate::{diagnostics::Report, interrupt};

/// Functions with their packages.
#[derive(Clone, Debug)]
pub struct Functions {
    /// Where cargo is run: the directory of stepwright.toml.
    pub root: PathBuf,
    /// cargo's target directory.
    pub target_directory: PathBuf,
    /// The root of the cargo workspace.
    pub cargo_root: PathBuf,
    /// By logical name.
    pub functions: BTreeMap<String, Function>,
    /// The other functions of the workspace, as far as they are well configured: they are not built, but have a say in
    /// which features of shared dependencies are.
    pub(crate) others: BTreeMap<String, Function>,
    /// What the manifests say that has no effect.
    pub(crate) warnings: Vec<Report>,
}

impl Functions {
    /// No functions, for which cargo need not be asked.
    pub(super) fn none(root: &Path) -> Functions {
        Functions {
            root: root.to_owned(),
            target_directory: root.join("target"),
            cargo_root: root.to_owned(),
            functions: BTreeMap::new(),
            others: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    /// The functions deployed for `architecture`; all others keep their say in which features are.
    pub(crate) fn deployed_for(&self, architecture: Architecture) -> Functions {
        let all = self.functions.clone().into_iter();
        let (functions, of_another): (BTreeMap<_, _>, BTreeMap<_, _>) =
            all.partition(|(_, function)| function.architecture == architecture);
        Functions {
            functions,
            others: self.others.clone().into_iter().chain(of_another).collect(),
            ..self.clone()
        }
    }
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
    let workspace = Workspace {
        settings,
        metadata: &metadata,
    };
    let wanted = |name: &String| names.is_empty() || names.contains(name);
    let mut manifests = Manifests::new(settings.source.clone());
    let mut functions = BTreeMap::new();
    let mut others = BTreeMap::new();
    for (name, declared) in &settings.declared {
        if wanted(name) {
            let function = function(&workspace, name, declared, &mut manifests)?;
            functions.extend(function.map(|function| (name.clone(), function)));
        } else if let Ok(Some(function)) = function(&workspace, name, declared, &mut manifests.clone()) {
            others.insert(name.clone(), function);
        }
    }
    let warnings = manifests.finish()?;
    Ok(Functions {
        root: settings.root.clone(),
        target_directory: metadata.target_directory.into(),
        cargo_root: metadata.workspace_root.into(),
        functions,
        others,
        warnings,
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

/// What names are looked up in.
struct Workspace<'a> {
    settings: &'a Settings,
    metadata: &'a Metadata,
}

/// Resolves one function, or tells what is wrong with it.
fn function(
    workspace: &Workspace<'_>,
    name: &str,
    declared: &file::Function,
    manifests: &mut Manifests,
) -> Result<Option<Function>, Error> {
    let found =
        package(name, declared, workspace.metadata).and_then(|package| Ok((package, binary(name, declared, package)?)));
    let resolved = match found {
        Ok((package, binary)) => {
            let mut layers = configured(workspace.settings, name, declared);
            layers.extend(manifests.layers(workspace.metadata, package, &binary)?);
            function::resolve(package, binary, &layers)
        }
        Err(diagnostic) => Err(vec![(0, diagnostic)]),
    };
    let told = resolved.map_err(|findings| findings.into_iter().for_each(|finding| manifests.push(finding)));
    Ok(told.ok())
}

/// What stepwright.toml says of a function, strongest first.
fn configured(settings: &Settings, name: &str, declared: &file::Function) -> Vec<Layer> {
    let layer = |says: &file::Function, location: String| Layer {
        says: says.clone(),
        location,
        directory: settings.root.clone(),
        report: 0,
    };
    let of_stage = settings.overrides.get(name).into_iter().flatten();
    let of_stage = of_stage.map(|found| layer(&found.says, found.location.clone()));
    of_stage
        .chain([layer(declared, format!("/functions/{name}"))])
        .collect()
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
    let binaries: Vec<&str> = binaries(package).map(|target| target.name.as_str()).collect();
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

/// A package's binaries.
pub(super) fn binaries(package: &Package) -> impl Iterator<Item = &Target> {
    package.targets.iter().filter(|target| target.is_kind(TargetKind::Bin))
}
