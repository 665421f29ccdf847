use super::Deployer;
use crate::Statement;

/// What it takes to watch alarms while traffic shifts.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>
pub(super) fn statements(deployer: &Deployer) -> Vec<Statement> {
    let watch = Statement::new(
        "WatchAlarms",
        ["cloudwatch:DescribeAlarms"],
        ["*".to_owned()],
        "to watch alarms while traffic shifts; CloudWatch shows composite alarms only to those who may see all",
    );
    (!deployer.alarms.is_empty()).then_some(watch).into_iter().collect()
}
