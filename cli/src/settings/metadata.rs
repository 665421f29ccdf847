//! `[package.metadata.lambda]` and `[workspace.metadata.lambda]`, as users of cargo-lambda write them.
//!
//! `deploy` and `build`, and the same tables for one binary under `bin.NAME`, are honoured where they mean the same here.
//! A key that would matter and is not honoured is a warning. `watch` and `env`, which are about cargo-lambda's own
//! emulator, have no say.
//!
//! <https://www.cargo-lambda.info/guide/configuration.html>

mod keys;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::{Path, PathBuf},
};

use asl::Diagnostic;
use cargo_metadata::{Metadata, Package};
use serde::Deserialize;

use super::{
    Error,
    function::{Finding, Layer},
    validate,
};
use crate::diagnostics::Report;
use keys::Table;

/// The files read so far, with what was found in each; the first is stepwright.toml.
#[derive(Clone, Debug)]
pub(super) struct Manifests {
    reports: Vec<Report>,
    read: BTreeMap<PathBuf, Manifest>,
}

#[derive(Clone, Debug)]
struct Manifest {
    report: usize,
    package: Lambda,
    workspace: Lambda,
}

#[derive(Default, Deserialize)]
struct File {
    #[serde(default)]
    package: Section,
    #[serde(default)]
    workspace: Section,
}

#[derive(Default, Deserialize)]
struct Section {
    #[serde(default)]
    metadata: Tools,
}

#[derive(Default, Deserialize)]
struct Tools {
    #[serde(default)]
    lambda: Lambda,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Lambda {
    #[serde(default)]
    deploy: Table,
    #[serde(default)]
    build: Table,
    #[serde(default)]
    bin: BTreeMap<String, Binary>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Binary {
    #[serde(default)]
    deploy: Table,
    #[serde(default)]
    build: Table,
}

impl Manifests {
    pub(super) fn new(configuration: Report) -> Manifests {
        Manifests {
            reports: vec![configuration],
            read: BTreeMap::new(),
        }
    }

    /// Tells a finding, once.
    pub(super) fn push(&mut self, (report, diagnostic): Finding) {
        if let Some(report) = self.reports.get_mut(report)
            && !report.diagnostics.contains(&diagnostic)
        {
            report.diagnostics.push(diagnostic);
        }
    }

    /// What the manifests say of a binary, strongest first: the package's of the binary, the package's, the workspace's of
    /// the binary, the workspace's.
    pub(super) fn layers(&mut self, metadata: &Metadata, package: &Package, binary: &str) -> Result<Vec<Layer>, Error> {
        let mut layers = Vec::new();
        if package.metadata.get("lambda").is_some() {
            let manifest = self.manifest(package.manifest_path.as_std_path())?;
            let place = Place::new(package, package.manifest_path.as_std_path(), manifest.report);
            self.add(&mut layers, &manifest.package, &place, "/package", binary);
        }
        if metadata.workspace_metadata.get("lambda").is_some() {
            let path = metadata.workspace_root.join("Cargo.toml");
            let manifest = self.manifest(path.as_std_path())?;
            let place = Place::new(package, path.as_std_path(), manifest.report);
            self.add(&mut layers, &manifest.workspace, &place, "/workspace", binary);
        }
        Ok(layers)
    }

    /// The reports with warnings at most, or the first with errors.
    pub(super) fn finish(mut self) -> Result<Vec<Report>, Error> {
        for report in &mut self.reports {
            let place = |diagnostic: &Diagnostic| diagnostic.span.as_ref().map(|span| span.start);
            report.diagnostics.sort_by_key(place);
        }
        if let Some(report) = self.reports.iter().find(|report| report.has_errors()) {
            return Err(Error::Invalid(report.clone()));
        }
        let told = |report: &Report| !report.diagnostics.is_empty();
        Ok(self.reports.into_iter().filter(told).collect())
    }

    fn add(&mut self, layers: &mut Vec<Layer>, lambda: &Lambda, place: &Place<'_>, section: &str, binary: &str) {
        let location = format!("{section}/metadata/lambda");
        let of_all = (location.clone(), Some((&lambda.deploy, &lambda.build)));
        let of_binary = lambda.bin.get(binary).map(|tables| (&tables.deploy, &tables.build));
        for (location, tables) in [(format!("{location}/bin/{binary}"), of_binary), of_all] {
            let Some((deploy, build)) = tables else { continue };
            let (layer, findings) = keys::layer(place, location, deploy, build);
            layers.push(layer);
            findings
                .into_iter()
                .for_each(|finding| self.push((place.report, finding)));
        }
    }

    fn manifest(&mut self, path: &Path) -> Result<Manifest, Error> {
        let report = self.reports.len();
        let entry = match self.read.entry(path.to_owned()) {
            Entry::Occupied(manifest) => return Ok(manifest.get().clone()),
            Entry::Vacant(entry) => entry,
        };
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        let (file, problem) = match toml::from_str::<File>(&text) {
            Ok(file) => (file, None),
            Err(error) => (File::default(), Some(validate::syntax(&error))),
        };
        self.reports.push(Report {
            path: super::shown(path),
            text,
            diagnostics: problem.into_iter().collect(),
        });
        let manifest = Manifest {
            report,
            package: file.package.metadata.lambda,
            workspace: file.workspace.metadata.lambda,
        };
        Ok(entry.insert(manifest).clone())
    }
}

/// Whose settings are read, and from where.
struct Place<'a> {
    package: &'a Package,
    /// Where paths begin.
    directory: PathBuf,
    report: usize,
}

impl<'a> Place<'a> {
    fn new(package: &'a Package, manifest: &Path, report: usize) -> Place<'a> {
        Place {
            package,
            directory: manifest.parent().unwrap_or(Path::new("/")).to_owned(),
            report,
        }
    }
}
