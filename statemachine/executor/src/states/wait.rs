use std::sync::Arc;

use asl::{Dynamic, Json, Wait, WaitFor};
use jiff::Timestamp;

use super::{Departure, effective_input, leave, raw_input};
use crate::branch::{BranchKey, Phase};
use crate::data;
use crate::execution::{Seen, Step, Timer, with_scope};
use crate::failure::StateError;
use crate::program::Node;
use crate::query::{Expected, Scope};
use crate::{Execution, Workflow, time};

/// The longest a Wait of a Standard workflow may take: a year.
const LONGEST_SECONDS: u64 = 31_536_000;
/// The longest a Wait of an Express workflow may take.
const LONGEST_EXPRESS_SECONDS: u64 = 300;
/// More seconds than this are no duration for AWS: 24,855 days, the whole days of 2^31 - 1 seconds.
const LARGEST_SECONDS: i64 = 24_855 * 86_400;

pub(super) fn work(
    execution: &mut Execution,
    key: BranchKey,
    node: &Node,
    wait: &Wait,
    input: &Json,
) -> Result<Step, StateError> {
    let until = with_scope(execution, key, node, Seen::input(input), |scope| match &wait.wait_for {
        WaitFor::Seconds(field) => {
            seconds(field, scope).map(|seconds| time::later(execution.now, time::seconds(seconds)))
        }
        WaitFor::Timestamp(field) => timestamp(field, scope),
    })?;
    check_length(execution, until)?;
    let timer = execution.start_timer_at(until.max(execution.now), Timer::Wait(key));
    execution.set_phase(key, Phase::Wait(timer));
    Ok(Step::Blocked)
}

/// The time is up.
pub(crate) fn exit(execution: &Execution, key: BranchKey, node: &Node) -> Result<Step, StateError> {
    let raw = raw_input(execution, key);
    let input = effective_input(execution, key, node, &raw)?;
    leave(execution, key, node, &Departure::own(node), Seen::input(&input), &input)
}

fn check_length(execution: &Execution, until: Timestamp) -> Result<(), StateError> {
    let longest = match execution.start.workflow {
        Workflow::Standard => LONGEST_SECONDS,
        Workflow::Express => LONGEST_EXPRESS_SECONDS,
    };
    if until > time::later(execution.now, time::seconds(longest)) {
        return Err(StateError::runtime("Wait state delay is too long."));
    }
    Ok(())
}

fn seconds(field: &Dynamic<u64>, scope: &Scope<'_>) -> Result<u64, StateError> {
    let value = data::dynamic(field, scope, "Seconds", Expected::Integer, |seconds| {
        Json::from(*seconds)
    });
    if data::is_jsonata(field) {
        let value = value?;
        let seconds = value.as_i64().filter(|seconds| *seconds <= LARGEST_SECONDS);
        let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
        return seconds.ok_or_else(|| data::out_of_range("Seconds", &value));
    }
    let path = data::path_text(field);
    let Ok(value) = value else {
        let message = format!("The SecondsPath parameter does not reference an input value: {path}");
        return Err(StateError::runtime(message));
    };
    let Some(seconds) = value.as_i64().filter(|seconds| *seconds <= LARGEST_SECONDS) else {
        let message = format!("The SecondsPath parameter cannot be parsed as a long value: {path} == {value}");
        return Err(StateError::runtime(message));
    };
    u64::try_from(seconds).map_err(|_| {
        StateError::runtime(format!(
            "The SecondsPath parameter references a negative value: {path} == {value}"
        ))
    })
}

/// AWS waits until a whole second, whatever the fraction behind it.
fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::from_second(time::parse(text)?.as_second()).ok()
}

fn jsonata_timestamp(value: &Json) -> Result<Timestamp, StateError> {
    let text = value.as_str().unwrap_or_default();
    moment(text).ok_or_else(|| {
        let message = format!(
            "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
        );
        StateError::query_evaluation(message, Some("Timestamp".to_owned()))
    })
}

fn timestamp(field: &Dynamic<Arc<str>>, scope: &Scope<'_>) -> Result<Timestamp, StateError> {
    let value = data::dynamic(field, scope, "Timestamp", Expected::String, |text| {
        Json::String(text.clone())
    });
    if data::is_jsonata(field) {
        return jsonata_timestamp(&value?);
    }
    let path = data::path_text(field);
    let Ok(value) = value else {
        let message = format!("The TimestampPath parameter does not reference an input value: {path}");
        return Err(StateError::runtime(message));
    };
    value.as_str().and_then(moment).ok_or_else(|| {
        let shown = data::plain_text(&value);
        StateError::runtime(format!(
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {path} == {shown}"
        ))
    })
}
