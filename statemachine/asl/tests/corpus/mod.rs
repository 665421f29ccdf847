//! Corpora beside the repository: `../shared/<name>` seen from its root, or where a variable says.
#![expect(clippy::print_stderr, clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};

/// The folder of the corpus; nothing, and a line about it, when it is not there.
pub(crate) fn folder(name: &str, variable: &str) -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    let folder = std::env::var_os(variable).map_or(default, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no {name} at {}", folder.display());
    None
}

/// The JSON in a file.
#[expect(clippy::disallowed_methods, reason = "tests may read files")]
pub(crate) fn read_json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
