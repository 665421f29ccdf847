//! The commands as users run them: the real binary, with AWS at a port of this machine.

mod buckets;
mod connecting;
mod definitions;
mod deploy;
mod deployer;
mod destroy;
mod executions;
mod history;
mod interrupting;
mod logs;
mod machines;
mod orphans;
mod permissions;
mod plan;
mod rollback;
mod secrets;
mod shifting;
mod stages;
mod start;
mod status;

use crate::authorization::DEPLOYER_KEY;
use crate::double::{Double, Fault, Kind, changes_stack};
use crate::server::Server;
use crate::support::{Invocation, Outcome, Workspace, is_cargos};

const CONFIGURATION: &str = r#"stack = "order"

[functions.Validate]
package = "hello"
description = "checks"
memory = 256
timeout = 10
environment = { LEVEL = "info" }

[functions.Confirm]
package = "hello"

[machines.Workflow]
definition = "workflow.asl.json"
"#;

const DEFINITION: &str = r#"{
  "StartAt": "Validate",
  "States": {
    "Validate": { "Type": "Task", "Resource": "${Validate}", "Next": "Confirm" },
    "Confirm": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": { "FunctionName": "Confirm", "Payload.$": "$" },
      "End": true
    }
  }
}
"#;

/// A workspace and an account.
pub(crate) struct Stack {
    pub(crate) double: Double,
    pub(crate) server: Server,
    pub(crate) workspace: Workspace,
}

impl Stack {
    /// Two functions and a state machine that calls them.
    pub(crate) fn new() -> Stack {
        let double = Double::new();
        let workspace = Workspace::hello()
            .file("stepwright.toml", CONFIGURATION)
            .file("workflow.asl.json", DEFINITION);
        Stack {
            server: Server::start(double.clone()),
            double,
            workspace,
        }
    }

    /// The same with a file written anew.
    pub(crate) fn file(mut self, path: &str, text: &str) -> Stack {
        self.workspace = self.workspace.file(path, text);
        self
    }

    /// The same, deployed.
    pub(crate) fn deployed(self) -> Stack {
        let outcome = self.stepwright(&["deploy", "--yes"]).run();
        assert_eq!(outcome.code, Some(0), "{outcome}");
        self.double.take_calls();
        self
    }

    /// The same with other code of both functions.
    pub(crate) fn changed(self, code: &str) -> Stack {
        self.file(
            "hello/src/main.rs",
            &format!("fn main() {{\n    println!(\"{code}\");\n}}\n"),
        )
    }

    pub(crate) fn fail(&self, action: &'static str, times: usize, kind: Kind) {
        self.double.fail(Fault {
            action,
            skip: 0,
            times,
            kind,
        });
    }

    /// The binary as somebody with credentials, a region and this endpoint runs it.
    pub(crate) fn stepwright(&self, arguments: &[&str]) -> Invocation {
        self.nobody(arguments)
            .env("AWS_ACCESS_KEY_ID", DEPLOYER_KEY)
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", &self.server.url)
    }

    /// The binary as somebody runs it who has configured nothing.
    pub(crate) fn nobody(&self, arguments: &[&str]) -> Invocation {
        self.workspace
            .stepwright(arguments)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .quick_builds()
    }

    /// How a command ends, as a snapshot holds it.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.shown(self.stepwright(arguments).run())
    }

    /// What differs between runs, replaced by its name.
    pub(crate) fn shown(&self, outcome: Outcome) -> String {
        let text = outcome.to_string().replace(&self.server.url, "[ENDPOINT]");
        // Sizes are the compiler's.
        let lines = text
            .split_inclusive('\n')
            .filter(|line| !line.starts_with("packed ") && !is_cargos(line));
        let text: String = lines.collect();
        let words = text.split_inclusive([' ', '\n', '"', ':', '`', ',']);
        words.map(redacted).collect()
    }

    /// The calls so far that changed something.
    pub(crate) fn mutations(&self) -> Vec<String> {
        let calls = self.double.take_calls().into_iter();
        calls.filter(|action| changes_stack(action)).collect()
    }
}

/// A word with its separator, without what is random or a time.
fn redacted(word: &str) -> String {
    let (bare, separator) = word.split_at(word.trim_end_matches([' ', '\n', '"', ':', '`', ',']).len());
    let is_uuid = bare.len() == 36 && bare.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    match (is_uuid, bare) {
        (true, "11111111-2222-3333-4444-555555555555") => word.to_owned(),
        (true, _) => format!("[UUID]{separator}"),
        _ => word.to_owned(),
    }
}
