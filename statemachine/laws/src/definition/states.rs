use asl::{Json, Object};

use super::flow::Flow;
use super::{Draft, Maker};
use crate::data;
use crate::jsonpath;

const RESOURCES: [&str; 8] = [
    "arn:aws:lambda:us-east-1:111111111111:function:work",
    "arn:aws:states:::lambda:invoke",
    "arn:aws:states:::aws-sdk:s3:getObject",
    "arn:aws:states:::apigateway:invoke",
    "arn:aws:states:us-east-1:111111111111:activity:work",
    "arn:aws:states:::glue:startJobRun.sync",
    "arn:aws:states:::states:startExecution.sync:2",
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
];

impl Maker<'_, '_> {
    /// The state at `place` of `flow`.
    pub(super) fn state(&mut self, flow: &mut Flow, place: usize, depth: usize) -> Json {
        let can_nest = depth > 0 && self.states_left > 0;
        let kind = self.dice.below(if can_nest { 11 } else { 7 });
        let mut draft = self.draft();
        match kind {
            0 | 1 => self.pass(&mut draft),
            2 | 3 => self.task(&mut draft),
            4 => self.wait(&mut draft),
            5 => {
                self.choice(&mut draft, flow, place);
                return draft.fields.into();
            }
            6 if Self::is_last(flow, place) => return self.terminal(),
            7 | 8 => self.parallel(&mut draft, depth),
            9 | 10 => self.map(&mut draft, depth),
            _ => self.pass(&mut draft),
        }
        if matches!(kind, 2 | 3 | 7..) {
            self.retry_and_catch(&mut draft, flow, place);
        }
        self.next(&mut draft, flow, place);
        self.in_and_out(&mut draft);
        self.assign(&mut draft);
        draft.fields.into()
    }

    /// A Succeed, a Fail or a Pass at the end.
    pub(super) fn terminal(&mut self) -> Json {
        let mut draft = self.draft();
        match self.dice.below(4) {
            0 | 1 => {
                draft.set("Type", "Succeed");
                self.in_and_out(&mut draft);
            }
            2 => self.fail(&mut draft),
            _ => {
                self.pass(&mut draft);
                draft.set("End", true);
            }
        }
        draft.fields.into()
    }

    fn draft(&mut self) -> Draft {
        let mut draft = Draft {
            fields: Object::default(),
            jsonata: self.machine_is_jsonata,
        };
        if !self.machine_is_jsonata && self.dice.once_in(4) {
            draft.jsonata = true;
            draft.set("QueryLanguage", "JSONata");
        }
        draft
    }

    fn pass(&mut self, draft: &mut Draft) {
        draft.set("Type", "Pass");
        if draft.jsonata {
            return;
        }
        match self.dice.below(4) {
            0 => {}
            1 => draft.set("Result", data::input(self.dice)),
            _ => self.template(draft, "Parameters"),
        }
        self.result_path(draft);
    }

    fn task(&mut self, draft: &mut Draft) {
        draft.set("Type", "Task");
        let resources = if self.express { 4 } else { RESOURCES.len() };
        draft.set(
            "Resource",
            self.dice.pick(RESOURCES.get(..resources).unwrap_or(&RESOURCES)),
        );
        if self.dice.once_in(2) {
            self.template(draft, if draft.jsonata { "Arguments" } else { "Parameters" });
        }
        if self.dice.once_in(3) {
            self.seconds(draft, "TimeoutSeconds", &[60, 1_000]);
        }
        if self.dice.once_in(3) {
            self.seconds(draft, "HeartbeatSeconds", &[5, 30]);
        }
        if self.dice.once_in(8) {
            draft.set(
                "Credentials",
                Json::object([("RoleArn", Json::from("arn:aws:iam::111111111111:role/r"))]),
            );
        }
        self.result(draft);
    }

    fn wait(&mut self, draft: &mut Draft) {
        draft.set("Type", "Wait");
        match self.dice.below(3) {
            0 => self.seconds(draft, "Seconds", &[0, 1, 99_999_999]),
            1 => draft.set("Timestamp", "2026-01-02T03:04:05.006Z"),
            _ if draft.jsonata => {
                let expression = self.expression();
                draft.set("Timestamp", expression);
            }
            _ => draft.set("TimestampPath", jsonpath::path_to_one(self.dice)),
        }
    }

    fn fail(&mut self, draft: &mut Draft) {
        draft.set("Type", "Fail");
        for field in ["Error", "Cause"] {
            match self.dice.below(4) {
                0 => draft.set(field, "Broken"),
                1 if draft.jsonata => {
                    let expression = self.expression();
                    draft.set(field, expression);
                }
                1 => draft.set(&format!("{field}Path"), jsonpath::path_to_one(self.dice)),
                2 if !draft.jsonata => draft.set(&format!("{field}Path"), "States.Format('{}', $.a)"),
                _ => {}
            }
        }
    }

    fn parallel(&mut self, draft: &mut Draft, depth: usize) {
        draft.set("Type", "Parallel");
        if self.dice.once_in(3) {
            self.template(draft, if draft.jsonata { "Arguments" } else { "Parameters" });
        }
        let count = 1 + self.dice.below(3);
        let branches = (0..count).map(|_| self.branch(depth - 1));
        let branches = branches.collect::<Vec<_>>();
        draft.set("Branches", branches);
        self.result(draft);
    }

    fn map(&mut self, draft: &mut Draft, depth: usize) {
        draft.set("Type", "Map");
        let processor = self.branch(depth - 1);
        draft.set("ItemProcessor", processor);
        match (self.dice.below(8), draft.jsonata) {
            (0..=4, false) => draft.set("ItemsPath", "$.c"),
            (5, false) => draft.set("ItemsPath", jsonpath::path_to_one(self.dice)),
            (0..=3, true) => draft.set("Items", "{% [1..4] %}"),
            (4, true) => {
                let expression = self.expression();
                draft.set("Items", expression);
            }
            (5 | 6, true) => draft.set(
                "Items",
                Json::array(vec![data::input(self.dice), data::json(self.dice, 2)]),
            ),
            _ => {}
        }
        match self.dice.below(4) {
            0 | 1 => draft.set("ItemSelector", item(draft.jsonata)),
            2 => self.template(draft, "ItemSelector"),
            _ => {}
        }
        if self.dice.once_in(2) {
            self.seconds(draft, "MaxConcurrency", &[1, 3, 0, 100]);
        }
        self.result(draft);
    }

    fn branch(&mut self, depth: usize) -> Json {
        let mut fields = Object::default();
        self.flow(&mut fields, depth);
        fields.into()
    }
}

/// What the states of a processor expect, and the item.
fn item(jsonata: bool) -> Json {
    let text = match jsonata {
        true => r#"{"a":5,"b":"x","c":[1,2],"d":{"a":1},"e":"{% $states.context.Map.Item.Value %}"}"#,
        false => r#"{"a":5,"b":"x","c":[1,2],"d":{"a":1},"e.$":"$$.Map.Item.Value"}"#,
    };
    text.parse().unwrap_or_default()
}
