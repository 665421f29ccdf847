use crate::sandbox::Sandbox;

#[test]
#[ignore = "needs Python and the package registry"]
fn a_foreign_role_with_one_of_our_names_is_refused_and_left() {
    let sandbox = Sandbox::new();
    sandbox.account.create_role("order-dev-ConfirmOrderFunction");
    let foreign = sandbox.account.resources();
    let refused = sandbox.stepwright(&["deploy", "--yes"]);
    assert_eq!(refused.code, Some(6), "{refused}");
    assert!(refused.stderr.contains("`order-dev-ConfirmOrderFunction`"), "{refused}");
    assert_eq!(sandbox.account.resources(), foreign);
    sandbox.result(&["destroy", "--yes"]);
    assert_eq!(sandbox.account.resources(), foreign);
}
