//! Chance: `$random`, `$uuid`, `$shuffle`.

use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};

/// `$random([seed])`: a number from 0 up to 1, 1 excluded.
pub(super) fn random(arguments: &[JValue], shared: &Shared) -> Answer {
    arguments::at_most("random", arguments, 1)?;
    let number = match arguments::integer("random", arguments, 0)? {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and saturating as in Java")]
        Some(seed) => Some(seeded(seed as i64)),
        None => shared.chance(crate::chance::Chance::fraction),
    };
    Ok(number.map_or(JValue::Undefined, JValue::Number))
}

/// `$uuid()`
pub(super) fn uuid(arguments: &[JValue], shared: &Shared) -> Answer {
    arguments::at_most("uuid", arguments, 0)?;
    let uuid = shared.chance(crate::chance::Chance::uuid);
    Ok(uuid.map_or(JValue::Undefined, JValue::from))
}

/// `$shuffle(array)`
pub(super) fn shuffle(arguments: &[JValue], shared: &Shared) -> Answer {
    if arguments.is_empty() {
        return Err(arguments::mismatch("shuffle", 0));
    }
    arguments::at_most("shuffle", arguments, 1)?;
    let mut items = match arguments::get(arguments, 0) {
        JValue::Undefined => return Ok(JValue::Undefined),
        JValue::Array(items) => items.into_vec(),
        other => vec![other],
    };
    shared.chance(|chance| {
        for last in (1..items.len()).rev() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "an index that is smaller than another"
            )]
            let other = (chance.fraction() * (last + 1) as f64) as usize;
            items.swap(last, other);
        }
    });
    Ok(JValue::array(items))
}

/// The first `nextDouble` of a `java.util.Random` with `seed`, which is what AWS gives.
fn seeded(seed: i64) -> f64 {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;
    #[expect(clippy::cast_sign_loss, reason = "the bits are meant")]
    let mut state = (seed as u64 ^ MULTIPLIER) & MASK;
    let mut next = |bits: u32| {
        state = state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        state >> (48 - bits)
    };
    let (high, low) = (next(26), next(27));
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a binary64")]
    let numerator = ((high << 27) + low) as f64;
    numerator / 9_007_199_254_740_992.0
}
