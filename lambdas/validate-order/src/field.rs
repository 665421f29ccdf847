//! Reading a member of a JSON object that may be anything.

use std::fmt;

use serde_json::Value;

/// How much of a wrong value a message shows.
const SHOWN_CHARACTERS: usize = 40;

/// What is wrong with a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is not there, or null.
    Missing {
        /// The member.
        name: &'static str,
    },
    /// It is something else.
    Wrong {
        /// The member.
        name: &'static str,
        /// What it has to be.
        expected: &'static str,
        /// What it is, as JSON.
        found: String,
    },
}

/// A member of an object, by name.
pub(crate) struct Field<'a> {
    name: &'static str,
    value: Option<&'a Value>,
}

impl<'a> Field<'a> {
    pub(crate) fn new(name: &'static str, value: Option<&'a Value>) -> Self {
        let value = value.filter(|value| !value.is_null());
        Field { name, value }
    }

    pub(crate) fn is_absent(&self) -> bool {
        self.value.is_none()
    }

    pub(crate) fn required<T>(
        &self,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, Problem> {
        let Some(value) = self.value else {
            return Err(Problem::Missing { name: self.name });
        };
        read(value).ok_or_else(|| Problem::Wrong {
            name: self.name,
            expected,
            found: value.to_string(),
        })
    }

    /// A text with something in it, without the space around it.
    pub(crate) fn text(&self) -> Result<String, Problem> {
        self.required("a text that is not empty", |value| {
            trimmed(value).filter(|text| !text.is_empty())
        })
    }

    /// The same, or nothing; a text left empty is nothing.
    pub(crate) fn optional_text(&self) -> Result<Option<String>, Problem> {
        if self.is_absent() {
            return Ok(None);
        }
        let text = self.required("a text", trimmed)?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }
}

fn trimmed(value: &Value) -> Option<String> {
    value.as_str().map(|text| text.trim().to_owned())
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Missing { name } => write!(f, "`{name}` is missing"),
            Problem::Wrong { name, expected, found } => {
                let cut = found.char_indices().nth(SHOWN_CHARACTERS).map(|(end, _)| end);
                let shown = cut.and_then(|end| found.get(..end)).unwrap_or(found);
                let dots = if cut.is_some() { "..." } else { "" };
                write!(f, "`{name}` must be {expected}, not `{shown}{dots}`")
            }
        }
    }
}
