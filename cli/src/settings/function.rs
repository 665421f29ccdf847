//! A function as it is to be compiled and deployed: stepwright.toml, then what the manifests say, then defaults.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use asl::Diagnostic;
use cargo_metadata::Package;
use stack::Architecture;
use toml::Spanned;

use super::{
    Variable, file,
    include::{self, Include},
    names,
    validate::finding,
};

const DEFAULT_MEMORY: u32 = 128;
const DEFAULT_TIMEOUT: u32 = 3;

/// A function as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The cargo package.
    pub package: String,
    /// The package's manifest.
    pub manifest: PathBuf,
    /// The binary of the package.
    pub binary: String,
    /// What the package is compiled with.
    pub features: Features,
    /// What goes into the zip beside the executable.
    pub include: Vec<Include>,
    /// Memory in MiB.
    pub memory: u32,
    /// Timeout in seconds.
    pub timeout: u32,
    /// The processor it is deployed for.
    pub architecture: Architecture,
    /// Environment variables.
    pub environment: BTreeMap<String, Variable>,
    /// Description.
    pub description: Option<String>,
    /// cargo's own name of the package in its messages.
    pub(crate) package_id: String,
    /// The package as cargo's arguments have it, precise where a name is not.
    pub(crate) package_spec: String,
    /// All binaries of the package.
    pub(crate) package_binaries: Vec<String>,
}

/// Features of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    /// By name, beyond the default ones.
    pub named: BTreeSet<String>,
    /// Whether the default ones are compiled in.
    pub default: bool,
}

/// One place that says something about a function.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// What it says.
    pub(super) says: file::Function,
    /// Where in the file, as a JSON Pointer.
    pub(super) location: String,
    /// Where its paths begin.
    pub(super) directory: PathBuf,
    /// The file, as an index of the reports.
    pub(super) report: usize,
}

/// A finding in the file of this index.
pub(super) type Finding = (usize, Diagnostic);

/// What `layers` say together, strongest first.
pub(super) fn resolve(package: &Package, binary: String, layers: &[Layer]) -> Result<Function, Vec<Finding>> {
    let mut findings = Vec::new();
    let features = features(package, &binary, layers, &mut findings);
    let include = includes(layers, &mut findings);
    if !findings.is_empty() {
        return Err(findings);
    }
    Ok(Function {
        package: package.name.to_string(),
        manifest: package.manifest_path.clone().into(),
        package_id: package.id.repr.clone(),
        package_spec: format!("{}@{}", package.name, package.version),
        package_binaries: super::packages::binaries(package)
            .map(|target| target.name.clone())
            .collect(),
        binary,
        features,
        include,
        memory: first(layers, |says| value(says.memory.as_ref())).unwrap_or(DEFAULT_MEMORY),
        timeout: first(layers, |says| value(says.timeout.as_ref())).unwrap_or(DEFAULT_TIMEOUT),
        architecture: first(layers, |says| says.architecture).unwrap_or_default(),
        environment: environment(layers),
        description: first(layers, |says| value(says.description.as_ref())),
    })
}

fn value<T: Clone>(value: Option<&Spanned<T>>) -> Option<T> {
    value.map(|value| value.get_ref().clone())
}

fn first<T>(layers: &[Layer], key: impl Fn(&file::Function) -> Option<T>) -> Option<T> {
    layers.iter().find_map(|layer| key(&layer.says))
}

/// Variables of all layers; the strongest has its say on each.
fn environment(layers: &[Layer]) -> BTreeMap<String, Variable> {
    let weakest_first = layers.iter().rev().flat_map(|layer| &layer.says.environment);
    weakest_first
        .map(|(key, value)| (key.get_ref().clone(), value.clone()))
        .collect()
}

/// Those that are asked for, and those without which cargo does not compile the binary.
fn features(package: &Package, binary: &str, layers: &[Layer], findings: &mut Vec<Finding>) -> Features {
    let of_binary = super::packages::binaries(package).find(|target| target.name == binary);
    let mut named: BTreeSet<String> = of_binary
        .iter()
        .flat_map(|target| target.required_features.clone())
        .collect();
    if let Some(layer) = layers.iter().find(|layer| layer.says.features.is_some()) {
        for feature in layer.says.features.iter().flatten() {
            let name = feature.get_ref();
            if package.features.contains_key(name) {
                named.insert(name.clone());
                continue;
            }
            let message = format!("package `{}` has no feature `{name}`", package.name);
            let problem = finding(&format!("{}/features", layer.location), feature.span(), message);
            let help = names::suggestion(name, package.features.keys().map(String::as_str));
            findings.push((layer.report, help.into_iter().fold(problem, Diagnostic::help)));
        }
    }
    Features {
        named,
        default: first(layers, |says| says.default_features).unwrap_or(true),
    }
}

/// The files of the strongest layer that names any.
fn includes(layers: &[Layer], findings: &mut Vec<Finding>) -> Vec<Include> {
    let mut includes = Vec::new();
    if let Some(layer) = layers.iter().find(|layer| layer.says.include.is_some()) {
        for value in layer.says.include.iter().flatten() {
            match include::read(&layer.location, value, &layer.directory) {
                Ok(include) => includes.push(include),
                Err(problem) => findings.push((layer.report, problem)),
            }
        }
    }
    includes
}
