//! Draws diagnostics with the lines of the file they are about.

use std::{fmt, ops::Range, path::PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use asl::{Diagnostic, Severity, Span};
use serde::{Serialize, Serializer};

/// What was found in one file. `Display` draws it; `Serialize` gives it with lines and columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The file, as the user would name it.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What was found, in the order to show.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Whether anything found is an error, not a warning.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    fn group<'a>(&'a self, path: &'a str, diagnostic: &'a Diagnostic) -> Group<'a> {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code));
        group = match &diagnostic.span {
            Some(span) => {
                let annotation = AnnotationKind::Primary.span(self.within(span));
                group.element(Snippet::source(&self.text).path(path).annotation(annotation))
            }
            None => group
                .element(Origin::path(path))
                .element(Level::NOTE.message(format!("at {}", diagnostic.location))),
        };
        match &diagnostic.help {
            Some(help) => group.element(Level::HELP.message(help)),
            None => group,
        }
    }

    /// The span cut to the text, on whole characters: a wrong span must not take the message away.
    fn within(&self, span: &Span) -> Range<usize> {
        let start = self.text.floor_char_boundary(span.start.min(self.text.len()));
        start..self.text.ceil_char_boundary(span.end.clamp(start, self.text.len()))
    }

    fn placed<'a>(&self, diagnostic: &'a Diagnostic) -> Placed<'a> {
        let place = diagnostic.span.as_ref().map(|span| self.place(span.start));
        Placed {
            diagnostic,
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
        }
    }

    /// Line and column, both from 1, columns in characters.
    fn place(&self, offset: usize) -> (usize, usize) {
        let before = self
            .text
            .get(..self.text.floor_char_boundary(offset))
            .unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let renderer = Renderer::styled();
        let path = self.path.display().to_string();
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n\n" };
            write!(f, "{separator}{}", renderer.render(&[self.group(&path, diagnostic)]))?;
        }
        Ok(())
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        File {
            path: self.path.display().to_string(),
            diagnostics: self
                .diagnostics
                .iter()
                .map(|diagnostic| self.placed(diagnostic))
                .collect(),
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct File<'a> {
    path: String,
    diagnostics: Vec<Placed<'a>>,
}

#[derive(Serialize)]
struct Placed<'a> {
    #[serde(flatten)]
    diagnostic: &'a Diagnostic,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}
