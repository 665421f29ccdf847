//! Text to [`Intrinsic`].

use std::sync::Arc;

use super::did_you_mean;
use crate::path::{self, PathSyntaxError, Scanner};
use crate::{Argument, Intrinsic, IntrinsicFunction, Json};

/// How many calls may be within each other.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html>
const MAX_NESTED: usize = 10;

/// The call that `text` is, or what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Intrinsic, PathSyntaxError> {
    let mut scanner = Scanner::new(text, 0);
    let call = call(&mut scanner, 0)?;
    if scanner.rest().is_empty() {
        Ok(call)
    } else {
        Err(scanner.expected("the end of the call"))
    }
}

fn call(scanner: &mut Scanner<'_>, depth: usize) -> Result<Intrinsic, PathSyntaxError> {
    let start = scanner.clone();
    if depth > MAX_NESTED {
        return Err(PathSyntaxError::TooDeep);
    }
    if !scanner.eat("States.") {
        return Err(start.expected("`States.`"));
    }
    let name = scanner.take_while(char::is_alphanumeric);
    let function = IntrinsicFunction::named(name).ok_or_else(|| PathSyntaxError::Intrinsic {
        name: name.to_owned(),
        help: did_you_mean(name, IntrinsicFunction::names()),
    })?;
    let arguments = arguments(scanner, depth)?;
    Ok(Intrinsic {
        text: Arc::from(start.up_to(scanner)),
        function,
        arguments,
    })
}

fn arguments(scanner: &mut Scanner<'_>, depth: usize) -> Result<Vec<Argument>, PathSyntaxError> {
    scanner.require("(", "`(`")?;
    scanner.skip_blanks();
    let mut arguments = Vec::new();
    if scanner.eat(")") {
        return Ok(arguments);
    }
    loop {
        scanner.skip_blanks();
        arguments.push(argument(scanner, depth)?);
        scanner.skip_blanks();
        if scanner.eat(")") {
            return Ok(arguments);
        }
        scanner.require(",", "`,` or `)`")?;
    }
}

fn argument(scanner: &mut Scanner<'_>, depth: usize) -> Result<Argument, PathSyntaxError> {
    match scanner.peek() {
        Some('\'') => quoted(scanner),
        Some('$') => path::parse(scanner.take_path()?).map(Argument::Path),
        Some('S') => call(scanner, depth + 1).map(Argument::Call),
        _ => {
            let start = scanner.clone();
            let literal = scanner.take_while(|letter| !matches!(letter, ',' | ')' | ' '));
            let literal = literal.parse::<Json>().ok();
            let scalar = literal.filter(|json| !matches!(json, Json::String(_) | Json::Array(_) | Json::Object(_)));
            scalar.map(Argument::Literal).ok_or_else(|| {
                start.expected("a path, a text in single quotes, a number, `true`, `false`, `null` or a call")
            })
        }
    }
}

/// Text in single quotes; of escapes there are `\'`, `\{`, `\}` and `\\`.
fn quoted(scanner: &mut Scanner<'_>) -> Result<Argument, PathSyntaxError> {
    let unclosed = PathSyntaxError::Unclosed {
        open: '\'',
        at: scanner.at(),
    };
    scanner.next();
    let start = scanner.clone();
    loop {
        let here = scanner.clone();
        match scanner.next().ok_or_else(|| unclosed.clone())? {
            '\'' => return Ok(Argument::Text(Arc::from(start.up_to(&here)))),
            '\\' if !matches!(scanner.next(), Some('\'' | '{' | '}' | '\\')) => {
                return Err(here.expected(r"an escape: one of `\'`, `\{`, `\}`, `\\`"));
            }
            _ => {}
        }
    }
}
