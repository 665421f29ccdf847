use insta::assert_snapshot;

use super::{CONFIGURATION, Stack};
use crate::double::Kind;

fn with_bucket() -> Stack {
    let text = format!("{CONFIGURATION}\n[deploy]\nbucket = \"zips\"\n");
    Stack::new().file("stepwright.toml", &text)
}

#[test]
fn a_bucket_that_cannot_be_used_is_told() {
    let cases = [
        (
            "a_bucket_of_another_region",
            301,
            "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified endpoint.",
        ),
        (
            "a_bucket_that_is_not_there",
            404,
            "NoSuchBucket",
            "The specified bucket does not exist",
        ),
        ("a_bucket_that_may_not_be_listed", 403, "AccessDenied", "Access Denied"),
    ];
    for (name, status, code, message) in cases {
        let stack = with_bucket();
        stack.fail("ListObjectsV2", 9, Kind::Refused(status, code, message));
        assert_snapshot!(name, stack.run(&["plan", "--quiet"]));
    }
}

#[test]
fn whoever_deploys_must_be_allowed_to_read_the_zip() {
    let message = "Your access has been denied by S3, please make sure your request credentials have permission to \
                   GetObject for zips/key. S3 Error Code: AccessDenied. S3 Error Message: Access Denied";
    let stack = with_bucket();
    stack.fail(
        "CreateFunction",
        9,
        Kind::Refused(403, "AccessDeniedException", message),
    );
    let outcome = stack.stepwright(&["deploy", "--yes", "--quiet"]).run().to_string();
    let help = "help: whoever deploys needs the permission `s3:GetObject`";
    assert!(outcome.contains(help), "{outcome}");
}

#[test]
fn who_asks_for_the_status_need_not_be_allowed_to_list_the_bucket() {
    let stack = with_bucket();
    stack.fail("ListObjectsV2", 9, Kind::Refused(403, "AccessDenied", "Access Denied"));
    let outcome = stack.stepwright(&["status"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

/// Bytes that no zip makes smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn a_zip_too_large_for_a_call_needs_a_bucket() {
    let text = CONFIGURATION.replace("memory = 256", "include = [\"noise\"]\nmemory = 256");
    let stack = Stack::new().file("stepwright.toml", &text);
    std::fs::write(stack.workspace.path().join("noise"), noise(51 * 1024 * 1024)).unwrap();
    let outcome = stack.stepwright(&["plan", "--quiet"]).run();
    let shown = regex_lite::Regex::new(r"has \d+ bytes").unwrap();
    assert_snapshot!(shown.replace(&outcome.to_string(), "has [NUMBER] bytes"));

    let stack = stack.file("stepwright.toml", &format!("{text}\n[deploy]\nbucket = \"zips\"\n"));
    let outcome = stack.stepwright(&["deploy", "--yes"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(stack.double.has_called("PutObject"));
    assert_eq!(stack.double.objects(), [""; 0]);
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
    assert_eq!(stack.stepwright(&["destroy", "--yes"]).run().code, Some(0));
    assert_eq!(stack.double.objects(), [""; 0]);
}
