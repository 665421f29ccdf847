//! `stepwright deploy`

use std::fmt;

use serde::Serialize;
use stack::{Action, Executions, Machine, Plan, Resource, Scope, Traffic};

use super::{
    Context,
    carry_out::{Job, Question, carry_out, clear_lock, confirm},
    prepare::{Prepared, prepare},
};
use crate::{
    args,
    aws::{self, Outcome, Published},
    error::{Error, Exit},
    interrupt,
};

/// Builds, shows the plan, asks, and applies it.
pub(crate) async fn deploy(context: &Context<'_>, args: args::Deploy) -> Result<Exit, Error> {
    let prepared = prepare(context, args.traffic()).await?;
    let outcome = match prepared.summary.is_empty() {
        true => unchanged(context, &prepared).await?,
        false => apply(context, &prepared, args).await?,
    };
    context.output.print_result(&Deployed::new(&prepared, &outcome))?;
    if let Some(next) = NextStep::new(&prepared) {
        context.output.reporter().event(&next);
    }
    Ok(Exit::Ok)
}

async fn unchanged(context: &Context<'_>, prepared: &Prepared) -> Result<Outcome, Error> {
    context.output.reporter().event(&prepared.summary);
    clear_lock(&prepared.session, &prepared.observed, "deploy").await?;
    Ok(Outcome {
        published: Published {
            functions: prepared.plan.versions.clone(),
            machines: prepared.plan.machine_versions.clone(),
        },
        ..Outcome::default()
    })
}

async fn apply(context: &Context<'_>, prepared: &Prepared, args: args::Deploy) -> Result<Outcome, Error> {
    let Prepared {
        session,
        plan,
        summary,
        artifacts,
        observed,
        ..
    } = prepared;
    interrupt::or_interrupted(validate(context, prepared)).await??;
    if args.traffic() != Traffic::AtOnce {
        check_shift(context, prepared).await?;
    }
    let question = Question {
        text: "deploy this? [y/N]",
        expected: &["y", "Y", "yes"],
    };
    confirm(context, summary, args.yes.into(), question).await?;
    let job = Job {
        command: "deploy",
        scope: &session.scope,
        observed: Some(observed),
        plan,
        artifacts: artifacts.clone(),
    };
    carry_out(context, session, job).await
}

/// Says where no traffic shifts, and looks at the alarms before anything changes.
async fn check_shift(context: &Context<'_>, prepared: &Prepared) -> Result<(), Error> {
    let reporter = context.output.reporter();
    for step in &prepared.plan.steps {
        if let Action::CreateStateMachineAlias { machine, .. } = &step.action {
            let message =
                format!("no version of `{machine}` is live yet: all of its traffic comes to the first at once");
            reporter.warning(&message, None);
        }
    }
    if prepared.plan.alarms.is_empty() {
        let help = "name CloudWatch alarms with `alarms = [\"...\"]` under `[deploy]` in stepwright.toml";
        reporter.warning("no alarm watches the new version", Some(help));
    }
    let checking = aws::check_alarms(&prepared.session.cloud, &prepared.plan.alarms);
    Ok(interrupt::or_interrupted(checking).await??)
}

/// Asks Step Functions about the definitions that are new to it, if the caller may.
async fn validate(context: &Context<'_>, prepared: &Prepared) -> Result<(), Error> {
    for machine in prepared.plan.steps.iter().filter_map(|step| definition(&step.action)) {
        match aws::validate(&prepared.session.cloud, machine).await {
            Ok(problems) if problems.is_empty() => {}
            Ok(problems) => {
                return Err(Error::Definition {
                    machine: machine.logical.clone(),
                    problems,
                });
            }
            Err(error) if error.is_unavailable() => {
                let message = format!("the definition was checked here alone: {error}");
                context.output.reporter().warning(&message, error.help().as_deref());
            }
            Err(error) => return Err(Error::Aws(error)),
        }
    }
    Ok(())
}

fn definition(action: &Action) -> Option<&Machine> {
    match action {
        Action::CreateStateMachine(machine) | Action::UpdateStateMachine(machine) => Some(machine),
        _ => None,
    }
}

/// What is live after a deploy.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Deployed {
    #[serde(flatten)]
    scope: Scope,
    state_machines: Vec<LiveMachine>,
    functions: Vec<LiveFunction>,
    /// How many steps it took.
    applied: usize,
    /// What is left for a later deploy, because executions of older versions are under way.
    waiting: Vec<Resource>,
    /// The executions that it waits for.
    executions: Vec<Executions>,
}

#[derive(Serialize)]
struct LiveMachine {
    name: String,
    #[serde(rename = "type")]
    machine_type: &'static str,
    version: Option<u64>,
    alias: String,
}

#[derive(Serialize)]
struct LiveFunction {
    name: String,
    version: Option<u64>,
}

impl Deployed {
    fn new(prepared: &Prepared, outcome: &Outcome) -> Deployed {
        let scope = &prepared.session.scope;
        let published = &outcome.published;
        let machine = |machine: &Machine| LiveMachine {
            version: published.machines.get(&machine.name).copied(),
            machine_type: stack::type_name(machine.machine_type),
            alias: scope.alias_arn(&machine.name),
            name: machine.name.clone(),
        };
        let function = |function: &stack::Function| LiveFunction {
            version: published.functions.get(&function.name).copied(),
            name: function.name.clone(),
        };
        Deployed {
            scope: scope.clone(),
            state_machines: prepared.desired.machines.iter().map(machine).collect(),
            functions: prepared.desired.functions.iter().map(function).collect(),
            applied: outcome.applied.len(),
            executions: running(prepared, outcome),
            waiting: waiting(&prepared.plan, outcome),
        }
    }
}

/// The executions of other versions than those that are live now.
fn running(prepared: &Prepared, outcome: &Outcome) -> Vec<Executions> {
    let live = &outcome.published.machines;
    let ours = prepared.observed.machines_of(&prepared.session.scope);
    ours.flat_map(|(name, machine)| Executions::of_others(name, machine, live.get(name).copied()))
        .collect()
}

fn waiting(plan: &Plan, outcome: &Outcome) -> Vec<Resource> {
    let postponed = outcome.postponed.iter().filter_map(|place| plan.steps.get(*place));
    let steps = plan.waiting.iter().chain(postponed);
    let mut resources: Vec<Resource> = steps.map(|step| step.action.resource()).collect();
    resources.dedup();
    resources
}

impl fmt::Display for Deployed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scope {
            stack,
            stage,
            account,
            region,
            ..
        } = &self.scope;
        write!(
            formatter,
            "{stack}/{stage} is live in account {account}, region {region}"
        )?;
        let machines = self.state_machines.iter().map(|machine| &machine.name);
        let functions = self.functions.iter().map(|function| &function.name);
        let width = machines.chain(functions).map(String::len).max().unwrap_or(0);
        let version = |number: Option<u64>| number.map_or_else(String::new, |number| format!("version {number}"));
        for LiveFunction { name, version: number } in &self.functions {
            write!(formatter, "\n  function       {name:width$}  {}", version(*number))?;
        }
        for machine in &self.state_machines {
            let LiveMachine {
                name,
                version: number,
                alias,
                ..
            } = machine;
            write!(formatter, "\n  state machine  {name:width$}  {}", version(*number))?;
            write!(formatter, "\n                 {alias}")?;
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        write!(
            formatter,
            "\nleft until executions under way have ended, for a later deploy:"
        )?;
        self.waiting
            .iter()
            .try_for_each(|resource| write!(formatter, "\n  {:<13}  {}", resource.kind, resource.name))?;
        self.executions
            .iter()
            .try_for_each(|executions| write!(formatter, "\n  {executions}"))
    }
}

/// How to start an execution of what was deployed.
#[derive(Serialize)]
struct NextStep {
    next: String,
}

impl NextStep {
    /// Nothing where there is nothing to start.
    fn new(prepared: &Prepared) -> Option<NextStep> {
        let settings = &prepared.session.settings;
        let (logical, machine) = settings.machines.first_key_value()?;
        let mut next = "stepwright start".to_owned();
        if settings.machines.len() > 1 {
            next += &format!(" {logical}");
        }
        if settings.stage != args::DEFAULT_STAGE {
            next += &format!(" --stage {}", settings.stage);
        }
        if machine.input.is_none() {
            next += " --input '{}'";
        }
        next += " --wait";
        Some(NextStep { next })
    }
}

impl fmt::Display for NextStep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "next: `{}` starts an execution", self.next)
    }
}
