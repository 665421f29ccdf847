use std::{
    fs,
    os::unix::{fs::symlink, net::UnixListener},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use insta::assert_snapshot;

use super::{quick, redacted};
use crate::support::Workspace;

/// A function whose configuration has more lines.
fn hello_with(lines: &str) -> Workspace {
    let configuration = format!("stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\n{lines}\n");
    Workspace::hello().file("stepwright.toml", &configuration)
}

fn failing(workspace: &Workspace) -> String {
    redacted(&quick(workspace, &[]).run())
}

#[test]
fn what_does_not_compile_is_said_by_the_compiler() {
    let main = "fn main() {\n    let unused = 1;\n    missing();\n}\n";
    let workspace = Workspace::hello()
        .file("hello/src/main.rs", main)
        .file("hello/src/lib.rs", "fn unused() {}\n");
    let compiled = |arguments: &[&str]| {
        let outcome = quick(&workspace, arguments).run();
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(5), ""), "{outcome}");
        outcome.stderr
    };

    let text = compiled(&[]);
    assert!(text.contains("warning: function `unused` is never used"), "{text}");
    assert!(text.contains("error[E0425]: cannot find function `missing`"), "{text}");
    assert!(
        text.ends_with("error: cargo could not compile the functions\n"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'), "{text}");

    let quiet = compiled(&["-q"]);
    assert!(!quiet.contains("warning"), "{quiet}");
    assert!(
        quiet.contains("error[E0425]: cannot find function `missing`"),
        "{quiet}"
    );

    let coloured = compiled(&["--color", "always"]);
    assert!(coloured.contains("\u{1b}["), "{coloured}");

    let json = compiled(&["--output", "json"]);
    let events: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let diagnostic = |code: &str| events.iter().find(|event| event["diagnostic"]["code"] == code).unwrap();
    assert_eq!(diagnostic("dead_code")["diagnostic"]["level"], "warning");
    let missing = &diagnostic("E0425")["diagnostic"];
    assert_eq!(
        (&missing["path"], &missing["line"]),
        (&"hello/src/main.rs".into(), &3.into())
    );
    assert_eq!(events.last().unwrap()["error"]["exit_code"], 5);
}

#[test]
fn ctrl_c_ends_cargo_and_all_that_it_started() {
    let build_script = r#"fn main() {
        std::fs::write("../pid.new", std::process::id().to_string()).unwrap();
        std::fs::rename("../pid.new", "../pid").unwrap();
        std::thread::sleep(std::time::Duration::from_secs(60));
    }"#;
    let workspace = Workspace::hello().file("hello/build.rs", build_script);
    let mut child = quick(&workspace, &[]).start();
    let pid = wait_for(|| fs::read_to_string(workspace.path().join("pid")).ok());
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    wait_for(|| (!is_running(&pid)).then_some(()));
}

fn is_running(pid: &str) -> bool {
    // One that nobody has waited for yet is a zombie.
    let status = fs::read_to_string(Path::new("/proc").join(pid).join("stat")).unwrap_or_default();
    !status.is_empty() && !status.contains(") Z ")
}

fn wait_for<T>(mut condition: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "it does not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_directory_that_cannot_be_written() {
    let workspace = Workspace::hello().file("target/stepwright", "");
    assert_snapshot!(failing(&workspace));
}

#[test]
fn files_that_cannot_be_included() {
    let workspace =
        hello_with("include = [\"missing\", \"x:missing\", \"../outside\", \"bootstrap:hello\", \"..:hello\"]");
    fs::write(workspace.path().join("../outside"), "").unwrap();
    assert_snapshot!(failing(&workspace));
}

#[test]
fn two_files_of_one_name() {
    let workspace = hello_with("include = [\"data:a\", \"data:b\"]")
        .file("a/names.txt", "a")
        .file("b/names.txt", "b");
    assert_snapshot!(failing(&workspace));
}

#[test]
fn a_socket_among_the_included_files() {
    let workspace = hello_with("include = [\"data\"]").file("data/names.txt", "");
    let _socket = UnixListener::bind(workspace.path().join("data/socket")).unwrap();
    assert_snapshot!(failing(&workspace));
}

#[test]
fn a_directory_that_includes_itself() {
    let workspace = hello_with("include = [\"data\"]").file("data/names.txt", "");
    symlink("..", workspace.path().join("data/self")).unwrap();
    assert_snapshot!(failing(&workspace));
}

#[test]
fn more_than_lambda_takes() {
    let workspace = hello_with("include = [\"large\"]").file("large", "");
    let large = fs::File::options().write(true).open(workspace.path().join("large"));
    large.unwrap().set_len(250 * 1024 * 1024).unwrap();
    let text = failing(&workspace);
    let size = text.split(' ').find(|word| word.starts_with("262")).unwrap().to_owned();
    assert_snapshot!(text.replacen(&size, "[NUMBER]", 1));
}

#[test]
fn a_feature_that_is_not_there() {
    let workspace = hello_with("features = [\"lowd\"]").file(
        "hello/Cargo.toml",
        "[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[features]\nloud = []\n",
    );
    assert_snapshot!(failing(&workspace));
}
