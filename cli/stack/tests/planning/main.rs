//! Plans against a model of AWS: snapshots of what a change takes, and the laws of planning.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests stop at the first surprise"
)]

mod documented;
mod explained;
mod laws;
mod model;
mod orphans;
mod snapshots;

use std::collections::BTreeMap;

use asl::Json;
use asl::MachineType;
use stack::{
    Architecture, Code, Common, Deploys, Desired, FunctionSettings, MachineSettings, Monitoring, Scope, Settings,
};

fn scope() -> Scope {
    Scope {
        partition: "aws".into(),
        account: "123456789012".into(),
        region: "us-east-1".into(),
        stack: "order".into(),
        stage: "dev".into(),
    }
}

fn settings(functions: Vec<FunctionSettings>, machines: Vec<MachineSettings>) -> Settings {
    Settings {
        scope: scope(),
        functions,
        machines,
        retention_days: Some(14),
        deploys: Deploys::default(),
        common: Common::default(),
        monitoring: Monitoring::default(),
    }
}

fn function(logical: &str) -> FunctionSettings {
    FunctionSettings {
        logical: logical.into(),
        code: Code {
            sha256: "1".into(),
            architecture: Architecture::X86_64,
        },
        large: None,
        memory: 128,
        timeout: 10,
        environment: BTreeMap::new(),
        description: String::new(),
    }
}

/// A machine that calls `functions` one after the other.
fn machine(logical: &str, functions: &[&str]) -> MachineSettings {
    let arns: Vec<String> = functions
        .iter()
        .map(|name| scope().function_arn(&scope().name(name)))
        .collect();
    let states = arns.iter().enumerate().map(|(place, arn)| {
        let next = match place + 1 < arns.len() {
            true => ("Next", Json::from(format!("S{}", place + 1))),
            false => ("End", Json::from(true)),
        };
        let task = [
            ("Type", Json::from("Task")),
            ("Resource", Json::from(arn.as_str())),
            next,
        ];
        (format!("S{place}"), Json::object(task))
    });
    let mut states: Vec<(String, Json)> = states.collect();
    if states.is_empty() {
        states.push(("S0".into(), Json::object([("Type", Json::from("Succeed"))])));
    }
    let definition = Json::object([("StartAt", Json::from("S0")), ("States", Json::object(states))]);
    defined(logical, &definition)
}

/// A machine with a definition.
fn defined(logical: &str, definition: &Json) -> MachineSettings {
    let machine = asl::parse(&definition.to_string()).machine.unwrap();
    MachineSettings::new(logical, definition, (&machine, MachineType::Standard), &scope(), &[]).unwrap()
}

fn desired(settings: &Settings) -> Desired {
    Desired::new(settings).unwrap()
}
