//! `stepwright policy roles`

use std::fmt;

use serde::{Serialize, Serializer};
use stack::{MachineSettings, RolePolicy, Scope};

use super::{
    super::{Context, prepare},
    Shown,
};
use crate::{
    args,
    error::{Error, Exit},
    settings::Settings,
};

/// Prints what each role is allowed and why, from the workspace alone.
pub(crate) fn roles(context: &Context<'_>, args: &args::PolicyRoles) -> Result<Exit, Error> {
    let settings = context.settings()?;
    let scope = context.offline_scope(Some(&settings));
    let functions = functions(&settings, args)?;
    let permissions = prepare::function_permissions(&settings, &scope)?;
    let mut roles: Vec<RolePolicy> = functions
        .iter()
        .map(|logical| {
            let permissions = permissions.get(*logical).cloned().unwrap_or_default();
            RolePolicy::of_function(&scope, logical, &permissions, &settings.common)
        })
        .collect();
    if args.function.is_none() {
        let wanted = args
            .machine
            .as_deref()
            .map(|name| settings.machine(Some(name)))
            .transpose()?;
        let wanted = wanted.map(|(name, _)| name);
        let machines = prepare::machines(context, &settings, &scope)?;
        let machines = machines
            .iter()
            .filter(|machine| wanted.is_none_or(|name| machine.logical == name));
        roles.extend(
            machines.map(|machine: &MachineSettings| RolePolicy::of_machine(&scope, machine, &settings.common)),
        );
    }
    let policies = Policies { scope, roles };
    context.output.print_result(&policies)?;
    Ok(Exit::Ok)
}

/// The logical names of the functions whose roles are asked for.
fn functions<'a>(settings: &'a Settings, args: &args::PolicyRoles) -> Result<Vec<&'a str>, Error> {
    match &args.function {
        Some(name) => Ok(vec![settings.function_name(name)?]),
        None if args.machine.is_some() => Ok(Vec::new()),
        None => Ok(settings.function_names().collect()),
    }
}

/// The roles of a stack.
#[derive(Serialize)]
struct Policies {
    #[serde(flatten)]
    scope: Scope,
    #[serde(serialize_with = "documented")]
    roles: Vec<RolePolicy>,
}

/// Each with its policy document as IAM has it.
fn documented<S: Serializer>(roles: &[RolePolicy], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Documented<'a> {
        #[serde(flatten)]
        role: &'a RolePolicy,
        policy: serde_json::Value,
    }
    serializer.collect_seq(roles.iter().map(|role| Documented {
        role,
        policy: serde_json::from_str(&role.document().to_string()).unwrap_or_default(),
    }))
}

impl fmt::Display for Policies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, role) in self.roles.iter().enumerate() {
            if place > 0 {
                writeln!(formatter)?;
            }
            let length = role.document().encoded_len();
            writeln!(formatter, "role {} of {} {}", role.name, role.of.noun(), role.logical)?;
            for statement in &role.statements {
                write!(formatter, "{}", Shown(statement))?;
            }
            for arn in &role.managed_policies {
                writeln!(formatter, "  attached {arn}: declared in stepwright.toml")?;
            }
            if let Some(boundary) = &role.permissions_boundary {
                writeln!(formatter, "  bounded by {boundary}")?;
            }
            writeln!(formatter, "  {length} of {} characters", stack::policy::MAX_LENGTH)?;
        }
        Ok(())
    }
}
