//! A stack: what should be on AWS, what is there, and the plan between the two.
//!
//! This layer is pure. It must not call AWS, read files, look at a clock or know the terminal: whoever calls it has the
//! artifacts and the observations, and carries out the steps. Every step is one AWS API action.
//!
//! Each kind of resource has its own file, with desired, observed and steps in this order.

pub mod access;
mod action;
mod alarm;
mod alias;
mod call_policy;
mod calls;
mod dashboard;
mod definition;
mod deployer;
mod derivation;
mod diagnosis;
mod diff;
mod drift;
mod encryption;
mod environment;
mod error;
mod executions;
mod explain;
mod foreign;
mod function;
mod lock;
mod log_group;
mod machine;
mod managed_policies;
mod names;
mod note;
mod object;
mod observed;
mod orphans;
mod permissions;
mod plan;
pub mod policy;
mod reference;
mod retry;
mod role;
mod role_policy;
mod rollback;
mod scope;
mod settings;
mod statement;
mod summary;
mod tags;
mod traffic;
mod versions;

pub use action::{Action, Kind, Resource};
pub use alarm::{Alarm, AlarmRule, Alarms, ObservedAlarm, Watched};
pub use alias::AliasTarget;
pub use call_policy::CallPolicy;
pub use calls::{invoked_functions, names_all_targets};
pub use dashboard::{Dashboard, ObservedDashboard};
pub use definition::Definition;
pub use deployer::{Deployer, MAX_MANAGED_LENGTH, ManagedPolicy};
pub use derivation::{
    Allowance, Declared, Derivation, Finding, OwnStatement, Place, Subject, derive, known_calls, needs_of_call,
};
pub use diagnosis::{Cause, Diagnosis, LogPolicy, Missing, RolePolicies, RoleUse, diagnose, log_destination};
pub use diff::{DefinitionChange, Edit, StateChange};
pub use environment::{Environment, EnvironmentValue};
pub use error::Error;
pub use executions::Executions;
pub use foreign::{Foreign, foreign};
pub use function::{Architecture, Code, Configuration, Function, FunctionVersion, Health, ObservedFunction};
pub use lock::{Holder, LEASE, Standing};
pub use log_group::{LogGroup, ObservedLogGroup};
pub use machine::{
    Logging, LoggingLevel, Machine, MachineVersion, ObservedMachine, OldExecutions, Revision, Route, type_name,
};
pub use names::Names;
pub use note::AliasNote;
pub use object::Object;
pub use observed::Observed;
pub use orphans::{Orphan, Orphans, Reason, Workspace, orphans};
pub use permissions::{Grant, PermissionChange};
pub use plan::{Kept, Plan, Property, Step, When, plan, teardown};
pub use reference::FunctionReference;
pub use retry::{Failure, Retries, Service, Wait};
pub use role::{ObservedRole, POLICY_NAME, Role};
pub use role_policy::{Owner, RolePolicy};
pub use rollback::{Rollback, RollbackError, rollback};
pub use scope::{Deployed, LIVE, Scope};
pub use settings::{
    Common, Desired, FunctionPermissions, FunctionSettings, LoggedEvents, MachineLogs, MachineSettings, Monitoring,
    Settings,
};
pub use statement::{Conditions, Need, Needs, Permissions, Statement};
pub use summary::{Change, ResourceChange, Summary};
pub use tags::{MAX_TAGS, Tags};
pub use traffic::{Deploys, Pace, PaceError, Traffic, time};
