use jsonata_core::parser::ParserError;

use super::code_start;

/// The code of the parser's error, and the error in the words of the reference.
pub(crate) fn of_parser(error: &ParserError, source: &str) -> (String, String) {
    let text = error.to_string();
    match (code_start(&text), error) {
        // The engine says of a regular expression what it says of a string.
        (_, ParserError::UnclosedString) if ends_in_regex(source) => {
            ("S0302".to_owned(), "No terminating / in regular expression".to_owned())
        }
        (Some(start), _) => {
            let (code, message) = text.split_at(start).1.split_at(5);
            let message = message.trim_start_matches(':').trim_start();
            (code.to_owned(), reworded(code, message))
        }
        (None, ParserError::UnclosedComment) => ("S0106".to_owned(), "Comment has no closing tag".to_owned()),
        (None, _) => ("S0201".to_owned(), text),
    }
}

fn reworded(code: &str, message: &str) -> String {
    match code {
        "S0102" => quote_rest(message, "Number out of range: "),
        "S0103" => format!("{}\"", message.replacen('\\', "\\\"", 1)),
        "S0201" => match message.strip_prefix("Syntax error: ") {
            Some(token) => format!("Syntax error: {}", symbol(token)),
            None => message.to_owned(),
        },
        "S0202" => between(message, "Expected ", ", got ", "").unwrap_or_else(|| message.to_owned()),
        "S0203" => middle(message, "Expected ", " before end of expression"),
        "S0204" => match message.strip_prefix("Unknown operator: ") {
            Some(token) => format!("Unknown operator: {}", symbol(token)),
            None => message.to_owned(),
        },
        "S0208" => "Parameter 1 of function definition must be a variable name (start with $)".to_owned(),
        "S0211" => middle(message, "The symbol ", " cannot be used as a unary operator"),
        "S0214" => match message.rsplit(' ').next() {
            Some(operator) => format!("The right side of \"{operator}\" must be a variable name (start with $)"),
            None => message.to_owned(),
        },
        _ => message.to_owned(),
    }
}

/// Whether a regular expression is open at the end of `source`. A slash begins one where a value may stand.
fn ends_in_regex(source: &str) -> bool {
    let mut chars = source.chars();
    let mut before = '(';
    while let Some(char) = chars.next() {
        let closing = match char {
            '"' | '\'' | '`' => char,
            '/' if "([{,;:?=<>!+-*%&|^~".contains(before) => '/',
            _ => {
                before = if char.is_whitespace() { before } else { char };
                continue;
            }
        };
        loop {
            match chars.next() {
                Some('\\') => drop(chars.next()),
                Some(char) if char == closing => break,
                Some(_) => {}
                None => return closing == '/',
            }
        }
        before = closing;
    }
    false
}

/// Whether the parser refuses what the reference refuses only when it evaluates: a call of a literal.
pub(crate) fn no_function(error: &ParserError) -> bool {
    error.to_string().contains("T1006:")
}

fn quote_rest(message: &str, start: &str) -> String {
    match message.strip_prefix(start) {
        Some(rest) => format!("{start}\"{rest}\""),
        None => message.to_owned(),
    }
}

fn middle(message: &str, start: &str, end: &str) -> String {
    match message.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)) {
        Some(token) => format!("{start}{}{end}", symbol(token)),
        None => message.to_owned(),
    }
}

fn between(message: &str, start: &str, joint: &str, end: &str) -> Option<String> {
    let (expected, found) = message.strip_prefix(start)?.split_once(joint)?;
    Some(format!("{start}{}{joint}{}{end}", symbol(expected), symbol(found)))
}

/// What stands in the text for a token of the engine's, as JSON.
fn symbol(token: &str) -> String {
    let text = match token {
        "Plus" => "+",
        "Minus" => "-",
        "Star" => "*",
        "StarStar" => "**",
        "Slash" => "/",
        "Percent" => "%",
        "Equal" => "=",
        "NotEqual" => "!=",
        "LessThan" => "<",
        "LessThanOrEqual" => "<=",
        "GreaterThan" => ">",
        "GreaterThanOrEqual" => ">=",
        "And" => "and",
        "Or" => "or",
        "In" => "in",
        "Ampersand" => "&",
        "Dot" => ".",
        "DotDot" => "..",
        "Question" | "QuestionQuestion" => "?",
        "QuestionColon" | "Colon" => ":",
        "ColonEqual" => ":=",
        "TildeArrow" => "~>",
        "LeftParen" => "(",
        "RightParen" => ")",
        "LeftBracket" => "[",
        "RightBracket" => "]",
        "LeftBrace" => "{",
        "RightBrace" => "}",
        "Comma" => ",",
        "Semicolon" => ";",
        "Caret" => "^",
        "Pipe" => "|",
        "Hash" => "#",
        "At" => "@",
        "Eof" => "(end)",
        "True" => return "true".to_owned(),
        "False" => return "false".to_owned(),
        "Null" => return "null".to_owned(),
        other => return payload(other),
    };
    format!("\"{text}\"")
}

/// The value of a token such as `Identifier("a")` or `Number(2.0)`.
fn payload(token: &str) -> String {
    let inner = token.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    match inner {
        Some(inner) => inner.strip_suffix(".0").unwrap_or(inner).to_owned(),
        None => format!("\"{token}\""),
    }
}
