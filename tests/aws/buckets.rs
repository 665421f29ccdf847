//! Zips that go through S3.

use stack::Observed;

use crate::double::Kind;
use crate::stack_under_test::Account;

/// The key of the zip with these bytes.
fn key(digest: &str) -> String {
    format!("stepwright/123456789012/order/dev/{digest}.zip")
}

const ONE: &str = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";

const BUCKET: &str = "zips";

fn with_bucket() -> Account {
    let mut account = Account::new();
    account.set_bucket(BUCKET, &["Validate", "Confirm"]);
    account
}

fn keys(account: &Account) -> Vec<String> {
    let in_bucket = |path: String| path.strip_prefix("zips/").unwrap_or(&path).to_owned();
    account.double.objects().into_iter().map(in_bucket).collect()
}

/// A deploy that uploads the zips and goes no further.
async fn interrupted() -> Account {
    let account = with_bucket();
    account.fail(
        "CreateFunction",
        9,
        Kind::Refused(400, "InvalidParameterValueException", "no"),
    );
    account.failed_deploy().await;
    assert_eq!(keys(&account), [key(ONE)]);
    account.double.mend();
    account
}

#[tokio::test]
async fn a_zip_of_two_functions_is_uploaded_once_and_goes_when_both_have_it() {
    let mut account = with_bucket();
    let of_objects =
        |calls: Vec<String>| -> Vec<String> { calls.into_iter().filter(|call| call.ends_with("Object")).collect() };
    assert_eq!(of_objects(account.deploy().await), ["PutObject", "DeleteObject"]);
    assert_eq!(keys(&account), [""; 0]);
    assert_eq!(account.deploy().await, [""; 0]);

    account.set_code("Validate", "two");
    account.set_code("Confirm", "two");
    assert_eq!(of_objects(account.deploy().await), ["PutObject", "DeleteObject"]);
    assert_eq!(keys(&account), [""; 0]);
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn a_zip_that_is_there_is_not_uploaded_again() {
    let account = interrupted().await;
    let calls = account.deploy().await;
    assert!(!calls.iter().any(|call| call == "PutObject"), "{calls:?}");
    assert_eq!(keys(&account), [""; 0]);
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn a_zip_that_no_function_wants_any_more_goes() {
    let mut account = interrupted().await;
    account.set_code("Validate", "two");
    account.set_code("Confirm", "two");
    account.deploy().await;
    assert_eq!(keys(&account), [""; 0]);
}

#[tokio::test]
async fn s3_takes_no_zip_but_the_one_that_was_measured() {
    let account = with_bucket();
    account.overwrite_zip("Validate");
    account.overwrite_zip("Confirm");
    let told = account.failed_deploy().await;
    assert!(told.contains("PutObject") && told.contains("BadDigest"), "{told}");
    assert_eq!(keys(&account), [""; 0]);
}

#[tokio::test]
async fn destroy_leaves_no_zip_and_leaves_those_of_others() {
    let account = interrupted().await;
    account
        .double
        .put_object("zips/stepwright/123456789012/order/dev/notes.txt");
    account
        .double
        .put_object(&format!("zips/stepwright/123456789012/order/prod/{ONE}.zip"));
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
