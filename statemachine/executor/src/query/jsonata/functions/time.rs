//! The execution's clock: `$now`, `$millis`.

use jiff::Timestamp;
use jiff::tz::Offset;
use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};

/// `$now()`; with arguments it is `$fromMillis` of the same moment, and has been replaced by it.
pub(super) fn now(_: &[JValue], shared: &Shared) -> Answer {
    Ok(JValue::from(format!("{:.3}", shared.now())))
}

/// `$millis()`
pub(super) fn millis(arguments: &[JValue], shared: &Shared) -> Answer {
    arguments::at_most("millis", arguments, 0)?;
    Ok(JValue::from_i64(shared.now().as_millisecond()))
}

/// The result of `$toMillis` with a picture that has no year: the parts before the first that the picture has are those
/// of the present.
pub(super) fn as_of_now(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    let picture = arguments::get(arguments, 1);
    let (Some(millis), Some(picture)) = (value.as_i64(), picture.as_str()) else {
        return Ok(value);
    };
    Ok(present(millis, picture, shared.now()).map_or(value, JValue::from_i64))
}

fn present(millis: i64, picture: &str, now: Timestamp) -> Option<i64> {
    let now = Offset::UTC.to_datetime(now);
    let then = Offset::UTC.to_datetime(Timestamp::from_millisecond(millis).ok()?);
    let markers = [&["[Y", "[X"][..], &["[M", "[x"], &["[D", "[d"], &["[H", "[h"], &["[m"]];
    let has = |markers: &[&str]| markers.iter().any(|marker| picture.contains(marker));
    let first = markers.into_iter().position(has).unwrap_or(markers.len());
    let mut result = then.with();
    if first > 0 {
        result = result.year(now.year());
    }
    if first > 1 {
        result = result.month(now.month());
    }
    if first > 2 {
        result = result.day(now.day());
    }
    if first > 3 {
        result = result.hour(now.hour());
    }
    if first > 4 {
        result = result.minute(now.minute());
    }
    let result = Offset::UTC.to_timestamp(result.build().ok()?).ok()?;
    Some(result.as_millisecond())
}
