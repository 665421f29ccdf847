//! Where tests find what is shared, and where they write.

use std::path::{Path, PathBuf};

/// The directory that the environment variable `name` says, or `default`, both seen from the repository root; nothing where
/// nobody said one and the default is not there.
pub(crate) fn given(name: &str, default: &str) -> Option<PathBuf> {
    let said = std::env::var_os(name);
    let directory = repository_root().join(said.as_deref().unwrap_or(default.as_ref()));
    let is_there = directory.is_dir();
    assert!(
        said.is_none() || is_there,
        "{name}: {} is not there",
        directory.display()
    );
    is_there.then_some(directory)
}

/// Cargo's target directory, which is there afterwards.
#[allow(dead_code, reason = "not all tests write")]
pub(crate) fn target() -> PathBuf {
    let said = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let directory = repository_root().join(said);
    std::fs::create_dir_all(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    directory
}

pub(crate) fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
