//! The Context Object.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html>

use std::cell::OnceCell;

use asl::{Json, Object};
use jiff::Timestamp;

use crate::Start;
use crate::branch::{MapItem, Visit};
use crate::time::context_time;

/// The Context Object of one moment, built when somebody looks.
pub(crate) struct Context<'a> {
    pub(crate) start: &'a Start,
    pub(crate) started_at: Timestamp,
    pub(crate) state_name: &'a str,
    pub(crate) visit: &'a Visit,
    pub(crate) item: Option<&'a MapItem>,
    pub(crate) built: OnceCell<Json>,
}

impl Context<'_> {
    pub(crate) fn json(&self) -> &Json {
        self.built.get_or_init(|| self.build())
    }

    fn build(&self) -> Json {
        let mut object = Object::default();
        object.insert("Execution".into(), self.execution());
        object.insert("StateMachine".into(), self.state_machine());
        object.insert("State".into(), self.state());
        if let Some(token) = &self.visit.token {
            object.insert("Task".into(), Json::object([("Token", Json::String(token.clone()))]));
        }
        if let Some(item) = self.item {
            let fields = Json::object([("Index", Json::from(item.index)), ("Value", item.value.clone())]);
            object.insert("Map".into(), Json::object([("Item", fields)]));
        }
        object.into()
    }

    fn execution(&self) -> Json {
        Json::object([
            ("Id", Json::String(self.start.execution_arn.clone())),
            ("Input", self.start.input.clone()),
            ("StartTime", context_time(self.started_at).into()),
            ("Name", Json::String(self.start.execution_name.clone())),
            ("RoleArn", Json::String(self.start.role_arn.clone())),
        ])
    }

    fn state_machine(&self) -> Json {
        Json::object([
            ("Id", Json::String(self.start.state_machine_arn.clone())),
            ("Name", Json::String(self.start.state_machine_name.clone())),
        ])
    }

    fn state(&self) -> Json {
        Json::object([
            ("Name", Json::from(self.state_name)),
            ("EnteredTime", context_time(self.visit.entered_at).into()),
            ("RetryCount", self.visit.retries.total.into()),
        ])
    }
}
