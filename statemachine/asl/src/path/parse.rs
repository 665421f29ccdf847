//! Text to [`Path`], as Jayway JsonPath reads it.

use std::sync::Arc;

use super::scan::Scanner;
use super::{Path, PathSyntaxError, Root, Segment, filter};
use crate::validate::variable_names;

/// More steps than anybody writes; it bounds how deep an evaluation can go.
const MAX_STEPS: usize = 500;

/// Reads a path.
///
/// Oddities of Jayway are kept, since definitions rely on what AWS takes: names may hold any character but `.`, `[`, `(`
/// and blanks, and one stray character at the end is ignored (`$.store[`).
///
/// # Errors
/// [`PathSyntaxError`] says what is wrong and where.
pub fn parse(text: &str) -> Result<Path, PathSyntaxError> {
    let mut scanner = Scanner::new(text.trim(), 0);
    let root = root(&mut scanner)?;
    Ok(Path {
        text: Arc::from(text),
        root,
        segments: segments(scanner, 0)?,
    })
}

fn root(scanner: &mut Scanner<'_>) -> Result<Root, PathSyntaxError> {
    if !scanner.eat("$") {
        return Err(PathSyntaxError::NoRoot);
    }
    if scanner.eat("$") {
        return Ok(Root::Context);
    }
    let name = scanner.take_while(unicode_ident::is_xid_continue);
    if name.is_empty() {
        return Ok(Root::Input);
    }
    if !variable_names::is_identifier(name) {
        return Err(PathSyntaxError::NoRoot);
    }
    Ok(Root::Variable(Arc::from(name)))
}

/// The steps behind a root; `depth` filters are around them.
pub(super) fn segments(mut scanner: Scanner<'_>, depth: usize) -> Result<Vec<Segment>, PathSyntaxError> {
    let mut segments = Vec::new();
    if scanner.rest().is_empty() {
        return Ok(segments);
    }
    if scanner.rest().ends_with('.') {
        return Err(PathSyntaxError::EndsWithDot);
    }
    if !scanner.rest().starts_with(['.', '[']) {
        return Err(scanner.expected("`.` or `[`"));
    }
    loop {
        if scanner.eat("..") {
            segments.push(Segment::Descend);
        } else {
            scanner.eat(".");
        }
        segments.push(segment(&mut scanner, depth)?);
        if scanner.rest().chars().nth(1).is_none() {
            return Ok(segments);
        }
        if segments.len() >= MAX_STEPS {
            return Err(PathSyntaxError::TooLong { most: MAX_STEPS });
        }
    }
}

fn segment(scanner: &mut Scanner<'_>, depth: usize) -> Result<Segment, PathSyntaxError> {
    match scanner.peek() {
        Some('[') => bracketed(scanner, depth),
        Some('*') => {
            scanner.next();
            Ok(Segment::Wildcard)
        }
        None | Some('.' | ' ') => Err(scanner.expected("a field name, `*` or `[`")),
        Some(_) => field(scanner),
    }
}

fn field(scanner: &mut Scanner<'_>) -> Result<Segment, PathSyntaxError> {
    let name = scanner.take_while(|letter| !matches!(letter, '.' | '[' | '(' | ' '));
    match scanner.peek() {
        Some(' ') => Err(PathSyntaxError::Blank { at: scanner.at() }),
        Some('(') => Err(PathSyntaxError::Function { name: name.to_owned() }),
        _ => Ok(Segment::Child(Arc::from(name))),
    }
}

fn bracketed(scanner: &mut Scanner<'_>, depth: usize) -> Result<Segment, PathSyntaxError> {
    let mut inner = scanner.clone();
    inner.next();
    let first = inner.peek_past_blanks();
    let mut inner = match first {
        Some('?') => return filtered(scanner, depth),
        Some('\'' | '"' | '*' | '0'..='9' | '-' | ':') => scanner.take_bracketed('[', ']')?,
        _ => return Err(inner.expected("`?`, a quoted name, an index or `*`")),
    };
    inner.skip_blanks();
    match first {
        Some('\'' | '"') => names(inner),
        Some('*') => {
            inner.next();
            inner.skip_blanks();
            if inner.rest().is_empty() {
                Ok(Segment::Wildcard)
            } else {
                Err(inner.expected("`]`"))
            }
        }
        _ => indices(&inner),
    }
}

fn names(mut inner: Scanner<'_>) -> Result<Segment, PathSyntaxError> {
    let mut names: Vec<Arc<str>> = Vec::new();
    loop {
        inner.skip_blanks();
        if !inner.rest().starts_with(['\'', '"']) {
            return Err(inner.expected("a quoted name"));
        }
        names.push(Arc::from(inner.take_quoted()?));
        inner.skip_blanks();
        if inner.rest().is_empty() {
            break;
        }
        inner.require(",", "`,` or `]`")?;
    }
    match names.as_slice() {
        [name] => Ok(Segment::Child(Arc::clone(name))),
        _ => Ok(Segment::Children(names)),
    }
}

fn indices(inner: &Scanner<'_>) -> Result<Segment, PathSyntaxError> {
    let number = |text: &str| {
        text.trim()
            .parse::<i32>()
            .map(i64::from)
            .map_err(|_| inner.expected("an index"))
    };
    let bound = |text: Option<&str>| match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => number(text).map(Some),
    };
    if inner.rest().contains(':') {
        let mut parts = inner.rest().split(':');
        let (from, to) = (bound(parts.next())?, bound(parts.next())?);
        if from.is_none() && to.is_none() {
            return Err(inner.expected("an index before or after `:`"));
        }
        return Ok(Segment::Slice { from, to });
    }
    let indices = inner.rest().split(',').map(number).collect::<Result<Vec<i64>, _>>()?;
    match indices.as_slice() {
        [index] => Ok(Segment::Index(*index)),
        _ => Ok(Segment::Indices(indices)),
    }
}

fn filtered(scanner: &mut Scanner<'_>, depth: usize) -> Result<Segment, PathSyntaxError> {
    scanner.next();
    scanner.require("?", "`?`")?;
    scanner.skip_blanks();
    if scanner.peek() != Some('(') {
        return Err(scanner.expected("`(`"));
    }
    let predicate = scanner.take_bracketed('(', ')')?;
    scanner.require("]", "`]`")?;
    filter::filter(predicate, depth + 1).map(Segment::Filter)
}
