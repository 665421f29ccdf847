use std::collections::BTreeMap;
use std::sync::Arc;

use asl::{Json, Next, QueryLanguage, RetryAndCatch, State, StateKind, StateMachine, Task, Wait, WaitFor};

use super::entries::{Entries, Entry, names, text};
use super::values::{Values, condition};
use crate::Property;

/// A field that holds one value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Json,
}

/// All fields of a state.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fields {
    single: Vec<Field>,
    lists: Vec<Entries>,
}

/// What states of a definition are called in the other one.
#[derive(Clone, Copy)]
pub(super) struct Naming<'a> {
    renamed: Option<&'a BTreeMap<Arc<str>, Arc<str>>>,
    arn_prefix: &'a str,
}

impl<'a> Naming<'a> {
    pub(super) fn new(renamed: &'a BTreeMap<Arc<str>, Arc<str>>, arn_prefix: &'a str) -> Naming<'a> {
        Naming {
            renamed: Some(renamed),
            arn_prefix,
        }
    }

    /// Every state keeps its name.
    pub(super) fn none(arn_prefix: &'a str) -> Naming<'a> {
        Naming {
            renamed: None,
            arn_prefix,
        }
    }

    pub(super) fn name<'n>(&self, name: &'n str) -> &'n str
    where
        'a: 'n,
    {
        let renamed = self.renamed.and_then(|renamed| renamed.get(name));
        renamed.map_or(name, |renamed| &**renamed)
    }

    pub(super) fn arn_prefix(&self) -> &'a str {
        self.arn_prefix
    }

    fn target(&self, name: &str) -> Json {
        text(self.name(name))
    }

    /// A function of the stack's account and region by its name alone.
    pub(super) fn short(&self, value: &str) -> String {
        value.replace(self.arn_prefix, "")
    }
}

impl Fields {
    /// What changes from these to `new`.
    pub(super) fn differences(&self, new: &Fields) -> Vec<Property> {
        let mut all = differences(&self.single, &new.single);
        let nothing = |list: &Entries| Entries {
            entries: Vec::new(),
            ..list.clone()
        };
        for list in &new.lists {
            let old = self.lists.iter().find(|old| old.name == list.name);
            all.extend(old.unwrap_or(&nothing(list)).differences(list));
        }
        let is_gone = |list: &&Entries| !new.lists.iter().any(|new| new.name == list.name);
        for list in self.lists.iter().filter(is_gone) {
            all.extend(list.differences(&nothing(list)));
        }
        all
    }
}

/// What changes between values of the same names.
pub(super) fn differences(old: &[Field], new: &[Field]) -> Vec<Property> {
    let in_old = |name: &str| old.iter().find(|field| field.name == name);
    let changed = new.iter().filter_map(|field| {
        let before = in_old(&field.name);
        let differs = before.is_none_or(|before| before.value != field.value);
        let before = before.map(|before| shown(&before.value));
        differs.then(|| Property::optional(&field.name, before.as_ref(), Some(&shown(&field.value))))
    });
    let gone = old.iter().filter(|field| !new.iter().any(|new| new.name == field.name));
    let gone = gone.map(|field| Property::optional(&field.name, Some(&shown(&field.value)), None));
    changed.chain(gone).collect()
}

/// A value as people read it.
pub(super) fn shown(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The fields of the state machine itself.
pub(super) fn of_machine(machine: &StateMachine, naming: &Naming<'_>) -> Vec<Field> {
    let mut fields = Values::new(*naming);
    fields.add("StartAt", naming.target(&machine.flow.start_at));
    fields.add_if("Comment", machine.comment.clone().map(Json::from));
    fields.add_if("TimeoutSeconds", machine.timeout_seconds.map(Json::from));
    fields.add("QueryLanguage", text(language(machine.query_language)));
    fields.into_fields()
}

/// The fields of a state as they are compared with another's: where one leads to itself, so must the other.
pub(super) fn of_state_anywhere(state: &State, naming: &Naming<'_>) -> Fields {
    let own = text(naming.name(&state.name));
    let mut fields = of_state(state, naming);
    let lists = fields.lists.iter_mut().flat_map(|list| &mut list.entries);
    let inside = lists.flat_map(|entry| &mut entry.fields);
    for field in fields.single.iter_mut().chain(inside) {
        if matches!(&*field.name, "Next" | "Default") && field.value == own {
            field.value = Json::Null;
        }
    }
    fields
}

/// The fields of a state.
pub(super) fn of_state(state: &State, naming: &Naming<'_>) -> Fields {
    let mut single = Values::new(*naming);
    let mut lists = Vec::new();
    single.add("Type", text(state.kind.type_name()));
    single.add_if("Comment", state.comment.clone().map(Json::from));
    single.add("QueryLanguage", text(language(state.query_language)));
    of_kind(state, naming, &mut single, &mut lists);
    if state.query_language == QueryLanguage::JsonPath {
        single.add_path("InputPath", state.input_path.as_ref());
        single.add_path("OutputPath", state.output_path.as_ref());
    }
    single.add_template("Output", state.output.as_ref());
    single.add_assign(&state.assign);
    Fields {
        single: single.into_fields(),
        lists,
    }
}

fn language(language: QueryLanguage) -> &'static str {
    match language {
        QueryLanguage::JsonPath => "JSONPath",
        QueryLanguage::Jsonata => "JSONata",
    }
}

fn of_kind(state: &State, naming: &Naming<'_>, single: &mut Values<'_>, lists: &mut Vec<Entries>) {
    let is_path = state.query_language == QueryLanguage::JsonPath;
    let arguments = state.arguments_field();
    match &state.kind {
        StateKind::Task(task) => {
            of_task(task, arguments, is_path, single);
            on_error(&task.on_error, naming, lists);
            next(&task.next, naming, single);
        }
        StateKind::Pass(pass) => {
            single.add_if("Result", pass.result.clone());
            single.add_template("Parameters", pass.parameters.as_ref());
            if is_path {
                single.add_path("ResultPath", pass.result_path.as_ref());
            }
            next(&pass.next, naming, single);
        }
        StateKind::Choice(choice) => {
            single.add_if("Default", choice.default.as_ref().map(|name| naming.target(name)));
            lists.push(rules(choice, naming));
        }
        StateKind::Wait(wait) => of_wait(wait, naming, single),
        StateKind::Succeed(_) => {}
        StateKind::Fail(fail) => {
            single.add_dynamic("Error", fail.error.as_ref());
            single.add_dynamic("Cause", fail.cause.as_ref());
        }
        StateKind::Parallel(parallel) => {
            single.add_template(arguments, parallel.arguments.as_ref());
            result(
                parallel.result_selector.as_ref(),
                parallel.result_path.as_ref(),
                is_path,
                single,
            );
            for (place, branch) in parallel.branches.iter().enumerate() {
                single.add(&format!("Branches[{place}].StartAt"), naming.target(&branch.start_at));
            }
            on_error(&parallel.on_error, naming, lists);
            next(&parallel.next, naming, single);
        }
        StateKind::Map(map) => {
            single.add("ItemProcessor.StartAt", naming.target(&map.processor.start_at));
            let mode = if map.distributed { "DISTRIBUTED" } else { "INLINE" };
            single.add("ItemProcessor.ProcessorConfig.Mode", text(mode));
            single.add_if("ItemsPath", map.items_path.as_ref().map(|path| text(&*path.text)));
            single.add_template("Items", map.items.as_ref());
            single.add_template("ItemSelector", map.item_selector.as_ref());
            single.add_dynamic("MaxConcurrency", map.max_concurrency.as_ref());
            result(map.result_selector.as_ref(), map.result_path.as_ref(), is_path, single);
            on_error(&map.on_error, naming, lists);
            next(&map.next, naming, single);
        }
    }
}

fn of_task(task: &Task, arguments: &str, is_path: bool, single: &mut Values<'_>) {
    single.add("Resource", text(&**task.resource.arn()));
    single.add_template(arguments, task.arguments.as_ref());
    result(
        task.result_selector.as_ref(),
        task.result_path.as_ref(),
        is_path,
        single,
    );
    single.add_dynamic("TimeoutSeconds", task.timeout_seconds.as_ref());
    single.add_dynamic("HeartbeatSeconds", task.heartbeat_seconds.as_ref());
    single.add_template("Credentials", task.credentials.as_ref());
}

fn of_wait(wait: &Wait, naming: &Naming<'_>, single: &mut Values<'_>) {
    match &wait.wait_for {
        WaitFor::Seconds(seconds) => single.add_dynamic("Seconds", Some(seconds)),
        WaitFor::Timestamp(timestamp) => single.add_dynamic("Timestamp", Some(timestamp)),
    }
    next(&wait.next, naming, single);
}

fn result(selector: Option<&asl::Template>, path: Option<&asl::Path>, is_path: bool, single: &mut Values<'_>) {
    single.add_template("ResultSelector", selector);
    if is_path {
        single.add_path("ResultPath", path);
    }
}

fn next(next: &Next, naming: &Naming<'_>, single: &mut Values<'_>) {
    let target = match next {
        Next::State(name) => naming.target(name),
        Next::End => text("(end)"),
    };
    single.add("Next", target);
}

fn on_error(on_error: &RetryAndCatch, naming: &Naming<'_>, lists: &mut Vec<Entries>) {
    let retriers = on_error.retriers.iter().map(|retrier| {
        let mut fields = Values::new(*naming);
        fields.add("MaxAttempts", Json::from(retrier.max_attempts));
        fields.add("IntervalSeconds", Json::from(retrier.interval_seconds));
        fields.add("BackoffRate", super::values::number(retrier.backoff_rate));
        fields.add_if("MaxDelaySeconds", retrier.max_delay_seconds.map(Json::from));
        let full = (retrier.jitter == asl::Jitter::Full).then(|| text("FULL"));
        fields.add_if("JitterStrategy", full);
        Entry {
            key: names(&retrier.error_equals),
            fields: fields.into_fields(),
        }
    });
    let catchers = on_error.catchers.iter().map(|catcher| {
        let mut fields = Values::new(*naming);
        fields.add("Next", naming.target(&catcher.next));
        if catcher.result_path != Some(asl::Path::root()) {
            fields.add_path("ResultPath", catcher.result_path.as_ref());
        }
        fields.add_template("Output", catcher.output.as_ref());
        fields.add_assign(&catcher.assign);
        Entry {
            key: names(&catcher.error_equals),
            fields: fields.into_fields(),
        }
    });
    let list = |name, entries| Entries {
        name,
        key: "ErrorEquals",
        entries,
    };
    lists.push(list("Retry", retriers.collect()));
    lists.push(list("Catch", catchers.collect()));
}

fn rules(choice: &asl::Choice, naming: &Naming<'_>) -> Entries {
    let rules = choice.rules.iter().map(|rule| {
        let mut fields = Values::new(*naming);
        fields.add("Next", naming.target(&rule.next));
        fields.add_template("Output", rule.output.as_ref());
        fields.add_assign(&rule.assign);
        Entry {
            key: condition(&rule.test),
            fields: fields.into_fields(),
        }
    });
    Entries {
        name: "Choice",
        key: "condition",
        entries: rules.collect(),
    }
}
