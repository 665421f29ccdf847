use super::{ASSIGN, EVERY, Fields, IN_AND_OUT, NEXT, ON_ERROR, RESULT, distributed, next, retry};
use crate::parse::expression::{dynamic, reference_path, result_path};
use crate::parse::flow::{self, FLOW};
use crate::parse::template::template;
use crate::validate::fields::Allowed;
use crate::validate::{self, exclusive};
use crate::{Flow, Map, Template};

const MAP: Allowed = Allowed {
    always: &["ItemProcessor", "Iterator", "ItemSelector", "MaxConcurrency"],
    jsonpath: &["ItemsPath", "Parameters", "MaxConcurrencyPath"],
    jsonata: &["Items"],
};

const PROCESSOR: Allowed = Allowed {
    always: &["ProcessorConfig"],
    ..Allowed::NONE
};

/// The largest number of a 32-bit integer; what runs at the same time is bounded by AWS anyway.
const MAX_CONCURRENCY: u64 = i32::MAX as u64;

pub(super) fn map(fields: &Fields<'_>) -> Option<Map> {
    validate::fields::check(
        fields,
        &[EVERY, MAP, distributed::MAP, IN_AND_OUT, RESULT, ASSIGN, NEXT, ON_ERROR],
    );
    exclusive::at_least_one(fields, &["ItemProcessor", "Iterator"], "ItemProcessor");
    exclusive::at_most_one(fields, &["ItemProcessor", "Iterator"]);
    let (processor, distributed) = processor(fields);
    let (item_reader, result_writer) = distributed::check(fields, distributed);
    let items_path = fields.get("ItemsPath").and_then(|value| reference_path(&value));
    let items = items(fields);
    let (item_selector_field, item_selector) = item_selector(fields);
    let max_concurrency = dynamic(fields, "MaxConcurrency", |value| value.integer(&(0..=MAX_CONCURRENCY)));
    let result_selector = template(fields, "ResultSelector");
    let result_path = result_path(fields);
    let on_error = retry::retry_and_catch(fields);
    let next = next(fields);
    Some(Map {
        processor: processor?,
        distributed: distributed == distributed::Mode::Distributed,
        item_reader: item_reader.map(Box::new),
        result_writer: result_writer.map(Box::new),
        items_path,
        items,
        item_selector,
        item_selector_field,
        max_concurrency,
        result_selector,
        result_path,
        on_error,
        next: next?,
    })
}

fn processor(fields: &Fields<'_>) -> (Option<Flow>, distributed::Mode) {
    let value = fields.get("ItemProcessor").or_else(|| fields.get("Iterator"));
    let Some(processor) = value.and_then(|value| value.fields()) else {
        return (None, distributed::Mode::Inline);
    };
    validate::fields::check(&processor, &[FLOW, PROCESSOR]);
    let mode = distributed::mode(&processor);
    (flow::flow(&processor), mode)
}

fn items(fields: &Fields<'_>) -> Option<Template> {
    let items = template(fields, "Items")?;
    let fits = match &items {
        Template::Literal(literal) => literal.as_array().is_some() || literal.as_object().is_some(),
        _ => true,
    };
    if !fits {
        fields
            .get("Items")?
            .refuse::<()>("value must be an array, an object or a JSONata expression");
    }
    Some(items)
}

fn item_selector(fields: &Fields<'_>) -> (&'static str, Option<Template>) {
    exclusive::at_most_one(fields, &["ItemSelector", "Parameters"]);
    match template(fields, "Parameters") {
        Some(parameters) => ("Parameters", Some(parameters)),
        None => ("ItemSelector", template(fields, "ItemSelector")),
    }
}
