//! What the executions of a state machine need, by its definition: each call of a state is looked up in the data files of
//! `templates/iam/`, and the resources are those that its parameters name. What is known only at run time needs a
//! declaration; nothing is allowed on `*` for want of a name.

mod catalog;
#[cfg(test)]
mod coverage;
mod declared;
mod jsonata;
mod of_call;
mod problem;
mod reader;
mod target;
mod value;

use std::collections::BTreeSet;

use asl::{DataCall, Diagnostic, Json, Resource, State, StateKind, StateMachine, Task, Template};

use crate::Scope;
use crate::calls::visit;
use crate::statement::{Conditions, Need, Needs, Permissions, Statement};
use catalog::{Catalog, Entry, PatternName};
use problem::{Missing, Problem};
use target::{Filled, Target};
use value::{Constants, Value};

pub use declared::{Allowance, Declared, Finding, OwnStatement, Subject};
pub(crate) use declared::{SID_PREFIX, statements};
pub use of_call::needs_of_call;

/// Where a state machine is, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Where its stack is.
    pub scope: &'a Scope,
    /// Its name in the workspace, for messages.
    pub logical: &'a str,
    /// Its deployed name.
    pub machine: &'a str,
    /// The logical names of the stack's functions.
    pub functions: &'a [&'a str],
}

/// What is known of the needs of a state machine.
#[derive(Clone, Debug, Default)]
pub struct Derivation {
    /// What its states need.
    pub needs: Needs,
    /// What the workspace allows it besides.
    pub own: Vec<Statement>,
    /// The states whose needs are not known: a role that is incomplete fails when an execution comes there.
    pub problems: Vec<Diagnostic>,
    /// The names of those states.
    pub incomplete: BTreeSet<String>,
    /// What is wrong with what the workspace declares.
    pub findings: Vec<Finding>,
}

impl Derivation {
    /// What the role is allowed.
    #[must_use]
    pub fn permissions(&self) -> Permissions {
        Permissions {
            needs: self.needs.clone(),
            own: self.own.clone(),
        }
    }
}

/// Derives what the executions of `machine` need from its definition and from what is `declared` beside it.
#[must_use]
pub fn derive(machine: &StateMachine, place: Place<'_>, declared: &Declared) -> Derivation {
    let constants = Constants::new(machine, place.scope.machine_arn(place.machine));
    let mut deriving = Deriving::new(place, constants, declared);
    let mut states = BTreeSet::new();
    visit(&machine.flow, &mut |state| {
        states.insert(state.name.to_string());
        deriving.state(state);
    });
    Derivation {
        findings: declared.findings(&states, &deriving.used),
        own: declared.statements(),
        needs: deriving.needs,
        problems: deriving.problems,
        incomplete: deriving.incomplete,
    }
}

/// The integrations that need permissions, as `dynamodb:putItem`.
#[must_use]
pub fn known_calls() -> BTreeSet<String> {
    let grants = Catalog::get().files().iter().flat_map(|file| &file.grants);
    grants.flat_map(|grant| grant.calls.iter().cloned()).collect()
}

/// Whether some call needs the action.
pub(crate) fn is_derivable(action: &str) -> bool {
    Catalog::get().actions().any(|known| known == action)
}

/// A derivation under way.
struct Deriving<'a> {
    place: Place<'a>,
    catalog: &'static Catalog,
    constants: Constants,
    declared: &'a Declared,
    /// What of the declarations something needs.
    used: BTreeSet<Subject>,
    needs: Needs,
    problems: Vec<Diagnostic>,
    incomplete: BTreeSet<String>,
}

/// A call of a state.
struct Call<'a> {
    state: &'a State,
    /// As data files name it.
    name: String,
    pattern: PatternName,
    parameters: Option<&'a Template>,
}

impl Call<'_> {
    /// Whether nothing of its parameters is known before it runs.
    fn is_dynamic(&self) -> bool {
        matches!(self.parameters, None | Some(Template::Expression(_)))
    }

    /// As the definition has it.
    fn shown(&self) -> String {
        format!("{}{}", self.name, self.pattern.suffix())
    }
}

impl<'a> Deriving<'a> {
    fn new(place: Place<'a>, constants: Constants, declared: &'a Declared) -> Deriving<'a> {
        Deriving {
            place,
            catalog: Catalog::get(),
            constants,
            declared,
            used: BTreeSet::new(),
            needs: Needs::default(),
            problems: Vec::new(),
            incomplete: BTreeSet::new(),
        }
    }

    fn state(&mut self, state: &State) {
        match &state.kind {
            StateKind::Task(task) => self.task(state, task),
            StateKind::Map(map) if map.distributed => {
                let nothing = Template::Literal(Json::default());
                self.internal(state, "Map:distributed", Some(&nothing));
                self.data_call(state, "ItemReader", map.item_reader.as_deref());
                self.data_call(state, "ResultWriter", map.result_writer.as_deref());
            }
            _ => {}
        }
    }

    fn task(&mut self, state: &State, task: &Task) {
        if let Some(credentials) = &task.credentials {
            // The call is made with the role that is assumed, which is not the stack's to look after.
            self.internal(state, "Task:credentials", Some(credentials));
            return;
        }
        self.resource(state, &task.resource, task.arguments.as_ref());
    }

    fn resource(&mut self, state: &State, resource: &Resource, arguments: Option<&Template>) {
        match resource {
            Resource::Lambda { arn } => {
                let parameters = Json::object([("FunctionName", Json::from(std::sync::Arc::clone(arn)))]);
                self.internal(state, "lambda:invoke", Some(&Template::Literal(parameters)));
            }
            // Whoever works on an activity needs permissions, the state machine none.
            Resource::Activity { .. } => {}
            Resource::Integration(integration) => {
                let sdk = if integration.sdk { "aws-sdk:" } else { "" };
                self.call(&Call {
                    state,
                    name: format!("{sdk}{}:{}", integration.service, integration.api),
                    pattern: integration.pattern.into(),
                    parameters: arguments,
                });
            }
        }
    }

    fn data_call(&mut self, state: &State, field: &str, call: Option<&DataCall>) {
        let Some(call) = call else { return };
        let name = match Resource::parse(&call.resource) {
            Some(Resource::Integration(integration)) => format!("{field}:{}:{}", integration.service, integration.api),
            _ => format!("{field}:{}", call.resource),
        };
        self.internal(state, &name, call.arguments.as_ref());
        if call.loads_objects {
            self.internal(state, "ItemReader:load-and-flatten", call.arguments.as_ref());
        }
        if call.is_manifest {
            self.internal(state, "ItemReader:manifest", call.arguments.as_ref());
        }
    }

    fn internal(&mut self, state: &State, name: &str, parameters: Option<&Template>) {
        self.call(&Call {
            state,
            name: name.to_owned(),
            pattern: PatternName::RequestResponse,
            parameters,
        });
    }

    fn call(&mut self, call: &Call<'_>) {
        let entries = self.catalog.of(&call.name);
        let problem = match entries.as_slice() {
            [] => (!self.declares(call)).then_some(Problem::NoFile),
            _ => {
                let mut missing = Missing::default();
                for entry in &entries {
                    self.grant(call, *entry, &mut missing);
                }
                (!missing.is_empty()).then_some(Problem::Unknown(missing))
            }
        };
        if let Some(problem) = problem {
            self.incomplete.insert(call.state.name.to_string());
            self.problems.push(problem.tell(call.state, &call.shown(), self.place));
        }
    }

    /// Whether a statement of the workspace's own is for this state.
    fn declares(&mut self, call: &Call<'_>) -> bool {
        let found = self.declared.own_for(&call.state.name);
        self.used.extend(found.iter().copied());
        !found.is_empty()
    }

    fn grant(&mut self, call: &Call<'_>, entry: Entry<'_>, missing: &mut Missing) {
        let grant = entry.grant;
        let is_of_pattern = grant.patterns.is_empty() || grant.patterns.contains(&call.pattern);
        let is_excluded = grant
            .unless
            .as_ref()
            .is_some_and(|path| !call.is_dynamic() && self.has(call, path));
        let is_met = grant.when.as_ref().is_none_or(|condition| self.has(call, condition));
        if grant.nothing || !is_of_pattern || is_excluded || !is_met {
            return;
        }
        // What may be is granted only as far as it is declared.
        let may_be = grant.when.is_some() && call.is_dynamic();
        let mut actions = entry.actions(&call.name);
        actions.retain(|action| match self.declared.without(call, action) {
            Some(subject) => {
                self.used.insert(subject);
                false
            }
            None => true,
        });
        if actions.is_empty() {
            return;
        }
        let mut found = Missing::default();
        let conditions = self.conditions(call, entry, &actions, &mut found);
        if !found.is_empty() {
            // Without its conditions it would allow more than anybody said.
            if !may_be {
                missing.add(found, &actions);
            }
            return;
        }
        let mut resources = BTreeSet::new();
        for names in &grant.resources {
            match names.as_str() {
                "*" if may_be => {}
                "*" => drop(resources.insert("*".to_owned())),
                names => resources.extend(self.resources(call, &entry.targets(names), &actions, &mut found)),
            }
        }
        if !may_be {
            missing.add(found, &actions);
        }
        for resource in resources {
            for action in &actions {
                let need = Need {
                    action: action.clone(),
                    resource: resource.clone(),
                    conditions: conditions.clone(),
                };
                self.needs
                    .add(need, &call.state.name, &grant.sid, grant.because.as_deref());
            }
        }
    }

    /// Whether the call has a parameter, or may have; of `name=value`, with this value.
    fn has(&self, call: &Call<'_>, condition: &str) -> bool {
        let (path, wanted) = match condition.split_once('=') {
            Some((path, wanted)) => (path, Some(wanted)),
            None => (condition, None),
        };
        self.values(call, path).iter().any(|value| match (value, wanted) {
            (Value::Absent, _) => false,
            (Value::Text(text), Some(wanted)) => text == wanted,
            _ => true,
        })
    }

    fn values(&self, call: &Call<'_>, path: &str) -> Vec<Value> {
        self.constants.values(call.parameters, path)
    }

    /// What the call is about: the first of the ways to say it that it uses, or any where that is not known.
    fn resources(
        &mut self,
        call: &Call<'_>,
        ways: &[&[Target]],
        actions: &[String],
        missing: &mut Missing,
    ) -> BTreeSet<String> {
        let named = ways.iter().find(|targets| {
            let mut targets = targets.iter();
            targets.any(|target| target.is_named(|path| self.values(call, path)))
        });
        let ways: Vec<&[Target]> = match named {
            Some(named) if !call.is_dynamic() => vec![*named],
            _ => ways.to_vec(),
        };
        let mut resources = BTreeSet::new();
        let mut unknown = Vec::new();
        for target in ways.iter().copied().flatten() {
            let Filled {
                resources: known,
                unknown: not_known,
            } = target.fill(&self.place, |path| self.values(call, path));
            resources.extend(known);
            unknown.extend(not_known);
        }
        if !unknown.is_empty() {
            let targets: Vec<&Target> = ways.iter().copied().flatten().collect();
            let declared = self.declared.resources(call, &targets, actions);
            if declared.is_empty() {
                let example = ways.first().and_then(|targets| targets.first());
                let example = example.map(|target| target.example(&self.place, |path| self.values(call, path)));
                missing.push(unknown, example);
            }
            for (subject, resource) in declared {
                self.used.insert(subject);
                resources.insert(resource);
            }
        }
        resources
    }

    fn conditions(
        &mut self,
        call: &Call<'_>,
        entry: Entry<'_>,
        actions: &[String],
        missing: &mut Missing,
    ) -> Conditions {
        let mut conditions = Conditions::new();
        for (operator, keys) in &entry.grant.conditions {
            for (key, values) in keys {
                let mut found = BTreeSet::new();
                for value in values.items() {
                    let own = Target::try_from(value.clone()).into_iter().collect::<Vec<_>>();
                    let targets = match value.strip_prefix('@') {
                        Some(name) => entry.targets(name),
                        None => vec![own.as_slice()],
                    };
                    found.extend(self.resources(call, &targets, actions, missing));
                }
                if !found.is_empty() {
                    conditions
                        .entry(operator.clone())
                        .or_default()
                        .insert(key.clone(), found);
                }
            }
        }
        conditions
    }
}

#[cfg(test)]
mod tests;
