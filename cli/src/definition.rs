//! Definitions: a file becomes a state machine, with its placeholders filled for where it runs.

use std::{collections::BTreeMap, path::Path};

use asl::{Diagnostic, Json, MachineType, Placeholder, Span, StateMachine, Substituted};
use stack::Scope;

use crate::{
    diagnostics::Report,
    error::Error,
    settings::{self, Settings},
};

/// What placeholders stand for.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    /// Where the definition runs.
    pub scope: &'a Scope,
    /// The workspace with its functions and state machines, where there is one.
    pub settings: Option<&'a Settings>,
    /// Further values of `${...}`.
    pub substitutions: &'a BTreeMap<String, String>,
}

/// A definition that was read without errors.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The state machine.
    pub machine: StateMachine,
    /// The same as JSON, placeholders filled.
    pub json: Json,
    /// Its text and the warnings about it.
    pub findings: Findings,
}

/// What was found in a definition's file, and how to report more.
#[derive(Clone, Debug)]
pub struct Findings {
    report: Report,
    filled: Substituted,
}

/// Reads the definition of a machine of type `machine_type`.
///
/// # Errors
/// A file that cannot be read; all errors in it, placeholders without a value among them.
pub fn load(path: &Path, machine_type: MachineType, values: Values<'_>) -> Result<Definition, Error> {
    let shown = settings::shown(path);
    let text = std::fs::read_to_string(path).map_err(|source| Error::Unreadable {
        what: "definition",
        path: shown.clone(),
        source,
    })?;
    let filled = asl::substitute(&text, |placeholder| values.of(placeholder));
    let parsed = asl::parse_as(&filled.text, machine_type);
    let json = filled.text.parse();
    let unresolved = filled
        .unresolved
        .iter()
        .map(|(name, span)| unresolved(name, span, values))
        .collect();
    let mut findings = Findings {
        report: Report {
            path: shown,
            text,
            diagnostics: unresolved,
        },
        filled,
    };
    findings.add(parsed.diagnostics);
    findings.leave_out_consequences();
    match (parsed.machine, json) {
        (Some(machine), Ok(json)) if !findings.report.has_errors() => Ok(Definition {
            machine,
            json,
            findings,
        }),
        _ => Err(Error::Invalid(findings.report)),
    }
}

impl Findings {
    /// The warnings, if there are any.
    #[must_use]
    pub fn warnings(&self) -> Option<&Report> {
        (!self.report.diagnostics.is_empty()).then_some(&self.report)
    }

    /// The error that tells of what was `found` after reading.
    #[must_use]
    pub fn refuse(self, found: Vec<Diagnostic>) -> Error {
        Error::Invalid(self.about(found))
    }

    /// The report of what was `found` after reading, and of nothing else.
    #[must_use]
    pub fn about(mut self, found: Vec<Diagnostic>) -> Report {
        self.report.diagnostics.clear();
        self.add(found);
        self.report
    }

    /// Adds what was found in the filled text, with its place in the file.
    fn add(&mut self, found: Vec<Diagnostic>) {
        let filled = &self.filled;
        self.report.diagnostics.extend(found.into_iter().map(|mut diagnostic| {
            diagnostic.span = diagnostic.span.map(|span| filled.original_span(&span));
            diagnostic
        }));
    }

    /// Leaves out what is wrong with a string for want of the value of a placeholder in it.
    fn leave_out_consequences(&mut self) {
        let Report { text, diagnostics, .. } = &mut self.report;
        let unresolved = &self.filled.unresolved;
        diagnostics.retain(|diagnostic| {
            let Some(span) = &diagnostic.span else { return true };
            let about = text.get(span.clone()).unwrap_or_default();
            let is_string = about.starts_with('"') && about.ends_with('"');
            !is_string
                || unresolved
                    .iter()
                    .all(|(_, place)| place.start <= span.start || span.end <= place.end)
        });
    }
}

impl Values<'_> {
    /// The value of a placeholder.
    pub(crate) fn of(self, placeholder: &Placeholder<'_>) -> Option<String> {
        let scope = self.scope;
        match placeholder.name {
            "AWS::Region" => Some(scope.region.clone()),
            "AWS::AccountId" => Some(scope.account.clone()),
            "AWS::Partition" => Some(scope.partition.clone()),
            name => {
                let value = self.substitutions.get(name).cloned();
                value.or_else(|| self.resource(name, placeholder))
            }
        }
    }

    /// `${Name}`, `${Name.Arn}` and `${NameArn}` of a function or a state machine.
    fn resource(self, name: &str, placeholder: &Placeholder<'_>) -> Option<String> {
        let settings = self.settings?;
        let stem = name.strip_suffix(".Arn").or_else(|| name.strip_suffix("Arn"));
        [Some(name), stem].into_iter().flatten().find_map(|logical| {
            let deployed = self.scope.name(logical);
            let is_function = settings.function_names().any(|function| function == logical);
            let arn = match is_function {
                true => self.scope.function_arn(&deployed),
                false if settings.machines.contains_key(logical) => self.scope.machine_arn(&deployed),
                false => return None,
            };
            Some(if placeholder.wants_name() { deployed } else { arn })
        })
    }

    fn names(self) -> Vec<String> {
        let resources = self.settings.into_iter().flat_map(|settings| {
            let functions = settings.function_names().map(str::to_owned);
            functions.chain(settings.machines.keys().cloned())
        });
        resources.chain(self.substitutions.keys().cloned()).collect()
    }
}

impl Values<'_> {
    /// The finding that a placeholder has no value.
    pub(crate) fn unresolved(self, name: &str, span: &Span) -> Diagnostic {
        unresolved(name, span, self)
    }
}

fn unresolved(name: &str, span: &Span, values: Values<'_>) -> Diagnostic {
    let message = format!("`${{{name}}}` names no function, state machine or substitution");
    let found = Diagnostic::error("UNRESOLVED_PLACEHOLDER", "/", message).at(span.clone());
    let known = values.names();
    let near = settings::suggestion(name, known.iter().map(String::as_str));
    let advice = "or give it a value in `substitutions` of the state machine in stepwright.toml";
    found.help(match near {
        Some(near) => format!("{near} {advice}"),
        None => advice.trim_start_matches("or ").to_owned(),
    })
}
