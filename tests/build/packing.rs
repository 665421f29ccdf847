use std::{collections::BTreeMap, fs, io::Read, os::unix::fs::PermissionsExt, time::SystemTime};

use base64::{Engine, prelude::BASE64_STANDARD};
use insta::assert_snapshot;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{built, path, quick, real, redacted, says};
use crate::support::Workspace;

/// The files of a zip with their modes and texts.
fn unzipped(bytes: &[u8]) -> BTreeMap<String, (u32, Vec<u8>)> {
    let mut archive = ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let mode = entry.unix_mode().unwrap() & 0o777;
        files.insert(entry.name().unwrap().to_string(), (mode, bytes));
    }
    files
}

#[test]
fn a_function_becomes_a_zip_and_stays_as_it_is() {
    let workspace = Workspace::hello();
    assert_snapshot!(redacted(&quick(&workspace, &[]).run()));

    let hello = &built(&workspace)["Hello"];
    let zip = path(&workspace, hello, "zip");
    let bytes = fs::read(&zip).unwrap();
    assert_eq!(hello["codeSize"], bytes.len());
    assert_eq!(hello["codeSha256"], BASE64_STANDARD.encode(Sha256::digest(&bytes)));
    let bootstrap = fs::read(path(&workspace, hello, "bootstrap")).unwrap();
    assert_eq!(hello["bootstrapSize"], bootstrap.len());
    assert_eq!(
        unzipped(&bytes),
        BTreeMap::from([("bootstrap".to_owned(), (0o755, bootstrap))])
    );
    assert_eq!(says(&workspace, hello), "hello");

    let old = SystemTime::UNIX_EPOCH;
    fs::File::options()
        .write(true)
        .open(&zip)
        .unwrap()
        .set_modified(old)
        .unwrap();
    assert_snapshot!("fresh", redacted(&quick(&workspace, &[]).run()));
    assert_eq!(fs::metadata(&zip).unwrap().modified().unwrap(), old);

    fs::write(&zip, "not a zip").unwrap();
    fs::write(path(&workspace, hello, "bootstrap"), "not an executable").unwrap();
    assert_eq!(built(&workspace)["Hello"], *hello);
    assert_eq!(fs::read(&zip).unwrap(), bytes);
    assert_eq!(says(&workspace, hello), "hello");
}

#[test]
fn the_result_for_programs() {
    let outcome = quick(&Workspace::hello(), &["--output", "json", "-q"]).run();
    let text = outcome.to_string();
    let lines = text.lines().map(|line| match line.split_once(": ") {
        Some((key, _)) if key.ends_with("Size\"") => format!("{key}: [NUMBER]"),
        Some((key, _)) if key.ends_with("Sha256\"") => format!("{key}: [SHA256]"),
        _ => line.to_owned(),
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

/// The executable has the path of a generated file in the message of its panic.
#[test]
fn the_same_sources_give_the_same_bytes_in_another_directory() {
    let zip = |workspace: Workspace, target: &str| {
        let workspace = workspace
            .file(
                "hello/build.rs",
                r#"fn main() {
                    let path = std::env::var("OUT_DIR").unwrap() + "/generated.rs";
                    std::fs::write(path, "fn check(n: usize) { assert!(n > 9, \"few\") }").unwrap();
                }"#,
            )
            .file(
                "hello/src/main.rs",
                "include!(concat!(env!(\"OUT_DIR\"), \"/generated.rs\"));\nfn main() { check(std::env::args().count()) }",
            )
            .file(".cargo/config.toml", &format!("[build]\ntarget-dir = \"{target}\"\n"));
        let outcome = real(&workspace, &[]).run();
        assert_eq!(outcome.code, Some(0), "{outcome}");
        let found = workspace.path().join(target).join("stepwright");
        let architecture = fs::read_dir(found).unwrap().next().unwrap().unwrap().path();
        fs::read(architecture.join("Hello/bootstrap.zip")).unwrap()
    };
    let other = Workspace::hello_in(Workspace::called("zwei wörter"));
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| zip(other, "other target"));
        (zip(Workspace::hello(), "target"), other.join().unwrap())
    });
    let panic = String::from_utf8_lossy(&unzipped(&one)["bootstrap"].1).into_owned();
    assert!(
        panic.contains("/workspace/target/"),
        "the path is not in the executable at all"
    );
    assert!(one == other, "the zips differ");
}

#[test]
fn included_files_are_beside_the_executable() {
    let workspace = Workspace::hello()
        .file(
            "stepwright.toml",
            "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\n\
             include = [\"config\", \"data/names.txt:hello/wörter.txt\", \"tools\"]\n",
        )
        .file("config/prod/settings.json", "{}")
        .file("hello/wörter.txt", "hallo")
        .script("tools/greet", "echo hi");
    let hello = &built(&workspace)["Hello"];
    let zip = unzipped(&fs::read(path(&workspace, hello, "zip")).unwrap());
    let files: Vec<(&str, u32)> = zip.iter().map(|(name, (mode, _))| (name.as_str(), *mode)).collect();
    assert_eq!(
        files,
        [
            ("bootstrap", 0o755),
            ("config/prod/settings.json", 0o644),
            ("data/names.txt", 0o644),
            ("tools/greet", 0o755),
        ]
    );
    let root = path(&workspace, hello, "bootstrap").parent().unwrap().to_owned();
    for (name, (mode, bytes)) in &zip {
        let file = root.join(name);
        assert_eq!(fs::read(&file).unwrap(), *bytes);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, *mode);
    }

    let workspace = workspace.file(
        "stepwright.toml",
        "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\ninclude = [\"config:hello/wörter.txt\"]\n",
    );
    let without = &built(&workspace)["Hello"];
    assert_ne!(without["codeSha256"], hello["codeSha256"]);
    let mut left: Vec<_> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["bootstrap", "config"]);
}
