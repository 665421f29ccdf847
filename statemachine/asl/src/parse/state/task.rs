use super::{ASSIGN, EVERY, Fields, IN_AND_OUT, NEXT, ON_ERROR, RESULT, next, retry};
use crate::parse::expression::{dynamic, result_path};
use crate::parse::template::template;
use crate::validate::fields::Allowed;
use crate::validate::{self, resource};
use crate::{Dynamic, Task, Template};

const TASK: Allowed = Allowed {
    always: &["Resource", "Credentials", "TimeoutSeconds", "HeartbeatSeconds"],
    jsonpath: &["Parameters", "TimeoutSecondsPath", "HeartbeatSecondsPath"],
    jsonata: &["Arguments"],
};

const MAX_SECONDS: u64 = 99_999_999;

pub(super) fn task(fields: &Fields<'_>) -> Option<Task> {
    validate::fields::check(fields, &[EVERY, TASK, IN_AND_OUT, RESULT, ASSIGN, NEXT, ON_ERROR]);
    validate::fields::require(fields, &["Resource"]);
    let resource = fields.get("Resource").and_then(|value| resource::resource(&value));
    let arguments = template(fields, "Parameters").or_else(|| template(fields, "Arguments"));
    let result_selector = template(fields, "ResultSelector");
    let result_path = result_path(fields);
    let timeout_seconds = dynamic(fields, "TimeoutSeconds", |value| value.integer(&(1..=MAX_SECONDS)));
    let heartbeat_seconds = dynamic(fields, "HeartbeatSeconds", |value| value.integer(&(1..=MAX_SECONDS)));
    check_heartbeat(fields, timeout_seconds.as_ref(), heartbeat_seconds.as_ref());
    let credentials = credentials(fields);
    let on_error = retry::retry_and_catch(fields);
    let next = next(fields);
    Some(Task {
        resource: resource?,
        arguments,
        result_selector,
        result_path,
        timeout_seconds,
        heartbeat_seconds,
        credentials,
        on_error,
        next: next?,
    })
}

fn check_heartbeat(fields: &Fields<'_>, timeout: Option<&Dynamic<u64>>, heartbeat: Option<&Dynamic<u64>>) {
    let (Some(Dynamic::Literal(timeout)), Some(Dynamic::Literal(heartbeat))) = (timeout, heartbeat) else {
        return;
    };
    if heartbeat >= timeout
        && let Some(value) = fields.get("HeartbeatSeconds")
    {
        value.refuse::<()>("`HeartbeatSeconds` must be smaller than `TimeoutSeconds`");
    }
}

fn credentials(fields: &Fields<'_>) -> Option<Template> {
    let value = fields.get("Credentials")?;
    let role = value.fields()?;
    validate::fields::check(
        &role,
        &[Allowed {
            always: &["RoleArn"],
            jsonpath: &["RoleArn.$"],
            ..Allowed::NONE
        }],
    );
    validate::exclusive::at_most_one(&role, &["RoleArn", "RoleArn.$"]);
    validate::exclusive::at_least_one(&role, &["RoleArn", "RoleArn.$"], "RoleArn");
    template(fields, "Credentials")
}
