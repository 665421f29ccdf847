use std::cell::OnceCell;
use std::sync::Arc;

use asl::{Dynamic, Json, Map, Path, QueryLanguage, Template};

use crate::branch::{BranchKey, Children, MapItem, Parent, Phase};
use crate::data;
use crate::execution::{Seen, Step, all_succeeded, end_children, with_scope};
use crate::failure::StateError;
use crate::history::{EventDetails, IterationLabel};
use crate::program::Node;
use crate::query::{self, Expected, Location, Scope};
use crate::{Execution, Program};

/// The most iterations an inline Map runs at once.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html>
const INLINE_CONCURRENCY: usize = 40;

pub(super) fn work(
    execution: &mut Execution,
    key: BranchKey,
    node: &Node,
    map: &Map,
    input: &Json,
) -> Result<Step, StateError> {
    let (items, concurrency) = with_scope(execution, key, node, Seen::input(input), |scope| {
        Ok((items(map, node.state.query_language, scope)?, concurrency(map, scope)?))
    })?;
    let length = items.len();
    let started = execution.record(key, EventDetails::MapStateStarted { length });
    let children = Children {
        outputs: vec![Json::Null; length],
        items,
        selector_input: input.clone(),
        ..Children::default()
    };
    execution.set_phase(key, Phase::Children(children));
    if length == 0 {
        all_succeeded(execution, key, started);
    }
    for _ in 0..concurrency.min(length) {
        if let Err(error) = start_next(execution, key, started) {
            end_children(execution, key, started, None);
            return Err(error);
        }
    }
    Ok(Step::Blocked)
}

/// Starts the next iteration, if an item is left, after the event `previous`.
pub(crate) fn start_next(execution: &mut Execution, key: BranchKey, previous: u64) -> Result<(), StateError> {
    let program: Arc<Program> = Arc::clone(&execution.program);
    let Some(node) = execution.branch(key).map(|branch| program.node(branch.visit.state)) else {
        return Ok(());
    };
    let (asl::StateKind::Map(map), Some(first)) = (&node.state.kind, node.targets.flows.first().copied()) else {
        return Ok(());
    };
    let Some(item) = execution.children_mut(key).and_then(next_item) else {
        return Ok(());
    };
    let input = select(execution, key, node, map, &item)?;
    let index = item.index;
    let label = IterationLabel {
        name: node.state.name.clone(),
        index,
    };
    let started = execution.record_after(previous, EventDetails::MapIterationStarted(label));
    let parent = Some(Parent { key, index });
    let branch = execution.add_branch(parent, started, first, input, Some(Arc::new(item)));
    if let Some(children) = execution.children_mut(key) {
        children.running.insert(index, branch);
    }
    Ok(())
}

fn next_item(children: &mut Children) -> Option<MapItem> {
    let index = children.next_item;
    let value = std::mem::take(children.items.get_mut(index)?);
    children.next_item += 1;
    Some(MapItem { index, value })
}

fn select(execution: &Execution, key: BranchKey, node: &Node, map: &Map, item: &MapItem) -> Result<Json, StateError> {
    let Some(selector) = &map.item_selector else {
        return Ok(item.value.clone());
    };
    let (Some(branch), Some(mut context)) = (execution.branch(key), execution.context(key, node)) else {
        return Ok(Json::Null);
    };
    let input = match &branch.phase {
        Phase::Children(children) => children.selector_input.clone(),
        _ => Json::Null,
    };
    context.item = Some(item);
    let scope = Scope {
        data: &input,
        context: &context,
        variables: &branch.variables,
        result: None,
        error_output: None,
        input: &branch.visit.input,
        chance: &execution.chance,
        now: execution.now,
        program: &execution.program,
        environment: OnceCell::new(),
    };
    query::fill(selector, &scope, &Location::Field(map.item_selector_field))
}

fn items(map: &Map, language: QueryLanguage, scope: &Scope<'_>) -> Result<Vec<Json>, StateError> {
    if language == QueryLanguage::Jsonata {
        return jsonata_items(map, scope);
    }
    let (value, path) = match &map.items_path {
        Some(path) => (items_at(path, scope)?, data::reference_text(path)),
        None => (scope.data.clone(), "$"),
    };
    match value.as_array() {
        Some(items) => Ok(items.to_vec()),
        None => Err(StateError::runtime(format!(
            "Reference path \"{path}\" must point to array."
        ))),
    }
}

fn items_at(path: &Path, scope: &Scope<'_>) -> Result<Json, StateError> {
    query::value_at(path, scope).map_err(|error| {
        let conflict = query::root(path, scope).and_then(|root| {
            let step = query::jsonpath::missing_step(&path.segments, root)?;
            Some(data::reference_path_conflict(path, step, root))
        });
        conflict.unwrap_or_else(|| data::invalid_path(path, &error))
    })
}

fn jsonata_items(map: &Map, scope: &Scope<'_>) -> Result<Vec<Json>, StateError> {
    let location = Location::Field("Items");
    let value = match &map.items {
        Some(Template::Expression(expression)) => query::evaluate_as(expression, scope, &location, Expected::Array)?,
        Some(template) => query::fill(template, scope, &location)?,
        None => scope.data.clone(),
    };
    match value.as_array() {
        Some(items) => Ok(items.to_vec()),
        None => {
            let message = format!("Map state input must be an array but was: {value}");
            Err(StateError::query_evaluation(message, None))
        }
    }
}

fn concurrency(map: &Map, scope: &Scope<'_>) -> Result<usize, StateError> {
    let Some(field) = &map.max_concurrency else {
        return Ok(INLINE_CONCURRENCY);
    };
    let value = data::dynamic(field, scope, "MaxConcurrency", Expected::Integer, |limit| {
        Json::from(*limit)
    })?;
    let number = match &value {
        Json::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    match number.and_then(|number| usize::try_from(number).ok()) {
        Some(0) => Ok(INLINE_CONCURRENCY),
        Some(limit) => Ok(limit.min(INLINE_CONCURRENCY)),
        None if data::is_jsonata(field) => Err(data::out_of_range("MaxConcurrency", &value)),
        None => Err(invalid_concurrency(field, &value)),
    }
}

fn invalid_concurrency(field: &Dynamic<u64>, value: &Json) -> StateError {
    let path = data::path_text(field);
    let shown = data::plain_text(value);
    StateError::runtime(format!(
        "The MaxConcurrencyPath field refers to value \"{shown}\" which is not a valid integer: {path}"
    ))
}
