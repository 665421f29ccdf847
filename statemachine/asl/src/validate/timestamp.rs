//! Times as the language writes them: RFC 3339 with an upper-case `T` and `Z`.

use std::sync::Arc;

use crate::parse::Value;

/// The time in `value`.
pub(crate) fn timestamp(value: &Value<'_>) -> Option<Arc<str>> {
    let text = value.text()?;
    if is_timestamp(&text).is_none() {
        let problem = value.error("SCHEMA_VALIDATION_FAILED", "string does not match RFC3339 timestamp");
        return value.report(problem.help("write it like `2016-03-14T01:59:00Z`"));
    }
    Some(text)
}

fn is_timestamp(text: &str) -> Option<()> {
    let (date, time) = text.split_once('T')?;
    check_date(date)?;
    let time = match time.strip_suffix('Z') {
        Some(time) => time,
        None => {
            let (time, offset) = time.split_at(time.rfind(['+', '-'])?);
            let [hours, minutes] = numbers(offset.get(1..)?, ':')?;
            (hours <= 23 && minutes <= 59).then_some(time)?
        }
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hours, minutes, seconds] = numbers(time, ':')?;
    let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    (digits && hours <= 23 && minutes <= 59 && seconds <= 59).then_some(())
}

fn check_date(date: &str) -> Option<()> {
    let (year, rest) = date.split_once('-')?;
    if year.len() != 4 {
        return None;
    }
    let year = digits(year)?;
    let [month, day] = numbers(rest, '-')?;
    (1..=days(year, month)?).contains(&day).then_some(())
}

fn days(year: u32, month: u32) -> Option<u32> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => Some(if leap { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// As many two-digit numbers as asked for.
fn numbers<const N: usize>(text: &str, separator: char) -> Option<[u32; N]> {
    let numbers = text
        .split(separator)
        .map(|part| if part.len() == 2 { digits(part) } else { None })
        .collect::<Option<Vec<u32>>>()?;
    numbers.try_into().ok()
}

fn digits(text: &str) -> Option<u32> {
    let all = text.bytes().all(|byte| byte.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}
