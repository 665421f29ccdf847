use super::{Flags, Flavour};

/// What one character may be.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub(super) items: Vec<Item>,
    pub(super) negated: bool,
    pub(super) flags: Flags,
}

#[derive(Clone, Debug)]
pub(super) enum Item {
    Range(char, char),
    /// What is not in these.
    Not(Vec<(char, char)>),
    /// Java's `\p{...}` and `\P{...}`.
    Property(fn(char) -> bool, bool),
}

pub(super) const DIGIT: &[(char, char)] = &[('0', '9')];
pub(super) const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const SPACE_JAVASCRIPT: &[(char, char)] = &[
    ('\t', '\r'),
    (' ', ' '),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202f}', '\u{202f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{feff}', '\u{feff}'),
];
const SPACE_JAVA: &[(char, char)] = &[('\t', '\r'), (' ', ' ')];
const LINE_END_JAVASCRIPT: &[(char, char)] = &[('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')];
const LINE_END_JAVA: &[(char, char)] = &[
    ('\n', '\n'),
    ('\r', '\r'),
    ('\u{85}', '\u{85}'),
    ('\u{2028}', '\u{2029}'),
];

pub(super) fn space(flavour: Flavour) -> &'static [(char, char)] {
    match flavour {
        Flavour::JavaScript => SPACE_JAVASCRIPT,
        Flavour::Java => SPACE_JAVA,
    }
}

fn line_end(flavour: Flavour) -> &'static [(char, char)] {
    match flavour {
        Flavour::JavaScript => LINE_END_JAVASCRIPT,
        Flavour::Java => LINE_END_JAVA,
    }
}

pub(super) fn ends_line(char: char, flavour: Flavour) -> bool {
    within(line_end(flavour), char)
}

pub(super) fn is_word(char: char) -> bool {
    within(WORD, char)
}

fn within(ranges: &[(char, char)], char: char) -> bool {
    ranges.iter().any(|(from, to)| (*from..=*to).contains(&char))
}

impl Set {
    pub(super) fn one(char: char, flags: Flags) -> Set {
        Set {
            items: vec![Item::Range(char, char)],
            negated: false,
            flags,
        }
    }

    /// `.`
    pub(super) fn dot(flags: Flags) -> Set {
        let ends = if flags.dot_all {
            &[][..]
        } else {
            line_end(flags.flavour)
        };
        Set {
            items: vec![Item::Not(ends.to_vec())],
            negated: false,
            flags,
        }
    }

    pub(super) fn has(&self, char: char) -> bool {
        let found = self.lists(char) || self.flags.ignore_case && alike(char, self.flags).any(|char| self.lists(char));
        found != self.negated
    }

    fn lists(&self, char: char) -> bool {
        self.items.iter().any(|item| match item {
            Item::Range(from, to) => (*from..=*to).contains(&char),
            Item::Not(ranges) => !within(ranges, char),
            Item::Property(holds, expected) => holds(char) == *expected,
        })
    }
}

/// Characters that are `char` but for their case.
pub(super) fn alike(char: char, flags: Flags) -> impl Iterator<Item = char> {
    let upper = folded(char, flags);
    let lower = single(upper.to_lowercase()).filter(|lower| folded(*lower, flags) == upper);
    let lower = lower.filter(|lower| flags.unicode_case || lower.is_ascii());
    std::iter::once(upper).chain(lower)
}

/// The character whose case does not matter any more. What is not ASCII never becomes it.
///
/// <https://tc39.es/ecma262/#sec-runtime-semantics-canonicalize-ch>
pub(super) fn folded(char: char, flags: Flags) -> char {
    if !flags.unicode_case || char.is_ascii() {
        return char.to_ascii_uppercase();
    }
    match single(char.to_uppercase()) {
        Some(upper) if !upper.is_ascii() => upper,
        _ => char,
    }
}

fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// The property of `\p{name}`.
pub(super) fn property(name: &str) -> Option<fn(char) -> bool> {
    Some(match name {
        "Lower" => |char| char.is_ascii_lowercase(),
        "Upper" => |char| char.is_ascii_uppercase(),
        "ASCII" => |char| char.is_ascii(),
        "Alpha" => |char| char.is_ascii_alphabetic(),
        "Digit" => |char| char.is_ascii_digit(),
        "Alnum" => |char| char.is_ascii_alphanumeric(),
        "Punct" => |char| char.is_ascii_punctuation(),
        "Graph" => |char| char.is_ascii_graphic(),
        "Print" => |char| char.is_ascii_graphic() || char == ' ',
        "Blank" => |char| char == ' ' || char == '\t',
        "Cntrl" => |char| char.is_ascii_control(),
        "XDigit" => |char| char.is_ascii_hexdigit(),
        "Space" => |char| within(SPACE_JAVA, char),
        "L" | "IsL" | "IsAlphabetic" | "javaLetter" => char::is_alphabetic,
        "Lu" | "IsLu" | "IsUppercase" | "javaUpperCase" => char::is_uppercase,
        "Ll" | "IsLl" | "IsLowercase" | "javaLowerCase" => char::is_lowercase,
        "N" | "IsN" | "Nd" | "IsDigit" => char::is_numeric,
        "IsWhite_Space" | "javaWhitespace" => char::is_whitespace,
        _ => return None,
    })
}
