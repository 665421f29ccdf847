//! Which compiler is taken, and what is made of executables that Lambda could not start. Linkers and cargo-zigbuild are
//! stand-ins; rustc is the real one.

use std::fs;

use insta::assert_snapshot;

use super::{parse, quick, redacted};
use crate::support::{
    Invocation, Workspace,
    graviton::{AARCH64, X86_64, cargo, executable, with_both_targets, with_stand_ins, with_zigbuild},
};

/// A rustc with a standard library for every target, or for none.
fn with_rustc(workspace: Workspace, has_libraries: bool) -> Workspace {
    let directory = if has_libraries { "." } else { "nowhere" };
    workspace.script(
        "programs/rustc",
        &format!("case \"$*\" in\n*target-libdir*) echo {directory} ;;\n*) exit 1 ;;\nesac"),
    )
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

/// `build --arm64` with the workspace's programs; of all others, there are cargo and what scripts need.
fn arm64(workspace: &Workspace, arguments: &[&str]) -> Invocation {
    with_stand_ins(workspace, quick(workspace, &[&["--arm64"], arguments].concat()))
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
fn each_function_is_compiled_for_its_own_architecture() {
    let workspace = with_both_targets(Workspace::hello()).file(
        "stepwright.toml",
        "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\n\n\
         [functions.OnGraviton]\npackage = \"hello\"\narchitecture = \"arm64\"\n",
    );
    let architectures = |arguments: &[&str]| {
        let arguments = [&["--output", "json", "-q"], arguments].concat();
        let functions = parse(&with_stand_ins(&workspace, quick(&workspace, &arguments)).run());
        ["Hello", "OnGraviton"].map(|name| functions[name]["architecture"].clone())
    };
    assert_eq!(architectures(&[]), ["x86_64", "arm64"]);
    assert_eq!(architectures(&["--arm64"]), ["arm64", "arm64"]);
}

#[test]
fn a_compiler_that_is_missing_is_told_before_another_works() {
    let workspace = with_rustc(Workspace::hello(), false).file(
        "stepwright.toml",
        "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\n\n\
         [functions.OnGraviton]\npackage = \"hello\"\narchitecture = \"arm64\"\n",
    );
    let outcome = with_stand_ins(&workspace, quick(&workspace, &[])).run();
    assert_eq!(outcome.code, Some(5), "{outcome}");
    assert!(!outcome.stderr.contains("Compiling"), "{outcome}");
    assert!(outcome.stderr.contains("aarch64-unknown-linux-gnu"), "{outcome}");
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
