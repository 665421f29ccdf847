//! The fields that several types of states have.

use asl::{Json, Object};

use super::{Draft, Maker};
use crate::data;
use crate::jsonata;
use crate::jsonpath::{self, VARIABLES};

impl Maker<'_, '_> {
    /// `{% ... %}`
    pub(super) fn expression(&mut self) -> String {
        let depth = self.dice.below(4);
        format!("{{% {} %}}", jsonata::expression(self.dice, depth))
    }

    /// Adds field `name`, a template.
    pub(super) fn template(&mut self, draft: &mut Draft, name: &str) {
        let value = if draft.jsonata && self.dice.once_in(12) {
            self.expression().into()
        } else {
            self.template_object(draft.jsonata, 2)
        };
        draft.set(name, value);
    }

    fn template_object(&mut self, jsonata: bool, depth: usize) -> Json {
        let mut fields = Object::default();
        for key in data::KEYS.into_iter().take(self.dice.below(5)) {
            match (self.dice.below(6), jsonata) {
                (0, _) => {
                    fields.insert(key.into(), data::json(self.dice, 2));
                }
                (1, _) if depth > 0 => {
                    let inner = self.template_object(jsonata, depth - 1);
                    fields.insert(key.into(), inner);
                }
                (2, _) if depth > 0 => {
                    let inner = self.template_object(jsonata, depth - 1);
                    fields.insert(key.into(), Json::array(vec![inner, Json::Null]));
                }
                (_, true) => {
                    let expression = self.expression();
                    fields.insert(key.into(), expression.into());
                }
                (3, false) => {
                    let call = jsonpath::intrinsic(self.dice, 2);
                    fields.insert(format!("{key}.$").into(), call.into());
                }
                (_, false) => {
                    let path = jsonpath::path(self.dice);
                    fields.insert(format!("{key}.$").into(), path.into());
                }
            }
        }
        fields.into()
    }

    /// Adds `name` as one of `literals`, or as an expression or path for it.
    pub(super) fn seconds(&mut self, draft: &mut Draft, name: &str, literals: &[i64]) {
        match (self.dice.below(4), draft.jsonata) {
            (3, true) if self.dice.once_in(6) => {
                let expression = self.expression();
                draft.set(name, expression);
            }
            (3, true) => draft.set(name, "{% 2 + $count($states.input.c) %}"),
            (3, false) => draft.set(&format!("{name}Path"), "$.a"),
            _ => draft.set(name, self.dice.pick(literals)),
        }
    }

    pub(super) fn in_and_out(&mut self, draft: &mut Draft) {
        if draft.jsonata {
            if self.dice.once_in(3) {
                self.template(draft, "Output");
            }
            return;
        }
        for name in ["InputPath", "OutputPath"] {
            match self.dice.below(16) {
                15 => draft.set(name, Json::Null),
                14 if self.dice.once_in(4) => draft.set(name, jsonpath::path(self.dice)),
                13 => draft.set(name, "$"),
                _ => {}
            }
        }
    }

    pub(super) fn result(&mut self, draft: &mut Draft) {
        if draft.jsonata {
            return;
        }
        if self.dice.once_in(4) {
            self.template(draft, "ResultSelector");
        }
        self.result_path(draft);
    }

    pub(super) fn result_path(&mut self, draft: &mut Draft) {
        match self.dice.below(6) {
            0 => {}
            1 => draft.set("ResultPath", Json::Null),
            2 => draft.set("ResultPath", jsonpath::reference_path(self.dice)),
            _ => draft.set("ResultPath", "$.e"),
        }
    }

    pub(super) fn assign(&mut self, draft: &mut Draft) {
        if self.dice.once_in(3) {
            let assign = self.assigned(draft.jsonata);
            draft.set("Assign", assign);
        }
    }

    pub(super) fn assigned(&mut self, jsonata: bool) -> Json {
        let mut fields = Object::default();
        for name in VARIABLES.into_iter().take(1 + self.dice.below(3)) {
            match (self.dice.below(3), jsonata) {
                (0, _) => fields.insert(name.into(), data::json(self.dice, 2)),
                (_, true) => {
                    let expression = self.expression();
                    fields.insert(name.into(), expression.into());
                }
                (1, false) => fields.insert(format!("{name}.$").into(), jsonpath::path(self.dice).into()),
                (_, false) => fields.insert(format!("{name}.$").into(), jsonpath::intrinsic(self.dice, 1).into()),
            }
        }
        fields.into()
    }
}
