//! What a role lacks for what it is used for. A service that refuses a role says so whether IAM has not told it of the
//! role yet or the role really lacks something; the role's policies tell the two apart.

mod destination;
mod needs;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use asl::Json;

use crate::access::{Context, Decision, Others, Request, decide};
use crate::{Function, Machine, Scope};

pub use destination::{LogPolicy, log_destination};
use needs::{Need, of_function, of_machine};

/// What a role is used for.
#[derive(Clone, Copy, Debug)]
pub enum RoleUse<'a> {
    /// A function runs with it.
    Function(&'a Function),
    /// A state machine's executions run with it.
    Machine(&'a Machine),
}

/// The policies of a role as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RolePolicies {
    /// Who may assume it.
    pub trust: Json,
    /// What it may do, by the policies' names or ARNs.
    pub permissions: BTreeMap<String, Json>,
    /// The most it may do: its permissions boundary, by its ARN.
    pub boundary: Option<(String, Json)>,
}

/// What a role's policies say about a refusal.
#[derive(Clone, Debug, PartialEq)]
pub enum Diagnosis {
    /// Nothing is missing: IAM has not told the service yet.
    Complete,
    /// It depends on what cannot be known here.
    Unclear,
    /// This is missing, and no waiting gives it.
    Missing(Vec<Missing>),
}

/// Something that a role, or what it delivers logs to, does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The role's name.
    pub role: String,
    /// The actions, such as `lambda:InvokeFunction`.
    pub actions: Vec<String>,
    /// What they act on.
    pub resource: String,
    /// What needs it, in words.
    pub needed_by: String,
    /// Why it is not allowed.
    pub cause: Cause,
}

/// Why something is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The role's trust policy does not let this service assume it.
    Trust(&'static str),
    /// No policy of the role allows it.
    NotAllowed,
    /// This policy denies it.
    Denied(String),
    /// This permissions boundary does not let the role have it.
    Boundary(String),
    /// The account's log resource policies have no room for the log group: why, in words.
    LogPolicies(String),
}

impl<'a> RoleUse<'a> {
    /// The name of the role.
    #[must_use]
    pub fn role(self) -> &'a str {
        match self {
            RoleUse::Function(function) => &function.name,
            RoleUse::Machine(machine) => &machine.name,
        }
    }

    fn service(self) -> &'static str {
        match self {
            RoleUse::Function(_) => "lambda.amazonaws.com",
            RoleUse::Machine(_) => "states.amazonaws.com",
        }
    }

    fn arn(self, scope: &Scope) -> String {
        match self {
            RoleUse::Function(function) => scope.function_arn(&function.name),
            RoleUse::Machine(machine) => scope.machine_arn(&machine.name),
        }
    }

    fn noun(self) -> &'static str {
        match self {
            RoleUse::Function(_) => "the function",
            RoleUse::Machine(_) => "the state machine",
        }
    }
}

/// What is missing for the use of a role that a service refused with `message`.
#[must_use]
pub fn diagnose(scope: &Scope, used: RoleUse<'_>, role: &RolePolicies, message: &str) -> Diagnosis {
    let needs = match used {
        RoleUse::Function(_) => of_function(message),
        RoleUse::Machine(machine) => of_machine(scope, machine),
    };
    let mut missing: Vec<Missing> = Vec::new();
    let mut is_clear = true;
    let mut note = |finding: Finding, need: &Need| match finding {
        Finding::Fine => {}
        Finding::Unclear => is_clear = false,
        Finding::Missing(cause) => {
            let found = need.missing(used.role(), cause);
            match missing.iter_mut().find(|other| other.differs_in_actions(&found)) {
                Some(other) => other.actions.extend(found.actions),
                None => missing.push(found),
            }
        }
    };
    note(trust(scope, used, role), &Need::assumed(scope, used));
    for need in &needs {
        note(permission(scope, role, need), need);
    }
    match (missing.is_empty(), is_clear) {
        (false, _) => Diagnosis::Missing(missing),
        (true, true) => Diagnosis::Complete,
        (true, false) => Diagnosis::Unclear,
    }
}

enum Finding {
    Fine,
    Unclear,
    Missing(Cause),
}

/// Whether the service may assume the role, by its global name or by that of its region.
fn trust(scope: &Scope, used: RoleUse<'_>, role: &RolePolicies) -> Finding {
    let service = used.service();
    let regional = service.replacen('.', &format!(".{}.", scope.region), 1);
    let values = [
        ("aws:SourceAccount", scope.account.clone()),
        ("aws:SourceArn", used.arn(scope)),
    ];
    let context = Context {
        values: values.map(|(key, value)| (key.to_owned(), vec![value])).into(),
        others: Others::Unknown,
    };
    let request = Request {
        principals: &[service, &regional],
        action: "sts:AssumeRole",
        resource: &scope.role_arn(used.role()),
        context: &context,
    };
    match decide([&role.trust], &request) {
        Decision::Allowed => Finding::Fine,
        Decision::Unclear => Finding::Unclear,
        Decision::Denied | Decision::NotAllowed => Finding::Missing(Cause::Trust(service)),
    }
}

fn permission(scope: &Scope, role: &RolePolicies, need: &Need) -> Finding {
    let region = ("aws:RequestedRegion".to_owned(), vec![scope.region.clone()]);
    let context = Context {
        values: [region].into(),
        others: Others::Unknown,
    };
    let request = Request {
        principals: &[],
        action: &need.action,
        resource: &need.resource,
        context: &context,
    };
    let own = decide(role.permissions.values(), &request);
    let limit = role
        .boundary
        .as_ref()
        .map(|(arn, policy)| (arn, decide([policy], &request)));
    let denying = || {
        let mut policies = role.permissions.iter();
        policies.find(|(_, policy)| decide([*policy], &request) == Decision::Denied)
    };
    match (own, limit) {
        (Decision::Denied, _) => Finding::Missing(match denying() {
            Some((name, _)) => Cause::Denied(name.clone()),
            None => Cause::NotAllowed,
        }),
        (_, Some((arn, Decision::Denied | Decision::NotAllowed))) => Finding::Missing(Cause::Boundary(arn.clone())),
        (Decision::NotAllowed, _) => Finding::Missing(Cause::NotAllowed),
        (Decision::Allowed, None | Some((_, Decision::Allowed))) => Finding::Fine,
        _ => Finding::Unclear,
    }
}

impl Missing {
    fn differs_in_actions(&self, other: &Missing) -> bool {
        (&self.resource, &self.needed_by, &self.cause) == (&other.resource, &other.needed_by, &other.cause)
    }

    fn actions(&self) -> String {
        let quoted: Vec<String> = self.actions.iter().map(|action| format!("`{action}`")).collect();
        quoted.join(", ")
    }

    /// What to do next.
    #[must_use]
    pub fn help(&self) -> String {
        let role = &self.role;
        match &self.cause {
            Cause::Trust(_) | Cause::NotAllowed => {
                format!("somebody changed the role `{role}` or what uses it: the next deploy makes both as configured")
            }
            Cause::Denied(policy) => format!("take the denial out of the policy `{policy}` of the role `{role}`"),
            Cause::Boundary(arn) => format!("have {} allowed by the permissions boundary `{arn}`", self.actions()),
            Cause::LogPolicies(_) => {
                "`aws logs describe-resource-policies` shows them: delete one that nothing needs, or \
                                      put log groups with one beginning together"
                    .to_owned()
            }
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Missing {
            role,
            resource,
            needed_by,
            cause,
            ..
        } = self;
        let actions = self.actions();
        let verdict = match cause {
            Cause::Trust(service) => {
                return write!(
                    formatter,
                    "the trust policy of the role `{role}` does not let {service} assume it"
                );
            }
            Cause::LogPolicies(why) => {
                return write!(
                    formatter,
                    "the account's log resource policies do not allow {actions} on `{resource}`, {why}; the role \
                     `{role}` may deliver logs"
                );
            }
            Cause::NotAllowed => String::new(),
            Cause::Denied(policy) => format!(": the policy `{policy}` denies it"),
            Cause::Boundary(arn) => format!(": the permissions boundary `{arn}` does not allow it"),
        };
        write!(
            formatter,
            "the role `{role}` may not call {actions} on `{resource}`, which {needed_by} needs{verdict}"
        )
    }
}
