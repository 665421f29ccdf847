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

/// Reads an RFC 3339 time as the language wants it: with `T` and an offset, both in capitals.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let well_formed = text.contains('T') && !text.contains(char::is_lowercase) && !text.contains(' ');
    if well_formed { text.parse().ok() } else { None }
}
