//! The predicates in `[?(...)]`.

use std::sync::Arc;

use super::scan::Scanner;
use super::{Filter, FilterOperator, Operand, PathSyntaxError, Segment, parse};
use crate::Json;
use crate::json::Number;

/// Parentheses, negations and filters within each other.
const MAX_DEPTH: usize = 32;

/// Operators as they are written; a longer one stands before one that it begins with.
const SIGNS: [(&str, FilterOperator); 9] = [
    ("===", FilterOperator::StrictEqual),
    ("!==", FilterOperator::StrictNotEqual),
    ("==", FilterOperator::Equal),
    ("!=", FilterOperator::NotEqual),
    ("=~", FilterOperator::Matches),
    (">=", FilterOperator::GreaterOrEqual),
    ("<=", FilterOperator::LessOrEqual),
    (">", FilterOperator::Greater),
    ("<", FilterOperator::Less),
];

const WORDS: [(&str, FilterOperator); 10] = [
    ("in", FilterOperator::In),
    ("nin", FilterOperator::NotIn),
    ("contains", FilterOperator::Contains),
    ("all", FilterOperator::All),
    ("size", FilterOperator::Size),
    ("empty", FilterOperator::Empty),
    ("type", FilterOperator::Type),
    ("subsetof", FilterOperator::SubsetOf),
    ("anyof", FilterOperator::AnyOf),
    ("noneof", FilterOperator::NoneOf),
];

/// Reads a predicate that stands within `depth` others.
pub(super) fn filter(mut scanner: Scanner<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    let filter = or(&mut scanner, depth)?;
    scanner.skip_blanks();
    if scanner.rest().is_empty() {
        Ok(filter)
    } else {
        Err(scanner.expected("`&&`, `||` or `)`"))
    }
}

fn or(scanner: &mut Scanner<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    if depth > MAX_DEPTH {
        return Err(PathSyntaxError::TooDeep);
    }
    chain(scanner, "||", Filter::Or, |scanner| {
        chain(scanner, "&&", Filter::And, |scanner| term(scanner, depth))
    })
}

/// One or more of what `read` reads, with `sign` between.
fn chain<'a>(
    scanner: &mut Scanner<'a>,
    sign: &str,
    join: fn(Vec<Filter>) -> Filter,
    read: impl Fn(&mut Scanner<'a>) -> Result<Filter, PathSyntaxError>,
) -> Result<Filter, PathSyntaxError> {
    let first = read(scanner)?;
    scanner.skip_blanks();
    if !scanner.rest().starts_with(sign) {
        return Ok(first);
    }
    let mut filters = vec![first];
    while scanner.eat(sign) {
        filters.push(read(scanner)?);
        scanner.skip_blanks();
    }
    Ok(join(filters))
}

fn term(scanner: &mut Scanner<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    scanner.skip_blanks();
    if depth > MAX_DEPTH {
        return Err(PathSyntaxError::TooDeep);
    }
    match scanner.peek() {
        Some('!') => {
            scanner.next();
            term(scanner, depth + 1).map(|filter| Filter::Not(Box::new(filter)))
        }
        Some('(') => filter(scanner.take_bracketed('(', ')')?, depth + 1),
        _ => comparison(scanner, depth),
    }
}

fn comparison(scanner: &mut Scanner<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    let left = operand(scanner, depth)?;
    scanner.skip_blanks();
    match operator(scanner)? {
        Some(operator) => Ok(Filter::Compare(left, operator, operand(scanner, depth)?)),
        None if matches!(left, Operand::Item(_) | Operand::Document(_)) => Ok(Filter::Exists(left)),
        None => Err(scanner.expected("an operator")),
    }
}

/// The operator that comes next; nothing at the end of a term.
fn operator(scanner: &mut Scanner<'_>) -> Result<Option<FilterOperator>, PathSyntaxError> {
    if scanner.rest().is_empty() || scanner.rest().starts_with("&&") || scanner.rest().starts_with("||") {
        return Ok(None);
    }
    if let Some((_, operator)) = SIGNS.iter().find(|(sign, _)| scanner.eat(sign)) {
        return Ok(Some(*operator));
    }
    let before = scanner.clone();
    let word = scanner.take_while(char::is_alphabetic).to_lowercase();
    match WORDS.iter().find(|(known, _)| *known == word) {
        Some((_, operator)) => Ok(Some(*operator)),
        None => Err(before.expected("an operator")),
    }
}

fn operand(scanner: &mut Scanner<'_>, depth: usize) -> Result<Operand, PathSyntaxError> {
    scanner.skip_blanks();
    match scanner.peek() {
        Some('@') => path(scanner, depth).map(Operand::Item),
        Some('$') => path(scanner, depth).map(Operand::Document),
        Some('/') => regex(scanner),
        _ => literal(scanner, depth).map(Operand::Literal),
    }
}

fn path(scanner: &mut Scanner<'_>, depth: usize) -> Result<Vec<Segment>, PathSyntaxError> {
    scanner.next();
    let at = scanner.at();
    parse::segments(Scanner::new(scanner.take_path()?, at), depth)
}

fn regex(scanner: &mut Scanner<'_>) -> Result<Operand, PathSyntaxError> {
    let unclosed = PathSyntaxError::Unclosed {
        open: '/',
        at: scanner.at(),
    };
    scanner.next();
    let mut pattern = String::new();
    loop {
        match scanner.next().ok_or_else(|| unclosed.clone())? {
            '/' => break,
            '\\' => {
                pattern.push('\\');
                pattern.push(scanner.next().ok_or_else(|| unclosed.clone())?);
            }
            letter => pattern.push(letter),
        }
    }
    Ok(Operand::Regex {
        pattern: Arc::from(pattern),
        flags: Arc::from(scanner.take_while(char::is_alphabetic)),
    })
}

fn literal(scanner: &mut Scanner<'_>, depth: usize) -> Result<Json, PathSyntaxError> {
    scanner.skip_blanks();
    match scanner.peek() {
        Some('\'' | '"') => scanner.take_quoted().map(Json::from),
        Some('[') => list(scanner.take_bracketed('[', ']')?, depth + 1),
        Some('-' | '0'..='9' | '.') => number(scanner),
        _ => {
            let before = scanner.clone();
            match scanner.take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-')) {
                "" => Err(before.expected("a path, a quoted text, a number, `true`, `false`, `null` or a list")),
                "true" => Ok(Json::Bool(true)),
                "false" => Ok(Json::Bool(false)),
                "null" => Ok(Json::Null),
                // Samples that AWS publishes leave the quotes out: `[?(@.Type == AMOUNT_PAID)]`.
                word => Ok(Json::from(word)),
            }
        }
    }
}

fn list(mut inner: Scanner<'_>, depth: usize) -> Result<Json, PathSyntaxError> {
    if depth > MAX_DEPTH {
        return Err(PathSyntaxError::TooDeep);
    }
    let mut items = Vec::new();
    inner.skip_blanks();
    while !inner.rest().is_empty() {
        items.push(literal(&mut inner, depth)?);
        inner.skip_blanks();
        if !inner.rest().is_empty() {
            inner.require(",", "`,` or `]`")?;
        }
    }
    Ok(Json::array(items))
}

fn number(scanner: &mut Scanner<'_>) -> Result<Json, PathSyntaxError> {
    let before = scanner.clone();
    let text = scanner.take_while(|letter| matches!(letter, '0'..='9' | '.' | '-' | '+' | 'e' | 'E'));
    let whole = text.parse::<i64>().ok().map(Json::from);
    let float = || Number::from_f64(text.parse().ok()?).map(Json::Number);
    whole.or_else(float).ok_or_else(|| before.expected("a number"))
}
