//! Regular expressions as JavaScript and Java have them: JSONata is written in the one, JSONPath in the other.
//!
//! The crates there are for them either do not have what those languages have, or take time without bound. Here every
//! step is counted.
//!
//! <https://tc39.es/ecma262/#sec-patterns>, without the `u` flag, except that a character beyond the Basic Multilingual
//! Plane is one and not two.

mod escape;
mod parse;
mod plain;
mod program;
mod run;
mod set;

use program::Program;
use set::Set;

/// Whose regular expressions they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    JavaScript,
    Java,
}

/// What letters after the pattern, or in Java in it, say.
#[derive(Clone, Copy, Debug)]
struct Flags {
    flavour: Flavour,
    ignore_case: bool,
    lines: bool,
    dot_all: bool,
    comments: bool,
    /// Java compares letters beyond ASCII without their case only if told to.
    unicode_case: bool,
}

/// Why a pattern is none, in the words of JavaScript's most common engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Invalid(&'static str);

/// More steps than there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exhausted;

/// Where a match and its groups begin and end, in characters; nothing for a group that took no part.
pub(crate) type Found = Vec<Option<(usize, usize)>>;

/// A compiled regular expression.
#[derive(Debug)]
pub(crate) struct Regex(Program);

impl Regex {
    pub(crate) fn new(pattern: &str, letters: &str, flavour: Flavour) -> Result<Regex, Invalid> {
        let flags = Flags::of(letters, flavour);
        Ok(Regex(program::compile(&parse::parse(pattern, flags)?, flags)))
    }

    /// The first match that begins at `from` or later.
    pub(crate) fn find(&self, text: &[char], from: usize, steps: &mut usize) -> Result<Option<Found>, Exhausted> {
        run::run(&self.0, text, from..=text.len(), false, steps)
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &[char], steps: &mut usize) -> Result<bool, Exhausted> {
        Ok(run::run(&self.0, text, 0..=0, true, steps)?.is_some())
    }
}

/// A JavaScript pattern, with these letters behind it, in the syntax of the `regex` crate and without letters; nothing
/// where that crate does not find the same.
pub(crate) fn to_rust(pattern: &str, letters: &str) -> Result<Option<String>, Invalid> {
    let flags = Flags::of(letters, Flavour::JavaScript);
    Ok(plain::print(&parse::parse(pattern, flags)?))
}

impl Flags {
    fn of(letters: &str, flavour: Flavour) -> Flags {
        let mut flags = Flags {
            flavour,
            ignore_case: false,
            lines: false,
            dot_all: false,
            comments: false,
            unicode_case: flavour == Flavour::JavaScript,
        };
        letters.chars().for_each(|letter| flags.set(letter, true));
        flags
    }

    fn set(&mut self, letter: char, to: bool) {
        match letter {
            'i' => self.ignore_case = to,
            'm' => self.lines = to,
            's' => self.dot_all = to,
            'x' => self.comments = to,
            'u' => self.unicode_case = to,
            _ => {}
        }
    }
}

/// What a pattern is made of.
#[derive(Clone, Debug)]
enum Node {
    Empty,
    Set(Set),
    Assert(Assert),
    Group(Option<usize>, Box<Node>),
    /// What a group has matched. Its letters may differ in case.
    Back(usize, Flags),
    Look {
        behind: bool,
        negated: bool,
        inner: Box<Node>,
    },
    /// Once matched it is not tried otherwise.
    Atomic(Box<Node>),
    Repeat(Repeat),
    Sequence(Vec<Node>),
    Either(Vec<Node>),
}

#[derive(Clone, Debug)]
struct Repeat {
    inner: Box<Node>,
    min: usize,
    max: usize,
    greedy: bool,
    /// The groups in it, which JavaScript forgets with every round.
    groups: std::ops::Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Assert {
    Start,
    End,
    /// Java's `$`, which also stands before a line end that ends the text.
    LastEnd,
    LineStart,
    LineEnd,
    Boundary,
    NoBoundary,
}
