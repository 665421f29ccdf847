use super::Blame;

/// The reference's message for `code`; what it names is taken from `blame` or from the engine's words.
pub(super) fn message(code: &str, engine: String, blame: &Blame) -> String {
    if let Some(fixed) = fixed(code) {
        return fixed.to_owned();
    }
    let worded = match code {
        "T0410" => mismatch(&engine, blame),
        "T0411" => Some(format!(
            "Context value is not a compatible type with argument 1 of function {}",
            function(blame)
        )),
        "T0412" => not_an_array(&engine, blame),
        "T2001" | "T2002" => operator_quoted(&engine),
        "T2007" => None,
        "T2009" => data_types(blame),
        "T2010" => blame.operator.as_ref().map(|operator| {
            format!("The expressions either side of operator \"{operator}\" must evaluate to numeric or string values")
        }),
        "D1001" => Some("Number out of range: null".to_owned()),
        "D3030" => engine
            .strip_prefix("Cannot convert '")
            .and_then(|rest| rest.strip_suffix("' to number"))
            .map(|value| format!("Unable to cast value to a number: {}", quoted(value))),
        "D3100" => engine.rsplit(' ').next().map(|radix| {
            format!("The radix of the formatBase function must be between 2 and 36.  It was given {radix}")
        }),
        "D3130" => Some(format!(
            "Formatting or parsing an integer as a sequence starting with {} is not supported by this implementation",
            quoted(&engine)
        )),
        "D3132" => Some(format!(
            "Unknown component specifier {} in date/time picture string",
            quoted(&engine)
        )),
        "D3133" => Some(format!(
            "The 'name' modifier can only be applied to months and days in the date/time picture string, not {}",
            quoted(&engine)
        )),
        _ => None,
    };
    worded.unwrap_or(engine)
}

fn function(blame: &Blame) -> String {
    // The reference has no name for a function of the expression's own.
    blame.function.as_deref().map_or_else(|| "undefined".to_owned(), quoted)
}

fn quoted(text: &str) -> String {
    asl::Json::from(text).to_string()
}

/// `Argument 1 must be String`, `Argument count mismatch: expected 1, got 2`
fn mismatch(engine: &str, blame: &Blame) -> Option<String> {
    if engine.contains("of function \"") {
        return None;
    }
    let index = match engine.strip_prefix("Argument count mismatch: expected ") {
        Some(counts) => surplus(counts, blame)?,
        None => index(engine)?,
    };
    let function = function(blame);
    Some(format!(
        "Argument {index} of function {function} does not match function signature"
    ))
}

/// The first argument that is missing, or the first that is too many.
fn surplus(counts: &str, blame: &Blame) -> Option<usize> {
    let (expected, got) = counts.split_once(", got ")?;
    let (expected, got): (usize, usize) = (expected.parse().ok()?, got.parse().ok()?);
    let parameters = blame.function.as_deref().and_then(parameters).unwrap_or(expected);
    Some(parameters.min(got) + 1)
}

/// How many arguments a builtin takes at most.
fn parameters(function: &str) -> Option<usize> {
    Some(match function {
        "millis" | "uuid" => 0,
        "append" | "assert" | "contains" | "each" | "filter" | "formatBase" | "formatInteger" | "join" | "lookup"
        | "map" | "now" | "parseInteger" | "power" | "round" | "sift" | "single" | "sort" | "string"
        | "substringAfter" | "substringBefore" | "toMillis" => 2,
        "formatNumber" | "fromMillis" | "match" | "pad" | "reduce" | "split" | "substring" => 3,
        "replace" => 4,
        name if crate::query::jsonata::guard::is_known(name) => 1,
        _ => return None,
    })
}

fn not_an_array(engine: &str, blame: &Blame) -> Option<String> {
    if engine.contains("of function \"") {
        return None;
    }
    let kind = engine.rsplit(' ').next()?.to_lowercase();
    let (index, function) = (index(engine)?, function(blame));
    Some(format!(
        "Argument {index} of function {function} must be an array of \"{kind}s\""
    ))
}

fn index(engine: &str) -> Option<usize> {
    engine.strip_prefix("Argument ")?.split(' ').next()?.parse().ok()
}

fn operator_quoted(engine: &str) -> Option<String> {
    let (start, rest) = engine.split_once(" side of the ")?;
    let (operator, end) = rest.split_once(" operator ")?;
    Some(format!("{start} side of the \"{operator}\" operator {end}"))
}

fn data_types(blame: &Blame) -> Option<String> {
    let (left, right) = blame.operands.as_ref()?;
    let (left, right) = (left.to_json_string().ok()?, right.to_json_string().ok()?);
    let operator = blame.operator.as_ref()?;
    Some(format!(
        "The values {left} and {right} either side of operator \"{operator}\" must be of the same data type"
    ))
}

/// Messages that name nothing.
fn fixed(code: &str) -> Option<&'static str> {
    Some(match code {
        "D1004" => "Regular expression matches zero length string",
        "T1006" => "Attempted to invoke a non-function",
        "T1008" => "Attempted to partially apply a non-function",
        "T2003" => "The left side of the range operator (..) must evaluate to an integer",
        "T2004" => "The right side of the range operator (..) must evaluate to an integer",
        "T2006" => "The right side of the function application operator ~> must be a function",
        "T2008" => "The expressions within an order-by clause must evaluate to numeric or string values",
        "D3001" => "Attempting to invoke string function on Infinity or NaN",
        "D3010" => "Second argument of replace function cannot be an empty string",
        "D3011" => "Fourth argument of replace function must evaluate to a positive number",
        "D3012" => "Attempted to replace a matched string with a non-string value",
        "D3020" => "Third argument of split function must evaluate to a positive number",
        "D3040" => "Third argument of match function must evaluate to a positive number",
        "D3050" => "The second argument of reduce function must be a function with at least two arguments",
        "D3070" => {
            "The single argument form of the sort function can only be applied to an array of strings or an array of \
             numbers.  Use the second argument to specify a comparison function"
        }
        "D3080" => "The picture string must only contain a maximum of two sub-pictures",
        "D3081" => "The sub-picture must not contain more than one instance of the 'decimal-separator' character",
        "D3082" => "The sub-picture must not contain more than one instance of the 'percent' character",
        "D3083" => "The sub-picture must not contain more than one instance of the 'per-mille' character",
        "D3084" => "The sub-picture must not contain both a 'percent' and a 'per-mille' character",
        "D3085" => {
            "The mantissa part of a sub-picture must contain at least one character that is either an 'optional digit \
             character' or a member of the 'decimal digit family'"
        }
        "D3086" => {
            "The sub-picture must not contain a passive character that is preceded by an active character and that is \
             followed by another active character"
        }
        "D3087" => {
            "The sub-picture must not contain a 'grouping-separator' character that appears adjacent to a \
             'decimal-separator' character"
        }
        "D3088" => "The sub-picture must not contain a 'grouping-separator' at the end of the integer part",
        "D3089" => "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character",
        "D3090" => {
            "The integer part of the sub-picture must not contain a member of the 'decimal digit family' that is \
             followed by an instance of the 'optional digit character'"
        }
        "D3091" => {
            "The fractional part of the sub-picture must not contain an instance of the 'optional digit character' \
             that is followed by a member of the 'decimal digit family'"
        }
        "D3092" => {
            "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a character treated as \
             an 'exponent-separator'"
        }
        "D3093" => {
            "The exponent part of the sub-picture must comprise only of one or more characters that are members of \
             the 'decimal digit family'"
        }
        "D3131" => "In a decimal digit pattern, all digits must be from the same decimal group",
        "D3134" => "The timezone integer format specifier cannot have more than four digits",
        "D3135" => "No matching closing bracket ']' in date/time picture string",
        "D3136" => "The date/time picture string is missing specifiers required to parse the timestamp",
        "D3138" => "The $single() function expected exactly 1 matching result.  Instead it matched more.",
        "D3139" => "The $single() function expected exactly 1 matching result.  Instead it matched 0.",
        _ => return None,
    })
}
