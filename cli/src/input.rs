//! The input of executions: a file, JSON on the command line, or standard input.

use std::{io::Read, path::Path};

use asl::Json;

use crate::{error::Error, interrupt, settings};

/// The most bytes an input may have, as compact JSON.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const LIMIT: usize = 262_144;

/// Reads the input that `argument` means, or that of the file `default`, or `{}` where there is neither. A file of that
/// name wins over JSON.
///
/// # Errors
/// A file that cannot be read, text that is no JSON, more than an execution takes, Ctrl-C.
pub async fn read(argument: Option<&str>, default: Option<&Path>) -> Result<Json, Error> {
    let (argument, default) = (argument.map(str::to_owned), default.map(Path::to_owned));
    // Whoever writes a pipe, or types, may take any time.
    let text = interrupt::blocking_or_interrupted(move || text(argument.as_deref(), default.as_deref()));
    let Some((origin, text)) = text.await?? else {
        return Ok(Json::object::<&str>([]));
    };
    let json = match parse(&text) {
        Ok(json) => json,
        Err(problem) => return Err(Error::Input { origin, problem }),
    };
    match json.encoded_len() {
        size if size > LIMIT => Err(Error::Input {
            origin,
            problem: format!("has {size} bytes; an execution takes at most {LIMIT}"),
        }),
        _ => Ok(json),
    }
}

/// Where the input is from, and its text.
type Origin = (String, String);

fn text(argument: Option<&str>, default: Option<&Path>) -> Result<Option<Origin>, Error> {
    match (argument, default) {
        (Some("-"), _) => Ok(Some(("from standard input".to_owned(), standard_input()?))),
        (Some(argument), _) => given(argument).map(Some),
        (None, Some(path)) => file(path).map(Some),
        (None, None) => Ok(None),
    }
}

/// Reads the JSON file `path`, which is to be a `what`.
///
/// # Errors
/// A file that cannot be read, or is no JSON.
pub(crate) fn json_file(what: &'static str, path: &Path) -> Result<Json, Error> {
    let shown = settings::shown(path);
    let text = std::fs::read_to_string(path).map_err(|source| Error::Unreadable {
        what,
        path: shown.clone(),
        source,
    })?;
    parse(&text).map_err(|problem| Error::NotJson {
        what,
        path: shown,
        problem,
    })
}

fn parse(text: &str) -> Result<Json, String> {
    match text.strip_prefix('\u{feff}').unwrap_or(text) {
        text if text.trim().is_empty() => Err("is empty".to_owned()),
        text => text.parse().map_err(|error| format!("is not JSON: {error}")),
    }
}

/// A file, or else JSON; the AWS CLI's `file://` is understood.
fn given(argument: &str) -> Result<Origin, Error> {
    let path = Path::new(argument.strip_prefix("file://").unwrap_or(argument));
    let names_a_file = !argument.trim().is_empty() && !looks_like_json(argument);
    if path.is_file() || argument.starts_with("file://") || names_a_file {
        return file(path);
    }
    Ok(("given with `--input`".to_owned(), argument.to_owned()))
}

fn looks_like_json(argument: &str) -> bool {
    let text = argument.trim_start();
    text.starts_with(['{', '[', '"']) || text.parse::<Json>().is_ok()
}

fn standard_input() -> Result<String, Error> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|source| Error::io("read standard input", source))?;
    Ok(text)
}

fn file(path: &Path) -> Result<Origin, Error> {
    let shown = settings::shown(path);
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((format!("in `{}`", shown.display()), text)),
        Err(source) => Err(Error::Unreadable {
            what: "input",
            path: shown,
            source,
        }),
    }
}
