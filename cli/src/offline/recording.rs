//! Where the history of an execution goes.

use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use executor::History;
use serde::Serialize;

use crate::error::Error;

/// What `--history` asks for, open from before the execution starts: a history that cannot be kept is known then.
pub(crate) enum Recording {
    /// Nothing.
    None,
    /// The history instead of the result.
    Stdout,
    /// The history beside the result.
    File(PathBuf, File),
}

impl Recording {
    /// Opens what `argument` names. What a file holds stays until there is a history.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(crate) fn open(argument: Option<&Path>) -> Result<Recording, Error> {
        match argument {
            None => Ok(Recording::None),
            Some(path) if path == "-" => Ok(Recording::Stdout),
            Some(path) => match OpenOptions::new().write(true).create(true).truncate(false).open(path) {
                Ok(file) => Ok(Recording::File(path.to_owned(), file)),
                Err(source) => Err(unwritable(path, source)),
            },
        }
    }

    /// Writes `history` to the file, if it goes to one.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn keep(&self, history: &History) -> Result<(), Error> {
        match self {
            Recording::None | Recording::Stdout => Ok(()),
            Recording::File(path, file) => {
                overwrite(file, &ShownHistory(history).to_string()).map_err(|source| unwritable(path, source))
            }
        }
    }
}

/// A pipe or a device has no length.
fn overwrite(mut file: &File, text: &str) -> io::Result<()> {
    if file.metadata()?.is_file() {
        file.set_len(0)?;
    }
    file.write_all(text.as_bytes())
}

fn unwritable(path: &Path, source: io::Error) -> Error {
    Error::io(format!("write the history `{}`", path.display()), source)
}

/// The history as the AWS CLI prints it, in its indentation.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct ShownHistory<'a>(pub(crate) &'a History);

impl fmt::Display for ShownHistory<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        let indented = serde_json::ser::PrettyFormatter::with_indent(b"    ");
        let mut serializer = serde_json::Serializer::with_formatter(&mut text, indented);
        self.0.serialize(&mut serializer).map_err(|_| fmt::Error)?;
        writeln!(formatter, "{}", String::from_utf8_lossy(&text))
    }
}
