//! placeholder
use crate::{output::Reporter, settings::Functions};
use std::{collections::BTreeMap, path::PathBuf};
#[allow(missing_docs)]
#[derive(Debug)]
pub struct Artifact {
    pub zip: PathBuf,
    pub bootstrap: PathBuf,
    pub size: u64,
    pub code: stack::Code,
}
#[allow(missing_docs)]
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("x")]
    X,
}
#[allow(missing_docs)]
pub fn host() -> Result<stack::Architecture, Error> {
    Ok(stack::Architecture::X86_64)
}
#[allow(missing_docs)]
pub async fn package(
    functions: &Functions,
    a: stack::Architecture,
    _r: &Reporter,
) -> Result<BTreeMap<String, Artifact>, Error> {
    let mut m = BTreeMap::new();
    for (n, f) in &functions.functions {
        std::process::Command::new("cargo")
            .args(["build", "--release", "-q", "-p", &f.package])
            .current_dir(&functions.cargo_root)
            .status()
            .unwrap();
        let root = functions.target_directory.join("stepwright/x").join(n);
        std::fs::create_dir_all(&root).unwrap();
        std::fs::copy(
            functions.target_directory.join("release").join(&f.binary),
            root.join("bootstrap"),
        )
        .unwrap();
        m.insert(
            n.clone(),
            Artifact {
                zip: root.clone(),
                bootstrap: root.join("bootstrap"),
                size: 0,
                code: stack::Code {
                    sha256: String::new(),
                    architecture: a,
                },
            },
        );
    }
    Ok(m)
}
