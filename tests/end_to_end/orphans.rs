use crate::sandbox::Sandbox;

#[test]
#[ignore = "needs Python and the package registry"]
fn the_orphans_of_a_stage_that_is_no_more_go_and_the_others_stay() {
    let sandbox = Sandbox::new();
    sandbox.result(&["deploy", "--yes"]);
    sandbox.account.create_role("order-old-ByHand");
    let without = sandbox.account.resources();
    sandbox.result(&["deploy", "--yes", "--stage", "old"]);
    let with = sandbox.account.resources();

    let listed = sandbox.result(&["orphans"]);
    let orphans = listed["orphans"].as_array().unwrap();
    assert_eq!(orphans.len(), 15, "{listed:#}");
    assert!(orphans.iter().all(|orphan| orphan["stage"] == "old"), "{listed:#}");
    assert_eq!(sandbox.account.resources(), with);

    let removed = sandbox.result(&["orphans", "--delete", "--yes"]);
    assert_eq!(removed["deleted"], 15, "{removed:#}");
    assert_eq!(sandbox.account.resources(), without);
    assert_eq!(sandbox.result(&["deploy", "--yes"])["applied"], 0);
}
