use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use stack::{Scope, Service};

use super::call::Call;
use super::{Cloud, Error};

/// How many metrics are asked for at once.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
const PAGE: usize = 500;

/// How long a point of a metric lasts.
const PERIOD: Duration = Duration::from_secs(60);

/// What executions of a state machine did in a time.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rates {
    /// How many began.
    pub started: u64,
    /// How many ended well.
    pub succeeded: u64,
    /// How many failed.
    pub failed: u64,
    /// How many took too long.
    pub timed_out: u64,
    /// How many were stopped.
    pub aborted: u64,
}

const METRICS: [&str; 5] = [
    "ExecutionsStarted",
    "ExecutionsSucceeded",
    "ExecutionsFailed",
    "ExecutionsTimedOut",
    "ExecutionsAborted",
];

impl Rates {
    /// The part of those that ended which failed or took too long, from 0 to 1; nothing where none ended.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of executions are far below")]
    pub fn error_rate(&self) -> Option<f64> {
        let bad = self.failed + self.timed_out;
        let ended = self.succeeded + bad + self.aborted;
        (ended > 0).then(|| bad as f64 / ended as f64)
    }

    fn add(&mut self, metric: &str, count: u64) {
        let field = match metric {
            "ExecutionsStarted" => &mut self.started,
            "ExecutionsSucceeded" => &mut self.succeeded,
            "ExecutionsFailed" => &mut self.failed,
            "ExecutionsTimedOut" => &mut self.timed_out,
            _ => &mut self.aborted,
        };
        *field += count;
    }
}

/// What the executions of state machines did in the hour before `now`, by deployed name.
///
/// # Errors
/// A call that fails.
pub async fn last_hour(
    cloud: &Cloud,
    scope: &Scope,
    machines: &[&str],
    now: Timestamp,
) -> Result<BTreeMap<String, Rates>, Error> {
    let mut rates: BTreeMap<String, Rates> = BTreeMap::new();
    for machines in machines.chunks(PAGE / METRICS.len()) {
        let queries = queries(scope, machines);
        for result in read(cloud, &queries, now).await? {
            let id = result
                .id
                .as_deref()
                .and_then(|id| id.strip_prefix('m')?.split_once('_'));
            let Some((place, metric)) = id else { continue };
            let found = place.parse::<usize>().ok().and_then(|place| machines.get(place));
            let metric = metric.parse::<usize>().ok().and_then(|metric| METRICS.get(metric));
            if let (Some(machine), Some(metric)) = (found, metric) {
                let sum = result.values.unwrap_or_default().iter().sum::<f64>();
                let rates = rates.entry((*machine).to_owned()).or_default();
                rates.add(metric, whole(sum));
            }
        }
    }
    Ok(rates)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is no count of executions becomes the nearest one"
)]
fn whole(sum: f64) -> u64 {
    sum.round().max(0.0) as u64
}

/// One for each metric of each state machine.
fn queries(scope: &Scope, machines: &[&str]) -> Vec<MetricDataQuery> {
    let metrics = |(place, machine): (usize, &&str)| {
        let arn = scope.machine_arn(machine);
        METRICS.iter().enumerate().map(move |(number, name)| {
            let dimension = Dimension::builder().name("StateMachineArn").value(&arn).build();
            let metric = Metric::builder().namespace("AWS/States").metric_name(*name);
            let statistic = MetricStat::builder()
                .metric(metric.dimensions(dimension).build())
                .period(i32::try_from(PERIOD.as_secs()).unwrap_or(60))
                .stat("Sum");
            let query = MetricDataQuery::builder().id(format!("m{place}_{number}"));
            query.metric_stat(statistic.build()).return_data(true).build()
        })
    };
    machines.iter().enumerate().flat_map(metrics).collect()
}

async fn read(cloud: &Cloud, queries: &[MetricDataQuery], now: Timestamp) -> Result<Vec<MetricDataResult>, Error> {
    let end = now.as_second();
    let start = now
        .checked_sub(SignedDuration::from_hours(1))
        .map_or(end, Timestamp::as_second);
    let call = Call {
        service: Service::CloudWatch,
        action: "GetMetricData",
        name: "",
    };
    let mut results = Vec::new();
    let mut token = None;
    loop {
        let request = || {
            let request = cloud.alarms.get_metric_data();
            request
                .start_time(DateTime::from_secs(start))
                .end_time(DateTime::from_secs(end))
                .set_metric_data_queries(Some(queries.to_vec()))
                .set_next_token(token.clone())
                .send()
        };
        let page = cloud.call(call, request).await?;
        results.extend(page.metric_data_results.unwrap_or_default());
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(results);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_rate_is_that_of_what_has_ended() {
        let check = |succeeded, failed, timed_out, aborted, expected| {
            let rates = Rates {
                started: 100,
                succeeded,
                failed,
                timed_out,
                aborted,
            };
            assert_eq!(rates.error_rate(), expected, "{rates:?}");
        };
        check(0, 0, 0, 0, None);
        check(3, 0, 0, 0, Some(0.0));
        check(1, 1, 1, 1, Some(0.5));
        check(0, 2, 0, 0, Some(1.0));
    }
}
