//! Whoever may do exactly what is derived can do everything, and without any action of it something cannot be done, which is
//! told with the action's name.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use asl::MachineType;
use aws_sdk_iam::Client;
use jiff::Timestamp;
use stack::{Common, Deploys, ManagedPolicy, Monitoring, Scope, Traffic};
use stepwright::aws::{self, Outcome, Start};
use stepwright::settings::Reference;

use crate::double::Kind;
use crate::stack_under_test::Account;
use crate::state_machines::End;
use crate::watching;

const BOUNDARY: &str = "arn:aws:iam::123456789012:policy/most";
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1";
const MACHINE: &str = "order-dev-Workflow";

/// Something that is done with a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    FirstDeploy,
    FirstDeployOfEverything,
    Update,
    UpdateOfEverything,
    UpdateThatDropsAVersion,
    BoundAndEncrypted,
    NeitherBoundNorEncrypted,
    RepairOfDrift,
    LogsForEver,
    Canary,
    Rollback,
    Destroy,
    TakeoverOfTheLock,
    RefusedRole,
    RefusedBoundRole,
    Validation,
    OtherFunctions,
    ParametersAndSecrets,
    Executions,
    EncryptedExecutions,
    ExpressExecution,
    FirstWatch,
    Watched,
    Unwatched,
    Orphans,
}

const ALL: [Work; 25] = [
    Work::FirstDeploy,
    Work::FirstDeployOfEverything,
    Work::Update,
    Work::UpdateOfEverything,
    Work::UpdateThatDropsAVersion,
    Work::BoundAndEncrypted,
    Work::NeitherBoundNorEncrypted,
    Work::RepairOfDrift,
    Work::LogsForEver,
    Work::Canary,
    Work::Rollback,
    Work::Destroy,
    Work::TakeoverOfTheLock,
    Work::RefusedRole,
    Work::RefusedBoundRole,
    Work::Validation,
    Work::OtherFunctions,
    Work::ParametersAndSecrets,
    Work::Executions,
    Work::EncryptedExecutions,
    Work::ExpressExecution,
    Work::FirstWatch,
    Work::Watched,
    Work::Unwatched,
    Work::Orphans,
];

fn everything() -> Common {
    Common {
        tags: [("team".to_owned(), "payments".to_owned())].into(),
        permissions_boundary: Some(BOUNDARY.to_owned()),
        kms_key: Some(KEY.to_owned()),
        bucket: Some("zips".to_owned()),
        ..Common::default()
    }
}

impl Work {
    /// An account in which this is next.
    async fn account(self) -> Account {
        let mut account = Account::new();
        account.renewal = Duration::from_secs(3600);
        match self {
            Work::FirstDeploy | Work::ParametersAndSecrets | Work::Validation | Work::OtherFunctions => {}
            Work::FirstDeployOfEverything => {
                account.make_boundary().await;
                account.set_everything();
                let managed = &mut account.settings.functions[0].permissions.managed_policies;
                managed.insert(BOUNDARY.to_owned());
            }
            Work::FirstWatch => account.settings.monitoring = watching::everything(),
            Work::UpdateOfEverything | Work::RefusedBoundRole | Work::EncryptedExecutions => {
                account.make_boundary().await;
                account.set_everything();
                deployed(&account).await;
            }
            Work::NeitherBoundNorEncrypted => {
                account.settings.common = everything();
                deployed(&account).await;
                // Who moves away from a key still needs it.
                account.more = account.policies();
            }
            Work::Watched | Work::Unwatched | Work::Orphans => {
                account.settings.monitoring = watching::everything();
                deployed(&account).await;
            }
            Work::ExpressExecution => {
                account.settings.machines[0].machine_type = MachineType::Express;
                deployed(&account).await;
            }
            Work::TakeoverOfTheLock => account.die_in_a_deploy().await,
            _ => deployed(&account).await,
        }
        self.prepare(&mut account).await;
        account
    }

    /// What is wanted next.
    async fn prepare(self, account: &mut Account) {
        match self {
            Work::Update | Work::UpdateOfEverything => account.change(),
            Work::UpdateThatDropsAVersion => {
                account.settings.deploys.keep_versions = 1;
                account.set_code("Validate", "two");
                deployed(account).await;
                account.set_code("Validate", "three");
            }
            Work::BoundAndEncrypted => account.settings.common = everything(),
            Work::NeitherBoundNorEncrypted => account.settings.common = Common::default(),
            Work::RepairOfDrift => account.drift().await,
            Work::LogsForEver => account.settings.retention_days = None,
            Work::Watched => {
                let tags = &mut account.settings.common.tags;
                tags.insert("cost".into(), "1".into());
                deployed(account).await;
                account.settings.common.tags.clear();
            }
            Work::Unwatched => account.settings.monitoring = Monitoring::default(),
            Work::Orphans => account.all_stages = true,
            Work::Canary => {
                account.set_code("Validate", "two");
                account.double.alarms(|alarms| alarms.set("errors", None));
                account.settings.deploys = Deploys {
                    alarms: vec!["errors".into()],
                    traffic: Traffic::Canary("10%/30s".parse().unwrap()),
                    ..Deploys::default()
                };
            }
            Work::Rollback => {
                account.set_code("Validate", "two");
                deployed(account).await;
            }
            Work::RefusedRole | Work::RefusedBoundRole => {
                account.set_definition(&["Confirm", "Validate"]);
                let message = "The state machine IAM Role is not authorized to access the Log Destination";
                account.fail(
                    "UpdateStateMachine",
                    9999,
                    Kind::Refused(400, "AccessDeniedException", message),
                );
            }
            Work::OtherFunctions => account.set_definition(&["Validate", "Other"]),
            Work::ParametersAndSecrets => {
                account.parameters = ["/order/db".into()].into();
                account.secrets = ["order".into()].into();
                account.double.set_parameter("/order/db", "a");
                account.double.set_secret("order", "b");
            }
            _ => {}
        }
        account.waited.lock().unwrap().1.clear();
        account.double.take_needed();
    }

    /// All that is told while it is done.
    async fn told(self, account: &Account) -> String {
        let mut told = match self {
            Work::Destroy => shown(account.locked_destroy().await),
            Work::Rollback => shown(account.locked_rollback().await),
            Work::Validation => error(aws::validate(&account.cloud().await, &account.desired().machines[0]).await),
            Work::OtherFunctions => {
                let others = account.settings.machines[0].other_functions(&account.settings.scope, &["Validate"]);
                error(aws::missing_functions(&account.cloud().await, others).await)
            }
            Work::ParametersAndSecrets => account.resolve().await,
            Work::Executions | Work::EncryptedExecutions => {
                account.look_after_executions().await.err().unwrap_or_default()
            }
            Work::Orphans => error(aws::observe_all_stages(&account.cloud().await, &account.settings.scope).await),
            Work::ExpressExecution => {
                account.double.end_executions(End::Succeeded(serde_json::json!(1)));
                let cloud = account.cloud().await;
                let started = error(aws::start_sync(&cloud, &account.settings.scope, start("a")).await);
                let group = Scope::machine_log_group(MACHINE);
                let logged = aws::express_histories(&cloud, &group, "*", Timestamp::now()).await;
                match started.is_empty() {
                    true => error(logged),
                    false => started,
                }
            }
            _ => shown(account.locked_deploy().await),
        };
        told.push_str(&account.waited.lock().unwrap().1.join("\n"));
        told
    }
}

fn start(name: &str) -> Start<'_> {
    Start {
        machine: MACHINE,
        input: "{}",
        name,
    }
}

fn error<T>(result: Result<T, aws::Error>) -> String {
    result.err().map(|error| error.to_string()).unwrap_or_default()
}

fn shown(outcome: Result<Outcome, aws::Error>) -> String {
    match outcome {
        Err(error) => error.to_string(),
        Ok(outcome) => {
            let failed = outcome.failed.iter().map(|(_, error)| error.to_string());
            let lock = outcome.lock.iter().map(ToString::to_string);
            failed.chain(lock).collect::<Vec<_>>().join("\n")
        }
    }
}

/// Whatever it takes, which is not what is looked at.
async fn deployed(account: &Account) {
    assert_eq!(shown(account.locked_deploy().await), "");
}

impl Account {
    fn set_everything(&mut self) {
        self.settings.common = everything();
        self.set_bucket("zips", &["Validate"]);
    }

    fn change(&mut self) {
        self.set_code("Validate", "two");
        self.set_code("Notify", "one");
        let functions = &mut self.settings.functions;
        functions.retain(|function| function.logical != "Confirm");
        functions[0].memory = 512;
        let tags = &mut self.settings.common.tags;
        tags.clear();
        tags.insert("cost".into(), "1".into());
        self.settings.retention_days = Some(30);
        self.settings.deploys.keep_versions = 1;
        self.set_definition(&["Validate", "Notify"]);
    }

    /// The policy that is the roles' boundary.
    async fn make_boundary(&self) {
        let iam = Client::new(&self.double.configuration());
        let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        let policy = iam.create_policy().policy_name("most").policy_document(document);
        let arn = policy.send().await.unwrap().policy.unwrap().arn.unwrap();
        assert_eq!(arn, BOUNDARY);
    }

    /// Somebody changes the trust of a role, attaches a policy to it and takes its tags.
    async fn drift(&self) {
        let iam = Client::new(&self.double.configuration());
        let role = "order-dev-Validate";
        let trust = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let update = iam.update_assume_role_policy().role_name(role).policy_document(trust);
        update.send().await.unwrap();
        let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
        let policy = iam.create_policy().policy_name("more").policy_document(document);
        let arn = policy.send().await.unwrap().policy.unwrap().arn.unwrap();
        iam.attach_role_policy()
            .role_name(role)
            .policy_arn(arn)
            .send()
            .await
            .unwrap();
        let put = iam.put_role_policy().role_name(role).policy_name("more");
        put.policy_document(document).send().await.unwrap();
    }

    async fn die_in_a_deploy(&self) {
        self.fail("CreateFunction", 1, Kind::Death);
        tokio::select! {
            _ = self.locked_deploy() => panic!("it did not die"),
            () = self.double.death() => {}
        }
        self.double.mend();
        self.kill();
    }

    async fn resolve(&self) -> String {
        let secret = |name: &String| Reference::Secret {
            name: name.clone(),
            key: None,
        };
        let parameters = self.parameters.iter().cloned().map(Reference::Parameter);
        let references = parameters.chain(self.secrets.iter().map(secret)).collect();
        let resolved = aws::resolve(&self.cloud().await, references).await.unwrap();
        resolved.into_iter().map(|(_, value)| error(value)).collect()
    }

    /// Starts executions, looks at them, stops one and has another go on.
    async fn look_after_executions(&self) -> Result<(), String> {
        let (cloud, scope) = (self.cloud().await, &self.settings.scope);
        let told = |error: aws::Error| error.to_string();
        let start = |name| aws::start(&cloud, scope, MachineType::Standard, start(name));
        let first = start("first").await.map_err(told)?;
        aws::describe(&cloud, &first).await.map_err(told)?;
        aws::history(&cloud, &first).await.map_err(told)?;
        let wanted = aws::Wanted {
            statuses: &[],
            since: None,
            limit: 5,
        };
        aws::list(&cloud, scope, MACHINE, &wanted).await.map_err(told)?;
        aws::last_hour(&cloud, scope, &[MACHINE], Timestamp::now())
            .await
            .map_err(told)?;
        aws::stop(&cloud, &first, None, None).await.map_err(told)?;
        // Who is allowed to is told that it cannot: the double has nothing that could.
        match aws::redrive(&cloud, &first).await {
            Err(error) if error.to_string().contains("perform: ") => Err(error.to_string()),
            _ => Ok(()),
        }
    }
}

/// What a refusal says.
fn names(told: &str, action: &str) -> bool {
    told.contains(&format!("perform: {action} on resource"))
}

/// Which of the works need which actions. None is refused.
async fn needed() -> BTreeMap<String, Vec<Work>> {
    let mut needed: BTreeMap<String, Vec<Work>> = BTreeMap::new();
    for work in ALL {
        let account = work.account().await;
        let told = Box::pin(work.told(&account)).await;
        assert!(!told.contains("perform: "), "{work:?}: {told}");
        for action in account.double.take_needed() {
            needed.entry(action).or_default().push(work);
        }
    }
    needed
}

/// All actions of all statements that any of the works is derived, each with the works that have it.
async fn derived() -> BTreeMap<(String, String), BTreeSet<Work>> {
    let mut derived: BTreeMap<(String, String), BTreeSet<Work>> = BTreeMap::new();
    for work in ALL {
        let policies: Vec<ManagedPolicy> = work.account().await.policies();
        for statement in policies.into_iter().flat_map(|policy| policy.statements) {
            for action in statement.actions {
                derived.entry((statement.sid.clone(), action)).or_default().insert(work);
            }
        }
    }
    derived
}

/// Whether `work` is refused without the action of the statement, and tells it.
async fn is_refused(work: Work, (sid, action): &(String, String)) -> bool {
    let mut account = work.account().await;
    account.taken = Some((sid.clone(), action.clone()));
    let told = Box::pin(work.told(&account)).await;
    names(&told, action)
}

#[tokio::test]
async fn without_any_action_of_the_policy_something_is_refused_with_its_name() {
    let (needed, derived) = (needed().await, derived().await);
    let mut missed = Vec::new();
    let mut proven = BTreeMap::new();
    for (pair, having) in &derived {
        let works = needed
            .get(&pair.1)
            .into_iter()
            .flatten()
            .filter(|work| having.contains(work));
        let mut found = None;
        for work in works {
            if is_refused(*work, pair).await {
                found = Some(work);
                break;
            }
        }
        match found {
            Some(work) => drop(proven.insert(pair, work)),
            None => missed.push(pair),
        }
    }
    let actions: BTreeSet<&String> = proven.keys().map(|(_, action)| action).collect();
    println!("{} actions, {} with their statements:", actions.len(), proven.len());
    for ((sid, action), work) in &proven {
        println!("  {action:<40} of {sid:<18} is missed by {work:?}");
    }
    assert!(
        missed.is_empty(),
        "superfluous, or refused without being told: {missed:#?}"
    );
    let unknown: Vec<&String> = needed.keys().filter(|action| !actions.contains(action)).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}
