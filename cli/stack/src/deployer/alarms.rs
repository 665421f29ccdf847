use super::Deployer;
use crate::Statement;

/// What alarms and dashboards take.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>
pub(super) fn statements(deployer: &Deployer) -> Vec<Statement> {
    let scope = &deployer.scope;
    let mut statements = vec![
        Statement::new(
            "ListAlarms",
            ["cloudwatch:DescribeAlarms"],
            ["*".to_owned()],
            "to find the stack's alarms, and to watch alarms while traffic shifts; CloudWatch shows composite alarms only to \
             those who may see all",
        ),
        Statement::new(
            "Alarms",
            [
                "cloudwatch:DeleteAlarms",
                "cloudwatch:ListTagsForResource",
                "cloudwatch:PutMetricAlarm",
                "cloudwatch:TagResource",
                "cloudwatch:UntagResource",
            ],
            [scope.alarm_arn(&deployer.names())],
            "the alarms",
        ),
        Statement::new(
            "Dashboards",
            [
                "cloudwatch:DeleteDashboards",
                "cloudwatch:GetDashboard",
                "cloudwatch:PutDashboard",
            ],
            [scope.dashboard_arn()],
            "the dashboard",
        ),
    ];
    statements.push(Statement::new(
        "ReadMetrics",
        ["cloudwatch:GetMetricData"],
        ["*".to_owned()],
        "to tell how many executions and invocations failed; metrics belong to no resource",
    ));
    if deployer.all_stages {
        statements.push(Statement::new(
            "ListDashboards",
            ["cloudwatch:ListDashboards"],
            ["*".to_owned()],
            "to find the dashboards of all stages by their names; a list belongs to no resource",
        ));
    }
    statements
}
