//! Executions that there were before the test.

use std::collections::BTreeMap;

use hyper::HeaderMap;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::wire::{Answer, Protocol, refusal};

const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:order-dev-Workflow";

/// As DescribeExecution gives them, the newest first. With them the account lists no others.
#[derive(Default)]
pub(crate) struct Executions {
    executions: Vec<Value>,
    /// By ARN.
    histories: BTreeMap<String, History>,
}

/// The events of an execution, as GetExecutionHistory gives them.
struct History {
    events: Vec<Value>,
    /// How many there are so far.
    so_far: usize,
    /// How many more there are with each look.
    more: usize,
}

impl Executions {
    /// An execution before those there are: its name, its status, when it began, and how long it took.
    pub(crate) fn add(&mut self, name: &str, status: &str, start: &str, milliseconds: Option<i64>) -> &mut Value {
        let start: Timestamp = start.parse().unwrap();
        let start = start.as_millisecond();
        let mut execution = json!({
            "executionArn": arn(name),
            "stateMachineArn": MACHINE,
            "stateMachineVersionArn": format!("{MACHINE}:1"),
            "name": name,
            "status": status,
            "startDate": seconds(start),
            "redriveCount": 0,
            "redriveStatus": if ["FAILED", "TIMED_OUT", "ABORTED"].contains(&status) { "REDRIVABLE" } else { "NOT_REDRIVABLE" },
        });
        if let Some(milliseconds) = milliseconds {
            execution["stopDate"] = seconds(start + milliseconds);
        }
        self.executions.push(execution);
        self.executions.last_mut().unwrap()
    }

    /// The history of an execution, as the AWS CLI prints events: `so_far` of them, and with each look `more`.
    pub(crate) fn set_history(&mut self, name: &str, events: &[Value], so_far: usize, more: usize) {
        let events = events.iter().cloned().map(|mut event| {
            let time = event["timestamp"].as_str().unwrap().replace("+00:00", "Z");
            event["timestamp"] = seconds(time.parse::<Timestamp>().unwrap().as_millisecond());
            event
        });
        let history = History {
            events: events.collect(),
            so_far,
            more,
        };
        self.histories.insert(arn(name), history);
    }

    /// The answer about them; nothing to what is about others.
    pub(crate) fn answer(&mut self, action: &str, request: &str, has_short_pages: bool) -> Option<Answer> {
        let request: Value = serde_json::from_str(request).unwrap_or_default();
        if action == "GetExecutionHistory" {
            let history = self.histories.get_mut(request["executionArn"].as_str().unwrap());
            return history.map(|history| answer(&history.page(&request, has_short_pages)));
        }
        if self.executions.is_empty() || !action.contains("Execution") {
            return None;
        }
        if action == "ListExecutions" {
            return Some(answer(&self.list(&request, has_short_pages)));
        }
        let found = self
            .executions
            .iter_mut()
            .find(|found| found["executionArn"] == request["executionArn"]);
        let Some(found) = found else {
            let is_about_one = !request["executionArn"].is_null();
            return is_about_one.then(|| refused("ExecutionDoesNotExist", "Execution Does Not Exist"));
        };
        match action {
            "DescribeExecution" => Some(answer(found)),
            "StopExecution" => {
                found["status"] = json!("ABORTED");
                found["stopDate"] = found["startDate"].clone();
                for field in ["error", "cause"] {
                    found[field] = request[field].clone();
                }
                Some(answer(&json!({ "stopDate": found["stopDate"] })))
            }
            "RedriveExecution" if found["redriveStatus"] != "REDRIVABLE" => {
                Some(refused("ExecutionNotRedrivable", "it has too many events"))
            }
            "RedriveExecution" if found["clientToken"] == request["clientToken"] => {
                Some(answer(&json!({ "redriveDate": found["stopDate"] })))
            }
            "RedriveExecution" => {
                found["clientToken"] = request["clientToken"].clone();
                found["redriveCount"] = json!(found["redriveCount"].as_i64().unwrap() + 1);
                found["status"] = json!("SUCCEEDED");
                found["output"] = json!("{\"redriven\":true}");
                found["error"] = Value::Null;
                let history = self.histories.get_mut(found["executionArn"].as_str().unwrap());
                history
                    .into_iter()
                    .for_each(|history| history.so_far = history.events.len());
                Some(answer(&json!({ "redriveDate": found["stopDate"] })))
            }
            _ => None,
        }
    }

    fn list(&self, request: &Value, has_short_pages: bool) -> Value {
        let wanted = &request["statusFilter"];
        let of_status = |found: &&Value| wanted.is_null() || found["status"] == *wanted;
        let found: Vec<&Value> = self.executions.iter().filter(of_status).collect();
        page("executions", &found, request, has_short_pages)
    }
}

impl History {
    fn page(&mut self, request: &Value, has_short_pages: bool) -> Value {
        if request["nextToken"].is_null() {
            self.so_far = (self.so_far + self.more).min(self.events.len());
        }
        let events = self.events.iter().take(self.so_far);
        let events: Vec<&Value> = match request["reverseOrder"].as_bool() {
            Some(true) => events.rev().collect(),
            _ => events.collect(),
        };
        page("events", &events, request, has_short_pages)
    }
}

fn arn(name: &str) -> String {
    format!("{}:{name}", MACHINE.replace("stateMachine", "execution"))
}

/// The page of `all` that is asked for.
fn page(items: &str, all: &[&Value], request: &Value, is_short: bool) -> Value {
    let most = request["maxResults"].as_u64().unwrap_or(100);
    assert!((1..=1000).contains(&most), "{request}");
    let most = if is_short { 1 } else { usize::try_from(most).unwrap() };
    let place: usize = request["nextToken"].as_str().map_or(0, |token| token.parse().unwrap());
    let end = place + most;
    let page: Vec<&Value> = all.iter().skip(place).take(most).copied().collect();
    match end < all.len() {
        true => json!({ items: page, "nextToken": end.to_string() }),
        false => json!({ items: page }),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a date in milliseconds has fewer digits than a float"
)]
fn seconds(milliseconds: i64) -> Value {
    json!(milliseconds as f64 / 1000.0)
}

fn answer(body: &Value) -> Answer {
    Answer {
        status: 200,
        headers: HeaderMap::new(),
        body: body.to_string(),
    }
}

fn refused(code: &str, message: &str) -> Answer {
    refusal(Protocol::Json, 400, code, message)
}
