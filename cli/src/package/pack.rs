//! From an executable to a function's files.

use std::fmt;

use indicatif::DecimalBytes;
use serde::Serialize;
use stack::Architecture;

use super::{
    Artifact, Error, Work,
    compile::Compiled,
    contents::Contents,
    place::{self, Place, Written},
};
use crate::interrupt::{self, Interrupted};

/// Puts the zip and the unpacked files of a function in their place, and tells what is worth telling.
pub(super) async fn pack(work: &Work<'_>, compiled: Compiled<'_>) -> Result<Artifact, Error> {
    let Compiled {
        function,
        bytes,
        libraries,
    } = compiled;
    let includes = match work.functions.functions.get(function) {
        Some(function) => function.include.clone(),
        None => Vec::new(),
    };
    let place = Place {
        function: function.to_owned(),
        directory: super::directory(work.functions)
            .join(work.architecture.to_string())
            .join(function),
        architecture: work.architecture,
    };
    let packing = tokio::task::spawn_blocking(move || {
        let contents = Contents::read(&place.function, bytes, &includes)?;
        let missing: Vec<String> = libraries
            .into_iter()
            .filter(|library| !contents.has_library(library))
            .collect();
        Ok::<_, Error>((place::place(&place, &contents)?, missing))
    });
    let packed = interrupt::or_interrupted(packing).await?;
    let ((artifact, written), missing) = match packed {
        Ok(packed) => packed?,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => return Err(Interrupted.into()),
        },
    };
    for library in missing {
        let message = format!("`{function}` needs `{library}`, which the runtime may not have");
        let help = format!("link it statically, or include it as `lib/{library}`");
        work.reporter.warning(&message, Some(&help));
    }
    if written == Written::Something {
        work.reporter.event(&Packed::new(function, &artifact));
    }
    Ok(artifact)
}

/// A function that was packed anew.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Packed<'a> {
    packed: &'a str,
    architecture: Architecture,
    code_size: u64,
}

impl Packed<'_> {
    fn new<'a>(function: &'a str, artifact: &Artifact) -> Packed<'a> {
        Packed {
            packed: function,
            architecture: artifact.code.architecture,
            code_size: artifact.size,
        }
    }
}

impl fmt::Display for Packed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Packed {
            packed,
            architecture,
            code_size,
        } = self;
        write!(f, "packed {packed} for {architecture}: {}", DecimalBytes(*code_size))
    }
}
