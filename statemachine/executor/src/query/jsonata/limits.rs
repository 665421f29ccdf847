//! How much an expression may use. AWS documents the second; the rest was measured on AWS.

/// Milliseconds one evaluation may take.
pub(crate) const TIME: u64 = 1_000;

/// Levels of evaluation that may be open at once. AWS allows 100 and counts a leaf as a level, the engine does not.
pub(crate) const DEPTH: usize = 99;

/// Items a sequence may have: `[1..873782]` passes, one more fails.
pub(crate) const SEQUENCE: usize = 873_782;

/// Bytes a value may hold, a number being eight and a character one: 2^22 characters pass, 2^23 fail.
pub(crate) const MEMORY: usize = 8 * SEQUENCE;

/// Items all ranges of one evaluation may have together.
pub(crate) const RANGES: usize = 8 * SEQUENCE;

/// Items `$range` may give.
pub(crate) const RANGE_FUNCTION: usize = 360_145;

/// Bytes all values that one evaluation builds for items of sequences may have together.
pub(crate) const BUILT: usize = 64 * MEMORY;

/// How deep arrays and objects of a result may stand in each other: what reads and drops it is recursive.
pub(crate) const NESTING: usize = crate::data::NESTING_LIMIT;
