//! What commands cost: calls, and how long they take where each is answered after 100 ms.
//!
//! `cargo test -p stepwright --test aws figures -- --nocapture`

use std::fmt::Write as _;
use std::time::Duration;

use stepwright::aws::Outcome;

use crate::double::changes_stack;
use crate::stack_under_test::Account;
use crate::times::Clock;

const FUNCTIONS: [&str; 4] = ["ValidateOrder", "CheckInventory", "ProcessPayment", "ConfirmOrder"];

/// How long a call takes.
const ANSWER: Duration = Duration::from_millis(100);

type Change = fn(&mut Account);

/// What is done to the stack of the order workflow, one after the other.
const COMMANDS: [(&str, Change); 4] = [
    ("first deploy", |_| {}),
    ("nothing to do", |_| {}),
    ("code of one function", |account| {
        account.set_code("CheckInventory", "two")
    }),
    ("definition", |account| {
        account.set_definition(&["ValidateOrder", "ProcessPayment", "ConfirmOrder"])
    }),
];

/// What a command cost.
struct Cost {
    calls: usize,
    changes: usize,
    time: Duration,
}

async fn measure(account: &mut Account, clock: &Clock, command: impl AsyncFnOnce(&Account) -> Outcome) -> Cost {
    account.double.take_calls();
    let before = clock.now();
    assert!(command(account).await.is_complete());
    let calls = account.double.take_calls();
    Cost {
        calls: calls.len(),
        changes: calls.iter().filter(|call| changes_stack(call)).count(),
        time: clock.now() - before,
    }
}

/// The costs of all commands. Where `waits` take no time, it is that of the calls that need each other's answers.
async fn costs(waits: bool) -> Vec<(&'static str, Cost)> {
    let mut account = Account::new();
    account.settings.functions.clear();
    for function in FUNCTIONS {
        account.set_code(function, "one");
    }
    account.set_definition(&FUNCTIONS);
    let clock = Clock::default();
    account.double.answer_after(&clock, ANSWER);
    account.clock = waits.then(|| clock.clone());
    account.renewal = Duration::from_secs(3600);
    let mut costs = Vec::new();
    for (name, change) in COMMANDS {
        change(&mut account);
        let deploy = async |account: &Account| account.locked_deploy().await.unwrap();
        costs.push((name, measure(&mut account, &clock, deploy).await));
    }
    let rollback = async |account: &Account| account.locked_rollback().await.unwrap();
    costs.push(("rollback", measure(&mut account, &clock, rollback).await));
    let destroy = async |account: &Account| account.locked_destroy().await.unwrap();
    costs.push(("destroy", measure(&mut account, &clock, destroy).await));
    costs
}

#[tokio::test]
async fn what_commands_cost() {
    let mut table = String::new();
    for ((name, cost), (_, path)) in costs(true).await.iter().zip(&costs(false).await) {
        let Cost { calls, changes, time } = cost;
        let length = path.time.as_millis() / ANSWER.as_millis();
        writeln!(
            table,
            "{name}: {calls} calls, {changes} of them change something, {length} after each other"
        )
        .unwrap();
        let ratio = time.as_secs_f64() / path.time.as_secs_f64();
        println!("{name}: {time:?} over {:?} of the critical path: {ratio:.2}", path.time);
    }
    insta::assert_snapshot!(table);
}
