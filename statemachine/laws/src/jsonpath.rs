//! Random paths and calls of intrinsic functions.

use crate::Dice;
use crate::data::KEYS;

/// The variables that definitions assign.
pub(crate) const VARIABLES: [&str; 3] = ["v", "w", "ümlaut"];

/// Calls that seldom fail.
const SAFE: [&str; 8] = [
    "States.Format('{}', $.a)",
    "States.UUID()",
    "States.Array($.a, $.b, $.c)",
    "States.JsonToString($)",
    "States.ArrayLength($.c)",
    "States.ArrayPartition($.c, 2)",
    "States.Hash($.b, 'SHA-256')",
    "States.MathRandom(1, 10)",
];

const CONTEXT: [&str; 9] = [
    "$$",
    "$$.Execution.Input",
    "$$.Execution.Input.a",
    "$$.Execution.Id",
    "$$.State.Name",
    "$$.State.RetryCount",
    "$$.Map.Item.Value",
    "$$.Map.Item.Index",
    "$$.Task.Token",
];

/// A path into the input, the Context Object or a variable.
pub fn path(dice: &mut Dice<'_>) -> String {
    if !dice.once_in(8) {
        return dice
            .pick(&[
                "$",
                "$.a",
                "$.c",
                "$.d",
                "$$.State.Name",
                "$.c[0]",
                "$..a",
                "$$.Execution.Input",
            ])
            .to_owned();
    }
    let mut path = match dice.below(8) {
        0..=3 => "$".to_owned(),
        4 | 5 => return reference_path(dice),
        6 => format!("${}", dice.pick(&VARIABLES)),
        _ => return dice.pick(&CONTEXT).to_owned(),
    };
    for _ in 0..dice.below(4) {
        path += &step(dice, 2);
    }
    path
}

/// A Reference Path into the input, the Context Object or a variable.
pub fn path_to_one(dice: &mut Dice<'_>) -> String {
    match dice.below(8) {
        0..=3 => dice.pick(&["$", "$.a", "$.c", "$.d", "$.c[0]"]).to_owned(),
        4 => format!("${}['{}']", dice.pick(&VARIABLES), dice.pick(&KEYS)),
        5 => dice.pick(&CONTEXT).to_owned(),
        _ => reference_path(dice),
    }
}

/// A path of fields and indices alone, as `ResultPath` takes it.
pub fn reference_path(dice: &mut Dice<'_>) -> String {
    let mut path = "$".to_owned();
    for _ in 0..dice.below(3) {
        path += &match dice.below(8) {
            0..=5 => format!("['{}']", dice.pick(&KEYS)),
            _ => format!("[{}]", dice.below(4)),
        };
    }
    path
}

fn step(dice: &mut Dice<'_>, depth: usize) -> String {
    match dice.below(if depth == 0 { 4 } else { 12 }) {
        0 | 1 => format!(".{}", dice.pick(&["a", "b", "c", "d", "e"])),
        2 => format!("['{}']", dice.pick(&KEYS)),
        3 => format!("[{}]", index(dice)),
        4 => format!("[{}:{}]", index(dice), index(dice)),
        5 => format!("[{}:]", index(dice)),
        6 => format!("[{}, {}]", index(dice), index(dice)),
        7 => format!("['{}', '{}']", dice.pick(&KEYS), dice.pick(&KEYS)),
        8 => dice.pick(&["[*]", ".*"]).to_owned(),
        9 => format!("..{}", dice.pick(&["a", "b", "*", "c[0]"])),
        _ => format!("[?({})]", predicate(dice, depth - 1)),
    }
}

fn index(dice: &mut Dice<'_>) -> i64 {
    dice.pick(&[0, 1, 2, -1, -2, 7, 2_147_483_647, -2_147_483_648])
}

fn predicate(dice: &mut Dice<'_>, depth: usize) -> String {
    let operand = format!("@{}", step(dice, depth));
    match dice.below(7) {
        0 => operand,
        1 => format!("{operand} > {}", index(dice)),
        2 => format!("{operand} == {}", dice.pick(&["'x'", "1", "null", "true", "$.a", "@"])),
        3 => format!("{operand} =~ /{}/", dice.pick(&["x.*", "(a|b)+", "[^c]{1,3}$", ".*é"])),
        4 => format!("{operand} in ['x', 1, 2]"),
        5 if depth > 0 => format!("{} && {}", predicate(dice, depth - 1), predicate(dice, depth - 1)),
        6 if depth > 0 => format!("!({}) || {operand}", predicate(dice, depth - 1)),
        _ => "@".to_owned(),
    }
}

/// A call of an intrinsic function, with up to `depth` calls within.
pub fn intrinsic(dice: &mut Dice<'_>, depth: usize) -> String {
    if !dice.once_in(4) {
        return dice.pick(&SAFE).to_owned();
    }
    let function = dice.below(18);
    let mut argument = || argument(dice, depth);
    let (first, second, third) = (argument(), argument(), argument());
    match function {
        0 => format!("States.Format('{{}} {{}}', {first}, {second})"),
        1 => "States.UUID()".to_owned(),
        2 => format!("States.Array({first}, {second}, {third})"),
        3 => format!("States.ArrayPartition({first}, {second})"),
        4 => format!("States.ArrayContains({first}, {second})"),
        5 => format!("States.ArrayRange({first}, {second}, {third})"),
        6 => format!("States.ArrayRange(0, {}, {})", index(dice), index(dice)),
        7 => format!("States.ArrayGetItem({first}, {second})"),
        8 => format!("States.ArrayLength({first})"),
        9 => format!("States.ArrayUnique({first})"),
        10 => format!("States.Base64Encode({first})"),
        11 => format!("States.Base64Decode({first})"),
        12 => format!(
            "States.Hash({first}, '{}')",
            dice.pick(&["SHA-1", "SHA-256", "MD5", "CRC"])
        ),
        13 => format!("States.JsonMerge({first}, {second}, false)"),
        14 => format!("States.StringToJson(States.JsonToString({first}))"),
        15 => format!("States.MathAdd({first}, {second})"),
        16 => format!("States.MathRandom({first}, {second}, {third})"),
        _ => format!("States.StringSplit({first}, {second})"),
    }
}

fn argument(dice: &mut Dice<'_>, depth: usize) -> String {
    match dice.below(if depth == 0 { 6 } else { 8 }) {
        0 => index(dice).to_string(),
        1 => "$.a".to_owned(),
        2 => path(dice),
        3 => dice
            .pick(&["'x'", "'a,b'", "''", r"'it\'s'", "'{}'", "'ünï ☃'"])
            .to_owned(),
        4 => dice.pick(&["null", "true", "0.5", "-1e9"]).to_owned(),
        5 => dice.pick(&["$.c", "$.d", "$.b"]).to_owned(),
        _ => intrinsic(dice, depth - 1),
    }
}
