/// Choices, read from bytes.
#[derive(Debug)]
pub struct Dice<'a> {
    bytes: &'a [u8],
}

impl<'a> Dice<'a> {
    /// Choices that are the same for the same bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Dice<'a> {
        Dice { bytes }
    }

    /// The next byte, or 0.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else {
            return 0;
        };
        self.bytes = rest;
        *first
    }

    /// A number below `bound`, which is at most 256; 0 where it is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (usize::from(self.byte()) * bound) >> 8
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) + 1 == times
    }

    /// One of `all`; the first is the simplest.
    ///
    /// # Panics
    /// Where there is nothing to choose from.
    #[expect(clippy::indexing_slicing, reason = "nothing can be chosen from nothing")]
    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Eight bytes as a number.
    pub fn seed(&mut self) -> u64 {
        (0..8).fold(0, |seed, _| seed << 8 | u64::from(self.byte()))
    }

    /// Whether all bytes have been read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}
