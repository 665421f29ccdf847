//! Random JSON of a shape that the generated expressions look into.

use asl::{Json, Object};

use crate::Dice;

/// The fields that paths and expressions ask for.
pub const KEYS: [&str; 6] = ["a", "b", "c", "d", "e", "é f"];

const TEXTS: [&str; 12] = [
    "",
    "x",
    "text",
    "5",
    "2024-02-29T12:00:00Z",
    "{\"a\":1}",
    "a,b,,c",
    "\"\\\n\u{1}",
    "ünï ☃ 𝄞",
    "States.ALL",
    "{} {} \\{",
    "aGVsbG8=",
];

/// Any value; `depth` levels of containers at most.
pub fn json(dice: &mut Dice<'_>, depth: usize) -> Json {
    match dice.below(if depth == 0 { 7 } else { 10 }) {
        0 => Json::from(i64::try_from(dice.below(10)).unwrap_or_default()),
        1 => Json::Null,
        2 => Json::Bool(dice.once_in(2)),
        3 => Json::from(dice.pick(&TEXTS)),
        4 => number(dice),
        5 => Json::from("x".repeat(dice.below(8))),
        6 => Json::from("y".repeat(dice.below(256))),
        7 => Json::array((0..dice.below(6)).map(|_| json(dice, depth - 1)).collect()),
        8 => object(dice, depth),
        _ => numbers(dice),
    }
}

/// An object that has many of the fields that are asked for.
pub fn input(dice: &mut Dice<'_>) -> Json {
    let mut fields = Object::default();
    fields.insert("a".into(), Json::from(5_i64));
    fields.insert("b".into(), Json::from(dice.pick(&TEXTS)));
    fields.insert("c".into(), numbers(dice));
    fields.insert("d".into(), object(dice, 2));
    fields.insert("e".into(), json(dice, 3));
    if dice.once_in(16) {
        return json(dice, 4);
    }
    fields.into()
}

fn object(dice: &mut Dice<'_>, depth: usize) -> Json {
    let fields = (0..dice.below(6)).map(|_| (dice.pick(&KEYS), json(dice, depth.saturating_sub(1))));
    Json::object(fields.collect::<Vec<_>>())
}

fn numbers(dice: &mut Dice<'_>) -> Json {
    let most = if dice.once_in(32) { 200 } else { 8 };
    let length = dice.below(most);
    Json::array((0..length).map(Json::from).collect())
}

fn number(dice: &mut Dice<'_>) -> Json {
    const NUMBERS: [&str; 12] = [
        "-1",
        "0.5",
        "1e300",
        "-1e-300",
        "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "18446744073709551615",
        "2147483648",
        "1.7976931348623157e308",
        "-0.0",
        "100000",
    ];
    dice.pick(&NUMBERS).parse().unwrap_or_default()
}

/// A text about as long as a payload may be.
pub fn large(dice: &mut Dice<'_>) -> Json {
    Json::from("y".repeat(262_000 + dice.below(256)))
}
