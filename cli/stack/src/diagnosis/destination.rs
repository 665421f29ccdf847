use super::{Cause, Missing};
use crate::access::{Context, Decision, Others, Request, decide};
use crate::{Machine, Scope};

/// A log resource policy of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPolicy {
    /// Its name.
    pub name: String,
    /// Its document as text.
    pub document: String,
}

/// How many log resource policies an account may have in a region.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html>
const LOG_POLICIES: usize = 10;

/// Longest log resource policy, in characters.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html>
const MAX_LOG_POLICY: usize = 5120;

/// The policy that Step Functions writes log groups into when a state machine is given one.
const WRITTEN: &str = "AWSLogDeliveryWrite20150319";

/// What it lets be done.
const ACTIONS: [&str; 2] = ["logs:CreateLogStream", "logs:PutLogEvents"];

/// Who delivers logs.
const DELIVERY: &str = "delivery.logs.amazonaws.com";

/// What keeps the logs of a state machine, whose role may deliver them, from their log group: that no resource policy
/// allows it and that there is no room for one that does. Nothing where there is, or where it is allowed already.
#[must_use]
pub fn log_destination(scope: &Scope, machine: &Machine, policies: &[LogPolicy]) -> Option<Missing> {
    let group = scope.log_group_arn(&machine.log_group);
    let stream = format!("{group}:log-stream:*");
    let is_allowed = ACTIONS
        .into_iter()
        .all(|action| may_be_allowed(scope, policies, action, &stream));
    if is_allowed {
        return None;
    }
    let why = full(policies, &stream)?;
    Some(Missing {
        role: machine.name.clone(),
        actions: ACTIONS.map(str::to_owned).into(),
        resource: group,
        needed_by: "the log of the state machine".to_owned(),
        cause: Cause::LogPolicies(why),
    })
}

fn may_be_allowed(scope: &Scope, policies: &[LogPolicy], action: &str, stream: &str) -> bool {
    let account = ("aws:SourceAccount".to_owned(), vec![scope.account.clone()]);
    let context = Context {
        values: [account].into(),
        others: Others::Unknown,
    };
    let request = Request {
        principals: &[DELIVERY],
        action,
        resource: stream,
        context: &context,
    };
    let documents: Vec<asl::Json> = policies
        .iter()
        .filter_map(|policy| policy.document.parse().ok())
        .collect();
    matches!(decide(&documents, &request), Decision::Allowed | Decision::Unclear)
}

/// Why no further log group can be written into the policies.
fn full(policies: &[LogPolicy], stream: &str) -> Option<String> {
    match policies.iter().find(|policy| policy.name == WRITTEN) {
        Some(written) => {
            let length = written.document.chars().count();
            // The ARN in quotes with a comma.
            let needed = length + stream.len() + 3;
            (needed > MAX_LOG_POLICY)
                .then(|| format!("and `{WRITTEN}`, which would, has {length} of at most {MAX_LOG_POLICY} characters"))
        }
        None => (policies.len() >= LOG_POLICIES)
            .then(|| format!("and there are {} of at most {LOG_POLICIES} already", policies.len())),
    }
}
