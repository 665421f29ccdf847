//! The Context Object.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html>

use std::cell::OnceCell;

use asl::{Json, Object, State};
use jiff::Timestamp;

use crate::branch::{MapItem, Visit};
use crate::time::context_time;
use crate::{Start, Workflow};

/// The Context Object of one moment, built when somebody looks.
pub(crate) struct Context<'a> {
    pub(crate) start: &'a Start,
    pub(crate) started_at: Timestamp,
    pub(crate) state: &'a State,
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
        let fields = [
            ("Id", Json::String(self.start.execution_arn.clone())),
            ("Input", self.start.input.clone()),
            ("StartTime", context_time(self.started_at).into()),
            ("Name", Json::String(self.start.execution_name.clone())),
            ("RoleArn", Json::String(self.start.role_arn.clone())),
        ];
        // An Express execution cannot be redriven.
        let redrives = (self.start.workflow == Workflow::Standard).then_some(("RedriveCount", Json::from(0_i64)));
        Json::object(fields.into_iter().chain(redrives))
    }

    fn state_machine(&self) -> Json {
        Json::object([
            ("Id", Json::String(self.start.state_machine_arn.clone())),
            ("Name", Json::String(self.start.state_machine_name.clone())),
        ])
    }

    fn state(&self) -> Json {
        let fields = [
            ("Name", Json::from(&*self.state.name)),
            ("EnteredTime", context_time(self.visit.entered_at).into()),
        ];
        let can_retry = self.state.kind.on_error().is_some();
        let retries = can_retry.then(|| ("RetryCount", self.visit.retries.total.into()));
        Json::object(fields.into_iter().chain(retries))
    }
}
