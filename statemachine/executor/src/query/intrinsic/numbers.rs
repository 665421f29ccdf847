use asl::Json;

/// `value` rounded as Java's `Math.round` does: to the nearest whole number, the greater one of two.
pub(super) fn rounded(value: &Json) -> Option<f64> {
    let number = value.as_f64()?;
    let below = number.floor();
    Some(if number - below >= 0.5 { below + 1.0 } else { below })
}

/// `value` as a whole number of 32 bits; fractions are rounded.
pub(super) fn integer(value: &Json) -> Option<i32> {
    let rounded = rounded(value)?;
    let range = f64::from(i32::MIN)..=f64::from(i32::MAX);
    #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
    range.contains(&rounded).then_some(rounded as i32)
}
