use asl::{Json, Object};

use super::flow::Flow;
use super::{Draft, Maker};
use crate::jsonpath;

const OPERATORS: [(&str, &str); 19] = [
    ("IsPresent", "true"),
    ("IsNull", "false"),
    ("IsNumeric", "true"),
    ("IsString", "true"),
    ("IsBoolean", "true"),
    ("IsTimestamp", "false"),
    ("NumericEquals", "5"),
    ("NumericLessThan", "2.5"),
    ("NumericGreaterThanEquals", "1e300"),
    ("NumericGreaterThanPath", "\"$.a\""),
    ("StringEquals", "\"x\""),
    ("StringLessThan", "\"text\""),
    ("StringGreaterThanEqualsPath", "\"$.b\""),
    ("StringMatches", r#""*e\\*x*""#),
    ("BooleanEquals", "true"),
    ("BooleanEqualsPath", "\"$.e\""),
    ("TimestampEquals", "\"2024-02-29T12:00:00Z\""),
    ("TimestampLessThan", "\"2024-02-29T13:00:00+01:00\""),
    ("TimestampGreaterThanPath", "\"$.b\""),
];

impl Maker<'_, '_> {
    pub(super) fn choice(&mut self, draft: &mut Draft, flow: &mut Flow, place: usize) {
        draft.set("Type", "Choice");
        let count = 1 + self.dice.below(3);
        let jsonata = draft.jsonata;
        let rules = (0..count).map(|_| self.rule(jsonata, flow, place)).collect::<Vec<_>>();
        draft.set("Choices", rules);
        self.default(draft, flow, place);
        self.in_and_out(draft);
        self.assign(draft);
    }

    fn rule(&mut self, jsonata: bool, flow: &mut Flow, place: usize) -> Json {
        let mut fields = if jsonata { self.condition() } else { self.test(2) };
        fields.insert("Next".into(), self.target(flow, place));
        if self.dice.once_in(4) {
            let assign = self.assigned(jsonata);
            fields.insert("Assign".into(), assign);
        }
        fields.into()
    }

    fn condition(&mut self) -> Object {
        let mut fields = Object::default();
        let condition = match self.dice.below(4) {
            0 => "{% $states.input.a = 5 %}".into(),
            1 => Json::Bool(true),
            2 => format!("{{% $boolean({}) %}}", crate::jsonata::expression(self.dice, 2)).into(),
            _ => self.expression().into(),
        };
        fields.insert("Condition".into(), condition);
        fields
    }

    fn test(&mut self, depth: usize) -> Object {
        let mut fields = Object::default();
        match self.dice.below(if depth == 0 { 1 } else { 4 }) {
            1 => fields.insert("Not".into(), self.test(depth - 1).into()),
            combination @ (2 | 3) => {
                let tests: Vec<Json> = (0..2).map(|_| self.test(depth - 1).into()).collect();
                fields.insert(if combination == 2 { "And" } else { "Or" }.into(), tests.into());
            }
            _ => {
                let (operator, operand) = self.dice.pick(&OPERATORS);
                fields.insert("Variable".into(), jsonpath::path_to_one(self.dice).into());
                fields.insert(operator.into(), operand.parse().unwrap_or_default());
            }
        }
        fields
    }
}
