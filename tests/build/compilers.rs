//! Which compiler is taken, and what is made of executables that Lambda could not start. Linkers and cargo-zigbuild are
//! stand-ins; rustc is the real one.

use std::{fs, path::PathBuf};

use insta::assert_snapshot;

use super::{parse, quick, redacted};
use crate::support::{Invocation, Workspace};

const X86_64: u16 = 62;
const AARCH64: u16 = 183;

/// A rustc with a standard library for every target, or for none.
fn with_rustc(workspace: Workspace, has_libraries: bool) -> Workspace {
    let directory = if has_libraries { "." } else { "nowhere" };
    workspace.script(
        "programs/rustc",
        &format!("case \"$*\" in\n*target-libdir*) echo {directory} ;;\n*) exit 1 ;;\nesac"),
    )
}

/// A cargo-zigbuild whose executable is the file `executable`, and which leaves what it was asked for in `asked`.
fn with_zigbuild(workspace: Workspace, executable: &[u8]) -> Workspace {
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

/// A linker that does this once the real one is done; `$out` is the executable.
fn with_linker(afterwards: &str) -> Workspace {
    let find = "for argument; do\n[ \"$previous\" = -o ] && out=$argument\nprevious=$argument\ndone";
    Workspace::hello()
        .script("linker", &format!("set -e\ncc \"$@\" $EXTRA\n{find}\n{afterwards}"))
        .file(
            ".cargo/config.toml",
            "[target.x86_64-unknown-linux-gnu]\nlinker = \"./linker\"\n",
        )
}

/// The header of a static executable.
fn executable(machine: u16) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    bytes[16] = 2;
    bytes[18..20].copy_from_slice(&machine.to_le_bytes());
    bytes[20] = 1;
    bytes[52] = 64;
    bytes
}

/// `build --arm64` with the workspace's programs; of all others, there are cargo and what scripts need.
fn arm64(workspace: &Workspace, arguments: &[&str]) -> Invocation {
    let programs = workspace.path().join("programs");
    let invocation = quick(workspace, &[&["--arm64"], arguments].concat());
    invocation
        .env("RUSTC", programs.join("rustc"))
        .env("CARGO_HOME", workspace.path().join("cargo home"))
        .env("PATH", format!("{}:/bin", programs.display()))
        .env("CARGO", cargo())
}

/// The real cargo, which rustup's is not; the real rustc is beside it.
fn cargo() -> PathBuf {
    std::env::var_os("CARGO").unwrap().into()
}

#[test]
fn a_target_that_is_not_installed() {
    let workspace = with_rustc(Workspace::hello(), false);
    assert_snapshot!(redacted(&arm64(&workspace, &[]).run()));
}

#[test]
fn a_target_that_is_not_installed_where_cargo_zigbuild_is() {
    let workspace = with_zigbuild(with_rustc(Workspace::hello(), false), &executable(AARCH64));
    assert_snapshot!(redacted(&arm64(&workspace, &[]).run()));
}

#[test]
fn no_linker_for_the_target() {
    let workspace = with_rustc(Workspace::hello(), true);
    assert_snapshot!(redacted(&arm64(&workspace, &[]).run()));
}

#[test]
fn cargo_zigbuild_compiles_for_arm64() {
    let workspace = with_zigbuild(with_rustc(Workspace::hello(), true), &executable(AARCH64));
    let outcome = arm64(&workspace, &["--output", "json", "-q"]).run();
    let hello = &parse(&outcome)["Hello"];
    assert_eq!(hello["architecture"], "arm64");
    let zip = "[WORKSPACE]/target/stepwright/arm64/Hello/bootstrap.zip";
    assert_eq!(hello["zip"], zip);
    let asked = fs::read_to_string(workspace.path().join("asked")).unwrap();
    let beginning = "zigbuild --target aarch64-unknown-linux-gnu.2.34 --target-dir ";
    assert!(asked.starts_with(beginning), "{asked}");
}

#[test]
fn a_target_of_cargos_configuration_for_the_architecture_is_taken() {
    let workspace = with_zigbuild(with_rustc(Workspace::hello(), true), &executable(AARCH64)).file(
        ".cargo/config.toml",
        "[build]\ntarget = [\"x86_64-unknown-linux-musl\", \"aarch64-unknown-linux-musl\"]\n",
    );
    let outcome = arm64(&workspace, &[]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let asked = fs::read_to_string(workspace.path().join("asked")).unwrap();
    assert!(asked.contains("--target aarch64-unknown-linux-musl "), "{asked}");
}

#[test]
fn an_executable_for_another_processor() {
    let workspace = with_zigbuild(with_rustc(Workspace::hello(), true), &executable(X86_64));
    assert_snapshot!(redacted(&arm64(&workspace, &[]).run()));
}

#[test]
fn cargo_zigbuild_without_zig() {
    let workspace = with_rustc(Workspace::hello(), true)
        .script("programs/cargo-zigbuild", "exit 1")
        .script("programs/python3", "exit 1");
    assert_snapshot!(redacted(&arm64(&workspace, &[]).run()));
}

#[test]
fn no_executable_at_all() {
    let workspace = with_linker("echo text > $out");
    assert_snapshot!(redacted(&quick(&workspace, &[]).run()));
}

const NEWER_GLIBC: &str = "sed -i s/GLIBC_2.34/GLIBC_2.38/ $out";

#[test]
fn a_newer_glibc_without_cargo_zigbuild() {
    let workspace = with_linker(NEWER_GLIBC);
    let invocation = quick(&workspace, &[])
        .env("CARGO_HOME", workspace.path().join("cargo home"))
        .env("PATH", "/usr/bin:/bin")
        .env("CARGO", cargo())
        .env("RUSTC", cargo().with_file_name("rustc"));
    let text = redacted(&invocation.run());
    // Which symbols they are is libc's business.
    let (start, rest) = text.split_once("GLIBC_2.38 for ").unwrap();
    let (_, rest) = rest.split_once(", and the runtime").unwrap();
    assert_snapshot!(format!("{start}GLIBC_2.38 for [SYMBOLS], and the runtime{rest}"));
}

#[test]
fn a_newer_glibc_is_linked_again_with_cargo_zigbuild() {
    let workspace = with_zigbuild(with_linker(NEWER_GLIBC), &executable(X86_64));
    let outcome = quick(&workspace, &["--output", "json", "-v"])
        .with_programs("programs")
        .run();
    assert_eq!(parse(&outcome)["Hello"]["bootstrapSize"], 64);
    assert!(outcome.stderr.contains("\"linkedAgain\":\"Hello\""), "{outcome}");
}

#[test]
fn a_library_that_the_runtime_may_not_have() {
    let extra = "-Wl,--no-as-needed -L. -lgreeting";
    let library = "cc -shared -o libgreeting.so -x c /dev/null\n";
    let workspace = with_linker("").script("make-library", library);
    let made = std::process::Command::new("./make-library")
        .current_dir(workspace.path())
        .status();
    assert!(made.unwrap().success());
    assert_snapshot!(redacted(&quick(&workspace, &[]).env("EXTRA", extra).run()));

    let workspace = workspace.file(
        "stepwright.toml",
        "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\n\
         include = [\"lib/libgreeting.so:libgreeting.so\"]\n",
    );
    let outcome = quick(&workspace, &[]).env("EXTRA", extra).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(!outcome.stderr.contains("libgreeting"), "{outcome}");
}

#[test]
fn flags_for_this_processor_are_a_warning() {
    let invocation = quick(&Workspace::hello(), &[])
        .env("RUSTFLAGS", "-C target-cpu=native")
        .run();
    assert_snapshot!(redacted(&invocation));
}
