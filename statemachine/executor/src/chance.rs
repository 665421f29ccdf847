use std::cell::RefCell;

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// All chance of one execution, drawn from its seed.
///
/// Drawing needs no exclusive access, so that expressions can draw while they look at the execution.
#[derive(Clone, Debug)]
pub(crate) struct Chance(RefCell<Pcg64Mcg>);

impl Chance {
    pub(crate) fn from_seed(seed: u64) -> Chance {
        Chance(RefCell::new(Pcg64Mcg::seed_from_u64(seed)))
    }

    /// A number from 0 up to 1, 1 excluded.
    pub(crate) fn fraction(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit a binary64")]
        let numerator = (self.draw() >> 11) as f64;
        numerator / 9_007_199_254_740_992.0
    }

    /// A whole number from 0 up to `bound`, `bound` excluded.
    pub(crate) fn below(&self, bound: u32) -> u32 {
        (((self.draw() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&self) -> String {
        let (high, low) = (self.draw(), self.draw());
        let (version, variant) = (0x4 << 12, 0b10 << 62);
        hyphenated(high & !(0xf << 12) | version, low & !(0b11 << 62) | variant)
    }

    /// An opaque task token.
    pub(crate) fn token(&self) -> String {
        format!("{:016x}{:016x}", self.draw(), self.draw())
    }

    /// Goes on from where `other` is.
    pub(crate) fn set(&self, other: Chance) {
        self.0.replace(other.0.into_inner());
    }

    fn draw(&self) -> u64 {
        self.0.borrow_mut().next_u64()
    }
}

/// The halves of a UUID as its text. Every task has one, and `format!` takes several times as long.
fn hyphenated(high: u64, low: u64) -> String {
    let mut text = String::with_capacity(36);
    for (half, hyphens) in [(high, [8, 12]), (low, [0, 4])] {
        for place in 0..16 {
            if hyphens.contains(&place) {
                text.push('-');
            }
            let digit = (half >> (60 - 4 * place)) as u32 & 0xf;
            text.push(char::from_digit(digit, 16).unwrap_or_default());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_of_version_4() {
        let chance = Chance::from_seed(1);
        let (high, low) = (chance.draw(), chance.draw());
        let expected = format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        );
        assert_eq!(Chance::from_seed(1).uuid(), expected);
    }
}
