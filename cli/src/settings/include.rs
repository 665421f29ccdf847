//! Files that go into a function's zip beside the executable.

use std::path::{Component, Path, PathBuf};

use asl::Diagnostic;
use toml::Spanned;

use super::validate::finding;

/// A file or directory that goes into the zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// Its path in the zip, with slashes, relative to `LAMBDA_TASK_ROOT`.
    pub destination: String,
    /// The file or directory; it existed when the settings were read.
    pub source: PathBuf,
}

/// Reads `PATH` or `NAME:PATH`, with `PATH` relative to `directory`.
pub(super) fn read(location: &str, value: &Spanned<String>, directory: &Path) -> Result<Include, Diagnostic> {
    let text = value.get_ref();
    let (name, path) = text.split_once(':').unwrap_or((text, text));
    let problem =
        |message: String, help: String| Err(finding(&format!("{location}/include"), value.span(), message).help(help));
    let source = directory.join(path);
    if !source.exists() {
        let help = "paths begin at the directory of this file".to_owned();
        return problem(format!("there is no file `{path}`"), help);
    }
    match destination(name) {
        None => problem(
            format!("`{name}` is no path in a zip"),
            format!("write `NAME:{path}` with the name it has there"),
        ),
        Some(destination) if destination == "bootstrap" || destination.starts_with("bootstrap/") => problem(
            "`bootstrap` is the name of the executable".to_owned(),
            format!("write `NAME:{path}` with another name"),
        ),
        Some(destination) => Ok(Include { destination, source }),
    }
}

/// The path in normal form, when it stays below the directory it is relative to.
fn destination(name: &str) -> Option<String> {
    let mut parts = Vec::new();
    for component in Path::new(name).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}
