//! Moments as people name them: an hour ago, or a date.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

/// The moment that `--since` names: that long before now, or a time in UTC where it has no offset.
///
/// # Errors
/// What is neither, in words.
pub(crate) fn since(text: &str) -> Result<Timestamp, String> {
    moment(text, Timestamp::now())
        .ok_or_else(|| "write how long ago, as in 90s, 10m, 2h or 7d, or a time, as in 2026-11-25T08:30:00Z".to_owned())
}

fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(ago) = ago(text) {
        return now.checked_sub(ago).ok();
    }
    let time = text.parse::<Timestamp>().ok();
    time.or_else(|| TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok())
}

fn ago(text: &str) -> Option<SignedDuration> {
    let units = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("w", 604_800)];
    let (number, seconds) = units
        .iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))?;
    let is_whole = number.chars().all(|c| c.is_ascii_digit());
    let number: i64 = is_whole.then(|| number.parse().ok())??;
    number.checked_mul(*seconds).map(SignedDuration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap_or_default();
        let found = moment(text, now).map(|moment| moment.to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_moment_is_a_while_ago_or_a_time() {
        check("90s", Some("2026-11-25T11:58:30Z"));
        check("10m", Some("2026-11-25T11:50:00Z"));
        check("1h", Some("2026-11-25T11:00:00Z"));
        check("2w", Some("2026-11-11T12:00:00Z"));
        check("2026-11-25T10:00:00+02:00", Some("2026-11-25T08:00:00Z"));
        check("2026-11-25 08:30", Some("2026-11-25T08:30:00Z"));
        check("2026-11-24", Some("2026-11-24T00:00:00Z"));
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in [
            "",
            "h",
            "-1h",
            "1.5h",
            "1 h",
            "10",
            "yesterday",
            "99999999999999999999d",
            "9999999999w",
        ] {
            check(text, None);
        }
    }
}
