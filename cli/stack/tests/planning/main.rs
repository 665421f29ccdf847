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
    Architecture, Code, Common, Declared, Deploys, Desired, FunctionPermissions, FunctionSettings, MachineSettings,
    Monitoring, Place, Scope, Settings,
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
        permissions: FunctionPermissions::default(),
    }
}

/// A machine that calls `functions` one after the other.
fn machine(logical: &str, functions: &[&str]) -> MachineSettings {
    storing_machine(logical, functions, &[])
}

/// The same that then puts and gets items of `tables`.
fn storing_machine(logical: &str, functions: &[&str], tables: &[&str]) -> MachineSettings {
    let invoke = |name: &&str| {
        let arn = scope().function_arn(&scope().name(name));
        vec![("Resource", Json::from(arn))]
    };
    let call = |table: &&str, action: &str| {
        let parameters = Json::object([("TableName", Json::from(*table)), ("Key", Json::default())]);
        let resource = Json::from(format!("arn:aws:states:::dynamodb:{action}"));
        vec![("Resource", resource), ("Parameters", parameters)]
    };
    let stores = tables
        .iter()
        .flat_map(|table| [call(table, "putItem"), call(table, "getItem")]);
    let calls: Vec<Vec<(&str, Json)>> = functions.iter().map(invoke).chain(stores).collect();
    let count = calls.len();
    let states = calls.into_iter().enumerate().map(|(place, call)| {
        let next = match place + 1 < count {
            true => ("Next", Json::from(format!("S{}", place + 1))),
            false => ("End", Json::from(true)),
        };
        let task = [("Type", Json::from("Task")), next];
        (format!("S{place}"), Json::object(task.into_iter().chain(call)))
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
    let (scope, name) = (scope(), scope().name(logical));
    let place = Place {
        scope: &scope,
        logical,
        machine: &name,
        functions: &[],
    };
    let derivation = stack::derive(&machine, place, &Declared::default());
    assert_eq!(derivation.problems, []);
    let machine = (&machine, MachineType::Standard);
    MachineSettings::new(logical, definition.clone(), machine, derivation.permissions())
}

fn desired(settings: &Settings) -> Desired {
    Desired::new(settings).unwrap()
}
