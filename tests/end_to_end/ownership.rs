use crate::sandbox::{DEPLOYER, Sandbox};

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

#[test]
#[ignore = "needs Python and the package registry"]
fn a_permission_that_the_deployer_lacks_is_named_and_with_it_the_deploy_goes_on() {
    let sandbox = Sandbox::new();
    let policy = DEPLOYER.replace(r#""iam:CreateRole","#, "");
    let user = sandbox.account.create_user("user", &policy);
    let refused = sandbox.stepwright_as(&user, &["deploy", "--yes"]);
    assert_eq!(refused.code, Some(6), "{refused}");
    assert!(refused.stderr.contains("iam:CreateRole"), "{refused}");
    let deployed = sandbox.result(&["deploy", "--yes"]);
    assert_eq!(deployed["stateMachines"][0]["version"], 1, "{deployed:#}");
}
