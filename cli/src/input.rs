//! The input of executions: a file, JSON on the command line, or standard input.

use std::{io::Read, path::Path};

use asl::Json;

use crate::{error::Error, settings};

/// The most bytes an input may have, as compact JSON.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const LIMIT: usize = 262_144;

/// Reads the input that `argument` means, or that of the file `default`, or `{}` where there is neither. A file of that
/// name wins over JSON.
///
/// # Errors
/// A file that cannot be read, text that is no JSON, more than an execution takes.
pub fn read(argument: Option<&str>, default: Option<&Path>) -> Result<Json, Error> {
    let (origin, text) = match (argument, default) {
        (Some("-"), _) => ("from standard input".to_owned(), standard_input()?),
        (Some(argument), _) => given(argument)?,
        (None, Some(path)) => file(path)?,
        (None, None) => return Ok(Json::object::<&str>([])),
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
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.parse().map_err(|error| format!("is not JSON: {error}"))
}

/// A file, or else JSON; the AWS CLI's `file://` is understood.
fn given(argument: &str) -> Result<(String, String), Error> {
    let path = Path::new(argument.strip_prefix("file://").unwrap_or(argument));
    if path.is_file() || argument.starts_with("file://") || !looks_like_json(argument) {
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

fn file(path: &Path) -> Result<(String, String), Error> {
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
