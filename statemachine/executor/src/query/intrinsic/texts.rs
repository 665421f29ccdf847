use asl::Json;

/// The most characters that can be encoded, decoded or hashed.
const MOST_CHARACTERS: usize = 10_000;

/// What the text of a literal stands for.
pub(super) fn unescaped(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        let escaped = if letter == '\\' { letters.next() } else { None };
        plain.push(escaped.unwrap_or(letter));
    }
    plain
}

/// A text short enough to be encoded, decoded or hashed. Characters are UTF-16 code units, as Java counts them.
pub(super) fn short(value: &Json) -> Option<&str> {
    value
        .as_str()
        .filter(|text| text.encode_utf16().count() <= MOST_CHARACTERS)
}
