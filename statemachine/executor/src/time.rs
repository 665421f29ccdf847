use jiff::{SignedDuration, Timestamp};

/// The form of times in the Context Object: milliseconds, UTC.
pub(crate) fn context_time(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// `time` plus `span`, or the last time there is.
pub(crate) fn later(time: Timestamp, span: SignedDuration) -> Timestamp {
    time.checked_add(span).unwrap_or(Timestamp::MAX)
}

pub(crate) fn seconds(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Reads a time in the ISO-8601 extended offset date-time format, which is what AWS calls it and Java's name for
/// `2016-12-05T21:29:29.5+01:00`: seconds may be missing, `T` and `Z` are capitals. `jiff` takes more than that.
///
/// <https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/time/format/DateTimeFormatter.html#ISO_OFFSET_DATE_TIME>
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_once('T')?;
    let (time, offset) = rest.split_at(rest.find(['Z', '+', '-'])?);
    let well_formed = looks_like(date, "0000-00-00") && is_time(time) && is_offset(offset);
    if well_formed { text.parse().ok() } else { None }
}

fn is_time(text: &str) -> bool {
    let (time, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let seconds = time.get(6..).unwrap_or_default();
    let has_seconds = looks_like(time, "00:00:00") && seconds < "60";
    let digits = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    digits && (has_seconds || looks_like(text, "00:00"))
}

fn is_offset(text: &str) -> bool {
    let span = text.get(1..).unwrap_or_default();
    text == "Z" || (looks_like(span, "00:00") || looks_like(span, "00:00:00")) && span <= "18:00:00"
}

/// Whether `text` has digits where `shape` has `0`, and all else as it has it.
fn looks_like(text: &str, shape: &str) -> bool {
    let fits = |(byte, shape): (u8, u8)| byte == shape || (shape == b'0' && byte.is_ascii_digit());
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}
