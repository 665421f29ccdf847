//! Every command dies at every call, and every call goes wrong in every way: the same command again ends where an
//! undisturbed one does, and nothing is left after `destroy`.

use std::collections::BTreeMap;
use std::time::Duration;

use stack::{Observed, Traffic};
use stepwright::aws::{self, Outcome};

use crate::double::Kind;
use crate::past::Past;
use crate::stack_under_test::Account;

/// What goes wrong.
const FAULTS: [(&str, Kind); 8] = [
    ("death before the call", Kind::Death),
    ("death after the call", Kind::DeathAfter),
    ("throttled", Kind::Refused(400, "ThrottlingException", "Rate exceeded")),
    ("server error", Kind::Refused(500, "InternalFailure", "try again")),
    ("answer lost", Kind::LostAnswer),
    ("connection reset", Kind::Unsent),
    ("refused", Kind::Refused(400, "ValidationException", "not today")),
    ("stale read", Kind::Stale),
];

#[derive(Clone, Copy, Debug)]
enum Command {
    FirstDeploy,
    Update,
    Canary,
    Rollback,
    Destroy,
}

/// How a command ended.
#[derive(Debug)]
#[expect(dead_code, reason = "the error is shown where a test fails")]
enum End {
    Done,
    Failed(String),
    Died,
}

impl Command {
    /// An account in which the command is next.
    async fn account(self) -> Account {
        let mut account = Account::new();
        // How many calls there are must not depend on how fast this machine is.
        account.renewal = Duration::from_secs(3600);
        account.set_bucket("zips", &["Validate"]);
        if !matches!(self, Command::FirstDeploy) {
            check_done(done(account.locked_deploy().await), "the deploy before");
        }
        match self {
            Command::FirstDeploy | Command::Destroy => {}
            Command::Update => {
                account.set_code("Validate", "two");
                account.set_code("Notify", "one");
                account
                    .settings
                    .functions
                    .retain(|function| function.logical != "Confirm");
                account.settings.functions[0].memory = 512;
                account.settings.retention_days = Some(30);
                account.set_definition(&["Validate", "Notify"]);
            }
            Command::Canary => {
                account.set_code("Validate", "two");
                account.double.alarms(|alarms| alarms.set("errors", None));
                account.settings.deploys.alarms = vec!["errors".into()];
                account.settings.deploys.traffic = Traffic::Canary("10%/30s".parse().unwrap());
            }
            Command::Rollback => {
                for code in ["two", "three"] {
                    account.set_code("Validate", code);
                    check_done(done(account.locked_deploy().await), "another deploy");
                }
            }
        }
        account
    }

    async fn run(self, account: &Account) -> End {
        let work = async {
            match self {
                Command::FirstDeploy | Command::Update | Command::Canary => account.locked_deploy().await,
                Command::Rollback => account.locked_rollback().await,
                Command::Destroy => account.locked_destroy().await,
            }
        };
        let end = tokio::select! {
            outcome = work => done(outcome).map_or_else(End::Failed, |()| End::Done),
            () = account.double.death() => End::Died,
        };
        account.kill();
        end
    }
}

/// A command that ended otherwise than with all its steps carried out has failed.
fn done(outcome: Result<Outcome, aws::Error>) -> Result<(), String> {
    let outcome = outcome.map_err(|error| error.to_string())?;
    match outcome.is_complete() {
        true => Ok(()),
        false => Err(format!("{:?}", outcome.failed)),
    }
}

fn check_done(end: Result<(), String>, what: &str) {
    assert_eq!(end, Ok(()), "{what}");
}

/// How it is undisturbed: what is there in the end, how many calls it takes, and what it reads.
async fn undisturbed(command: Command) -> (String, usize, Past) {
    let account = command.account().await;
    account.double.remember(Past::remembering());
    account.double.take_calls();
    let end = command.run(&account).await;
    assert!(matches!(end, End::Done), "{command:?}: {end:?}");
    let calls = account.double.take_calls().len();
    let there = shown(&account.observe().await);
    (there, calls, account.double.past().questions())
}

/// All that is there, but for when it came to be.
fn shown(observed: &Observed) -> String {
    let is_time = |line: &str| {
        let number = line.trim().trim_end_matches(',');
        [10, 13].contains(&number.len()) && number.chars().all(|c| c.is_ascii_digit())
    };
    let text = format!("{observed:#?}");
    let lines = text.lines().filter(|line| !is_time(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// Runs `command` with `fault` at the call `place`, again undisturbed, and takes all down.
///
/// How it ended first; an error where it did not end well.
async fn disturbed(
    command: Command,
    place: usize,
    kind: Kind,
    (expected, reads): (&str, &Past),
) -> Result<&'static str, String> {
    let account = command.account().await;
    if matches!(kind, Kind::Stale) {
        account.double.remember(reads.clone());
    }
    account.double.appoint(place, kind);
    let first = command.run(&account).await;
    if !account.double.was_appointed() {
        return Err("there was no such call".to_owned());
    }
    account.double.mend();
    let again = command.run(&account).await;
    if !matches!(again, End::Done) {
        return Err(format!("{first:?}, and then {again:?}"));
    }
    let found = shown(&account.observe().await);
    if found != *expected {
        return Err(format!("{first:?}, and then {}", difference(expected, &found)));
    }
    done(account.locked_destroy().await)?;
    let (nothing, left) = (shown(&Observed::default()), shown(&account.observe().await));
    if left != nothing {
        let left = difference(&nothing, &left);
        return Err(format!("{first:?}, and after the teardown {left}"));
    }
    Ok(match first {
        End::Done => "went through",
        End::Failed(_) => "failed and was repeated",
        End::Died => "died and was repeated",
    })
}

/// The lines that only one of them has.
fn difference(expected: &str, found: &str) -> String {
    let only = |these: &str, those: &str| {
        let those: Vec<&str> = those.lines().collect();
        let lines = these.lines().filter(|line| !those.contains(line)).map(str::trim);
        lines.collect::<Vec<_>>().join(" ")
    };
    format!(
        "there is\n  {}\ninstead of\n  {}",
        only(found, expected),
        only(expected, found)
    )
}

/// Disturbs one call in `stride`, each in every way, and prints how often what came of it.
#[expect(clippy::print_stdout, reason = "the counts are for whoever runs it with --nocapture")]
async fn check(command: Command, stride: usize) {
    let (expected, calls, reads) = undisturbed(command).await;
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for (number, (name, kind)) in FAULTS.into_iter().enumerate() {
        for place in (number % stride..calls).step_by(stride) {
            match disturbed(command, place, kind, (&expected, &reads)).await {
                Ok(end) => *counts.entry((name, end)).or_default() += 1,
                Err(problem) => problems.push(format!("call {place}, {name}: {problem}")),
            }
        }
    }
    let disturbances: usize = counts.values().sum();
    println!("{command:?}: {calls} calls, {disturbances} disturbances");
    for ((fault, end), count) in counts {
        println!("  {fault:<24} {end:<24} {count}");
    }
    assert!(
        problems.is_empty(),
        "{} problems: {}",
        problems.len(),
        problems.join("\n")
    );
}

#[tokio::test]
async fn every_command_survives_a_sample_of_everything() {
    let commands = [
        Command::FirstDeploy,
        Command::Update,
        Command::Canary,
        Command::Rollback,
        Command::Destroy,
    ];
    for command in commands {
        check(command, 23).await;
    }
}

#[tokio::test]
#[ignore = "takes minutes; .ci/run runs it"]
async fn a_first_deploy_survives_everything_at_every_call() {
    check(Command::FirstDeploy, 1).await;
}

#[tokio::test]
#[ignore = "takes minutes; .ci/run runs it"]
async fn an_update_survives_everything_at_every_call() {
    check(Command::Update, 1).await;
}

#[tokio::test]
#[ignore = "takes minutes; .ci/run runs it"]
async fn a_canary_survives_everything_at_every_call() {
    check(Command::Canary, 1).await;
}

#[tokio::test]
#[ignore = "takes minutes; .ci/run runs it"]
async fn going_back_survives_everything_at_every_call() {
    check(Command::Rollback, 1).await;
}

#[tokio::test]
#[ignore = "takes minutes; .ci/run runs it"]
async fn a_teardown_survives_everything_at_every_call() {
    check(Command::Destroy, 1).await;
}
