//! What users of cargo-lambda have in their manifests.

use clap::Parser;
use insta::assert_snapshot;
use stepwright::{args::Args, settings};

use super::{quick, redacted};
use crate::support::Workspace;

fn package(metadata: &str) -> Workspace {
    Workspace::hello().file(
        "hello/Cargo.toml",
        &format!(
            "[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [features]\nloud = []\npolite = []\n\n{metadata}"
        ),
    )
}

/// What there is to know of the function `Hello`.
fn hello(workspace: &Workspace) -> String {
    let directory = workspace.path().display().to_string();
    let args = Args::parse_from(["stepwright", "--workspace", &directory, "build"]);
    let settings = settings::load(&args.global).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let functions = runtime.block_on(settings.functions(&[])).unwrap();
    let hello = &functions.functions["Hello"];
    format!("{hello:#?}").replace(&directory, "[WORKSPACE]")
}

#[test]
fn what_means_the_same_is_honoured() {
    let workspace = package(
        r#"[package.metadata.lambda.deploy]
memory = 512
timeout = 60
description = "says hello"
tracing = "passthrough"
runtime = "provided.al2023"
env = { AA = "of env" }
env_var = ["AA=of env_var", "BB = of env_var"]
env_file = ".env"
include = ["config"]

[package.metadata.lambda.build]
arm64 = true
include = ["data:../data"]
all_features = true
no_default_features = true
output_format = "zip"
compiler = { type = "cargo" }

[package.metadata.lambda.watch]
release = true
"#,
    )
    .file(
        "hello/.env",
        "# local\n\nAA=of env_file\nBB=of env_file\nCC=\"of env_file\"\n",
    )
    .file("hello/config/settings.json", "{}")
    .file("data/names.txt", "");
    assert_snapshot!(hello(&workspace));
}

#[test]
fn the_nearer_wins_and_stepwright_toml_before_all() {
    let workspace = package(
        r#"[package.metadata.lambda.bin.hello.deploy]
timeout = 30
env = { BB = "of the binary" }

[package.metadata.lambda.deploy]
memory = 512
timeout = 60
env = { AA = "of the package", BB = "of the package" }
"#,
    )
    .file(
        "Cargo.toml",
        r#"[workspace]
members = ["hello"]
resolver = "3"

[workspace.metadata.lambda.deploy]
description = "of the workspace"
memory = 1024
env = { CC = "of the workspace" }
"#,
    )
    .file(
        "stepwright.toml",
        "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\nmemory = 256\nenvironment = { AA = \"ours\" }\n",
    );
    assert_snapshot!(hello(&workspace));
}

#[test]
fn what_has_no_effect_is_a_warning() {
    let workspace = package(
        r#"[package.metadata.lambda.deploy]
role = "arn:aws:iam::123456789012:role/hello"
layer = ["arn:aws:lambda:us-east-1:123456789012:layer:one"]
tracing = "active"
enable_function_url = false
log_retention = 7

[package.metadata.lambda.build]
target = "aarch64-unknown-linux-gnu"
"#,
    );
    assert_snapshot!(redacted(&quick(&workspace, &[]).run()));
}

#[test]
fn what_cannot_be_is_an_error() {
    let workspace = package(
        r#"[package.metadata.lambda.deploy]
memory = "512"
timeout = 1000
env = { AWS_REGION = "eu-central-1" }
env_var = ["no assignment"]
env_file = "missing.env"
include = ["missing"]

[package.metadata.lambda.build]
features = ["lowd"]
"#,
    );
    assert_snapshot!(redacted(&quick(&workspace, &[]).run()));
}

#[test]
fn a_table_that_is_none_is_an_error() {
    let workspace = package("[package.metadata.lambda]\ndeploy = 1\n");
    assert_snapshot!(redacted(&quick(&workspace, &[]).run()));
}
