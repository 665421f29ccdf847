//! Workspaces of every shape.

use super::{built, says};
use crate::support::Workspace;

fn manifest(name: &str, more: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
}

fn says_all(workspace: &Workspace) -> Vec<String> {
    let functions = built(workspace);
    let said = functions
        .iter()
        .map(|(name, function)| format!("{name}: {}", says(workspace, function)));
    said.collect()
}

#[test]
fn functions_of_one_package_of_one_binary_and_of_one_name() {
    let workspace = Workspace::empty()
        .file(
            "stepwright.toml",
            r#"stack = "greeting"
                functions.One = { package = "several", binary = "one" }
                functions.Two = { package = "several", binary = "two" }
                functions.TwoAgain = { package = "several", binary = "two", memory = 512 }
                functions.Other = { package = "other" }
                functions.Same = { package = "same" }
            "#,
        )
        .file(
            "Cargo.toml",
            "[workspace]\nmembers = [\"*/\"]\nexclude = [\"target\"]\nresolver = \"3\"\n",
        )
        .file("several/Cargo.toml", &manifest("several", ""))
        .file("several/src/bin/one.rs", "fn main() { println!(\"one\"); }")
        .file("several/src/bin/two.rs", "fn main() { println!(\"two\"); }")
        .file(
            "other/Cargo.toml",
            &manifest("other", "[[bin]]\nname = \"bootstrap\"\npath = \"main.rs\"\n"),
        )
        .file("other/main.rs", "fn main() { println!(\"other\"); }")
        .file(
            "same/Cargo.toml",
            &manifest("same", "[[bin]]\nname = \"bootstrap\"\npath = \"main.rs\"\n"),
        )
        .file("same/main.rs", "fn main() { println!(\"same\"); }");
    let expected = ["One: one", "Other: other", "Same: same", "Two: two", "TwoAgain: two"];
    assert_eq!(says_all(&workspace), expected);
    // Binaries of one name take turns in cargo's directory.
    assert_eq!(says_all(&workspace), expected);
}

#[test]
fn a_package_at_the_root_in_a_directory_of_any_name() {
    let workspace = Workspace::called("zwei wörter ")
        .file(
            "stepwright.toml",
            "stack = \"greeting\"\nfunctions.Hello = { package = \"hello\" }\n",
        )
        .file("Cargo.toml", &manifest("hello", ""))
        .file("src/main.rs", "fn main() { println!(\"root\"); }");
    assert_eq!(says_all(&workspace), ["Hello: root"]);
}

#[test]
fn features_are_a_functions_own() {
    let features = "[features]\ndefault = [\"polite\"]\npolite = []\nloud = []\n";
    let main = r#"fn main() {
        println!("{} {}", cfg!(feature = "polite"), cfg!(feature = "loud"));
    }"#;
    let workspace = Workspace::hello()
        .file(
            "stepwright.toml",
            r#"stack = "greeting"
                functions.Plain = { package = "hello" }
                functions.Loud = { package = "hello", features = ["loud"] }
                functions.Rude = { package = "hello", default_features = false }
            "#,
        )
        .file("hello/Cargo.toml", &manifest("hello", features))
        .file("hello/src/main.rs", main);
    assert_eq!(
        says_all(&workspace),
        ["Loud: true true", "Plain: true false", "Rude: false false"]
    );
}

#[test]
fn the_features_that_a_binary_requires_need_not_be_asked_for() {
    let features = "[features]\nlambda = []\n\n[[bin]]\nname = \"hello\"\nrequired-features = [\"lambda\"]\n";
    let workspace = Workspace::hello().file("hello/Cargo.toml", &manifest("hello", features));
    assert_eq!(says_all(&workspace), ["Hello: hello"]);
}

/// A shared dependency has the features that all functions ask of it, whichever of them are built.
#[test]
fn a_function_is_the_same_built_alone() {
    let dependency =
        |features: &str| format!("[dependencies]\nshared = {{ path = \"../shared\", features = [{features}] }}\n");
    let main = "fn main() { println!(\"{}\", shared::loud()); }";
    let workspace = Workspace::empty()
        .file(
            "stepwright.toml",
            "stack = \"greeting\"\nfunctions.A = { package = \"a\" }\nfunctions.B = { package = \"b\" }\n",
        )
        .file(
            "Cargo.toml",
            "[workspace]\nmembers = [\"a\", \"b\", \"shared\"]\nresolver = \"3\"\n",
        )
        .file("a/Cargo.toml", &manifest("a", &dependency("")))
        .file("a/src/main.rs", main)
        .file("b/Cargo.toml", &manifest("b", &dependency("\"loud\"")))
        .file("b/src/main.rs", main)
        .file("shared/Cargo.toml", &manifest("shared", "[features]\nloud = []\n"))
        .file(
            "shared/src/lib.rs",
            "pub fn loud() -> bool { cfg!(feature = \"loud\") }",
        );
    let alone = super::parse(&super::quick(&workspace, &["A", "--output", "json"]).run());
    assert_eq!(alone.keys().collect::<Vec<_>>(), ["A"]);
    assert_eq!(alone["A"], built(&workspace)["A"]);
}

#[test]
fn the_users_own_profile_flags_and_target_directory_count() {
    let main = r#"fn main() { println!("{} {}", cfg!(debug_assertions), cfg!(mine)); }"#;
    let workspace = Workspace::hello()
        .file("hello/src/main.rs", main)
        .file(
            "Cargo.toml",
            "[workspace]\nmembers = [\"hello\"]\nresolver = \"3\"\n\n\
             [profile.lambda]\ninherits = \"dev\"\ndebug = false\n",
        )
        .file(
            ".cargo/config.toml",
            "[build]\nrustflags = [\"--cfg\", \"mine\"]\ntarget-dir = \"else where\"\n",
        );
    let hello = &built(&workspace)["Hello"];
    assert_eq!(says(&workspace, hello), "true true");
    assert!(
        hello["zip"]
            .as_str()
            .unwrap()
            .starts_with("[WORKSPACE]/else where/stepwright/")
    );
}
