use crate::account::Resources;
use crate::sandbox::Sandbox;

#[test]
#[ignore = "needs Python and the package registry"]
fn alarms_and_the_dashboard_come_and_go_with_the_stack() {
    let sandbox = Sandbox::new();
    // MiniStack knows no percentiles, of which the alarm for durations is one.
    let watched = "stack = \"order\"\ndashboard = true\n\n[alarms]\nexecution_time = 60\nfunction_duration = false\n";
    sandbox.project.edit("stepwright.toml", "stack = \"order\"\n", watched);
    sandbox.result(&["deploy", "--yes"]);
    let resources = sandbox.account.resources();
    // Five of the state machine, two of each of the four functions.
    assert_eq!(resources.alarms.len(), 13, "{:?}", resources.alarms);
    assert_eq!(resources.dashboards.len(), 1);
    let plan = sandbox.result(&["plan"]);
    assert_eq!(plan["changes"], serde_json::json!([]), "{plan:#}");

    sandbox
        .project
        .edit("stepwright.toml", "execution_time = 60", "execution_time = 70");
    let plan = sandbox.result(&["plan"]);
    assert_eq!(plan["changes"][0]["kind"], "alarm", "{plan:#}");
    assert_eq!(plan["changes"][0]["drift"], false, "{plan:#}");
    sandbox.result(&["deploy", "--yes"]);

    sandbox.project.edit(
        "stepwright.toml",
        watched.replace("60", "70").as_str(),
        "stack = \"order\"\n",
    );
    sandbox.result(&["deploy", "--yes"]);
    let resources = sandbox.account.resources();
    assert!(
        resources.alarms.is_empty() && resources.dashboards.is_empty(),
        "{resources:?}"
    );
    sandbox.result(&["destroy", "--yes"]);
    assert_eq!(sandbox.account.resources(), Resources::default());
}
