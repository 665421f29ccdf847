//! The least policy of whoever deploys a stack: the actions that commands call and what AWS checks besides, each on the
//! narrowest resources that AWS knows for it.
//!
//! One file per service has its statements. What calls a new action adds it there; AWS in the process of the tests refuses
//! every call that is not allowed here.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

mod alarms;
mod functions;
mod log_groups;
mod machines;
mod roles;
mod stored;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use asl::Json;
use serde::Serialize;

use crate::{Common, Scope, Statement, statement};

/// Longest managed policy in characters, white space not counted.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const MAX_MANAGED_LENGTH: usize = 6_144;

/// What decides what whoever deploys a stack needs.
#[derive(Clone, Debug)]
pub struct Deployer {
    /// Where the stack is.
    pub scope: Scope,
    /// Whether all stages of the stack are meant, as whoever looks for orphans needs it.
    pub all_stages: bool,
    /// What its resources have in common.
    pub common: Common,
    /// How long log groups keep their events, in days; nothing is for ever.
    pub retention_days: Option<i32>,
    /// Whether there is a state machine whose executions are Express.
    pub has_express: bool,
    /// ARNs of the managed policies that functions' roles have.
    pub managed_policies: BTreeSet<String>,
    /// The names of functions of the account that state machines invoke and that are none of the stack's.
    pub other_functions: BTreeSet<String>,
    /// The parameters of Systems Manager that environments name: names or ARNs.
    pub parameters: BTreeSet<String>,
    /// The secrets of Secrets Manager that environments name: names or ARNs.
    pub secrets: BTreeSet<String>,
}

/// A managed policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ManagedPolicy {
    /// Its name.
    pub name: String,
    /// Its statements.
    pub statements: Vec<Statement>,
}

impl ManagedPolicy {
    /// As IAM has it.
    #[must_use]
    pub fn document(&self) -> Json {
        statement::document(&self.statements)
    }
}

impl Deployer {
    /// All that whoever deploys needs.
    #[must_use]
    pub fn statements(&self) -> Vec<Statement> {
        let mut deployer = self.clone();
        if self.all_stages {
            deployer.scope.stage = "*".to_owned();
        }
        let parts = [
            roles::statements(&deployer),
            log_groups::statements(&deployer),
            functions::statements(&deployer),
            machines::statements(&deployer),
            alarms::statements(&deployer),
            stored::statements(&deployer),
        ];
        parts.into_iter().flatten().collect()
    }

    /// The same as managed policies, each as long as IAM takes it.
    #[must_use]
    pub fn policies(&self) -> Vec<ManagedPolicy> {
        let parts = split(self.statements());
        let several = parts.len() > 1;
        let name = match self.all_stages {
            true => format!("{}-deployer-of-all-stages", self.scope.stack),
            false => self.scope.name("deployer"),
        };
        let named = parts.into_iter().enumerate().map(|(place, statements)| ManagedPolicy {
            name: match several {
                true => format!("{name}-{}", place + 1),
                false => name.clone(),
            },
            statements,
        });
        named.collect()
    }

    /// The deployed names of all that the stack has, as ARNs have them.
    fn names(&self) -> String {
        self.scope.name("*")
    }

    /// The conditions that one of these services of the region acts for whoever calls.
    fn via(&self, services: &[&str]) -> (String, String, BTreeSet<String>) {
        let region = &self.scope.region;
        let services = services
            .iter()
            .map(|service| format!("{service}.{region}.amazonaws.com"));
        ("StringEquals".into(), "kms:ViaService".into(), services.collect())
    }
}

impl Statement {
    /// The same under a condition more.
    fn only_if(mut self, (operator, key, values): (String, String, BTreeSet<String>)) -> Statement {
        self.conditions.entry(operator).or_default().insert(key, values);
        self
    }
}

/// A condition with one operator and key.
fn condition(
    operator: &str,
    key: &str,
    values: impl IntoIterator<Item = String>,
) -> (String, String, BTreeSet<String>) {
    (operator.to_owned(), key.to_owned(), values.into_iter().collect())
}

/// Statements in their order, as few policies as they fit into one after the other.
fn split(statements: Vec<Statement>) -> Vec<Vec<Statement>> {
    let mut policies: Vec<Vec<Statement>> = Vec::new();
    for statement in statements.into_iter().flat_map(halved) {
        let mut extended = policies.last().cloned().unwrap_or_default();
        extended.push(statement.clone());
        match policies.last_mut() {
            Some(last) if fits(&extended) => *last = extended,
            _ => policies.push(vec![statement]),
        }
    }
    policies
}

/// A statement that is longer than a policy, as several: any of the resources, and any of the values of a condition, does.
fn halved(statement: Statement) -> Vec<Statement> {
    if fits(std::slice::from_ref(&statement)) {
        return vec![statement];
    }
    let Some([first, second]) = halves(&statement) else {
        return vec![statement];
    };
    let mut parts = [halved(first), halved(second)].concat();
    for (place, part) in parts.iter_mut().enumerate().skip(1) {
        part.sid = format!("{}{}", statement.sid, place + 1);
    }
    parts
}

/// The statement with one half of its resources or of the values of a condition, whichever are more, and with the other;
/// nothing where there is one of each.
fn halves(statement: &Statement) -> Option<[Statement; 2]> {
    let conditions = statement.conditions.iter();
    let keys = conditions.flat_map(|(operator, keys)| keys.iter().map(move |(key, values)| (operator, key, values)));
    let most = keys.max_by_key(|(_, _, values)| values.len());
    let most = most.filter(|(_, _, values)| values.len() > statement.resources.len());
    let values = most.map_or(&statement.resources, |(_, _, values)| values);
    let halves = (values.len() > 1).then(|| {
        let mut rest = values.iter().cloned();
        let first: BTreeSet<String> = rest.by_ref().take(values.len() / 2).collect();
        [first, rest.collect()]
    });
    halves.map(|halves| {
        halves.map(|half| match most {
            Some((operator, key, _)) => statement.clone().only_if((operator.clone(), key.clone(), half)),
            None => Statement {
                resources: half,
                ..statement.clone()
            },
        })
    })
}

fn fits(statements: &[Statement]) -> bool {
    statement::document(statements).encoded_len() <= MAX_MANAGED_LENGTH
}
