//! JavaScript's patterns for the `regex` crate, which takes linear time.

use std::fmt::Write;

use super::set::{Item, Set, alike};
use super::{Assert, Node, Repeat};

/// Beyond so many characters, repeated ones counted as often, the crate refuses a pattern.
const SIZE: usize = 2_000;

/// Letters of ranges that are looked at one by one, where case does not matter.
const RANGE: u32 = 1_024;

/// `node` for the crate; nothing where it has no such thing, or finds something else.
pub(super) fn print(node: &Node) -> Option<String> {
    if size(node) > SIZE {
        return None;
    }
    let mut text = String::new();
    write(node, &mut text)?;
    Some(text)
}

fn write(node: &Node, text: &mut String) -> Option<()> {
    match node {
        Node::Empty => {}
        Node::Set(set) => *text += &characters(set)?,
        Node::Assert(Assert::Start) => *text += r"\A",
        Node::Assert(Assert::End) => *text += r"\z",
        Node::Assert(Assert::Boundary) => *text += r"(?-u:\b)",
        Node::Assert(_) | Node::Back(..) | Node::Look { .. } | Node::Atomic(_) => return None,
        Node::Group(number, inner) => {
            *text += if number.is_some() { "(" } else { "(?:" };
            write(inner, text)?;
            *text += ")";
        }
        Node::Repeat(repeat) => return write_repeat(repeat, text),
        Node::Sequence(nodes) => return nodes.iter().try_for_each(|node| write(node, text)),
        Node::Either(nodes) => {
            *text += "(?:";
            for (index, node) in nodes.iter().enumerate() {
                *text += if index == 0 { "" } else { "|" };
                write(node, text)?;
            }
            *text += ")";
        }
    }
    Some(())
}

/// A round that finds nothing, and a group that takes no part in the last round, are not the same there.
fn write_repeat(repeat: &Repeat, text: &mut String) -> Option<()> {
    let Repeat {
        inner,
        min,
        max,
        greedy,
        ..
    } = repeat;
    if *max > 1 && (is_empty(inner) || forgets(inner, false)) {
        return None;
    }
    *text += "(?:";
    write(inner, text)?;
    match max {
        &usize::MAX => write!(text, "){{{min},}}").ok()?,
        max => write!(text, "){{{min},{max}}}").ok()?,
    }
    *text += if *greedy { "" } else { "?" };
    Some(())
}

/// Whether it may match nothing.
fn is_empty(node: &Node) -> bool {
    match node {
        Node::Set(_) => false,
        Node::Group(_, inner) | Node::Atomic(inner) => is_empty(inner),
        Node::Repeat(Repeat { inner, min, .. }) => *min == 0 || is_empty(inner),
        Node::Sequence(nodes) => nodes.iter().all(is_empty),
        Node::Either(nodes) => nodes.iter().any(is_empty),
        Node::Empty | Node::Assert(_) | Node::Back(..) | Node::Look { .. } => true,
    }
}

/// Whether there is a group that may take no part.
fn forgets(node: &Node, optional: bool) -> bool {
    match node {
        Node::Group(number, inner) => number.is_some() && optional || forgets(inner, optional),
        Node::Atomic(inner) | Node::Look { inner, .. } => forgets(inner, optional),
        Node::Repeat(Repeat { inner, min, .. }) => forgets(inner, optional || *min == 0),
        Node::Sequence(nodes) => nodes.iter().any(|node| forgets(node, optional)),
        Node::Either(nodes) => nodes.iter().any(|node| forgets(node, true)),
        Node::Empty | Node::Set(_) | Node::Assert(_) | Node::Back(..) => false,
    }
}

fn size(node: &Node) -> usize {
    match node {
        Node::Group(_, inner) | Node::Atomic(inner) | Node::Look { inner, .. } => size(inner),
        Node::Repeat(Repeat { inner, min, max, .. }) => {
            let times = if *max == usize::MAX {
                min.saturating_add(1)
            } else {
                *max
            };
            size(inner).saturating_mul(times)
        }
        Node::Sequence(nodes) | Node::Either(nodes) => nodes.iter().map(size).fold(0, usize::saturating_add),
        Node::Empty | Node::Set(_) | Node::Assert(_) | Node::Back(..) => 1,
    }
}

fn characters(set: &Set) -> Option<String> {
    // The crate does not take an empty class.
    let nothing = if set.negated { "(?s:.)" } else { r"[^\x{0}-\x{10FFFF}]" };
    if set.items.is_empty() {
        return Some(nothing.to_owned());
    }
    let mut text = if set.negated { "[^" } else { "[" }.to_owned();
    for item in &set.items {
        match item {
            Item::Range(from, to) => {
                range(*from, *to, &mut text)?;
                if set.flags.ignore_case {
                    others(*from, *to, set, &mut text)?;
                }
            }
            Item::Not(ranges) if ranges.is_empty() => range('\0', char::MAX, &mut text)?,
            Item::Not(ranges) => {
                text += "[^";
                ranges.iter().try_for_each(|(from, to)| range(*from, *to, &mut text))?;
                text += "]";
            }
            Item::Property(..) => return None,
        }
    }
    Some(text + "]")
}

/// The letters of a range in their other case.
fn others(from: char, to: char, set: &Set, text: &mut String) -> Option<()> {
    if u32::from(to) - u32::from(from) > RANGE {
        return None;
    }
    for char in (from..=to).flat_map(|char| alike(char, set.flags)) {
        range(char, char, text)?;
    }
    Some(())
}

fn range(from: char, to: char, text: &mut String) -> Option<()> {
    write!(text, r"\x{{{:x}}}-\x{{{:x}}}", u32::from(from), u32::from(to)).ok()
}
