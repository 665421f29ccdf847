//! What a function's zip holds: the executable as `bootstrap`, and the files included beside it.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::Metadata,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::Error;
use crate::settings::Include;

/// The name Lambda starts an executable by.
pub(super) const BOOTSTRAP: &str = "bootstrap";

/// The most bytes a function's files may have together.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const UNZIPPED_LIMIT: u64 = 250 * 1024 * 1024;

/// Files by their path in the zip.
pub(super) struct Contents(pub(super) BTreeMap<String, File>);

/// A file as it is in the zip.
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    pub(super) executable: bool,
}

impl File {
    /// One that nobody starts.
    pub(super) fn data(bytes: Vec<u8>) -> File {
        File {
            bytes,
            executable: false,
        }
    }

    /// Its permissions, whatever those of its source and the umask are: Lambda's user is not the owner.
    pub(super) fn mode(&self) -> u32 {
        if self.executable { 0o755 } else { 0o644 }
    }
}

impl Contents {
    /// Reads the included files and puts them beside `executable`.
    pub(super) fn read(function: &str, executable: Vec<u8>, includes: &[Include]) -> Result<Contents, Error> {
        let sources = sources(includes)?;
        let included: u64 = sources.values().map(|(_, metadata)| metadata.len()).sum();
        let size = included + executable.len() as u64;
        if size > UNZIPPED_LIMIT {
            return Err(Error::TooLarge {
                function: function.to_owned(),
                size,
                limit: UNZIPPED_LIMIT,
            });
        }
        let mut files = BTreeMap::new();
        for (destination, (path, metadata)) in sources {
            let bytes = std::fs::read(&path).map_err(|source| Error::read(&path, source))?;
            let executable = metadata.permissions().mode() & 0o111 != 0;
            files.insert(destination, File { bytes, executable });
        }
        let bootstrap = File {
            bytes: executable,
            executable: true,
        };
        files.insert(BOOTSTRAP.to_owned(), bootstrap);
        Ok(Contents(files))
    }

    /// Whether a library is where the loader looks for it.
    pub(super) fn has_library(&self, name: &str) -> bool {
        self.0.contains_key(name) || self.0.contains_key(&format!("lib/{name}"))
    }

    /// Tells contents apart: SHA-256 over all that a zip says of them.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        for (path, file) in &self.0 {
            digest.update((path.len() as u64).to_le_bytes());
            digest.update(path);
            digest.update(file.mode().to_le_bytes());
            digest.update((file.bytes.len() as u64).to_le_bytes());
            digest.update(&file.bytes);
        }
        digest.finalize().into()
    }
}

/// The files of all includes, by their path in the zip.
fn sources(includes: &[Include]) -> Result<BTreeMap<String, (PathBuf, Metadata)>, Error> {
    let mut sources = BTreeMap::new();
    for include in includes {
        for entry in WalkDir::new(&include.source).follow_links(true) {
            let entry = entry.map_err(|error| Error::include(&include.source, error))?;
            if entry.file_type().is_dir() {
                continue;
            }
            let path = entry.path();
            let metadata = entry.metadata().map_err(|error| Error::include(path, error))?;
            if !metadata.is_file() {
                return Err(Error::NotAFile(path.to_owned()));
            }
            match sources.entry(destination(include, path)?) {
                Entry::Vacant(free) => drop(free.insert((path.to_owned(), metadata))),
                Entry::Occupied(taken) if taken.get().0 == path => {}
                Entry::Occupied(taken) => return Err(Error::IncludedTwice(taken.key().clone())),
            }
        }
    }
    Ok(sources)
}

fn destination(include: &Include, path: &Path) -> Result<String, Error> {
    let below = path.strip_prefix(&include.source).unwrap_or(path);
    let mut destination = include.destination.clone();
    for part in below {
        let part = part.to_str().ok_or_else(|| Error::NotUnicode(path.to_owned()))?;
        destination = format!("{destination}/{part}");
    }
    Ok(destination)
}
