use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::action::{Effect, Kind, Resource};
use crate::{DefinitionChange, Executions, Kept, PermissionChange, Plan, Property, Scope, Step};

/// The version of a summary's fields.
const FORMAT_VERSION: u32 = 1;

/// A plan as people and programs read it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The version of what programs read: it changes when a field goes or means something else.
    pub format_version: u32,
    /// Where it applies.
    #[serde(flatten)]
    pub scope: Scope,
    /// What happens to each resource, in the order of the first step.
    pub changes: Vec<ResourceChange>,
    /// What stays until executions under way have ended.
    pub waiting: Vec<ResourceChange>,
    /// What stays because versions that `rollback` can go back to need it.
    pub kept: Vec<Kept>,
    /// Executions under way.
    pub executions: Vec<Executions>,
    /// The versions of state machines that are published already and will be live, by deployed name.
    #[serde(skip)]
    pub(crate) live: BTreeMap<String, u64>,
}

/// What happens to a resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResourceChange {
    /// The resource.
    #[serde(flatten)]
    pub resource: Resource,
    /// What becomes of it.
    pub change: Change,
    /// Its properties that change.
    pub properties: Vec<Property>,
    /// Whether it repairs drift: what was changed or deleted since the last deploy, and not by one.
    pub drift: bool,
    /// What changes in a state machine's definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<DefinitionChange>,
    /// What a role gains and loses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<PermissionChange>,
    /// The API actions that do it, in order.
    pub actions: Vec<&'static str>,
}

/// What becomes of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted and made again.
    Replace,
    /// It is deleted.
    Delete,
}

impl Summary {
    /// The summary of `plan`.
    #[must_use]
    pub fn new(scope: &Scope, plan: &Plan) -> Summary {
        Summary {
            format_version: FORMAT_VERSION,
            scope: scope.clone(),
            changes: by_resource(&plan.steps),
            waiting: by_resource(&plan.waiting),
            kept: plan.kept.clone(),
            executions: Vec::new(),
            live: BTreeMap::new(),
        }
    }

    /// Whether there is nothing to do now.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether these executions go on with another version than new ones get.
    fn stays(&self, executions: &Executions) -> bool {
        let name = &executions.state_machine;
        let ends = |found: &ResourceChange| {
            let is_it = found.resource.kind == Kind::StateMachine && found.resource.name == *name;
            is_it && matches!(found.change, Change::Replace | Change::Delete)
        };
        let version = self.live.get(name);
        let differs = version.is_none() || version != executions.version.as_ref();
        differs && !self.changes.iter().any(ends)
    }

    fn count(&self, change: Change) -> usize {
        self.changes.iter().filter(|resource| resource.change == change).count()
    }
}

fn by_resource(steps: &[Step]) -> Vec<ResourceChange> {
    let mut changes: Vec<ResourceChange> = Vec::new();
    for step in steps {
        let resource = step.action.resource();
        let change = match step.action.effect() {
            Effect::Creates => Change::Create,
            Effect::Changes => Change::Update,
            Effect::Deletes => Change::Delete,
        };
        if let Some(found) = changes.iter_mut().find(|found| found.resource == resource) {
            found.change = found.change.then(change);
            found.properties.extend(step.changes.iter().cloned());
            found.actions.push(step.action.name());
        } else {
            changes.push(ResourceChange {
                resource,
                change,
                properties: step.changes.clone(),
                drift: false,
                definition: None,
                permissions: None,
                actions: vec![step.action.name()],
            });
        }
    }
    changes
}

impl Change {
    fn then(self, next: Change) -> Change {
        match (self, next) {
            (Change::Delete, Change::Create) => Change::Replace,
            (Change::Update, Change::Delete) => Change::Delete,
            (first, _) => first,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Change::Create => "+",
            Change::Update => "~",
            Change::Replace => "±",
            Change::Delete => "-",
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Change::Create => "create",
            Change::Update => "update",
            Change::Replace => "replace",
            Change::Delete => "delete",
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.changes {
            writeln!(formatter, "{change}")?;
        }
        if !self.changes.is_empty() {
            writeln!(formatter)?;
        }
        for executions in self.executions.iter().filter(|executions| self.stays(executions)) {
            writeln!(formatter, "{executions}")?;
        }
        for waiting in &self.waiting {
            write!(
                formatter,
                "waits for executions under way: {} {}",
                waiting.change.verb(),
                waiting.resource
            )?;
            write!(formatter, "{}", Details(waiting))?;
            writeln!(formatter)?;
        }
        if self.changes.iter().any(|change| change.drift) {
            writeln!(
                formatter,
                "drift: changed since the last deploy, and not by one; a deploy puts it back"
            )?;
        } else if self.waiting.iter().any(|change| change.drift) {
            writeln!(
                formatter,
                "drift: changed since the last deploy, and not by one; a deploy puts it back once executions have ended"
            )?;
        }
        for kept in &self.kept {
            writeln!(formatter, "kept for `rollback`: {kept}")?;
        }
        if self.is_empty() {
            return write!(formatter, "nothing to do");
        }
        let verbs = [Change::Create, Change::Update, Change::Replace, Change::Delete];
        let counts = verbs.map(|verb| (self.count(verb), verb));
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(count, verb)| format!("{count} to {}", verb.verb()))
            .collect();
        write!(formatter, "{}", counts.join(", "))
    }
}

impl fmt::Display for ResourceChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Resource { kind, name } = &self.resource;
        write!(
            formatter,
            "{} {:<7} {kind:<13} {name}",
            self.change.sign(),
            self.change.verb()
        )?;
        if self.change == Change::Create && self.drift {
            write!(formatter, "  (drift: it was deleted)")?;
        }
        if self.change == Change::Create && *kind == Kind::Object {
            write!(formatter, "  (until Lambda has it)")?;
        }
        if self.change == Change::Update && self.properties.is_empty() && self.definition.is_none() {
            write!(formatter, "\n    {}", self.actions.join(", "))?;
        }
        write!(formatter, "{}", Details(self))
    }
}

/// What changes of a resource, a line for each thing below the one that names it.
struct Details<'a>(&'a ResourceChange);

impl fmt::Display for Details<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for property in &self.0.properties {
            write!(formatter, "\n    {property}")?;
            if property.drift {
                write!(formatter, "  (drift)")?;
            }
        }
        let definition = self.0.definition.iter().map(ToString::to_string);
        let permissions = self.0.permissions.iter().map(ToString::to_string);
        let details = definition.chain(permissions).collect::<Vec<_>>().join("\n");
        details.lines().try_for_each(|line| write!(formatter, "\n      {line}"))
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kept {
            function,
            state_machine,
            versions,
        } = self;
        let numbers: Vec<String> = versions.iter().map(u64::to_string).collect();
        let word = if versions.len() == 1 { "version" } else { "versions" };
        write!(
            formatter,
            "function `{function}`, called by {word} {} of `{state_machine}`",
            numbers.join(", ")
        )
    }
}

impl fmt::Display for Property {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &Option<String>| {
            text.as_ref()
                .map(|text| if text.is_empty() { "\"\"" } else { text }.to_owned())
        };
        match (shown(&self.before), shown(&self.after)) {
            (Some(before), Some(after)) => write!(formatter, "{}: {before} -> {after}", self.name),
            (Some(before), None) => write!(formatter, "{}: {before} -> none", self.name),
            (None, Some(after)) => write!(formatter, "{}: none -> {after}", self.name),
            (None, None) => formatter.write_str(&self.name),
        }
    }
}
