//! A function's files on disk: complete or not there, and untouched when they are right already.
//!
//! `bootstrap.zip` is what is uploaded, `root/` the same unpacked, and `bootstrap.json` says which contents the zip is of,
//! so that an unchanged function is not compressed again.

use std::{
    fs::Permissions,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stack::{Architecture, Code};
use walkdir::WalkDir;

use super::{
    Artifact, Error, archive,
    contents::{BOOTSTRAP, Contents, File},
};

/// What a zip was made of.
#[derive(Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Origin {
    contents: String,
    zip: String,
}

/// Whose files go where.
pub(super) struct Place {
    /// The function's logical name.
    pub(super) function: String,
    /// The directory that is its own.
    pub(super) directory: PathBuf,
    /// What it is compiled for.
    pub(super) architecture: Architecture,
}

/// Brings the function's directory into the state of `contents`. Also tells whether there was anything to write.
pub(super) fn place(place: &Place, contents: &Contents) -> Result<(Artifact, Written), Error> {
    let root = place.directory.join(ROOT);
    remove_others(&root, contents).map_err(|source| Error::write(&root, source))?;
    let mut written = Written::Nothing;
    for (path, file) in &contents.0 {
        written = written.or(put(&place.directory, &Path::new(ROOT).join(path), file)?);
    }
    let (zip, zipped) = zipped(place, contents)?;
    let artifact = Artifact {
        zip: place.directory.join(ZIP),
        bootstrap: root.join(BOOTSTRAP),
        size: zip.bytes.len() as u64,
        code: Code {
            sha256: zip.sha256,
            architecture: place.architecture,
        },
        bootstrap_size: contents.0.get(BOOTSTRAP).map_or(0, |file| file.bytes.len() as u64),
    };
    Ok((artifact, written.or(zipped)))
}

const ZIP: &str = "bootstrap.zip";
const ORIGIN: &str = "bootstrap.json";
const ROOT: &str = "root";

/// Whether there was anything to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Something,
    Nothing,
}

impl Written {
    fn or(self, other: Written) -> Written {
        if self == Written::Something { self } else { other }
    }
}

struct Zip {
    bytes: Vec<u8>,
    sha256: String,
}

/// The zip that is there when it is of these contents, or else a new one.
fn zipped(place: &Place, contents: &Contents) -> Result<(Zip, Written), Error> {
    let digest = BASE64_STANDARD.encode(contents.digest());
    if let Some(zip) = existing(&place.directory, &digest) {
        return Ok((zip, Written::Nothing));
    }
    let failed = |source| Error::write(&place.directory.join(ZIP), source);
    let bytes = archive::zip(contents).map_err(|error| failed(io::Error::other(error)))?;
    let sha256 = BASE64_STANDARD.encode(Sha256::digest(&bytes));
    let origin = Origin {
        contents: digest,
        zip: sha256.clone(),
    };
    let origin = serde_json::to_vec(&origin).map_err(|error| failed(io::Error::other(error)))?;
    let zip = File::data(bytes);
    let written = put(&place.directory, Path::new(ZIP), &zip)?;
    put(&place.directory, Path::new(ORIGIN), &File::data(origin))?;
    let bytes = zip.bytes;
    Ok((Zip { bytes, sha256 }, written))
}

fn existing(directory: &Path, digest: &str) -> Option<Zip> {
    let origin: Origin = serde_json::from_slice(&std::fs::read(directory.join(ORIGIN)).ok()?).ok()?;
    let bytes = std::fs::read(directory.join(ZIP)).ok()?;
    let sha256 = BASE64_STANDARD.encode(Sha256::digest(&bytes));
    (origin.contents == digest && origin.zip == sha256).then_some(Zip { bytes, sha256 })
}

/// Writes a file of `directory`, unless it is the same already.
fn put(directory: &Path, path: &Path, file: &File) -> Result<Written, Error> {
    let path = directory.join(path);
    if is_there(&path, file) {
        return Ok(Written::Nothing);
    }
    write(directory, &path, file).map_err(|source| Error::write(&path, source))?;
    Ok(Written::Something)
}

fn is_there(path: &Path, file: &File) -> bool {
    let same = |metadata: std::fs::Metadata| {
        metadata.is_file()
            && metadata.len() == file.bytes.len() as u64
            && metadata.permissions().mode() & 0o777 == file.mode()
    };
    path.symlink_metadata().is_ok_and(same) && std::fs::read(path).is_ok_and(|bytes| bytes == file.bytes)
}

/// Writes another file, which then takes the name: who reads meanwhile sees the old one or the new one.
fn write(directory: &Path, path: &Path, file: &File) -> io::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(directory))?;
    let mut temporary = tempfile::Builder::new().prefix(".new-").tempfile_in(directory)?;
    temporary.write_all(&file.bytes)?;
    let permissions = Permissions::from_mode(file.mode());
    temporary.as_file().set_permissions(permissions)?;
    temporary.persist(path)?;
    Ok(())
}

/// Removes what an earlier build included and this one does not, and the directories that are empty then.
fn remove_others(root: &Path, contents: &Contents) -> io::Result<()> {
    let entries = WalkDir::new(root).min_depth(1).contents_first(true);
    for entry in entries.into_iter().filter_map(Result::ok) {
        let path = entry.path();
        let name = path.strip_prefix(root).ok().and_then(Path::to_str);
        if entry.file_type().is_dir() {
            // One that is not empty stays.
            let _ = std::fs::remove_dir(path);
        } else if name.is_none_or(|name| !contents.0.contains_key(name)) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}
