use std::collections::HashMap;

use super::set::Set;
use super::{Assert, Flags, Flavour, Invalid, Node, Repeat};

/// Groups within each other. What reads patterns is recursive.
const MAX_DEPTH: usize = 100;

pub(super) type Parsed<T> = Result<T, Invalid>;

pub(super) fn parse(pattern: &str, flags: Flags) -> Parsed<Node> {
    let chars: Vec<char> = pattern.chars().collect();
    let (groups, names) = groups(&chars, flags.flavour)?;
    let mut parser = Parser {
        chars,
        at: 0,
        flags,
        depth: 0,
        opened: 0,
        groups,
        names,
    };
    let node = parser.either()?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(Invalid("Unmatched ')'")),
    }
}

/// How many groups there are, and the numbers of those with names: they may be referred to before.
fn groups(chars: &[char], flavour: Flavour) -> Parsed<(usize, HashMap<String, usize>)> {
    let (mut count, mut names) = (0, HashMap::new());
    let (mut at, mut in_class) = (0, false);
    while let Some(char) = chars.get(at) {
        match char {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => match chars.get(at + 1..).unwrap_or_default() {
                ['?', '<', first, ..] if !matches!(first, '=' | '!') => {
                    count += 1;
                    let rest = chars.get(at + 3..).unwrap_or_default();
                    let name: String = rest.iter().take_while(|char| **char != '>').collect();
                    let letter =
                        |char: char| char.is_alphanumeric() || flavour == Flavour::JavaScript && "_$".contains(char);
                    if rest.len() == name.chars().count() || name.is_empty() || !name.chars().all(letter) {
                        return Err(Invalid("Invalid capture group name"));
                    }
                    if names.insert(name, count).is_some() {
                        return Err(Invalid("Duplicate capture group name"));
                    }
                }
                ['?', ..] => {}
                _ => count += 1,
            },
            _ => {}
        }
        at += 1;
    }
    Ok((count, names))
}

pub(super) struct Parser {
    pub(super) chars: Vec<char>,
    pub(super) at: usize,
    pub(super) flags: Flags,
    depth: usize,
    /// Groups that have begun so far.
    opened: usize,
    /// Groups of the whole pattern.
    pub(super) groups: usize,
    pub(super) names: HashMap<String, usize>,
}

impl Parser {
    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += 1;
        Some(char)
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let length = text.chars().count();
        let found = self.chars.get(self.at..self.at + length);
        let eaten = found.is_some_and(|found| found.iter().copied().eq(text.chars()));
        self.at += if eaten { length } else { 0 };
        eaten
    }

    pub(super) fn is_java(&self) -> bool {
        self.flags.flavour == Flavour::Java
    }

    fn either(&mut self) -> Parsed<Node> {
        let mut branches = vec![self.sequence()?];
        while self.eat("|") {
            branches.push(self.sequence()?);
        }
        Ok(match branches.len() {
            1 => branches.pop().unwrap_or(Node::Empty),
            _ => Node::Either(branches),
        })
    }

    fn sequence(&mut self) -> Parsed<Node> {
        let mut nodes = Vec::new();
        loop {
            self.skip_comments();
            if matches!(self.peek(), None | Some('|' | ')')) {
                return Ok(Node::Sequence(nodes));
            }
            let before = self.opened;
            let node = self.term()?;
            nodes.push(self.quantified(node, before)?);
        }
    }

    /// With Java's flag `x`, blanks and what follows `#` mean nothing.
    fn skip_comments(&mut self) {
        while self.flags.comments {
            match self.peek() {
                Some('#') => while !matches!(self.next(), None | Some('\n')) {},
                Some(char) if char.is_ascii_whitespace() => self.at += 1,
                _ => return,
            }
        }
    }

    fn term(&mut self) -> Parsed<Node> {
        let flags = self.flags;
        Ok(match self.next() {
            Some('^') => Node::Assert(if flags.lines { Assert::LineStart } else { Assert::Start }),
            Some('$') => Node::Assert(match flags.flavour {
                _ if flags.lines => Assert::LineEnd,
                Flavour::JavaScript => Assert::End,
                Flavour::Java => Assert::LastEnd,
            }),
            Some('.') => Node::Set(Set::dot(flags)),
            Some('(') => return self.group(),
            Some('[') => Node::Set(self.class()?),
            Some('\\') => return self.escape(),
            Some('*' | '+' | '?') => return Err(Invalid("Nothing to repeat")),
            Some('{') if self.is_java() => return Err(Invalid("Illegal repetition")),
            Some('{') => {
                self.at -= 1;
                if self.counts()?.is_some() {
                    return Err(Invalid("Nothing to repeat"));
                }
                self.at += 1;
                Node::Set(Set::one('{', flags))
            }
            Some(char) => Node::Set(Set::one(char, flags)),
            None => Node::Empty,
        })
    }

    /// What follows `(`.
    fn group(&mut self) -> Parsed<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Invalid("Regular expression too large"));
        }
        let outer = self.flags;
        let node = self.group_inner()?;
        // Java's `(?i)` alone goes on up to the end of the group around.
        if !matches!(node, Node::Empty) {
            self.flags = outer;
        }
        self.depth -= 1;
        Ok(node)
    }

    fn group_inner(&mut self) -> Parsed<Node> {
        let look = |behind, negated| (behind, negated);
        let looks = [
            ("?=", look(false, false)),
            ("?!", look(false, true)),
            ("?<=", look(true, false)),
            ("?<!", look(true, true)),
        ];
        for (sign, (behind, negated)) in looks {
            if self.eat(sign) {
                let inner = Box::new(self.closed()?);
                return Ok(Node::Look { behind, negated, inner });
            }
        }
        if self.eat("?:") {
            return Ok(Node::Group(None, Box::new(self.closed()?)));
        }
        if self.is_java() && self.eat("?>") {
            return Ok(Node::Atomic(Box::new(self.closed()?)));
        }
        if self.eat("?<") {
            while !matches!(self.next(), None | Some('>')) {}
        } else if self.eat("?") {
            return self.inline_flags();
        }
        self.opened += 1;
        let number = self.opened;
        Ok(Node::Group(Some(number), Box::new(self.closed()?)))
    }

    fn closed(&mut self) -> Parsed<Node> {
        let node = self.either()?;
        if self.eat(")") {
            Ok(node)
        } else {
            Err(Invalid("Unterminated group"))
        }
    }

    /// Java's `(?i)` and `(?i:...)`.
    fn inline_flags(&mut self) -> Parsed<Node> {
        let invalid = Invalid("Invalid group");
        if !self.is_java() {
            return Err(invalid);
        }
        let mut on = true;
        loop {
            match self.next() {
                Some('-') if on => on = false,
                Some(letter) if "idmsuxU".contains(letter) => self.flags.set(letter, on),
                Some(':') => return Ok(Node::Group(None, Box::new(self.closed()?))),
                Some(')') => return Ok(Node::Empty),
                _ => return Err(invalid),
            }
        }
    }

    /// `node` as often as what follows says.
    fn quantified(&mut self, node: Node, groups_before: usize) -> Parsed<Node> {
        self.skip_comments();
        let (min, max) = match self.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => match self.counts()? {
                Some(counts) => {
                    self.at -= 1;
                    counts
                }
                None if self.is_java() => return Err(Invalid("Illegal repetition")),
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        self.at += 1;
        if min > max {
            return Err(Invalid("numbers out of order in {} quantifier"));
        }
        let can_repeat = match &node {
            Node::Assert(_) => self.is_java(),
            Node::Look { behind, .. } => self.is_java() || !behind,
            _ => true,
        };
        if !can_repeat {
            return Err(Invalid("Nothing to repeat"));
        }
        let greedy = !self.eat("?");
        let possessive = greedy && self.is_java() && self.eat("+");
        let groups = match self.flags.flavour {
            Flavour::JavaScript => groups_before + 1..self.opened + 1,
            Flavour::Java => 0..0,
        };
        let inner = Box::new(node);
        let repeat = Node::Repeat(Repeat {
            inner,
            min,
            max,
            greedy,
            groups,
        });
        let repeat = if possessive {
            Node::Atomic(Box::new(repeat))
        } else {
            repeat
        };
        if !self.is_java() && matches!(self.peek(), Some('*' | '+' | '?')) {
            return Err(Invalid("Nothing to repeat"));
        }
        Ok(repeat)
    }

    /// `{2}`, `{2,}` or `{2,3}`; nothing, and nothing taken, where it is something else.
    fn counts(&mut self) -> Parsed<Option<(usize, usize)>> {
        let before = self.at;
        self.at += 1;
        let min = self.number();
        let max = if self.eat(",") {
            self.number().or(Some(usize::MAX))
        } else {
            min
        };
        match (min, max, self.eat("}")) {
            (Some(min), Some(max), true) => Ok(Some((min, max))),
            _ => {
                self.at = before;
                Ok(None)
            }
        }
    }

    pub(super) fn number(&mut self) -> Option<usize> {
        let mut number: Option<usize> = None;
        while let Some(digit) = self.peek().and_then(|char| char.to_digit(10)) {
            let digit = usize::try_from(digit).unwrap_or_default();
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            self.at += 1;
        }
        number
    }
}
