//! Fills the placeholders of a definition: `${Name}` as in CloudFormation's definition substitutions, and the `REGION`
//! and `ACCOUNT_ID` of tutorials where they are a part of an ARN of their own.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-sam-sfn.html>

use crate::Span;

/// Words that stand for a value as a whole segment of an ARN, and the `${...}` they mean.
const ARN_SEGMENTS: [(&str, &str); 2] = [("REGION", "AWS::Region"), ("ACCOUNT_ID", "AWS::AccountId")];

/// A place in a definition that wants a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder<'a> {
    /// What is between `${` and `}`; `AWS::Region` for `REGION` and `AWS::AccountId` for `ACCOUNT_ID`.
    pub name: &'a str,
    /// The text of the same JSON string before it, as written; empty where it stands in no string.
    pub before: &'a str,
    /// The bytes it takes in the definition.
    pub span: Span,
    in_string: bool,
}

/// A definition with its placeholders filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Substituted {
    /// The text to parse.
    pub text: String,
    /// Placeholders nobody had a value for, with their places in the original; they are left as they are.
    pub unresolved: Vec<(String, Span)>,
    edits: Vec<Edit>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    original: Span,
    filled: Span,
}

impl Placeholder<'_> {
    /// Whether the name of a function or state machine belongs here, since the rest of the ARN is written out.
    #[must_use]
    pub fn wants_name(&self) -> bool {
        [":function:", ":stateMachine:"]
            .iter()
            .any(|kind| self.before.ends_with(kind))
    }
}

impl Substituted {
    /// Where something found in [`Substituted::text`] stands in the original; what was filled in stands where its
    /// placeholder does.
    #[must_use]
    pub fn original_span(&self, span: &Span) -> Span {
        let start = self.original_place(span.start, |edit| edit.original.start);
        let end = self.original_place(span.end, |edit| edit.original.end);
        start..end.max(start)
    }

    fn original_place(&self, place: usize, inside: impl Fn(&Edit) -> usize) -> usize {
        let before = self.edits.partition_point(|edit| edit.filled.end <= place);
        if let Some(edit) = self.edits.get(before).filter(|edit| edit.filled.start < place) {
            return inside(edit);
        }
        let last = before.checked_sub(1).and_then(|index| self.edits.get(index));
        last.map_or(place, |edit| edit.original.end + (place - edit.filled.end))
    }
}

/// The placeholders of `text`, in order.
#[must_use]
pub fn placeholders(text: &str) -> Vec<Placeholder<'_>> {
    let mut found = Vec::new();
    let mut string_start = None;
    let mut place = 0;
    while let Some(letter) = text.as_bytes().get(place) {
        let before = string_start.and_then(|start| text.get(start..place));
        if let Some(placeholder) = at(text, place, before) {
            place = placeholder.span.end;
            found.push(placeholder);
            continue;
        }
        match letter {
            b'\\' if string_start.is_some() => place += 1,
            b'"' if string_start.is_some() => string_start = None,
            b'"' => string_start = Some(place + 1),
            _ => {}
        }
        place += 1;
    }
    found
}

/// Fills the placeholders of `text` with what `value_of` gives; inside JSON strings the values are escaped.
#[must_use]
pub fn substitute(text: &str, value_of: impl Fn(&Placeholder<'_>) -> Option<String>) -> Substituted {
    let mut substituted = Substituted::default();
    let mut done = 0;
    for placeholder in placeholders(text) {
        let Some(value) = value_of(&placeholder) else {
            substituted
                .unresolved
                .push((placeholder.name.to_owned(), placeholder.span));
            continue;
        };
        substituted.text += text.get(done..placeholder.span.start).unwrap_or_default();
        let start = substituted.text.len();
        substituted.text += &if placeholder.in_string { escaped(&value) } else { value };
        done = placeholder.span.end;
        substituted.edits.push(Edit {
            original: placeholder.span,
            filled: start..substituted.text.len(),
        });
    }
    substituted.text += text.get(done..).unwrap_or_default();
    substituted
}

/// The placeholder that begins at byte `place`, of which `before` is what the string has before it.
fn at<'a>(text: &'a str, place: usize, before: Option<&'a str>) -> Option<Placeholder<'a>> {
    let rest = text.get(place..)?;
    let (name, length) = match rest.strip_prefix("${") {
        Some(rest) => braced(rest).map(|name| (name, name.len() + "${}".len()))?,
        None => segment(rest, before?)?,
    };
    Some(Placeholder {
        name,
        before: before.unwrap_or_default(),
        span: place..place + length,
        in_string: before.is_some(),
    })
}

fn braced(rest: &str) -> Option<&str> {
    let (name, _) = rest.split_once('}')?;
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | ':');
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

fn segment(rest: &str, before: &str) -> Option<(&'static str, usize)> {
    if !before.ends_with(':') {
        return None;
    }
    let (word, name) = ARN_SEGMENTS
        .iter()
        .find(|(word, _)| rest.strip_prefix(word).is_some_and(|rest| rest.starts_with(':')))?;
    Some((name, word.len()))
}

fn escaped(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}
