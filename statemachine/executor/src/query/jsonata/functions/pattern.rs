//! Regular expressions of JavaScript that the engine has not.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use jsonata_core::evaluator::EvaluatorError;
use jsonata_core::value::{JMap, JValue};

use super::{Answer, Shared, arguments};
use crate::query::jsonata::error::EvaluationError;
use crate::query::regex::{Exhausted, Flavour, Found, Regex};

/// Steps that about fill the time an evaluation has.
const STEPS: usize = 20_000_000;

/// A pattern and its flags as one text.
pub(crate) fn encoded(pattern: &str, flags: &str) -> String {
    format!("{flags}/{pattern}")
}

/// What an evaluation knows of its regular expressions.
#[derive(Debug)]
pub(super) struct Matching {
    steps: Cell<usize>,
    patterns: RefCell<Vec<(String, Rc<Regex>)>>,
    /// The text that was looked at last: it is looked at again for the next match.
    text: RefCell<Option<Rc<Text>>>,
}

#[derive(Debug)]
struct Text {
    source: String,
    chars: Vec<char>,
    /// Where each character begins for JavaScript, which counts UTF-16 units, and where the last one ends.
    units: Vec<usize>,
}

impl Default for Matching {
    fn default() -> Matching {
        Matching {
            steps: Cell::new(STEPS),
            patterns: RefCell::default(),
            text: RefCell::default(),
        }
    }
}

impl Matching {
    pub(super) fn begin(&self) {
        self.steps.set(STEPS);
        self.text.take();
    }

    fn pattern(&self, encoded: &str) -> Result<Rc<Regex>, EvaluatorError> {
        let mut patterns = self.patterns.borrow_mut();
        if let Some((_, regex)) = patterns.iter().find(|(known, _)| known == encoded) {
            return Ok(Rc::clone(regex));
        }
        let (flags, pattern) = encoded.split_once('/').unwrap_or_default();
        let regex = Regex::new(pattern, flags, Flavour::JavaScript)
            .map_err(|error| EvaluatorError::EvaluationError(error.to_string()))?;
        let regex = Rc::new(regex);
        patterns.push((encoded.to_owned(), Rc::clone(&regex)));
        Ok(regex)
    }

    fn text(&self, source: &str) -> Rc<Text> {
        let mut last = self.text.borrow_mut();
        if let Some(text) = last.as_ref().filter(|text| text.source == source) {
            return Rc::clone(text);
        }
        let text = Rc::new(Text::of(source));
        *last = Some(Rc::clone(&text));
        text
    }
}

impl Text {
    fn of(source: &str) -> Text {
        let chars: Vec<char> = source.chars().collect();
        let mut end = 0;
        let mut units = vec![0];
        units.extend(chars.iter().map(|char| {
            end += char.len_utf16();
            end
        }));
        Text {
            source: source.to_owned(),
            chars,
            units,
        }
    }

    fn slice(&self, from: usize, to: usize) -> String {
        self.chars.get(from..to).unwrap_or_default().iter().collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "no text is that long")]
    fn unit(&self, at: usize) -> JValue {
        JValue::Number(self.units.get(at).copied().unwrap_or_default() as f64)
    }
}

/// The first match from `from` on.
fn find(
    shared: &Shared,
    regex: &Regex,
    text: &Text,
    from: usize,
) -> Result<Option<(usize, usize, Found)>, EvaluatorError> {
    let matching = &shared.matching;
    let mut steps = matching.steps.get();
    let found = regex.find(&text.chars, from, &mut steps);
    matching.steps.set(steps);
    let found = found.map_err(|Exhausted| shared.exceed(EvaluationError::Time))?;
    Ok(found.and_then(|found| {
        let (start, end) = (*found.first()?)?;
        Some((start, end, found))
    }))
}

/// The match after one that ends at `from`.
fn find_next(
    shared: &Shared,
    regex: &Regex,
    text: &Text,
    from: usize,
) -> Result<Option<(usize, usize, Found)>, EvaluatorError> {
    if from >= text.chars.len() {
        return Ok(None);
    }
    match find(shared, regex, text, from)? {
        Some((start, end, _)) if start == end => Err(EvaluatorError::EvaluationError(
            "D1004: Regular expression matches zero length string".to_owned(),
        )),
        found => Ok(found),
    }
}

/// `(pattern, text, from, first)`: what a matcher gives, but for its `next`.
pub(super) fn found(arguments: &[JValue], shared: &Shared) -> Answer {
    let pattern = arguments::get(arguments, 0);
    let source = match arguments::get(arguments, 1) {
        JValue::String(text) => text.to_string(),
        value @ (JValue::Number(_) | JValue::Bool(_) | JValue::Null) => value.to_json_string().unwrap_or_default(),
        _ => return Ok(JValue::Undefined),
    };
    let regex = shared.matching.pattern(pattern.as_str().unwrap_or_default())?;
    let text = shared.matching.text(&source);
    let from = match arguments::get(arguments, 2) {
        JValue::Number(from) if from > 0.0 => from,
        _ => 0.0,
    };
    #[expect(clippy::cast_precision_loss, reason = "no text is that long")]
    let from = text.units.partition_point(|unit| (*unit as f64) < from);
    if from > text.chars.len() {
        return Ok(JValue::Undefined);
    }
    let first = !matches!(arguments::get(arguments, 3), JValue::Bool(false));
    let found = if first {
        find(shared, &regex, &text, from)?
    } else {
        find_next(shared, &regex, &text, from)?
    };
    let Some((start, end, groups)) = found else {
        return Ok(JValue::Undefined);
    };
    let groups = groups.into_iter().skip(1).map(|group| match group {
        Some((start, end)) => JValue::string(text.slice(start, end)),
        None => JValue::Undefined,
    });
    let fields = [
        ("match", JValue::string(text.slice(start, end))),
        ("start", text.unit(start)),
        ("end", text.unit(end)),
        ("groups", JValue::array(groups.collect())),
    ];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
    Ok(JValue::Object(Rc::new(fields.collect::<JMap>())))
}

/// `(found, next)`
pub(super) fn with_next(arguments: &[JValue], _: &Shared) -> Answer {
    let JValue::Object(mut found) = arguments::get(arguments, 0) else {
        return Ok(JValue::Undefined);
    };
    Rc::make_mut(&mut found).insert("next".to_owned(), arguments::get(arguments, 1));
    Ok(JValue::Object(found))
}

/// `$contains(text, pattern)`
pub(super) fn contains(arguments: &[JValue], shared: &Shared) -> Answer {
    let (Some(source), Some(pattern)) = (
        arguments::text("contains", arguments, 0)?,
        arguments::text("contains", arguments, 1)?,
    ) else {
        return Ok(JValue::Undefined);
    };
    let regex = shared.matching.pattern(pattern)?;
    let text = shared.matching.text(source);
    Ok(JValue::Bool(find(shared, &regex, &text, 0)?.is_some()))
}

/// `$split(text, pattern[, limit])`
pub(super) fn split(arguments: &[JValue], shared: &Shared) -> Answer {
    let (Some(source), Some(pattern)) = (
        arguments::text("split", arguments, 0)?,
        arguments::text("split", arguments, 1)?,
    ) else {
        return Ok(JValue::Undefined);
    };
    let limit = match arguments::get(arguments, 2) {
        JValue::Undefined => f64::INFINITY,
        JValue::Number(limit) if limit >= 0.0 => limit.floor(),
        JValue::Number(_) => {
            return Err(EvaluatorError::EvaluationError(
                "D3020: Third argument of split function must evaluate to a positive number".to_owned(),
            ));
        }
        _ => return Err(arguments::mismatch("split", 2)),
    };
    let regex = shared.matching.pattern(pattern)?;
    let text = shared.matching.text(source);
    let (mut parts, mut from) = (Vec::new(), 0);
    let mut found = find(shared, &regex, &text, 0)?;
    #[expect(clippy::cast_precision_loss, reason = "no text is that long")]
    while (parts.len() as f64) < limit {
        let Some((start, end, _)) = found else {
            parts.push(JValue::string(text.slice(from, text.chars.len())));
            break;
        };
        parts.push(JValue::string(text.slice(from, start)));
        from = end;
        found = find_next(shared, &regex, &text, from)?;
    }
    Ok(JValue::array(parts))
}
