//! What a JSONata expression tells without being evaluated. Whatever is not surely a text, or surely begins with one, is
//! known only at run time.

/// What is known of the value of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// It is this text.
    Text(String),
    /// It begins with this text.
    Prefix(String),
    /// It is the value of this variable.
    Variable(String),
    /// It is the ARN of the state machine itself.
    Machine,
    AtRunTime,
}

/// Reads texts and paths with `&` between; what comes before the first path is known.
pub(super) fn read(source: &str) -> Read {
    match source.trim() {
        "$states.context.StateMachine.Id" => return Read::Machine,
        source if is_variable(source) => return Read::Variable(source.trim_start_matches('$').to_owned()),
        _ => {}
    }
    let mut known = String::new();
    let mut is_open = false;
    let mut rest = source.trim();
    loop {
        match text(rest) {
            Some((text, behind)) => {
                if !is_open {
                    known.push_str(&text);
                }
                rest = behind.trim_start();
            }
            None => {
                let behind = path(rest);
                if behind.len() == rest.len() {
                    return Read::AtRunTime;
                }
                is_open = true;
                rest = behind.trim_start();
            }
        }
        match rest.strip_prefix('&') {
            Some(behind) => rest = behind.trim_start(),
            None if rest.is_empty() && is_open && !known.is_empty() => return Read::Prefix(known),
            None if is_open => return Read::AtRunTime,
            None if rest.is_empty() => return Read::Text(known),
            None => return Read::AtRunTime,
        }
    }
}

/// `$name`, but no function and none of the variables that the service sets.
fn is_variable(source: &str) -> bool {
    let name = source.strip_prefix('$').unwrap_or_default();
    !name.is_empty() && name != "states" && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A string without escapes at the beginning, and what follows.
fn text(source: &str) -> Option<(String, &str)> {
    let quote = source.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (text, rest) = source.strip_prefix(quote)?.split_once(quote)?;
    (!text.contains('\\')).then(|| (text.to_owned(), rest))
}

/// What follows a path such as `$states.input.orders[0].id`, or the whole where there is none.
fn path(source: &str) -> &str {
    if !source.starts_with('$') {
        return source;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '$' | '_' | '.' | '[' | ']');
    source.trim_start_matches(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: Read) {
        assert_eq!(read(source), expected, "{source}");
    }

    #[test]
    fn texts_and_what_begins_with_one_are_known() {
        check("'orders'", Read::Text("orders".into()));
        check(r#" "a" & 'b' "#, Read::Text("ab".into()));
        check("'in/' & $states.input.id & '.json'", Read::Prefix("in/".into()));
        check("'in/' & $x[0].$y", Read::Prefix("in/".into()));
        check("$states.input.id & 'x'", Read::AtRunTime);
        check("$table", Read::Variable("table".into()));
        check("$states.context.StateMachine.Id", Read::Machine);
    }

    #[test]
    fn what_only_looks_like_it_is_not() {
        for source in [
            "'a' & $x = 'b'",
            "'a' & $x ? 'b' : 'c'",
            "'a' & $f(1)",
            r"'a\u0062'",
            "'a' & b",
            "'a",
            "",
            "$states",
            "$uuid()",
            "'a' ~> $uppercase",
        ] {
            check(source, Read::AtRunTime);
        }
    }
}
