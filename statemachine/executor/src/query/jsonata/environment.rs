use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use asl::Json;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorOptions};
use jsonata_core::value::{JMap, JValue};

use super::compile::Compiled;
use super::convert::to_value;
use super::functions::{self, Shared};
use super::limits;
use super::path::{Found, PlainPath, follow};
use super::references::StatesField;

/// Where what an expression refers to comes from. Each thing is asked for at most once.
pub(crate) trait Seen {
    /// A field of `$states`: `input`, `context`, and where there is one `result`, `errorOutput`.
    fn states(&self, field: &str) -> Option<Json>;
    /// The value of a variable that has been assigned, by its name without `$`.
    fn variable(&self, name: &str) -> Option<Json>;
}

/// What the expressions of one visit of a state see. What they refer to is converted once for all of them; it lives no
/// longer than the visit, because the engine's values cannot be sent to another thread.
#[derive(Default)]
pub(crate) struct Environment {
    json: RefCell<HashMap<Name, Option<Json>>>,
    values: RefCell<HashMap<Name, JValue>>,
    pub(crate) shared: Rc<Shared>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    States(&'static str),
    Variable(Arc<str>),
}

const STATES: &str = "states";
const FIELDS: [&str; 4] = ["input", "context", "result", "errorOutput"];

/// What a path of plain names gives without the engine.
pub(crate) enum Plain {
    Value(Json),
    Nothing,
    Other,
}

impl Environment {
    /// Follows a path of plain names.
    pub(crate) fn follow(&self, path: &PlainPath, seen: &dyn Seen) -> Plain {
        let (root, names) = if *path.root == *STATES {
            let Some((field, names)) = path.names.split_first() else {
                return Plain::Value(self.whole(seen));
            };
            let Some(field) = FIELDS.into_iter().find(|known| **known == **field) else {
                return Plain::Nothing;
            };
            (self.json(&Name::States(field), seen), names)
        } else {
            match self.json(&Name::Variable(path.root.clone()), seen) {
                // It may be a builtin function.
                None => return Plain::Other,
                found => (found, &path.names[..]),
            }
        };
        match root.as_ref().map(|root| follow(root, names)) {
            Some(Found::Value(value)) => Plain::Value(value.clone()),
            Some(Found::ThroughArray) => Plain::Other,
            Some(Found::Nothing) | None => Plain::Nothing,
        }
    }

    /// An engine that sees what `compiled` refers to.
    pub(crate) fn engine(&self, compiled: &Compiled, depth: usize, seen: &dyn Seen) -> Evaluator {
        let references = compiled.references();
        let mut context = Context::new();
        functions::bind(&mut context, references);
        if !references.states.is_empty() {
            context.bind(STATES.to_owned(), self.states_value(compiled, seen));
        }
        for name in &references.variables {
            if let Some(value) = self.value(&Name::Variable(name.clone()), seen) {
                context.bind(name.to_string(), value);
            }
        }
        for function in &compiled.by_value {
            let variable = self.value(&Name::Variable(function.name.into()), seen);
            context.bind(
                function.renamed.to_owned(),
                variable.unwrap_or_else(|| function.value()),
            );
        }
        let options = EvaluatorOptions {
            timeout_ms: Some(limits::TIME),
            max_stack_depth: Some(depth),
            max_sequence_length: Some(limits::SEQUENCE),
            cancel: None,
        };
        let mut engine = Evaluator::with_options(context, options);
        functions::register(&mut engine, references, &self.shared);
        engine
    }

    fn states_value(&self, compiled: &Compiled, seen: &dyn Seen) -> JValue {
        let wanted = |field: &str| {
            compiled.references().states.iter().any(|reference| match reference {
                StatesField::All => true,
                StatesField::Input => field == "input",
                StatesField::Result => field == "result",
                StatesField::ErrorOutput => field == "errorOutput",
                StatesField::Context => field == "context",
                StatesField::Unknown(_) => false,
            })
        };
        let fields = FIELDS.into_iter().filter(|field| wanted(field));
        let fields = fields.filter_map(|field| Some((field.to_owned(), self.value(&Name::States(field), seen)?)));
        JValue::Object(Rc::new(fields.collect::<JMap>()))
    }

    fn whole(&self, seen: &dyn Seen) -> Json {
        let fields = FIELDS.into_iter();
        Json::object(fields.filter_map(|field| Some((field, self.json(&Name::States(field), seen)?))))
    }

    fn json(&self, name: &Name, seen: &dyn Seen) -> Option<Json> {
        if let Some(known) = self.json.borrow().get(name) {
            return known.clone();
        }
        let json = match name {
            Name::States(field) => seen.states(field),
            Name::Variable(name) => seen.variable(name),
        };
        self.json.borrow_mut().insert(name.clone(), json.clone());
        json
    }

    fn value(&self, name: &Name, seen: &dyn Seen) -> Option<JValue> {
        if let Some(known) = self.values.borrow().get(name) {
            return Some(known.clone());
        }
        let value = to_value(&self.json(name, seen)?);
        self.values.borrow_mut().insert(name.clone(), value.clone());
        Some(value)
    }
}
