//! State machines that are being deleted. The double deletes at once; Step Functions describes them as DELETING until
//! their executions have come to their next transition, and takes no new one of the name until then.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::wire::Request;

/// How often a state machine is looked for before it is gone.
const LOOKS: usize = 2;

/// How much longer each execution under way keeps it.
const LOOKS_OF_EXECUTION: usize = 3;

/// The state machines under deletion by ARN, with how often each is still described.
pub(crate) struct Deletions {
    looks: usize,
    under_way: BTreeMap<String, usize>,
    executions: BTreeMap<String, String>,
}

impl Default for Deletions {
    fn default() -> Deletions {
        Deletions {
            looks: LOOKS,
            under_way: BTreeMap::new(),
            executions: BTreeMap::new(),
        }
    }
}

/// What becomes of a call.
pub(crate) enum Passage {
    /// The double answers.
    Double,
    /// The double answers, about a state machine under deletion.
    Deleting,
    /// The state machine of this ARN is gone now: the double deletes it before it answers.
    Gone(String),
    /// The deletion begins, and is answered without the double.
    Begun,
    /// It is refused because of a deletion under way.
    Refused,
}

impl Deletions {
    /// What becomes of a call, whose request is JSON text.
    pub(crate) fn passage(&mut self, action: &str, request: &str, exists: impl Fn(&str) -> bool) -> Passage {
        let request: Value = serde_json::from_str(request).unwrap_or_default();
        let text = |field: &str| request[field].as_str().unwrap_or_default().to_owned();
        let arn = unqualified(&text("stateMachineArn"));
        match action {
            "CreateStateMachine" => {
                let arn = self.under_way.keys().find(|arn| named(arn, &text("name"))).cloned();
                match self.look(&arn.unwrap_or_default()) {
                    Passage::Deleting => Passage::Refused,
                    passage => passage,
                }
            }
            "UpdateStateMachine" | "PublishStateMachineVersion" | "StartExecution" | "StartSyncExecution"
                if self.under_way.contains_key(&arn) =>
            {
                Passage::Refused
            }
            "DeleteStateMachine" if self.under_way.contains_key(&arn) => Passage::Begun,
            "DeleteStateMachine" if exists(&arn) => {
                let executions = self.executions.values().filter(|machine| **machine == arn).count();
                self.under_way.insert(arn, self.looks + executions * LOOKS_OF_EXECUTION);
                Passage::Begun
            }
            "DescribeStateMachine" => self.look(&arn),
            "StopExecution" => {
                self.executions.remove(&text("executionArn"));
                Passage::Double
            }
            _ => Passage::Double,
        }
    }

    /// How often state machines are looked for before they are gone, those under deletion too.
    pub(crate) fn take(&mut self, looks: usize) {
        self.looks = looks;
        self.under_way.values_mut().for_each(|left| *left = looks);
    }

    /// Notes an execution that the double started.
    pub(crate) fn note(&mut self, action: &str, request: &str, answer: &str) {
        if action != "StartExecution" {
            return;
        }
        let field = |text: &str, name: &str| {
            let json: Value = serde_json::from_str(text).unwrap();
            json[name].as_str().unwrap().to_owned()
        };
        let machine = unqualified(&field(request, "stateMachineArn"));
        self.executions.insert(field(answer, "executionArn"), machine);
    }

    /// All executions have ended.
    pub(crate) fn end_executions(&mut self) {
        self.executions.clear();
    }

    fn look(&mut self, arn: &str) -> Passage {
        match self.under_way.get_mut(arn) {
            None => Passage::Double,
            Some(0) => {
                self.under_way.remove(arn);
                self.executions.retain(|_, machine| machine != arn);
                Passage::Gone(arn.to_owned())
            }
            Some(looks) => {
                *looks -= 1;
                Passage::Deleting
            }
        }
    }
}

/// The description of a state machine under deletion.
pub(crate) fn deleting(answer: &str) -> String {
    let mut answer: Value = serde_json::from_str(answer).unwrap();
    answer["status"] = json!("DELETING");
    answer.to_string()
}

fn named(arn: &str, name: &str) -> bool {
    arn.rsplit(':').next() == Some(name)
}

/// The ARN without a version or an alias.
fn unqualified(arn: &str) -> String {
    arn.split(':').take(7).collect::<Vec<_>>().join(":")
}

/// The requests that delete a state machine with its alias, which the double leaves behind; `request` is any other to
/// Step Functions.
pub(crate) fn requests(request: &Request, arn: &str) -> [Request; 2] {
    let of = |action: &str, body: serde_json::Value| {
        let mut request = request.clone();
        request.body = body.to_string();
        let action = format!("AWSStepFunctions.{action}").parse().unwrap();
        request.headers.insert("x-amz-target", action);
        request
    };
    [
        of(
            "DeleteStateMachineAlias",
            serde_json::json!({ "stateMachineAliasArn": format!("{arn}:live") }),
        ),
        of("DeleteStateMachine", serde_json::json!({ "stateMachineArn": arn })),
    ]
}
