//! Random state machines, random worlds for them, and the laws that every execution keeps.
//!
//! All randomness is read from bytes ([`Dice`]), so that property tests can shrink it, fuzzers can mutate it and a seed
//! can repeat it. Bytes that have run out read as zero, which everywhere means the simplest choice: what is generated is
//! finite, and fewer bytes give smaller machines.
//!
//! For tests alone: nothing that is shipped depends on this crate.

mod broken;
pub mod data;
pub mod definition;
mod dice;
mod engine;
mod history;
pub mod jsonata;
pub mod jsonpath;
mod mutate;
mod replay;
mod world;

pub use broken::Broken;
pub use dice::Dice;
pub use engine::forgive_engine;
pub use history::{check_history, count};
pub use mutate::mutate;
pub use replay::{check_again, check_split};
pub use world::{Life, Step, live, start};
