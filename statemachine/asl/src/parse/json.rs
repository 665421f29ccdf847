//! Strict JSON with places. `serde_json` judges the syntax, `jsonc-parser` knows where things stand.

use std::sync::Arc;

use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, ast};
use serde::de::IgnoredAny;

use super::{Content, Diagnostic, Field, Node, Span};
use crate::json::Number;

/// How deep a definition may be nested. AWS's own limit is not published; `serde_json` reads inputs as deep as this.
const MAX_DEPTH: usize = 128;

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads `text`, or says what is wrong with it.
pub(super) fn read(text: &str) -> Result<Node, Diagnostic> {
    check_byte_order_mark(text)?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| syntax_error(text, &error))?;
    check_depth(text)?;
    let tree = jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        invalid_json(
            text,
            error.range().start..error.range().end,
            "invalid Unicode escape".to_owned(),
        )
    })?;
    let root = tree
        .value
        .ok_or_else(|| invalid_json(text, 0..0, "there is no value".to_owned()))?;
    node(text, &root)
}

fn check_byte_order_mark(text: &str) -> Result<(), Diagnostic> {
    let mark = '\u{feff}';
    if !text.starts_with(mark) {
        return Ok(());
    }
    let problem = invalid_json(
        text,
        0..mark.len_utf8(),
        "the text begins with a byte order mark".to_owned(),
    );
    Err(problem.help("save the file as UTF-8 without a byte order mark"))
}

/// Counts brackets in text that is known to be JSON.
fn check_depth(text: &str) -> Result<(), Diagnostic> {
    let mut depth = 0usize;
    let mut in_string = false;
    let mut escaped = false;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            let message = format!("the definition is nested more than {MAX_DEPTH} levels deep");
            return Err(Diagnostic::error("TOO_DEEPLY_NESTED", "/", message).at(place..place + 1));
        }
    }
    Ok(())
}

fn syntax_error(text: &str, error: &serde_json::Error) -> Diagnostic {
    let place = offset(text, error.line(), error.column());
    if let Some(word) = unknown_word(text, place) {
        let message = format!(
            "unrecognized token `{}`: was expecting (JSON String, Number, Array, Object or token `null`, `true` or \
             `false`)",
            text.get(word.clone()).unwrap_or_default()
        );
        return invalid_json(text, word, message);
    }
    let span = char_at(text, place);
    if error.is_eof() {
        let problem = invalid_json(
            text,
            text.len()..text.len(),
            "unexpected end of the definition".to_owned(),
        );
        return problem.help("close what is open: `}`, `]` or `\"`");
    }
    let words = error.to_string();
    let message = words.split(" at line ").next().unwrap_or(&words);
    let mut problem = invalid_json(text, span.clone(), message.to_owned());
    problem.help = usual_mistake(text, &span).map(str::to_owned);
    problem
}

fn usual_mistake(text: &str, span: &Span) -> Option<&'static str> {
    match text.get(span.clone())? {
        "'" => Some("JSON strings stand in double quotes"),
        "/" => Some("JSON has no comments; use a `Comment` field"),
        "}" | "]" if text.get(..span.start)?.trim_end().ends_with(',') => Some("remove the comma before it"),
        _ => None,
    }
}

/// The word around byte `place` where a value should stand.
fn unknown_word(text: &str, place: usize) -> Option<Span> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let (before, after) = text.as_bytes().split_at_checked(place)?;
    let start = place - before.iter().rev().take_while(|byte| is_part(byte)).count();
    let end = place + after.iter().take_while(|byte| is_part(byte)).count();
    let word = text.get(start..end)?;
    let before = text.get(..start)?.trim_end();
    let is_value_place = before.is_empty() || before.ends_with([':', '[', ',', '{']);
    (word.starts_with(|letter: char| letter.is_ascii_alphabetic()) && is_value_place).then_some(start..end)
}

fn invalid_json(text: &str, span: Span, message: String) -> Diagnostic {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    Diagnostic::error(
        "INVALID_JSON_DESCRIPTION",
        format!("line {line}, column {column}"),
        message,
    )
    .at(span)
}

/// The byte that `serde_json` means; its columns count bytes, the first is 1, and 0 is the line break before.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start = text
        .match_indices('\n')
        .nth(line.saturating_sub(2))
        .filter(|_| line > 1)
        .map_or(0, |(place, _)| place + 1);
    (line_start + column).saturating_sub(1).min(text.len())
}

/// The character around byte `place`.
fn char_at(text: &str, place: usize) -> Span {
    let start = (0..=place).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let length = text
        .get(start..)
        .and_then(|rest| rest.chars().next())
        .map_or(0, char::len_utf8);
    start..start + length
}

fn node(text: &str, value: &ast::Value<'_>) -> Result<Node, Diagnostic> {
    let range = value.range();
    let span = range.start..range.end;
    let content = match value {
        ast::Value::NullKeyword(_) => Content::Null,
        ast::Value::BooleanLit(literal) => Content::Bool(literal.value),
        ast::Value::NumberLit(literal) => Content::Number(number(text, &span, literal.value)?),
        ast::Value::StringLit(literal) => Content::String(Arc::from(&*literal.value)),
        ast::Value::Array(array) => Content::Array(
            array
                .elements
                .iter()
                .map(|item| node(text, item))
                .collect::<Result<_, _>>()?,
        ),
        ast::Value::Object(object) => Content::Object(
            object
                .properties
                .iter()
                .map(|property| field(text, property))
                .collect::<Result<_, _>>()?,
        ),
    };
    Ok(Node { span, content })
}

fn field(text: &str, property: &ast::ObjectProp<'_>) -> Result<Field, Diagnostic> {
    let name = property.name.range();
    Ok(Field {
        name: Arc::from(property.name.as_str()),
        name_span: name.start..name.end,
        value: node(text, &property.value)?,
    })
}

fn number(text: &str, span: &Span, literal: &str) -> Result<Number, Diagnostic> {
    serde_json::from_str(literal).map_err(|_| invalid_json(text, span.clone(), "number out of range".to_owned()))
}
