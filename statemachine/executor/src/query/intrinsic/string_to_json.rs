use asl::Json;

/// `States.StringToJson(text)`: the value that the JSON text gives; null where there is none.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [text] = arguments else { return None };
    let text = text.as_str()?;
    if text.trim().is_empty() {
        return Some(Json::Null);
    }
    without_negative_zero(text).parse().ok()
}

/// Java's whole numbers have no negative zero: `-0` is 0, while `-0.0` keeps its sign.
fn without_negative_zero(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    let mut before = None;
    for (place, letter) in text.char_indices() {
        let number_begins = !quoted && matches!(before, None | Some('[' | ',' | ':'));
        if letter == '-' && number_begins && is_whole_zero(text.get(place + 1..)) {
            continue;
        }
        plain.push(letter);
        quoted ^= letter == '"' && !escaped;
        escaped = quoted && letter == '\\' && !escaped;
        if !letter.is_whitespace() {
            before = Some(letter);
        }
    }
    plain
}

fn is_whole_zero(digits: Option<&str>) -> bool {
    let behind = digits.and_then(|digits| digits.strip_prefix('0'));
    behind.is_some_and(|behind| !behind.starts_with(|next: char| ".eE".contains(next) || next.is_ascii_digit()))
}
