//! Reading characters one after the other.

use super::PathSyntaxError;

/// A text and how far it was read.
#[derive(Clone, Debug)]
pub(crate) struct Scanner<'a> {
    rest: &'a str,
    /// Characters before `rest` in the whole path.
    at: usize,
}

impl<'a> Scanner<'a> {
    /// Reads `text`, which stands behind `at` characters.
    pub(crate) fn new(text: &'a str, at: usize) -> Scanner<'a> {
        Scanner { rest: text, at }
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// The first character that is not a blank.
    pub(crate) fn peek_past_blanks(&self) -> Option<char> {
        self.rest.chars().find(|letter| *letter != ' ')
    }

    pub(crate) fn skip_blanks(&mut self) {
        self.take_while(|letter| letter == ' ');
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.advance(letter.len_utf8());
        Some(letter)
    }

    /// Skips `text` if it comes next.
    pub(crate) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest.starts_with(text);
        if found {
            self.advance(text.len());
        }
        found
    }

    /// Skips `text`, which must come next after blanks.
    pub(crate) fn require(&mut self, text: &str, expected: &'static str) -> Result<(), PathSyntaxError> {
        self.skip_blanks();
        if self.eat(text) {
            Ok(())
        } else {
            Err(self.expected(expected))
        }
    }

    pub(crate) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !wanted(letter)).unwrap_or(self.rest.len());
        self.advance(end)
    }

    /// What stands between the bracket that comes next and the one that closes it; skips both. Quoted text and, where
    /// `close` ends a filter, regular expressions may hold brackets.
    pub(crate) fn take_bracketed(&mut self, open: char, close: char) -> Result<Scanner<'a>, PathSyntaxError> {
        let unclosed = PathSyntaxError::Unclosed { open, at: self.at };
        let mut depth = 0usize;
        let mut quote = None;
        let mut letters = self.rest.char_indices();
        while let Some((place, letter)) = letters.next() {
            match letter {
                '\\' => drop(letters.next()),
                _ if quote == Some(letter) => quote = None,
                _ if quote.is_some() => {}
                '\'' | '"' => quote = Some(letter),
                '/' if close == ')' => quote = Some(letter),
                _ if letter == open => depth += 1,
                _ if letter == close => {
                    depth -= 1;
                    if depth == 0 {
                        let at = self.at + 1;
                        let whole = self.advance(place + close.len_utf8());
                        let inner = whole.get(open.len_utf8()..place).unwrap_or_default();
                        return Ok(Scanner::new(inner, at));
                    }
                }
                _ => {}
            }
        }
        Err(unclosed)
    }

    /// A path that begins here, up to what cannot be in one outside brackets.
    pub(crate) fn take_path(&mut self) -> Result<&'a str, PathSyntaxError> {
        let start = self.clone();
        loop {
            self.take_while(|letter| !"[<>=~! ,)&|".contains(letter));
            if self.peek() != Some('[') {
                return Ok(start.up_to(self));
            }
            self.take_bracketed('[', ']')?;
        }
    }

    /// What was read between here and `later`.
    pub(crate) fn up_to(&self, later: &Scanner<'a>) -> &'a str {
        let length = self.rest.len().saturating_sub(later.rest.len());
        self.rest.get(..length).unwrap_or_default()
    }

    /// The text up to the same quote as comes next, escapes resolved.
    pub(crate) fn take_quoted(&mut self) -> Result<String, PathSyntaxError> {
        let at = self.at;
        let quote = self.next().unwrap_or('\'');
        let unclosed = PathSyntaxError::Unclosed { open: quote, at };
        let mut text = String::new();
        loop {
            match self.next().ok_or_else(|| unclosed.clone())? {
                letter if letter == quote => return Ok(text),
                '\\' => text.push(self.escape().ok_or_else(|| unclosed.clone())?),
                letter => text.push(letter),
            }
        }
    }

    pub(crate) fn expected(&self, expected: &'static str) -> PathSyntaxError {
        PathSyntaxError::Expected { expected, at: self.at }
    }

    /// What a backslash and the following characters stand for.
    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let digits = self.rest.get(..4)?;
                let code = u32::from_str_radix(digits, 16).ok()?;
                self.advance(4);
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            letter => letter,
        })
    }

    fn advance(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.at += taken.chars().count();
        self.rest = rest;
        taken
    }
}
