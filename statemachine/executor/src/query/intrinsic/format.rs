use asl::{IntrinsicFunction, Json};

use super::problem::{Problem, check_size};
use crate::query::java;

/// `States.Format(template, value, ...)`: the template with its `{}` replaced by the values in order.
///
/// Braces that are no place for a value must be escaped, as `\{` and `\}`.
pub(super) fn call(arguments: &[Json]) -> Result<Json, Problem> {
    let invalid = || Problem::Arguments(IntrinsicFunction::Format);
    check_size(arguments)?;
    let (template, values) = arguments.split_first().ok_or_else(invalid)?;
    let mut values = values.iter();
    let mut letters = template.as_str().ok_or_else(invalid)?.chars().peekable();
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.push(letters.next_if(|next| "'{}\\".contains(*next)).unwrap_or(letter)),
            '{' if letters.next_if_eq(&'}').is_some() => text += &java::text(values.next().ok_or_else(invalid)?),
            '{' => return Err(unmatched('{', '}')),
            '}' => return Err(unmatched('}', '{')),
            _ => text.push(letter),
        }
    }
    match values.next() {
        None => Ok(text.into()),
        Some(_) => Err(invalid()),
    }
}

fn unmatched(brace: char, missing: char) -> Problem {
    Problem::Template { brace, missing }
}
