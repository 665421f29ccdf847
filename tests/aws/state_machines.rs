//! What the double leaves out of state machines: revisions, logging, and the content of versions.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use serde_json::{Value, json};

/// State machines by ARN, and how their executions end.
#[derive(Default)]
pub(crate) struct StateMachines {
    machines: BTreeMap<String, StateMachine>,
    /// Routes and descriptions of aliases by ARN.
    aliases: BTreeMap<String, Value>,
    deleted: BTreeSet<String>,
    /// The versions that executions run which were started through an alias, by ARN.
    started: BTreeMap<String, Value>,
    end: Option<End>,
}

/// How executions end.
#[derive(Clone)]
pub(crate) enum End {
    Succeeded(Value),
    Failed(&'static str, &'static str),
}

#[derive(Clone, Default)]
struct StateMachine {
    current: Value,
    revision: usize,
    versions: BTreeMap<String, Value>,
}

impl StateMachines {
    /// The key of the state machine that an ARN, that of one of its versions, aliases or executions is about, if it has one.
    pub(crate) fn key(&self, arn: &str) -> Option<String> {
        let arn = arn.replace(":execution:", ":stateMachine:");
        let machine = arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
        let current = &self.machines.get(&machine)?.current;
        current["encryptionConfiguration"]["kmsKeyId"]
            .as_str()
            .map(str::to_owned)
    }

    /// The request that the double understands: one about a version or an alias is about its state machine.
    pub(crate) fn request(&self, action: &str, request: &str) -> String {
        let asked = machine_arn(request);
        let qualified = match action {
            "StartExecution" | "StartSyncExecution" => !self.machines.contains_key(&asked),
            "DescribeStateMachine" => self.version(&asked).is_some(),
            _ => false,
        };
        match asked.rsplit_once(':') {
            Some((base, _)) if qualified => request.replace(&format!("{asked}\""), &format!("{base}\"")),
            _ => request.to_owned(),
        }
    }

    /// The version that a revision has already, which Step Functions gives again instead of another.
    pub(crate) fn republished(&self, request: &str) -> Option<String> {
        let machine = self.machines.get(&machine_arn(request))?;
        let mut versions = machine.versions.iter();
        let (arn, _) = versions.find(|(_, version)| version["revisionId"] == machine.current["revisionId"])?;
        Some(json!({ "stateMachineVersionArn": arn, "creationDate": 0 }).to_string())
    }

    /// What is made a second time is not made again.
    pub(crate) fn remade(&self, request: &str) -> Option<String> {
        let asked: Value = serde_json::from_str(request).unwrap();
        let mut machines = self.machines.iter();
        let (arn, machine) = machines.find(|(arn, _)| arn.rsplit(':').next() == asked["name"].as_str())?;
        let is_same = machine.current["definition"] == asked["definition"];
        let version = machine.versions.keys().next()?;
        let again = json!({ "stateMachineArn": arn, "stateMachineVersionArn": version, "creationDate": 0 });
        is_same.then(|| again.to_string())
    }

    /// Whether there is a state machine of this ARN.
    pub(crate) fn exists(&self, arn: &str) -> bool {
        self.machines.contains_key(arn)
    }

    /// Forgets the state machine of this ARN.
    pub(crate) fn forget(&mut self, arn: &str) {
        self.machines.remove(arn);
        let of_machine = format!("{arn}:");
        self.aliases.retain(|arn, _| !arn.starts_with(&of_machine));
        self.deleted.retain(|arn| !arn.starts_with(&of_machine));
    }

    pub(crate) fn end_executions(&mut self, end: End) {
        self.end = Some(end);
    }

    /// The answer with what the double left out of it. Both are JSON texts.
    pub(crate) fn answer(&mut self, action: &str, request: &str, answer: String) -> String {
        if action.contains("Execution") {
            return self.executions(action, request, &answer);
        }
        if !action.contains("StateMachine") {
            return answer;
        }
        let asked = machine_arn(request);
        let mut answer: Value = serde_json::from_str(&answer).unwrap();
        match action {
            "CreateStateMachine" => self.change(answer["stateMachineArn"].as_str().unwrap(), request),
            "UpdateStateMachine" => self.change(&asked, request),
            "CreateStateMachineAlias" => {
                let arn = answer["stateMachineAliasArn"].as_str().unwrap().to_owned();
                self.aliases.insert(arn, serde_json::from_str(request).unwrap());
            }
            "UpdateStateMachineAlias" => {
                let alias = self.aliases.get_mut(&alias_arn(request)).unwrap();
                merge(alias, &json(request));
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
                alias["updateDate"] = json!(now.as_secs_f64());
            }
            "DescribeStateMachineAlias" => {
                let found = &self.aliases[&alias_arn(request)];
                for field in ["description", "routingConfiguration", "updateDate"] {
                    if !found[field].is_null() {
                        answer[field] = found[field].clone();
                    }
                }
            }
            "ListStateMachineVersions" => {
                let versions = answer["stateMachineVersions"].as_array_mut().unwrap();
                versions.retain(|version| {
                    let arn = version["stateMachineVersionArn"].as_str().unwrap();
                    !self.deleted.contains(arn)
                });
            }
            "DescribeStateMachine" => {
                let found = self
                    .version(&asked)
                    .or_else(|| Some(&self.machines.get(&asked)?.current));
                merge(&mut answer, found.unwrap());
            }
            _ => {}
        }
        if let Some(version) = answer["stateMachineVersionArn"].as_str() {
            let base = version.rsplit_once(':').unwrap().0;
            let machine = self.machines.get_mut(base).unwrap();
            machine.versions.insert(version.to_owned(), machine.current.clone());
        }
        answer.to_string()
    }

    /// The history of an execution: that it started, and how it ended.
    pub(crate) fn history(&self) -> String {
        let event = |id: u64, event_type: &str, key: &str, details: Value| json!({ "id": id, "previousEventId": id - 1, "timestamp": 0, "type": event_type, key: details });
        let mut events = vec![event(
            1,
            "ExecutionStarted",
            "executionStartedEventDetails",
            json!({ "input": "{}" }),
        )];
        events.extend(self.end.as_ref().map(|end| match end {
            End::Succeeded(output) => {
                let details = json!({ "output": output.to_string() });
                event(2, "ExecutionSucceeded", "executionSucceededEventDetails", details)
            }
            End::Failed(error, cause) => {
                let details = json!({ "error": error, "cause": cause });
                event(2, "ExecutionFailed", "executionFailedEventDetails", details)
            }
        }));
        json!({ "events": events }).to_string()
    }

    /// Deletes a version that no alias leads to.
    pub(crate) fn delete_version(&mut self, request: &str) -> Result<String, (u16, &'static str)> {
        let request = json(request);
        let arn = request["stateMachineVersionArn"].as_str().unwrap();
        let leads_there = |alias: &Value| {
            alias["routingConfiguration"]
                .to_string()
                .contains(&format!("\"{arn}\""))
        };
        if self.aliases.values().any(leads_there) {
            return Err((409, "ConflictException"));
        }
        let base = arn.rsplit_once(':').unwrap().0;
        if let Some(machine) = self.machines.get_mut(base) {
            machine.versions.remove(arn);
        }
        self.deleted.insert(arn.to_owned());
        Ok("{}".to_owned())
    }

    fn executions(&mut self, action: &str, request: &str, answer: &str) -> String {
        let mut answer: Value = serde_json::from_str(answer).unwrap();
        match action {
            "StartExecution" => {
                let routes = self
                    .aliases
                    .get(&machine_arn(request))
                    .map(|alias| &alias["routingConfiguration"]);
                if let Some(routes) = routes {
                    let most = routes
                        .as_array()
                        .unwrap()
                        .iter()
                        .max_by_key(|route| route["weight"].as_u64());
                    let arn = answer["executionArn"].as_str().unwrap().to_owned();
                    self.started
                        .insert(arn, most.unwrap()["stateMachineVersionArn"].clone());
                }
            }
            "DescribeExecution" | "StartSyncExecution" => self.finish(&mut answer),
            "ListExecutions" => {
                let request: Value = serde_json::from_str(request).unwrap();
                let executions = answer["executions"].as_array_mut().unwrap();
                executions.iter_mut().for_each(|execution| self.finish(execution));
                let wanted = &request["statusFilter"];
                executions.retain(|execution| wanted.is_null() || execution["status"] == *wanted);
            }
            _ => {}
        }
        answer.to_string()
    }

    fn finish(&self, execution: &mut Value) {
        let arn = execution["executionArn"].as_str().unwrap_or_default();
        if let Some(version) = self.started.get(arn) {
            execution["stateMachineVersionArn"] = version.clone();
        }
        let end = match &self.end {
            Some(End::Succeeded(output)) => json!({ "status": "SUCCEEDED", "output": output.to_string() }),
            Some(End::Failed(error, cause)) => json!({ "status": "FAILED", "error": error, "cause": cause }),
            None => return,
        };
        execution["stopDate"] = execution["startDate"].clone();
        merge(execution, &end);
    }

    fn change(&mut self, arn: &str, request: &str) {
        let request: Value = serde_json::from_str(request).unwrap();
        let machine = self.machines.entry(arn.to_owned()).or_default();
        let before = machine.current.clone();
        for field in [
            "definition",
            "roleArn",
            "loggingConfiguration",
            "encryptionConfiguration",
            "tracingConfiguration",
        ] {
            if !request[field].is_null() {
                machine.current[field] = request[field].clone();
            }
        }
        if machine.current != before {
            machine.revision += 1;
            machine.current["revisionId"] = json!(format!("revision-{}", machine.revision));
        }
    }

    fn version(&self, arn: &str) -> Option<&Value> {
        self.machines.get(arn.rsplit_once(':')?.0)?.versions.get(arn)
    }
}

fn merge(answer: &mut Value, more: &Value) {
    for (field, value) in more.as_object().unwrap() {
        answer[field] = value.clone();
    }
}

fn machine_arn(request: &str) -> String {
    json(request)["stateMachineArn"].as_str().unwrap_or_default().to_owned()
}

fn alias_arn(request: &str) -> String {
    json(request)["stateMachineAliasArn"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
