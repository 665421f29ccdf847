use std::collections::BTreeSet;

use asl::Json;
use serde::Serialize;

use crate::policy::Uses;
use crate::{Common, FunctionPermissions, MachineSettings, Scope, Statement, derivation, policy, statement};

/// What a role of the stack is allowed, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RolePolicy {
    /// The role's name.
    pub name: String,
    /// Whose role it is.
    pub of: Owner,
    /// The logical name of the function or state machine.
    pub logical: String,
    /// The statements of its inline policy.
    pub statements: Vec<Statement>,
    /// ARNs of the managed policies attached to it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub managed_policies: BTreeSet<String>,
    /// ARN of the policy that bounds what it may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<String>,
}

/// Whose a role is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// A function's.
    Function,
    /// A state machine's.
    StateMachine,
}

impl Owner {
    /// As people say it.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Owner::Function => "function",
            Owner::StateMachine => "state machine",
        }
    }
}

impl RolePolicy {
    /// That of the function `logical`.
    #[must_use]
    pub fn of_function(scope: &Scope, logical: &str, permissions: &FunctionPermissions, common: &Common) -> RolePolicy {
        let name = scope.name(logical);
        let log_group = Scope::function_log_group(&name);
        let uses = Uses {
            logs: true,
            traces: common.traces,
            kms_key: common.kms_key.as_deref(),
        };
        let mut statements = policy::function_statements(scope, &log_group, uses);
        statements.extend(derivation::statements(&permissions.own));
        RolePolicy {
            of: Owner::Function,
            logical: logical.to_owned(),
            statements,
            managed_policies: permissions.managed_policies.clone(),
            permissions_boundary: common.permissions_boundary.clone(),
            name,
        }
    }

    /// That of a state machine.
    #[must_use]
    pub fn of_machine(scope: &Scope, machine: &MachineSettings, common: &Common) -> RolePolicy {
        RolePolicy {
            name: scope.name(&machine.logical),
            of: Owner::StateMachine,
            logical: machine.logical.clone(),
            statements: policy::machine_statements(&machine.permissions, machine.uses(common)),
            managed_policies: BTreeSet::new(),
            permissions_boundary: common.permissions_boundary.clone(),
        }
    }

    /// Its inline policy.
    #[must_use]
    pub fn document(&self) -> Json {
        statement::document(&self.statements)
    }
}
