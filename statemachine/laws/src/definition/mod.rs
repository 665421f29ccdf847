//! Random definitions that are valid.

mod choice;
mod errors;
mod fields;
mod flow;
mod states;

pub(crate) use errors::ERRORS;

use asl::{Json, MachineType, Object};

use crate::Dice;

/// A definition that asl and executor take: all types of states, both languages, nested.
pub fn definition(dice: &mut Dice<'_>, machine_type: MachineType) -> Json {
    let jsonata = dice.once_in(2);
    let express = machine_type == MachineType::Express;
    let mut maker = Maker {
        states_left: 2 + dice.below(14),
        // An Express workflow may go round so often that little else would be tried.
        loops: dice.once_in(12) && !express,
        names: 0,
        machine_is_jsonata: jsonata,
        express,
        dice,
    };
    let mut machine = Object::default();
    if jsonata {
        machine.insert("QueryLanguage".into(), "JSONata".into());
    }
    if maker.dice.once_in(4) {
        let seconds = maker.dice.pick(&[1_i64, 60, 100_000]);
        machine.insert("TimeoutSeconds".into(), seconds.into());
    }
    maker.flow(&mut machine, 3);
    machine.into()
}

/// What is being made.
struct Maker<'a, 'b> {
    dice: &'a mut Dice<'b>,
    /// How many more states there may be.
    states_left: usize,
    /// Whether states may lead back to earlier ones.
    loops: bool,
    /// How many names have been given.
    names: usize,
    machine_is_jsonata: bool,
    express: bool,
}

/// A state in the making.
struct Draft {
    fields: Object,
    jsonata: bool,
}

impl Draft {
    fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.fields.insert(name.into(), value.into());
    }
}
