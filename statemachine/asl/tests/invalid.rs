//! One small definition per rule, and what is said about it.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt::Write;
use std::path::Path;

use asl::Diagnostic;

#[test]
#[expect(clippy::disallowed_methods, reason = "tests may read files")]
fn every_rule_says_what_is_wrong_and_where() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid");
    let files = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    for file in files {
        let Some(rule) = file.strip_suffix(".asl.json") else {
            continue;
        };
        let text = std::fs::read_to_string(folder.join(&file)).unwrap();
        let parsed = asl::parse(&text);
        assert!(!parsed.diagnostics.is_empty(), "{rule} is valid");
        assert_eq!(
            parsed.machine.is_none(),
            parsed.diagnostics.iter().any(Diagnostic::is_error),
            "{rule}"
        );
        let settings = {
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path("invalid");
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings
        };
        settings.bind(|| insta::assert_snapshot!(rule, rendered(&parsed.diagnostics, &text)));
    }
}

fn rendered(diagnostics: &[Diagnostic], text: &str) -> String {
    diagnostics.iter().fold(String::new(), |mut rendered, problem| {
        let about = problem
            .span
            .clone()
            .and_then(|span| text.get(span))
            .unwrap_or("nothing");
        let about = about.lines().next().unwrap_or_default();
        writeln!(
            rendered,
            "{:?} {} at {}",
            problem.severity, problem.code, problem.location
        )
        .unwrap();
        writeln!(rendered, "  {}", problem.message).unwrap();
        writeln!(rendered, "  about: {about}").unwrap();
        if let Some(help) = &problem.help {
            writeln!(rendered, "  help: {help}").unwrap();
        }
        rendered
    })
}
