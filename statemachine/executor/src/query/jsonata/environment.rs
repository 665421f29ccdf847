use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use asl::Json;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorOptions};
use jsonata_core::value::{JMap, JValue};

use super::compile::Compiled;
use super::convert::to_value;
use super::functions::{self, HostFunction, Shared};
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
    /// By the places of their names in [`FIELDS`].
    states: [Known; FIELDS.len()],
    variables: RefCell<BTreeMap<Arc<str>, Rc<Known>>>,
    pub(crate) shared: Rc<Shared>,
}

/// Something an expression may refer to, as far as it has been asked for.
#[derive(Default)]
struct Known {
    json: OnceCell<Option<Json>>,
    value: OnceCell<Option<JValue>>,
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
            let known = FIELDS.iter().zip(&self.states).find(|(known, _)| ***known == **field);
            let Some((field, known)) = known else {
                return Plain::Nothing;
            };
            (known.json(|| seen.states(field)).cloned(), names)
        } else {
            match self.variable(&path.root).json(|| seen.variable(&path.root)).cloned() {
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

    /// An engine that sees what `compiled` refers to, and knows `functions` besides its own. It gives up at a depth, and
    /// after milliseconds on the wall.
    pub(crate) fn engine(
        &self,
        compiled: &Compiled,
        functions: &[HostFunction],
        (depth, milliseconds): (usize, u64),
        seen: &dyn Seen,
    ) -> Evaluator {
        let references = compiled.references();
        let mut context = Context::new();
        functions::bind(&mut context, references);
        if !references.states.is_empty() {
            context.bind(STATES.to_owned(), self.states_value(compiled, seen));
        }
        for name in &references.variables {
            if let Some(value) = self.variable_value(name, seen) {
                context.bind(name.to_string(), value);
            }
        }
        for function in &compiled.by_value {
            let variable = self.variable_value(function.name, seen);
            context.bind(
                function.renamed.to_owned(),
                variable.unwrap_or_else(|| function.value()),
            );
        }
        let options = EvaluatorOptions {
            timeout_ms: Some(milliseconds),
            max_stack_depth: Some(depth),
            max_sequence_length: Some(limits::SEQUENCE),
            cancel: None,
        };
        let mut engine = Evaluator::with_options(context, options);
        functions::register(&mut engine, functions, &self.shared);
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
        let fields = FIELDS.into_iter().zip(&self.states).filter(|(field, _)| wanted(field));
        let fields = fields.filter_map(|(field, known)| Some((field.to_owned(), known.value(|| seen.states(field))?)));
        JValue::Object(Rc::new(fields.collect::<JMap>()))
    }

    fn whole(&self, seen: &dyn Seen) -> Json {
        let fields = FIELDS.into_iter().zip(&self.states);
        Json::object(fields.filter_map(|(field, known)| Some((field, known.json(|| seen.states(field))?.clone()))))
    }

    fn variable_value(&self, name: &str, seen: &dyn Seen) -> Option<JValue> {
        self.variable(name).value(|| seen.variable(name))
    }

    fn variable(&self, name: &str) -> Rc<Known> {
        let mut variables = self.variables.borrow_mut();
        if let Some(known) = variables.get(name) {
            return Rc::clone(known);
        }
        let known = Rc::<Known>::default();
        variables.insert(name.into(), Rc::clone(&known));
        known
    }
}

impl Known {
    fn json(&self, ask: impl FnOnce() -> Option<Json>) -> Option<&Json> {
        self.json.get_or_init(ask).as_ref()
    }

    fn value(&self, ask: impl FnOnce() -> Option<Json>) -> Option<JValue> {
        let value = self.value.get_or_init(|| self.json(ask).map(to_value));
        value.clone()
    }
}
