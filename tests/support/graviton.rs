//! A machine that compiles for arm64, whatever is installed on this one: cargo-zigbuild is a stand-in.

use std::{fs, path::PathBuf};

use super::{Invocation, Workspace};

pub(crate) const X86_64: u16 = 62;
pub(crate) const AARCH64: u16 = 183;

/// A cargo-zigbuild whose executable is the file `executable`, and which leaves what it was asked for in `asked`.
pub(crate) fn with_zigbuild(workspace: Workspace, executable: &[u8]) -> Workspace {
    let artifact = r#"{"reason":"compiler-artifact","package_id":"path+file://'$PWD'/hello#0.1.0","target":{"kind":["bin"],"crate_types":["bin"],"name":"'$bin'","src_path":"/main.rs"},"profile":{"opt_level":"s","debug_assertions":false,"overflow_checks":false,"test":false},"features":[],"filenames":[],"executable":"'$PWD'/executable","fresh":false}"#;
    let workspace = workspace.script(
        "programs/cargo-zigbuild",
        &format!(
            "echo \"$@\" > asked\nwhile [ $# -gt 0 ]; do\ncase $1 in\n--bin) bin=$2 ;;\nesac\n\
             shift\ndone\necho '{artifact}'"
        ),
    );
    fs::write(workspace.path().join("executable"), executable).unwrap();
    workspace
}

/// The header of a static executable.
pub(crate) fn executable(machine: u16) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    bytes[16] = 2;
    bytes[18..20].copy_from_slice(&machine.to_le_bytes());
    bytes[20] = 1;
    bytes[52] = 64;
    bytes
}

/// The real cargo, which rustup's is not; the real rustc is beside it.
pub(crate) fn cargo() -> PathBuf {
    std::env::var_os("CARGO").unwrap().into()
}

/// With a rustc that says it has the standard library for arm64, and is the real one otherwise.
pub(crate) fn with_both_targets(workspace: Workspace) -> Workspace {
    let rustc = cargo().with_file_name("rustc");
    let script = format!(
        "case \"$*\" in\n*aarch64*) echo . ;;\n*) exec '{}' \"$@\" ;;\nesac",
        rustc.display()
    );
    with_zigbuild(workspace, &executable(AARCH64)).script("programs/rustc", &script)
}

/// With the workspace's programs; of all others, there are cargo and what scripts need.
pub(crate) fn with_stand_ins(workspace: &Workspace, invocation: Invocation) -> Invocation {
    let programs = workspace.path().join("programs");
    invocation
        .env("RUSTC", programs.join("rustc"))
        .env("CARGO_HOME", workspace.path().join("cargo home"))
        .env("PATH", format!("{}:/bin", programs.display()))
        .env("CARGO", cargo())
}
