use super::{Context, Others};

/// A text with wildcards.
pub(crate) struct Pattern(Vec<Token>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    /// `*`
    Any,
    /// `?`
    One,
    Literal(char),
}

impl Pattern {
    /// A text whose `*` and `?` are wildcards.
    pub(crate) fn plain(text: &str) -> Pattern {
        Pattern(text.chars().map(Token::new).collect())
    }

    /// The same with policy variables, whose values are not wildcards; `${*}`, `${?}` and `${$}` are the characters.
    /// Nothing where a value is not known.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    pub(super) fn new(text: &str, context: &Context) -> Option<Pattern> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            let Some((name, after)) = behind.split_once('}') else {
                break;
            };
            tokens.extend(before.chars().map(Token::new));
            tokens.extend(value(name, context)?.chars().map(Token::Literal));
            rest = after;
        }
        tokens.extend(rest.chars().map(Token::new));
        Some(Pattern(tokens))
    }

    /// The parts of an ARN, which match each for itself.
    pub(super) fn parts(&self) -> Vec<Pattern> {
        let colon = |token: &Token| *token == Token::Literal(':');
        self.0.splitn(6, colon).map(|part| Pattern(part.to_vec())).collect()
    }

    /// Whether `text` is the pattern's own text, whose `*` and `?` are characters like others.
    pub(super) fn is(&self, text: &str) -> bool {
        self.0.iter().map(|token| token.char()).eq(text.chars())
    }

    /// The same whatever the case of ASCII letters.
    pub(super) fn is_ignoring_case(&self, text: &str) -> bool {
        let own: String = self.0.iter().map(|token| token.char()).collect();
        own.eq_ignore_ascii_case(text)
    }

    /// Whether the whole of `text` is as the pattern says. A `*` of a resource goes beyond colons, as that at the end of
    /// an ARN does.
    pub(crate) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        // Where the last `*` was, and how much of the text it took.
        let mut retry = None;
        let (mut token, mut place) = (0, 0);
        while let Some(c) = text.get(place) {
            match self.0.get(token) {
                Some(Token::Any) => {
                    token += 1;
                    retry = Some((token, place));
                }
                Some(Token::One) => (token, place) = (token + 1, place + 1),
                Some(Token::Literal(literal)) if literal == c => (token, place) = (token + 1, place + 1),
                _ => match retry {
                    Some((behind, taken)) => {
                        (token, place) = (behind, taken + 1);
                        retry = Some((behind, taken + 1));
                    }
                    None => return false,
                },
            }
        }
        self.0.iter().skip(token).all(|token| *token == Token::Any)
    }
}

impl Token {
    fn new(c: char) -> Token {
        match c {
            '*' => Token::Any,
            '?' => Token::One,
            c => Token::Literal(c),
        }
    }

    fn char(self) -> char {
        match self {
            Token::Any => '*',
            Token::One => '?',
            Token::Literal(c) => c,
        }
    }
}

/// The value of a policy variable, which may have a default: `${key, 'default'}`.
fn value(name: &str, context: &Context) -> Option<String> {
    if ["*", "?", "$"].contains(&name) {
        return Some(name.to_owned());
    }
    let (key, default) = match name.split_once(',') {
        Some((key, default)) => (key.trim(), Some(default.trim().trim_matches('\''))),
        None => (name.trim(), None),
    };
    match (context.get(key), context.others) {
        (Some([value]), _) => Some(value.clone()),
        (None, Others::Absent) => default.map(str::to_owned),
        _ => None,
    }
}
