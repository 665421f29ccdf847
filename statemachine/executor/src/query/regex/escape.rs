//! What stands behind `\` and in `[...]`.

use super::parse::{Parsed, Parser};
use super::set::{DIGIT, Item, Set, WORD, property, space};
use super::{Assert, Invalid, Node};

impl Parser {
    /// What follows `\` outside of a class.
    pub(super) fn escape(&mut self) -> Parsed<Node> {
        let flags = self.flags;
        match self.peek() {
            Some('b') => Ok(self.assert(Assert::Boundary)),
            Some('B') => Ok(self.assert(Assert::NoBoundary)),
            Some('A') if self.is_java() => Ok(self.assert(Assert::Start)),
            Some('z') if self.is_java() => Ok(self.assert(Assert::End)),
            Some('Z') if self.is_java() => Ok(self.assert(Assert::LastEnd)),
            Some('Q') if self.is_java() => Ok(self.quoted()),
            Some('k') if self.is_java() || !self.names.is_empty() => self.named_reference(),
            Some('1'..='9') => match self.reference() {
                Some(group) => Ok(Node::Back(group, flags)),
                None if self.is_java() => Err(Invalid("Invalid group reference")),
                None => Ok(Node::Set(self.escaped_set()?)),
            },
            _ => Ok(Node::Set(self.escaped_set()?)),
        }
    }

    fn assert(&mut self, assert: Assert) -> Node {
        self.at += 1;
        Node::Assert(assert)
    }

    fn quoted(&mut self) -> Node {
        self.at += 1;
        let mut nodes = Vec::new();
        while !self.eat("\\E") {
            match self.next() {
                Some(char) => nodes.push(Node::Set(Set::one(char, self.flags))),
                None => break,
            }
        }
        Node::Sequence(nodes)
    }

    /// The group of `\12`: in Java as many digits as there are groups for.
    fn reference(&mut self) -> Option<usize> {
        let before = self.at;
        let mut number = self.number()?;
        while self.is_java() && number > self.groups && number > 9 {
            number /= 10;
            self.at -= 1;
        }
        if number > self.groups {
            self.at = before;
            return None;
        }
        Some(number)
    }

    fn named_reference(&mut self) -> Parsed<Node> {
        self.at += 1;
        let invalid = Invalid("Invalid named reference");
        if !self.eat("<") {
            return Err(invalid);
        }
        let mut name = String::new();
        loop {
            match self.next() {
                Some('>') => break,
                Some(char) => name.push(char),
                None => return Err(invalid),
            }
        }
        let group = self
            .names
            .get(&name)
            .ok_or(Invalid("Invalid named capture referenced"))?;
        Ok(Node::Back(*group, self.flags))
    }

    fn escaped_set(&mut self) -> Parsed<Set> {
        let mut set = Set {
            items: Vec::new(),
            negated: false,
            flags: self.flags,
        };
        self.escaped(&mut set.items, false)?;
        Ok(set)
    }

    /// What follows `[`.
    pub(super) fn class(&mut self) -> Parsed<Set> {
        let unterminated = Invalid("Unterminated character class");
        let mut set = Set {
            items: Vec::new(),
            negated: self.eat("^"),
            flags: self.flags,
        };
        let start = self.at;
        loop {
            match self.peek() {
                None => return Err(unterminated),
                // Java takes a first `]` for itself.
                Some(']') if !self.is_java() || self.at > start => break,
                Some('[') if self.is_java() => return Err(Invalid("Classes within classes are not supported")),
                Some('&') if self.is_java() && self.eat("&&") => {
                    return Err(Invalid("Intersections of classes are not supported"));
                }
                Some(_) => self.class_range(&mut set.items)?,
            }
        }
        self.at += 1;
        Ok(set)
    }

    /// A character, a class such as `\d`, or a range.
    fn class_range(&mut self, items: &mut Vec<Item>) -> Parsed<()> {
        let from = self.class_item(items)?;
        if self.peek() != Some('-') || matches!(self.chars.get(self.at + 1), None | Some(']')) {
            return Ok(());
        }
        self.at += 1;
        let to = self.class_item(items)?;
        match (from, to) {
            (Some(from), Some(to)) if from > to => Err(Invalid("Range out of order in character class")),
            (Some(from), Some(to)) => {
                items.push(Item::Range(from, to));
                Ok(())
            }
            // JavaScript takes the sign for itself next to a class.
            _ => {
                items.push(Item::Range('-', '-'));
                Ok(())
            }
        }
    }

    fn class_item(&mut self, items: &mut Vec<Item>) -> Parsed<Option<char>> {
        match self.next() {
            Some('\\') => self.escaped(items, true),
            Some(char) => {
                items.push(Item::Range(char, char));
                Ok(Some(char))
            }
            None => Err(Invalid("Unterminated character class")),
        }
    }

    /// What follows `\`: classes, and characters, which it gives.
    fn escaped(&mut self, items: &mut Vec<Item>, in_class: bool) -> Parsed<Option<char>> {
        let letter = self.next().ok_or(Invalid("\\ at end of pattern"))?;
        let class = match letter {
            'd' | 'D' => Some(DIGIT),
            'w' | 'W' => Some(WORD),
            's' | 'S' => Some(space(self.flags.flavour)),
            _ => None,
        };
        if let Some(class) = class {
            match letter {
                'D' | 'W' | 'S' => items.push(Item::Not(class.to_vec())),
                _ => items.extend(class.iter().map(|(from, to)| Item::Range(*from, *to))),
            }
            return Ok(None);
        }
        if self.is_java() && matches!(letter, 'p' | 'P') {
            items.push(self.property(letter == 'p')?);
            return Ok(None);
        }
        let char = self.character(letter, in_class)?;
        items.push(Item::Range(char, char));
        Ok(Some(char))
    }

    fn property(&mut self, expected: bool) -> Parsed<Item> {
        let mut name = String::new();
        if self.eat("{") {
            while !self.eat("}") {
                name.push(self.next().ok_or(Invalid("Unclosed character family"))?);
            }
        } else {
            name.extend(self.next());
        }
        let holds = property(&name).ok_or(Invalid("Unknown character property name"))?;
        Ok(Item::Property(holds, expected))
    }

    fn character(&mut self, letter: char, in_class: bool) -> Parsed<char> {
        Ok(match letter {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'f' => '\u{c}',
            'v' if !self.is_java() => '\u{b}',
            'a' if self.is_java() => '\u{7}',
            'e' if self.is_java() => '\u{1b}',
            'b' if in_class => '\u{8}',
            'x' => self.hexadecimal(2).unwrap_or('x'),
            'u' => self.hexadecimal(4).unwrap_or('u'),
            'c' => self.control(),
            '0'..='7' => self.octal(letter),
            letter if self.is_java() && letter.is_ascii_alphabetic() => {
                return Err(Invalid("Illegal/unsupported escape sequence"));
            }
            other => other,
        })
    }

    /// A surrogate pair is one character.
    fn hexadecimal(&mut self, digits: usize) -> Option<char> {
        let high = self.digits(digits)?;
        let before = self.at;
        if (0xD800..0xDC00).contains(&high) && self.eat("\\u") {
            if let Some(low @ 0xDC00..0xE000) = self.digits(4) {
                return char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00));
            }
            self.at = before;
        }
        Some(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let digits: String = self.chars.get(self.at..self.at + count)?.iter().collect();
        if !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        self.at += count;
        u32::from_str_radix(&digits, 16).ok()
    }

    /// `\cJ`; the sign is itself where no letter follows.
    fn control(&mut self) -> char {
        match self.peek() {
            Some(letter) if letter.is_ascii_alphabetic() => {
                self.at += 1;
                char::from_u32(u32::from(letter) % 32).unwrap_or(letter)
            }
            _ => {
                self.at -= 1;
                '\\'
            }
        }
    }

    fn octal(&mut self, first: char) -> char {
        let mut value = first.to_digit(8).unwrap_or(0);
        while let Some(digit) = self
            .peek()
            .and_then(|char| char.to_digit(8))
            .filter(|digit| value * 8 + digit < 256)
        {
            value = value * 8 + digit;
            self.at += 1;
        }
        char::from_u32(value).unwrap_or('\0')
    }
}
