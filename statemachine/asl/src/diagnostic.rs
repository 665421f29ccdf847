use std::ops::Range;

use serde::Serialize;

/// Bytes of the definition's text.
pub type Span = Range<usize>;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// AWS refuses the definition.
    Error,
    /// AWS takes it; it is likely not what was meant.
    Warning,
}

/// One finding about a definition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// AWS's code where AWS has one, such as `MISSING_TRANSITION_TARGET`.
    pub code: &'static str,
    /// What is wrong: lower case, no full stop, the user's own words in backticks.
    pub message: String,
    /// The place as AWS names it: `/States/C/Choices[0]/Next`.
    pub location: String,
    /// The bytes of the text the finding is about.
    pub span: Option<Span>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `location`.
    #[must_use]
    pub fn error(code: &'static str, location: impl Into<String>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            location: location.into(),
            span: None,
            help: None,
        }
    }

    /// The same with a place in the text.
    #[must_use]
    pub fn at(mut self, span: Span) -> Diagnostic {
        self.span = Some(span);
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Whether AWS would refuse the definition for it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
