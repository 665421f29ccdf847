//! A stack of two functions and a state machine, and the commands on it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl::Json;
use asl::MachineType;
use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::Digest;
use stack::{
    Architecture, Code, Common, Declared, Deploys, Desired, Foreign, FunctionPermissions, FunctionSettings,
    MachineSettings, ManagedPolicy, Monitoring, Names, Observed, Place, Plan, Scope, Settings,
};
use stepwright::aws::{self, Artifacts, Cloud, Outcome, Process, Surroundings};

use crate::authorization;
use crate::double::{Double, Fault, Kind, changes_stack};
use crate::times::Clock;

/// An account and what the workspace says should be there.
pub(crate) struct Account {
    pub(crate) double: Double,
    pub(crate) settings: Settings,
    /// How long was waited, and what was told while waiting.
    pub(crate) waited: Arc<Mutex<(Duration, Vec<String>)>>,
    /// Time passes by this, if there is one, and not for nothing.
    pub(crate) clock: Option<Clock>,
    /// How often a lock is renewed.
    pub(crate) renewal: Duration,
    /// Whether whoever deploys is to deploy all stages.
    pub(crate) all_stages: bool,
    /// The parameters and secrets that environments name.
    pub(crate) parameters: BTreeSet<String>,
    pub(crate) secrets: BTreeSet<String>,
    /// What whoever deploys is allowed besides what this stack needs.
    pub(crate) more: Vec<ManagedPolicy>,
    /// An action of a statement that whoever deploys is not allowed, though this stack needs it.
    pub(crate) taken: Option<(String, String)>,
    stopped: Arc<Mutex<bool>>,
    /// How many processes there were, and which of them have died.
    processes: Arc<Mutex<(usize, BTreeSet<String>)>>,
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
                deploys: Deploys::default(),
                common: Common::default(),
                monitoring: Monitoring::default(),
            },
            waited: Arc::default(),
            clock: None,
            renewal: Duration::from_millis(500),
            all_stages: false,
            parameters: BTreeSet::new(),
            secrets: BTreeSet::new(),
            more: Vec::new(),
            taken: None,
            stopped: Arc::default(),
            processes: Arc::default(),
            zips: tempfile::tempdir().unwrap(),
        };
        account.set_code("Validate", "one");
        account.set_code("Confirm", "one");
        account
    }

    /// The function with this code, added if there is none of the name.
    pub(crate) fn set_code(&mut self, logical: &str, code: &str) {
        std::fs::write(self.zips.path().join(logical), code).unwrap();
        let sha256 = BASE64_STANDARD.encode(sha2::Sha256::digest(code));
        if let Some(function) = self
            .settings
            .functions
            .iter_mut()
            .find(|function| function.logical == logical)
        {
            function.large = function.large.is_some().then(|| hexadecimal(&sha256));
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
            permissions: FunctionPermissions::default(),
        });
    }

    /// The zips of these functions are too large for a call, and go through the bucket.
    pub(crate) fn set_bucket(&mut self, bucket: &str, functions: &[&str]) {
        self.settings.common.bucket = Some(bucket.to_owned());
        for function in &mut self.settings.functions {
            let is_large = functions.contains(&function.logical.as_str());
            function.large = is_large.then(|| hexadecimal(&function.code.sha256));
        }
    }

    /// Somebody writes over the zip that was measured.
    pub(crate) fn overwrite_zip(&self, logical: &str) {
        std::fs::write(self.zips.path().join(logical), "something else").unwrap();
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
        if let Some(clock) = &self.clock {
            let process = self.process();
            let surroundings = clock.surroundings();
            return self
                .connect(Surroundings {
                    process,
                    ..surroundings
                })
                .await;
        }
        let waited = Arc::clone(&self.waited);
        let stopped = Arc::clone(&self.stopped);
        let told = Arc::clone(&self.waited);
        let passed = Arc::clone(&self.waited);
        let surroundings = Surroundings {
            clock: Arc::new(move || passed.lock().unwrap().0),
            listener: Arc::new(move |event| told.lock().unwrap().1.push(event.to_string())),
            stop: Arc::new(move || *stopped.lock().unwrap()),
            sleep: Arc::new(move |delay| {
                waited.lock().unwrap().0 += delay;
                Box::pin(tokio::task::yield_now())
            }),
            process: self.process(),
            renewal: self.renewal,
        };
        self.connect(surroundings).await
    }

    /// The account as it is called in other surroundings, by somebody who may do what this stack needs.
    pub(crate) async fn connect(&self, surroundings: Surroundings) -> Cloud {
        self.double.allow(self.documents());
        let configuration = self.double.configuration_with(authorization::DEPLOYER_KEY);
        Cloud::connect(&configuration, None, surroundings).await.unwrap()
    }

    /// A new one; all are on the same machine.
    fn process(&self) -> Process {
        let mut processes = self.processes.lock().unwrap();
        processes.0 += 1;
        let known = Arc::clone(&self.processes);
        Process {
            name: "somebody@here".into(),
            machine: "here".into(),
            id: processes.0.to_string(),
            runs: Arc::new(move |id| !known.lock().unwrap().1.contains(id)),
        }
    }

    /// All processes so far have died.
    pub(crate) fn kill(&self) {
        let mut processes = self.processes.lock().unwrap();
        let dead = (1..=processes.0).map(|number| number.to_string());
        processes.1 = dead.collect();
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
        let cloud = self.cloud().await;
        // On the heap, as what follows: tests that do it many times would have many of them on the stack.
        let observed = Box::pin(aws::observe(&cloud, &self.settings.scope, &names)).await;
        observed.unwrap()
    }

    pub(crate) async fn plan(&self) -> Result<Plan, Vec<Foreign>> {
        stack::plan(&self.desired(), &self.observe().await)
    }

    pub(crate) async fn apply(&self, plan: &Plan) -> Outcome {
        self.apply_with(&self.cloud().await, plan).await
    }

    pub(crate) async fn apply_with(&self, cloud: &Cloud, plan: &Plan) -> Outcome {
        Box::pin(aws::apply(cloud, &self.settings.scope, plan, self.artifacts())).await
    }

    /// Looks, plans and deploys under the stack's lock, as the command does. A plan without a step clears a lock that is
    /// left.
    pub(crate) async fn locked_deploy(&self) -> Result<Outcome, aws::Error> {
        let (cloud, observed) = self.look().await?;
        let plan = stack::plan(&self.desired(), &observed).unwrap();
        self.carry_out(&cloud, "deploy", &observed, &plan).await
    }

    /// The same for a teardown.
    pub(crate) async fn locked_destroy(&self) -> Result<Outcome, aws::Error> {
        let (cloud, observed) = self.look().await?;
        let names = Names::from(&self.desired());
        let (plan, _) = stack::teardown(&self.settings.scope, &names, &observed);
        self.carry_out(&cloud, "destroy", &observed, &plan).await
    }

    /// The same for going back to the version that was live before.
    pub(crate) async fn locked_rollback(&self) -> Result<Outcome, aws::Error> {
        let (cloud, observed) = self.look().await?;
        let scope = &self.settings.scope;
        let rollback = stack::rollback(scope, &observed, &scope.name("Workflow"), None).unwrap();
        self.carry_out(&cloud, "rollback", &observed, &rollback.plan).await
    }

    async fn look(&self) -> Result<(Cloud, Observed), aws::Error> {
        let cloud = self.cloud().await;
        let names = Names::from(&self.desired());
        let observed = Box::pin(aws::observe(&cloud, &self.settings.scope, &names)).await?;
        Ok((cloud, observed))
    }

    async fn carry_out(
        &self,
        cloud: &Cloud,
        command: &str,
        observed: &Observed,
        plan: &Plan,
    ) -> Result<Outcome, aws::Error> {
        let scope = &self.settings.scope;
        if plan.steps.is_empty() {
            if observed.lock.is_some() {
                aws::clear_lock(cloud, scope, command).await?;
            }
            return Ok(Outcome::default());
        }
        let names = Names::from(&self.desired());
        let carrying_out = aws::carry_out(cloud, scope, command, Some((&names, observed)), plan, self.artifacts());
        Box::pin(carrying_out).await
    }

    fn artifacts(&self) -> Artifacts {
        let zip = |function: &FunctionSettings| {
            (
                self.settings.scope.name(&function.logical),
                self.zips.path().join(&function.logical),
            )
        };
        self.settings.functions.iter().map(zip).collect()
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
        self.failure_of(&self.plan().await.unwrap()).await
    }

    /// The first failure of carrying out `plan`, as it is told.
    pub(crate) async fn failure_of(&self, plan: &Plan) -> String {
        let outcome = self.apply(plan).await;
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
            .filter(|action| changes_stack(action))
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

fn hexadecimal(digest: &str) -> String {
    let bytes = BASE64_STANDARD.decode(digest).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
    let definition = Json::object([("StartAt", Json::from(functions[0])), ("States", Json::object(states))]);
    let machine = asl::parse(&definition.to_string()).machine.unwrap();
    let place = Place {
        scope,
        logical: "Workflow",
        machine: &scope.name("Workflow"),
        functions,
    };
    let permissions = stack::derive(&machine, place, &Declared::default()).permissions();
    MachineSettings::new("Workflow", definition, (&machine, MachineType::Standard), permissions)
}
