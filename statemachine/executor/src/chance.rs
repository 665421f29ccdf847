use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// All chance of one execution, drawn from its seed.
#[derive(Clone, Debug)]
pub(crate) struct Chance(Pcg64Mcg);

impl Chance {
    pub(crate) fn from_seed(seed: u64) -> Chance {
        Chance(Pcg64Mcg::seed_from_u64(seed))
    }

    /// A number from 0 up to 1, 1 excluded.
    pub(crate) fn fraction(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit a binary64")]
        let numerator = (self.0.next_u64() >> 11) as f64;
        numerator / 9_007_199_254_740_992.0
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.0.next_u64(), self.0.next_u64());
        let (time, random) = (high >> 16, high & 0xfff);
        let (variant, node) = (0x8000 | (low >> 48 & 0x3fff), low & 0xffff_ffff_ffff);
        format!(
            "{:08x}-{:04x}-4{random:03x}-{variant:04x}-{node:012x}",
            time >> 16,
            time & 0xffff
        )
    }

    /// An opaque task token.
    pub(crate) fn token(&mut self) -> String {
        format!("{:016x}{:016x}", self.0.next_u64(), self.0.next_u64())
    }
}
