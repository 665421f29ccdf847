use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;
use jiff::Timestamp;
use stack::Service;

use super::call::Call;
use super::{Cloud, Error};

/// An event of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// CloudWatch's id of it, which is unique.
    pub id: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// Its log stream.
    pub stream: String,
    /// What was logged.
    pub message: String,
}

/// Which events of a log group are asked for.
#[derive(Clone, Copy, Debug)]
pub struct LogFilter<'a> {
    /// The log group's name.
    pub group: &'a str,
    /// What they fit.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>
    pub pattern: Option<&'a str>,
    /// Those from then on.
    pub from: Option<Timestamp>,
    /// Those before.
    pub until: Option<Timestamp>,
}

/// Some of the events, in order, with the token of the next ones. There may be none and a token all the same.
///
/// # Errors
/// A call that fails, for one because there is no such log group.
pub async fn log_events(
    cloud: &Cloud,
    filter: LogFilter<'_>,
    token: Option<String>,
) -> Result<(Vec<LogEvent>, Option<String>), Error> {
    let call = Call {
        service: Service::Logs,
        action: "FilterLogEvents",
        name: filter.group,
    };
    let request = || {
        let request = cloud.logs.filter_log_events().log_group_name(filter.group);
        request
            .set_filter_pattern(filter.pattern.map(str::to_owned))
            .set_start_time(filter.from.map(Timestamp::as_millisecond))
            // The end is one of those that are given.
            .set_end_time(filter.until.map(|until| until.as_millisecond() - 1))
            .set_next_token(token.clone())
            .send()
    };
    let page = cloud.call(call, request).await?;
    let events = page.events.unwrap_or_default().into_iter().filter_map(event);
    Ok((events.collect(), page.next_token))
}

/// All events that are asked for.
///
/// # Errors
/// As of [`log_events`].
pub(super) async fn all_log_events(cloud: &Cloud, filter: LogFilter<'_>) -> Result<Vec<LogEvent>, Error> {
    let mut events = Vec::new();
    let mut token = None;
    loop {
        let page;
        (page, token) = log_events(cloud, filter, token).await?;
        events.extend(page);
        if token.is_none() {
            return Ok(events);
        }
    }
}

fn event(found: FilteredLogEvent) -> Option<LogEvent> {
    let (time, message) = (found.timestamp?, found.message?);
    let stream = found.log_stream_name.unwrap_or_default();
    // AWS gives every event an id; what stands in for it may give none.
    let id = found.event_id.filter(|id| !id.is_empty());
    Some(LogEvent {
        id: id.unwrap_or_else(|| format!("{time} {stream} {message}")),
        timestamp: Timestamp::from_millisecond(time).ok()?,
        message,
        stream,
    })
}
