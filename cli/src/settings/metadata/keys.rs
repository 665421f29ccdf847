//! The keys of `deploy` and `build`: read, or told that they have no effect.

use std::{collections::BTreeMap, path::Path};

use asl::{Diagnostic, Severity};
use serde::de::DeserializeOwned;
use stack::Architecture;
use toml::{Spanned, Value};

use super::Place;
use crate::settings::{
    Variable, file,
    function::Layer,
    validate::{self, finding},
};

pub(super) type Table = BTreeMap<Spanned<String>, Spanned<Value>>;

const DEPLOY: &[&str] = &[
    "memory",
    "timeout",
    "description",
    "env",
    "env_var",
    "env_file",
    "include",
];

const BUILD: &[&str] = &[
    "arm64",
    "x86_64",
    "include",
    "features",
    "all_features",
    "no_default_features",
];

/// Keys that are about cargo-lambda's own commands, files and output.
const OF_NO_MATTER: &[&str] = &[
    "bin",
    "binary_name",
    "binary_path",
    "bins",
    "color",
    "compatible_runtimes",
    "compiler",
    "dry",
    "flatten",
    "internal",
    "jobs",
    "keep_going",
    "lambda_dir",
    "manifest_path",
    "message_format",
    "name",
    "output_format",
    "packages",
    "quiet",
    "release",
    "s3_bucket",
    "s3_key",
    "skip_target_check",
    "target_dir",
    "timings",
    "unit_graph",
    "verbose",
    "workspace",
];

/// Values that ask for what is done anyway; `false` does too.
const DEFAULTS: &[(&str, &str)] = &[
    ("runtime", "provided.al2023"),
    ("tracing", "passthrough"),
    ("tracing", "PassThrough"),
];

/// What to do instead.
const ADVICE: &[(&str, &str)] = &[
    (
        "log_retention",
        "write `retention_days` under `[logs]` in stepwright.toml",
    ),
    (
        "profile",
        "functions are compiled with a profile called `lambda`, if Cargo.toml has one",
    ),
    ("remote_config", "pass `--profile` and `--region`"),
    ("role", "stepwright makes a role for each function"),
    (
        "target",
        "write `architecture` in stepwright.toml, or set `build.target` in .cargo/config.toml",
    ),
];

/// What the tables `deploy` and `build` below `location` say, and what is to be told of them.
pub(super) fn layer(place: &Place<'_>, location: String, deploy: &Table, build: &Table) -> (Layer, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let mut deploy = Keys::new(deploy, format!("{location}/deploy"), &mut findings);
    let memory = deploy.get("memory", "a whole number");
    let timeout = deploy.get("timeout", "a whole number");
    let description = deploy.get("description", "a text");
    let environment = deploy.environment(&place.directory);
    let mut include = deploy.texts("include");
    deploy.tell_of_others(DEPLOY);
    let at_deploy = deploy.location;

    let mut build = Keys::new(build, format!("{location}/build"), &mut findings);
    include = match (include, build.texts("include")) {
        (Some(mut both), Some(more)) => {
            both.extend(more);
            Some(both)
        }
        (one, other) => one.or(other),
    };
    let architecture = build.architecture();
    let features = build.features(place);
    let without_defaults: Option<Spanned<bool>> = build.get("no_default_features", "true or false");
    build.tell_of_others(BUILD);

    let says = file::Function {
        package: Spanned::new(0..0, place.package.name.to_string()),
        binary: None,
        memory,
        timeout,
        architecture,
        environment,
        description,
        features,
        default_features: without_defaults.map(|without| !without.into_inner()),
        include,
        policy: Vec::new(),
        managed_policies: Vec::new(),
    };
    findings.extend(validate::function(&at_deploy, &says));
    let layer = Layer {
        says,
        location,
        directory: place.directory.clone(),
        report: place.report,
    };
    (layer, findings)
}

struct Keys<'a> {
    table: &'a Table,
    location: String,
    findings: &'a mut Vec<Diagnostic>,
}

impl<'a> Keys<'a> {
    fn new(table: &'a Table, location: String, findings: &'a mut Vec<Diagnostic>) -> Keys<'a> {
        Keys {
            table,
            location,
            findings,
        }
    }

    fn find(&self, key: &str) -> Option<&'a Spanned<Value>> {
        let mut entries = self.table.iter();
        entries.find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn problem(&mut self, key: &str, value: &Spanned<Value>, message: String) {
        self.findings
            .push(finding(&format!("{}/{key}", self.location), value.span(), message));
    }

    fn get<T: DeserializeOwned>(&mut self, key: &str, expected: &str) -> Option<Spanned<T>> {
        let value = self.find(key)?;
        match value.get_ref().clone().try_into() {
            Ok(typed) => Some(Spanned::new(value.span(), typed)),
            Err(_) => {
                let found = value.get_ref().type_str();
                self.problem(key, value, format!("expected {expected} for `{key}`, found {found}"));
                None
            }
        }
    }

    fn texts(&mut self, key: &str) -> Option<Vec<Spanned<String>>> {
        let texts: Spanned<Vec<String>> = self.get(key, "an array of texts")?;
        let span = texts.span();
        let each = texts.into_inner().into_iter();
        Some(each.map(|text| Spanned::new(span.clone(), text)).collect())
    }

    /// cargo-lambda has a switch for each architecture.
    fn architecture(&mut self) -> Option<Architecture> {
        let switches = [("arm64", Architecture::Arm64), ("x86_64", Architecture::X86_64)];
        let on = switches.map(|(key, architecture)| {
            let switch: Spanned<bool> = self.get(key, "true or false")?;
            switch.into_inner().then_some(architecture)
        });
        on.into_iter().flatten().next()
    }

    /// Features by name; `all_features` is all of their names.
    fn features(&mut self, place: &Place<'_>) -> Option<Vec<Spanned<String>>> {
        let named = self.texts("features");
        let all: Spanned<bool> = match self.get("all_features", "true or false") {
            Some(all) if *all.get_ref() => all,
            _ => return named,
        };
        let every = place.package.features.keys();
        Some(every.map(|name| Spanned::new(all.span(), name.clone())).collect())
    }

    /// Variables of `env_file`, `env_var` and `env`, the later over the earlier.
    fn environment(&mut self, directory: &Path) -> BTreeMap<Spanned<String>, Variable> {
        let mut variables = BTreeMap::new();
        if let Some(path) = self.get::<String>("env_file", "a path") {
            let span = path.span();
            match std::fs::read_to_string(directory.join(path.get_ref())) {
                Ok(text) => {
                    let lines = text.lines().map(str::trim);
                    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
                    self.assignments("env_file", &span, lines, &mut variables);
                }
                Err(error) => {
                    let message = format!("cannot read `{}`: {error}", path.get_ref());
                    self.findings
                        .push(finding(&format!("{}/env_file", self.location), span, message));
                }
            }
        }
        if let Some(list) = self.get::<Vec<String>>("env_var", "an array of `KEY=VALUE`") {
            let span = list.span();
            self.assignments(
                "env_var",
                &span,
                list.get_ref().iter().map(String::as_str),
                &mut variables,
            );
        }
        if let Some(table) = self.get::<BTreeMap<String, String>>("env", "a table of texts") {
            let span = table.span();
            for (key, value) in table.into_inner() {
                variables.insert(key, (span.clone(), value));
            }
        }
        let spanned = |(key, (span, value))| (Spanned::new(span, key), Variable::Text(value));
        variables.into_iter().map(spanned).collect()
    }

    fn assignments<'l>(
        &mut self,
        key: &str,
        span: &asl::Span,
        lines: impl Iterator<Item = &'l str>,
        variables: &mut BTreeMap<String, (asl::Span, String)>,
    ) {
        for line in lines {
            match line.split_once('=') {
                Some((name, value)) => {
                    variables.insert(
                        name.trim().to_owned(),
                        (span.clone(), unquoted(value.trim()).to_owned()),
                    );
                }
                // The line itself may be a secret.
                None => {
                    let message = format!("`{key}` has a line that is not `KEY=VALUE`");
                    self.findings
                        .push(finding(&format!("{}/{key}", self.location), span.clone(), message));
                }
            }
        }
    }

    fn tell_of_others(&mut self, honoured: &[&str]) {
        for (key, value) in self.table {
            let name = key.get_ref().as_str();
            if honoured.contains(&name) || OF_NO_MATTER.contains(&name) || asks_for_the_default(name, value.get_ref()) {
                continue;
            }
            let table = self.location.trim_start_matches('/').replace('/', ".");
            let message = format!("`{name}` in `[{table}]` has no effect here");
            let mut warning = finding(&format!("{}/{name}", self.location), key.span(), message);
            warning.severity = Severity::Warning;
            let advice = ADVICE.iter().find(|(key, _)| *key == name);
            self.findings
                .push(advice.iter().fold(warning, |warning, (_, help)| warning.help(*help)));
        }
    }
}

fn asks_for_the_default(key: &str, value: &Value) -> bool {
    match value {
        Value::Boolean(on) => !on,
        Value::String(text) => DEFAULTS.contains(&(key, text)),
        Value::Array(list) => list.is_empty(),
        Value::Table(table) => table.is_empty(),
        _ => false,
    }
}

fn unquoted(value: &str) -> &str {
    let inner = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}
