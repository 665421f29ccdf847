//! Reads what is there, all at once.

mod cloudwatch;
mod iam;
mod lambda;
mod logs;
mod s3;
mod states;

pub(super) use iam::{document as policy_document, role};
pub(super) use logs::tags as log_group_tags;
pub(super) use states::{
    describe as describe_machine, machine_type, number, revision, running as running_executions, running_arns,
};

use std::collections::BTreeMap;

use stack::{Names, Observed, Scope};

use super::parallel::for_each;
use super::{Cloud, Error, lock};

/// Everything with one of the `names`, and everything else that may be of the stack. Two rounds of reads in parallel:
/// the second only for what is there and not in `names`.
///
/// # Errors
/// Any call that fails for another reason than that something does not exist.
pub async fn observe(cloud: &Cloud, scope: &Scope, names: &Names) -> Result<Observed, Error> {
    observe_again(cloud, scope, names, &Observed::default()).await
}

/// The same a moment after `before` was observed. The tags of log groups are not read again.
///
/// # Errors
/// As [`observe`].
pub(super) async fn observe_again(
    cloud: &Cloud,
    scope: &Scope,
    names: &Names,
    before: &Observed,
) -> Result<Observed, Error> {
    let (prefix, role_path) = (scope.prefix(), scope.role_path());
    let (known, found, log_groups, alarms, dashboards, objects, lock) = tokio::try_join!(
        details(cloud, scope, names),
        found(cloud, &prefix, &role_path),
        logs::log_groups(cloud, scope, &prefix, &before.log_groups),
        cloudwatch::alarms(cloud, scope, &prefix, &before.alarms),
        cloudwatch::dashboards(cloud, [scope.dashboard()]),
        // On the heap: calls of S3 are larger than all others.
        Box::pin(s3::objects(cloud, scope, names.bucket.as_deref())),
        lock::holder(cloud, scope)
    )?;
    let others = Names {
        roles: &found.roles - &names.roles,
        functions: &found.functions - &names.functions,
        machines: &found.machines - &names.machines,
        ..Names::default()
    };
    let more = details(cloud, scope, &others).await?;
    Ok(Observed {
        roles: known.roles.into_iter().chain(more.roles).collect(),
        functions: known.functions.into_iter().chain(more.functions).collect(),
        machines: known.machines.into_iter().chain(more.machines).collect(),
        log_groups,
        alarms,
        dashboards,
        objects,
        lock,
    })
}

/// Everything of the account and region that is named as the stack's resources are in any stage, the locks among it that
/// nobody can hold any more.
///
/// # Errors
/// As [`observe`].
pub async fn observe_all_stages(cloud: &Cloud, scope: &Scope) -> Result<Observed, Error> {
    let (prefix, role_path) = (scope.stack_prefix(), scope.stack_role_path());
    let (known, known_alarms) = (BTreeMap::new(), BTreeMap::new());
    let dashboards = async {
        let names = cloudwatch::dashboard_names(cloud, &prefix).await?;
        cloudwatch::dashboards(cloud, names).await
    };
    let (found, log_groups, locks, alarms, dashboards) = tokio::try_join!(
        found(cloud, &prefix, &role_path),
        logs::log_groups(cloud, scope, &prefix, &known),
        logs::abandoned_locks(cloud, scope),
        cloudwatch::alarms(cloud, scope, &prefix, &known_alarms),
        dashboards
    )?;
    Ok(Observed {
        log_groups: log_groups.into_iter().chain(locks).collect(),
        alarms,
        dashboards,
        ..details(cloud, scope, &found).await?
    })
}

/// The roles under a path, and the functions and state machines whose names have the prefix.
async fn found(cloud: &Cloud, prefix: &str, role_path: &str) -> Result<Names, Error> {
    let (roles, functions, machines) = tokio::try_join!(
        iam::role_names(cloud, role_path),
        lambda::function_names(cloud, prefix),
        states::machine_names(cloud, prefix)
    )?;
    Ok(Names {
        roles,
        functions,
        machines,
        ..Names::default()
    })
}

async fn details(cloud: &Cloud, scope: &Scope, names: &Names) -> Result<Observed, Error> {
    let roles = for_each(names.roles.clone(), |name| {
        let cloud = cloud.clone();
        async move { Ok(iam::role(&cloud, &name).await?.map(|role| (name, role))) }
    });
    let functions = for_each(names.functions.clone(), |name| {
        let cloud = cloud.clone();
        async move { Ok(lambda::function(&cloud, &name).await?.map(|function| (name, function))) }
    });
    let machines = for_each(names.machines.clone(), |name| {
        let (cloud, scope) = (cloud.clone(), scope.clone());
        async move {
            Ok(states::machine(&cloud, &scope, &name)
                .await?
                .map(|machine| (name, machine)))
        }
    });
    let (roles, functions, machines) = tokio::try_join!(roles, functions, machines)?;
    Ok(Observed {
        roles: roles.into_iter().flatten().collect(),
        functions: functions.into_iter().flatten().collect(),
        machines: machines.into_iter().flatten().collect(),
        ..Observed::default()
    })
}

/// Nothing where the error says that there is nothing.
pub(super) fn existing<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
