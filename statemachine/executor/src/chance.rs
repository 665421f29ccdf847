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
        let (time, random) = (high >> 16, high & 0xfff);
        let (variant, node) = (0x8000 | (low >> 48 & 0x3fff), low & 0xffff_ffff_ffff);
        format!(
            "{:08x}-{:04x}-4{random:03x}-{variant:04x}-{node:012x}",
            time >> 16,
            time & 0xffff
        )
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
