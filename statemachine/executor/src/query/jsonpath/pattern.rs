//! The regular expressions of filters.

use std::sync::Arc;

use asl::Json;

use super::PathError;
use crate::query::regex::{Flavour, Regex};

/// The regular expressions of a path, compiled when they are first used.
#[derive(Default)]
pub(super) struct Patterns(Vec<Pattern>);

struct Pattern {
    source: (Arc<str>, Arc<str>),
    regex: Regex,
}

impl Patterns {
    /// Whether all of `value` matches, in so many `steps`.
    pub(super) fn matches(
        &mut self,
        (pattern, flags): (&Arc<str>, &Arc<str>),
        value: &Json,
        steps: &mut usize,
    ) -> Result<bool, PathError> {
        let regex = self.compiled(pattern, flags)?;
        let text: Vec<char> = match value {
            Json::String(text) => text.chars().collect(),
            Json::Number(_) | Json::Bool(_) => value.to_string().chars().collect(),
            _ => return Ok(false),
        };
        *steps = steps.checked_sub(text.len()).ok_or(PathError::TooMuchWork)?;
        regex.matches(&text, steps).map_err(|_| PathError::TooMuchWork)
    }

    fn compiled(&mut self, pattern: &Arc<str>, flags: &Arc<str>) -> Result<&Regex, PathError> {
        let invalid = |reason: String| PathError::Pattern {
            pattern: pattern.to_string(),
            reason,
        };
        let known = |known: &Pattern| known.source.0 == *pattern && known.source.1 == *flags;
        let place = match self.0.iter().position(known) {
            Some(place) => place,
            None => {
                let regex = Regex::new(pattern, flags, Flavour::Java).map_err(|error| invalid(error.to_string()))?;
                let source = (Arc::clone(pattern), Arc::clone(flags));
                self.0.push(Pattern { source, regex });
                self.0.len() - 1
            }
        };
        let found = self.0.get(place).map(|pattern| &pattern.regex);
        found.ok_or_else(|| invalid(String::new()))
    }
}
