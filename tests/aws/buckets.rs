//! Zips that go through S3.

use stack::Observed;

use crate::double::Kind;
use crate::stack_under_test::Account;

/// The key of the zip with these bytes.
fn key(digest: &str) -> String {
    format!("stepwright/123456789012/order/dev/{digest}.zip")
}

const ONE: &str = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
const TWO: &str = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";

fn with_bucket() -> Account {
    let mut account = Account::new();
    account.set_bucket("zips");
    account
}

fn keys(account: &Account) -> Vec<String> {
    let in_bucket = |path: String| path.strip_prefix("zips/").unwrap_or(&path).to_owned();
    account.double.objects().into_iter().map(in_bucket).collect()
}

#[tokio::test]
async fn a_zip_is_uploaded_once_and_goes_when_no_function_has_it() {
    let mut account = with_bucket();
    let calls = account.deploy().await;
    let uploads = calls.iter().filter(|call| *call == "PutObject").count();
    assert_eq!(uploads, 1, "both functions have the same zip");
    assert_eq!(keys(&account), [key(ONE)]);
    assert_eq!(account.deploy().await, [""; 0]);

    account.set_code("Validate", "two");
    account.set_code("Confirm", "two");
    account.set_bucket("zips");
    account.deploy().await;
    assert_eq!(keys(&account), [key(TWO)]);
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn a_zip_that_is_there_is_not_uploaded_again() {
    let account = with_bucket();
    account.fail(
        "CreateFunction",
        9,
        Kind::Refused(400, "InvalidParameterValueException", "no"),
    );
    account.failed_deploy().await;
    assert_eq!(keys(&account), [key(ONE)]);
    account.double.forgive();
    let calls = account.deploy().await;
    assert!(!calls.iter().any(|call| call == "PutObject"), "{calls:?}");
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn destroy_leaves_no_zip_and_leaves_those_of_others() {
    let account = with_bucket();
    account
        .double
        .put_object("zips/stepwright/123456789012/order/dev/notes.txt");
    account
        .double
        .put_object(&format!("zips/stepwright/123456789012/order/prod/{ONE}.zip"));
    account.deploy().await;
    account.destroy().await;
    assert_eq!(
        keys(&account),
        [
            "stepwright/123456789012/order/dev/notes.txt".to_owned(),
            format!("stepwright/123456789012/order/prod/{ONE}.zip")
        ]
    );
    assert_eq!(account.observe().await, Observed::default());
}
