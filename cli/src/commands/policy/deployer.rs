//! `stepwright policy deployer`

use std::fmt;

use serde::{Serialize, Serializer};
use stack::{Deployer, MachineSettings, ManagedPolicy, Scope};

use super::{
    super::{Context, environments, prepare},
    Shown, cloudformation, terraform,
};
use crate::{
    args::{self, PolicyFormat},
    error::{Error, Exit},
    settings::{self, MachineType, Reference, Settings},
};

/// Prints what whoever deploys the stack needs, from the workspace alone.
pub(crate) async fn deployer(context: &Context<'_>, args: &args::PolicyDeployer) -> Result<Exit, Error> {
    let settings = context.settings()?;
    let scope = scope(context, &settings, args)?;
    let references = environments::references(&settings.functions(&[]).await?);
    // What definitions name in the account is the same whichever it is.
    let offline = context.offline_scope(Some(&settings));
    let machines = prepare::machines(context, &settings, &offline)?;
    let ours: Vec<&str> = settings.function_names().collect();
    let others = |machine: &MachineSettings| machine.other_functions(&offline, &ours);
    let deployer = Deployer {
        common: settings.common.clone(),
        retention_days: i32::try_from(settings.logs.retention_days).ok(),
        all_stages: args.all_stages,
        has_express: settings
            .machines
            .values()
            .any(|machine| machine.machine_type == MachineType::Express),
        managed_policies: settings
            .function_names()
            .flat_map(|name| settings.function_permissions(name).1)
            .collect(),
        other_functions: machines.iter().flat_map(others).collect(),
        parameters: references.iter().filter_map(parameter).collect(),
        secrets: references.iter().filter_map(secret).collect(),
        scope: scope.clone(),
    };
    let policies = Policies {
        scope,
        policies: deployer.policies(),
        format: args.format,
    };
    context.output.print_result(&policies)?;
    Ok(Exit::Ok)
}

/// Where the stack is. What nobody says is left to whatever the policies are for, where that can fill it in.
fn scope(context: &Context<'_>, settings: &Settings, args: &args::PolicyDeployer) -> Result<Scope, Error> {
    let declared = settings.aws.account.as_ref();
    if let (Some(declared), Some(given)) = (declared, args.account.as_ref())
        && declared != given
    {
        return Err(Error::Settings(settings::Error::OtherAccount {
            declared: declared.clone(),
            given: given.clone(),
        }));
    }
    let open = Open::of(args.format);
    let or_open = |said: Option<String>, open: Option<&str>, what, example| {
        let value = said.or_else(|| open.map(str::to_owned));
        value.ok_or(Error::Settings(settings::Error::Nowhere { what, example }))
    };
    let region = settings.aws.region.clone();
    let partition = region.as_deref().map(partition).map(str::to_owned);
    let account = declared.or(args.account.as_ref()).cloned();
    let account = or_open(account, open.map(|open| open.account), "account", "123456789012")?;
    let region = or_open(region, open.map(|open| open.region), "region", "eu-central-1")?;
    Ok(Scope {
        partition: or_open(partition, open.map(|open| open.partition), "region", "eu-central-1")?,
        account,
        region,
        stack: settings.stack.clone(),
        stage: context.global().stage.clone(),
    })
}

/// What stands for what whoever uses the policies fills in.
#[derive(Clone, Copy)]
struct Open {
    partition: &'static str,
    account: &'static str,
    region: &'static str,
}

impl Open {
    /// Nothing where nobody does.
    fn of(format: PolicyFormat) -> Option<Open> {
        let [partition, account, region] = match format {
            PolicyFormat::Text | PolicyFormat::Json => return None,
            PolicyFormat::Terraform => terraform::OPEN,
            PolicyFormat::CloudFormation => cloudformation::OPEN,
        };
        Some(Open {
            partition,
            account,
            region,
        })
    }
}

/// The partition that a region is in.
///
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
fn partition(region: &str) -> &'static str {
    const PARTITIONS: [(&str, &str); 4] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-isob-", "aws-iso-b"),
        ("us-iso-", "aws-iso"),
    ];
    let found = PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix));
    found.map_or("aws", |(_, partition)| partition)
}

fn parameter(reference: &Reference) -> Option<String> {
    match reference {
        Reference::Parameter(name) => Some(name.clone()),
        Reference::Secret { .. } => None,
    }
}

fn secret(reference: &Reference) -> Option<String> {
    match reference {
        Reference::Parameter(_) => None,
        Reference::Secret { name, .. } => Some(name.clone()),
    }
}

/// What whoever deploys needs.
#[derive(Serialize)]
struct Policies {
    #[serde(flatten)]
    scope: Scope,
    #[serde(serialize_with = "documented")]
    policies: Vec<ManagedPolicy>,
    #[serde(skip)]
    format: PolicyFormat,
}

/// Each with its document as IAM has it.
fn documented<S: Serializer>(policies: &[ManagedPolicy], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Documented<'a> {
        #[serde(flatten)]
        policy: &'a ManagedPolicy,
        document: serde_json::Value,
    }
    serializer.collect_seq(policies.iter().map(|policy| Documented {
        document: document(policy),
        policy,
    }))
}

/// A policy's document.
pub(super) fn document(policy: &ManagedPolicy) -> serde_json::Value {
    serde_json::from_str(&policy.document().to_string()).unwrap_or_default()
}

impl fmt::Display for Policies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.format {
            PolicyFormat::Text => self.text(formatter),
            PolicyFormat::Json => self.documents(formatter),
            PolicyFormat::Terraform => terraform::write(&self.scope, &self.policies, formatter),
            PolicyFormat::CloudFormation => cloudformation::write(&self.scope, &self.policies, formatter),
        }
    }
}

impl Policies {
    fn documents(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, policy) in self.policies.iter().enumerate() {
            if place > 0 {
                writeln!(formatter)?;
            }
            write!(formatter, "{:#}", document(policy))?;
        }
        Ok(())
    }

    fn text(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, policy) in self.policies.iter().enumerate() {
            if place > 0 {
                writeln!(formatter)?;
            }
            let length = policy.document().encoded_len();
            writeln!(formatter, "policy {}", policy.name)?;
            for statement in &policy.statements {
                write!(formatter, "{}", Shown(statement))?;
            }
            writeln!(formatter, "  {length} of {} characters", stack::MAX_MANAGED_LENGTH)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn regions_are_in_their_partitions() {
        let check = |region, expected| assert_eq!(super::partition(region), expected);
        check("eu-central-1", "aws");
        check("cn-north-1", "aws-cn");
        check("us-gov-west-1", "aws-us-gov");
        check("us-iso-east-1", "aws-iso");
        check("us-isob-east-1", "aws-iso-b");
    }
}
