//! A stack of two functions and a state machine, and the commands on it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl::Json;
use asl::MachineType;
use base64::Engine;
use sha2::Digest;
use stack::{
    Architecture, Code, Common, Desired, Foreign, FunctionSettings, MachineSettings, Names, Observed, Plan, Scope,
    Settings,
};
use stepwright::aws::{self, Artifacts, Cloud, Outcome, Surroundings};

use crate::double::{Double, Fault, Kind, is_mutation};

/// An account and what the workspace says should be there.
pub(crate) struct Account {
    pub(crate) double: Double,
    pub(crate) settings: Settings,
    /// How long was waited, and what was told while waiting.
    pub(crate) waited: Arc<Mutex<(Duration, Vec<String>)>>,
    stopped: Arc<Mutex<bool>>,
    zips: tempfile::TempDir,
}

impl Account {
    pub(crate) fn new() -> Account {
        let scope = Scope {
            partition: "aws".into(),
            account: "123456789012".into(),
            region: "us-east-1".into(),
            stack: "order".into(),
            stage: "dev".into(),
        };
        let mut account = Account {
            double: Double::new(),
            settings: Settings {
                machines: vec![machine(&scope, &["Validate", "Confirm"])],
                scope,
                functions: Vec::new(),
                retention_days: Some(14),
                common: Common::default(),
            },
            waited: Arc::default(),
            stopped: Arc::default(),
            zips: tempfile::tempdir().unwrap(),
        };
        account.set_code("Validate", "one");
        account.set_code("Confirm", "one");
        account
    }

    /// The function with this code, added if there is none of the name.
    pub(crate) fn set_code(&mut self, logical: &str, code: &str) {
        std::fs::write(self.zips.path().join(logical), code).unwrap();
        let sha256 = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(code));
        if let Some(function) = self
            .settings
            .functions
            .iter_mut()
            .find(|function| function.logical == logical)
        {
            function.code.sha256 = sha256;
            return;
        }
        self.settings.functions.push(FunctionSettings {
            logical: logical.into(),
            code: Code {
                sha256,
                architecture: Architecture::X86_64,
            },
            large: None,
            memory: 128,
            timeout: 10,
            environment: BTreeMap::from([("LEVEL".into(), "info".into())]),
            description: "a function".into(),
        });
    }

    /// The zips of all functions go through this bucket.
    pub(crate) fn set_bucket(&mut self, bucket: &str) {
        self.settings.common.bucket = Some(bucket.to_owned());
        for function in &mut self.settings.functions {
            let digest = base64::engine::general_purpose::STANDARD.decode(&function.code.sha256);
            let digits = digest.unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
            function.large = Some(digits);
        }
    }

    /// The state machine calls these functions.
    pub(crate) fn set_definition(&mut self, functions: &[&str]) {
        self.settings.machines = vec![machine(&self.settings.scope, functions)];
    }

    pub(crate) fn fail(&self, action: &'static str, times: usize, kind: Kind) {
        self.double.fail(Fault {
            action,
            skip: 0,
            times,
            kind,
        });
    }

    pub(crate) async fn cloud(&self) -> Cloud {
        let waited = Arc::clone(&self.waited);
        let stopped = Arc::clone(&self.stopped);
        let told = Arc::clone(&self.waited);
        let surroundings = Surroundings {
            listener: Arc::new(move |event| told.lock().unwrap().1.push(event.to_string())),
            stop: Arc::new(move || *stopped.lock().unwrap()),
            sleep: Arc::new(move |delay| {
                waited.lock().unwrap().0 += delay;
                Box::pin(tokio::task::yield_now())
            }),
        };
        Cloud::connect(&self.double.configuration(), None, surroundings)
            .await
            .unwrap()
    }

    /// Behaves from now on as after Ctrl-C.
    pub(crate) fn stop(&self) {
        *self.stopped.lock().unwrap() = true;
    }

    pub(crate) fn desired(&self) -> Desired {
        Desired::new(&self.settings).unwrap()
    }

    pub(crate) async fn observe(&self) -> Observed {
        let names = Names::from(&self.desired());
        let observed = aws::observe(&self.cloud().await, &self.settings.scope, &names).await;
        observed.unwrap()
    }

    pub(crate) async fn plan(&self) -> Result<Plan, Vec<Foreign>> {
        stack::plan(&self.desired(), &self.observe().await)
    }

    pub(crate) async fn apply(&self, plan: &Plan) -> Outcome {
        let zip = |function: &FunctionSettings| {
            (
                self.settings.scope.name(&function.logical),
                self.zips.path().join(&function.logical),
            )
        };
        let artifacts: Artifacts = self.settings.functions.iter().map(zip).collect();
        aws::apply(&self.cloud().await, &self.settings.scope, plan, artifacts).await
    }

    /// Plans and applies; everything must go well. Gives the calls that changed something.
    pub(crate) async fn deploy(&self) -> Vec<String> {
        let plan = self.plan().await.unwrap();
        self.double.take_calls();
        let outcome = self.apply(&plan).await;
        assert!(
            outcome.failed.is_empty() && outcome.not_tried.is_empty(),
            "{outcome:#?}"
        );
        self.mutations()
    }

    /// The first failure of a deploy, as it is told.
    pub(crate) async fn failed_deploy(&self) -> String {
        let plan = self.plan().await.unwrap();
        let outcome = self.apply(&plan).await;
        let (_, error) = outcome.failed.first().unwrap();
        let help = error.help().map(|help| format!("\nhelp: {help}"));
        format!("{error}{}", help.unwrap_or_default())
    }

    /// Takes the stack down; everything must go well. Gives the calls that changed something and what was left alone.
    pub(crate) async fn destroy(&self) -> (Vec<String>, Vec<Foreign>) {
        let (plan, foreign) = stack::teardown(
            &self.settings.scope,
            &Names::from(&self.desired()),
            &self.observe().await,
        );
        self.double.take_calls();
        let outcome = self.apply(&plan).await;
        assert!(
            outcome.failed.is_empty() && outcome.not_tried.is_empty(),
            "{outcome:#?}"
        );
        (self.mutations(), foreign)
    }

    pub(crate) fn mutations(&self) -> Vec<String> {
        self.double
            .take_calls()
            .into_iter()
            .filter(|action| is_mutation(action))
            .collect()
    }

    /// The version the alias leads to, and the definition of that version.
    pub(crate) async fn live(&self) -> (u64, String) {
        let observed = self.observe().await;
        let machine = &observed.machines["order-dev-Workflow"];
        let version = machine.alias.first().unwrap().version;
        let found = machine.versions.iter().find(|found| found.number == version).unwrap();
        (version, found.revision.as_ref().unwrap().definition.to_string())
    }
}

fn machine(scope: &Scope, functions: &[&str]) -> MachineSettings {
    let arns: Vec<String> = functions
        .iter()
        .map(|name| scope.function_arn(&scope.name(name)))
        .collect();
    let mut states = Vec::new();
    for (place, arn) in arns.iter().enumerate() {
        let next = match functions.get(place + 1) {
            Some(next) => ("Next", Json::from(*next)),
            None => ("End", Json::from(true)),
        };
        let task = [
            ("Type", Json::from("Task")),
            ("Resource", Json::from(arn.as_str())),
            next,
        ];
        states.push((functions[place], Json::object(task)));
    }
    MachineSettings {
        logical: "Workflow".into(),
        definition: Json::object([("StartAt", Json::from(functions[0])), ("States", Json::object(states))]),
        invokes: BTreeSet::from_iter(arns),
        machine_type: MachineType::Standard,
    }
}
