//! What commands cost: calls, and how long they take where each is answered after 100 ms.
//!
//! `cargo test -p stepwright --test aws figures -- --nocapture`

use std::fmt::Write as _;
use std::time::Duration;

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
    /// What was measured: rounds of calls, or milliseconds.
    length: usize,
}

/// How a length is measured: by a clock, or by counting how many calls wait for each other's answers.
enum By {
    Clock(Clock),
    Rounds,
}

impl By {
    async fn measure<T>(&self, account: &mut Account, command: impl AsyncFnOnce(&Account) -> T) -> Cost {
        account.double.take_calls();
        let before = match self {
            By::Clock(clock) => clock.now(),
            By::Rounds => {
                account.double.count_rounds();
                Duration::ZERO
            }
        };
        command(account).await;
        let length = match self {
            By::Clock(clock) => (clock.now() - before).as_millis() as usize,
            By::Rounds => account.double.count_rounds_no_more(),
        };
        let calls = account.double.take_calls();
        Cost {
            calls: calls.len(),
            changes: calls.iter().filter(|call| changes_stack(call)).count(),
            length,
        }
    }
}

/// The costs of all commands.
async fn costs(by: By) -> Vec<(&'static str, Cost)> {
    let mut account = Account::new();
    account.settings.functions.clear();
    for function in FUNCTIONS {
        account.set_code(function, "one");
    }
    account.set_definition(&FUNCTIONS);
    let clock = match &by {
        By::Clock(clock) => clock.clone(),
        By::Rounds => Clock::default(),
    };
    if matches!(by, By::Clock(_)) {
        account.double.answer_after(&clock, ANSWER);
    }
    account.clock = Some(clock);
    let mut costs = Vec::new();
    for (name, change) in COMMANDS {
        change(&mut account);
        let deploy = async |account: &Account| assert!(account.locked_deploy().await.unwrap().is_complete());
        costs.push((name, by.measure(&mut account, deploy).await));
    }
    let rollback = async |account: &Account| assert!(account.locked_rollback().await.unwrap().is_complete());
    costs.push(("rollback", by.measure(&mut account, rollback).await));
    let destroy = async |account: &Account| assert!(account.locked_destroy().await.unwrap().is_complete());
    costs.push(("destroy", by.measure(&mut account, destroy).await));
    costs
}

#[tokio::test]
async fn what_commands_cost() {
    let timed = costs(By::Clock(Clock::default())).await;
    let counted = costs(By::Rounds).await;
    let mut table = String::new();
    for ((name, cost), (_, time)) in counted.iter().zip(&timed) {
        let Cost { calls, changes, length } = cost;
        writeln!(
            table,
            "{name}: {calls} calls, {changes} of them change something, {length} after each other"
        )
        .unwrap();
        let (time, path) = (time.length, length * ANSWER.as_millis() as usize);
        let ratio = time as f64 / path as f64;
        println!("{name}: {time} ms over {path} ms of the critical path: {ratio:.2}");
    }
    insta::assert_snapshot!(table);
}
