//! The profile functions are compiled with: the workspace's own `lambda`, or a size-minded one that needs no line in
//! anybody's Cargo.toml.

use std::path::Path;

use crate::settings::Functions;

/// Its name. As no other profile has it, its files and cargo's lock on them are its own.
const NAME: &str = "lambda";

/// A cold start loads all of the executable, so its size counts; a quarter of it goes with these. Panics still unwind: the
/// runtime then answers with the panic's message and lives on, where an abort is a `Runtime.ExitError` and another cold
/// start, for 12 % of the size. `panic = "abort"` in the profile `release` or `lambda` says otherwise.
const SETTINGS: &[(&str, &str)] = &[
    ("inherits", "\"release\""),
    ("opt-level", "\"s\""),
    ("lto", "\"fat\""),
    ("codegen-units", "1"),
    ("strip", "\"symbols\""),
    ("debug", "false"),
];

/// cargo's arguments for the profile.
pub(super) fn arguments(functions: &Functions, config_files: &[std::path::PathBuf]) -> Vec<String> {
    let mut arguments = vec!["--profile".to_owned(), NAME.to_owned()];
    let manifest = functions.cargo_root.join("Cargo.toml");
    if std::iter::once(&manifest)
        .chain(config_files)
        .any(|file| defines_it(file))
    {
        return arguments;
    }
    for (key, value) in SETTINGS.iter().filter(|(key, _)| !is_in_environment(key)) {
        arguments.extend(["--config".to_owned(), format!("profile.{NAME}.{key}={value}")]);
    }
    arguments
}

/// Whether a manifest or a file of cargo's configuration has the profile. cargo itself complains of an unreadable one.
fn defines_it(file: &Path) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let table: toml::Table = toml::from_str(&text).unwrap_or_default();
    table.get("profile").and_then(|profiles| profiles.get(NAME)).is_some()
}

fn is_in_environment(key: &str) -> bool {
    let key = key.to_uppercase().replace('-', "_");
    std::env::var_os(format!("CARGO_PROFILE_{}_{key}", NAME.to_uppercase())).is_some()
}
