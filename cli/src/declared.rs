//! What stepwright.toml declares of roles, with its placeholders filled, and what is wrong with it for a definition.

use asl::{Diagnostic, Severity, Span};
use stack::{Conditions, Declared, Finding, OwnStatement, Subject};
use toml::Spanned;

use crate::{
    definition::Values,
    diagnostics::Report,
    error::Error,
    settings::{self, Allowance, Machine, Settings, Statement},
};

/// The code of findings about what is declared.
const CODE: &str = "DECLARED_PERMISSIONS";

/// What a state machine's role is declared to be allowed.
///
/// # Errors
/// Placeholders without a value.
pub(crate) fn of_machine(settings: &Settings, machine: &Machine, values: Values<'_>) -> Result<Declared, Error> {
    let mut filling = Filling::new(values);
    let declared = Declared {
        allow: machine
            .allow
            .iter()
            .map(|entry| filling.allowance(entry.get_ref()))
            .collect(),
        policy: filling.statements(&machine.policy),
    };
    filling.finish(settings)?;
    Ok(declared)
}

/// The statements that a function's role has of its own.
///
/// # Errors
/// Placeholders without a value.
pub(crate) fn of_function(
    settings: &Settings,
    policy: &[Spanned<Statement>],
    values: Values<'_>,
) -> Result<Vec<OwnStatement>, Error> {
    let mut filling = Filling::new(values);
    let statements = filling.statements(policy);
    filling.finish(settings)?;
    Ok(statements)
}

/// What is wrong with the declarations of a state machine; nothing where they are as they should be.
pub(crate) fn report(settings: &Settings, name: &str, machine: &Machine, findings: &[Finding]) -> Option<Report> {
    let found: Vec<Diagnostic> = findings
        .iter()
        .filter_map(|finding| diagnostic(name, machine, finding))
        .collect();
    (!found.is_empty()).then(|| settings.report(found))
}

fn diagnostic(name: &str, machine: &Machine, finding: &Finding) -> Option<Diagnostic> {
    match finding {
        Finding::UnknownState { entry, state, known } => {
            let states = states(machine, *entry)?;
            let span = states.iter().find(|named| named.get_ref() == state)?.span();
            let message = format!("state machine `{name}` has no state `{state}`");
            let found = Diagnostic::error(CODE, location(name, *entry), message).at(span);
            let help = settings::suggestion(state, known.iter().map(String::as_str));
            Some(help.into_iter().fold(found, Diagnostic::help))
        }
        Finding::Unneeded(subject) => {
            let (text, span) = part(machine, *subject)?;
            let message = format!("no call of state machine `{name}` needs `{text}`");
            let found = Diagnostic::error(CODE, location(name, *subject), message).at(span);
            let warning = Diagnostic {
                severity: Severity::Warning,
                ..found
            };
            Some(warning.help("leave it out: its definition says what these calls are about, or has none of them"))
        }
    }
}

fn location(machine: &str, subject: Subject) -> String {
    match subject {
        Subject::Resource(entry, _) => format!("/machines/{machine}/allow/{entry}/resources"),
        Subject::Without(entry, _) => format!("/machines/{machine}/allow/{entry}/without"),
        Subject::Statement(entry) => format!("/machines/{machine}/policy/{entry}"),
    }
}

fn states(machine: &Machine, subject: Subject) -> Option<&[Spanned<String>]> {
    match subject {
        Subject::Resource(entry, _) | Subject::Without(entry, _) => Some(&machine.allow.get(entry)?.get_ref().states),
        Subject::Statement(entry) => Some(&machine.policy.get(entry)?.get_ref().states),
    }
}

/// A part of a declaration, as it is written, with its place.
fn part(machine: &Machine, subject: Subject) -> Option<(&str, Span)> {
    let text = match subject {
        Subject::Resource(entry, place) => machine.allow.get(entry)?.get_ref().resources.get(place)?,
        Subject::Without(entry, place) => machine.allow.get(entry)?.get_ref().without.get(place)?,
        Subject::Statement(_) => return None,
    };
    Some((text.get_ref(), text.span()))
}

/// Texts being filled; what has no value is collected.
struct Filling<'a> {
    values: Values<'a>,
    problems: Vec<Diagnostic>,
}

impl<'a> Filling<'a> {
    fn new(values: Values<'a>) -> Filling<'a> {
        Filling {
            values,
            problems: Vec::new(),
        }
    }

    fn finish(self, settings: &Settings) -> Result<(), Error> {
        match self.problems.is_empty() {
            true => Ok(()),
            false => Err(Error::Invalid(settings.report(self.problems))),
        }
    }

    fn allowance(&mut self, says: &Allowance) -> stack::Allowance {
        stack::Allowance {
            states: texts(&says.states),
            integration: says.integration.as_ref().map(|name| name.get_ref().clone()),
            actions: texts(&says.actions),
            resources: self.all(&says.resources),
            without: texts(&says.without),
        }
    }

    fn statements(&mut self, policy: &[Spanned<Statement>]) -> Vec<OwnStatement> {
        policy.iter().map(|statement| self.statement(statement)).collect()
    }

    fn statement(&mut self, statement: &Spanned<Statement>) -> OwnStatement {
        let says = statement.get_ref();
        let mut conditions = Conditions::new();
        for (operator, keys) in &says.conditions {
            for (key, values) in keys {
                let values = values.items().iter().map(|value| self.fill(value, operator.span()));
                let of_operator = conditions.entry(operator.get_ref().clone()).or_default();
                of_operator.insert(key.clone(), values.collect());
            }
        }
        OwnStatement {
            sid: says.sid.as_ref().map(|sid| sid.get_ref().clone()),
            states: texts(&says.states),
            actions: texts(&says.actions),
            resources: self.all(&says.resources),
            conditions,
        }
    }

    fn all(&mut self, texts: &[Spanned<String>]) -> Vec<String> {
        texts
            .iter()
            .map(|text| self.fill(text.get_ref(), text.span()))
            .collect()
    }

    /// A text with its placeholders filled as those of a definition are. What IAM itself fills stays.
    fn fill(&mut self, text: &str, span: Span) -> String {
        let json = serde_json::Value::from(text).to_string();
        let filled = asl::substitute(&json, |placeholder| match placeholder.name {
            name if is_of_iam(name) => Some(format!("${{{name}}}")),
            _ => self.values.of(placeholder),
        });
        for (name, _) in &filled.unresolved {
            self.problems.push(self.values.unresolved(name, &span));
        }
        serde_json::from_str(&filled.text).unwrap_or_else(|_| text.to_owned())
    }
}

/// Variables of policies, such as `aws:PrincipalTag/team`, and characters that are escaped.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
fn is_of_iam(name: &str) -> bool {
    let is_variable = name.contains(':') && !name.starts_with("AWS::");
    is_variable || matches!(name, "*" | "?" | "$")
}

fn texts<T: FromIterator<String>>(texts: &[Spanned<String>]) -> T {
    texts.iter().map(|text| text.get_ref().clone()).collect()
}
