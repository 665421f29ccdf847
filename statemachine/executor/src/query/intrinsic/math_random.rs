use asl::Json;

use super::numbers::{integer, rounded};
use crate::chance::Chance;

/// `States.MathRandom(from, to)` and `States.MathRandom(from, to, seed)`: a whole number from the first one up to the
/// second one, which is excluded. The same seed gives the same number.
pub(super) fn call(arguments: &[Json], chance: &Chance) -> Option<Json> {
    let (from, to, seed) = match arguments {
        [from, to] => (from, to, None),
        [from, to, seed] => (from, to, Some(whole(seed)?)),
        _ => return None,
    };
    let (from, to) = (integer(from)?, integer(to)?);
    let count = u32::try_from(i64::from(to) - i64::from(from))
        .ok()
        .filter(|count| *count > 0)?;
    let number = match seed {
        None => i64::from(from) + i64::from(chance.below(count)),
        Some(seed) => JavaRandom::new(seed).between(from, to).into(),
    };
    Some(number.into())
}

/// A seed has 64 bits, which binary64 does not hold.
fn whole(seed: &Json) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float out of range becomes the nearest seed"
    )]
    seed.as_i64().or_else(|| Some(rounded(seed)? as i64))
}

/// `java.util.Random`, a linear congruential generator of 48 bits.
///
/// <https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Random.html>
struct JavaRandom(u64);

const MULTIPLIER: u64 = 0x5_DEEC_E66D;
const BITS_48: u64 = (1 << 48) - 1;

impl JavaRandom {
    fn new(seed: i64) -> JavaRandom {
        JavaRandom((seed.cast_unsigned() ^ MULTIPLIER) & BITS_48)
    }

    /// A number of 32 bits.
    fn next(&mut self) -> i32 {
        self.0 = self.0.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & BITS_48;
        #[expect(clippy::cast_possible_truncation, reason = "48 bits shifted by 16")]
        let bits = (self.0 >> 16) as u32;
        bits.cast_signed()
    }

    /// A number from `from` up to `to`, which is greater and excluded.
    fn between(&mut self, from: i32, to: i32) -> i32 {
        match to.checked_sub(from) {
            Some(count) => from + self.below(count),
            None => loop {
                let number = self.next();
                if (from..to).contains(&number) {
                    return number;
                }
            },
        }
    }

    /// `nextInt(bound)`: the high bits for a power of two, else the remainder, without numbers that would favour some.
    fn below(&mut self, bound: i32) -> i32 {
        loop {
            let bits = self.next().cast_unsigned() >> 1;
            let bits = bits.cast_signed();
            if bound.count_ones() == 1 {
                #[expect(clippy::cast_possible_truncation, reason = "less than the bound")]
                return ((i64::from(bound) * i64::from(bits)) >> 31) as i32;
            }
            let number = bits % bound;
            if (bits - number).checked_add(bound - 1).is_some() {
                return number;
            }
        }
    }
}
