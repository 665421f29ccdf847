//! Random JSONata expressions from a small grammar.

use crate::Dice;
use crate::jsonpath::VARIABLES;

const ROOTS: [&str; 14] = [
    "$states.input",
    "$states.input.a",
    "$states.input.b",
    "$states.input.c",
    "$states.input.d",
    "$states.input.e.a",
    "$states.context.Execution.Input.a",
    "$states.context.State.Name",
    "$states.context.Map.Item.Value",
    // Written as fields they are refused where they never are.
    "$lookup($states, 'result')",
    "$lookup($states, 'errorOutput')",
    "$states",
    "$states.nothing",
    "$unknown",
];

/// What has a value everywhere.
const SAFE: [&str; 12] = [
    "5",
    "$states.input",
    "{'a': 5, 'b': 'x', 'c': [1..3], 'd': {'a': 1}}",
    "$merge([{'a': 5, 'c': [1, 2, 3]}, {'e': $states.input}])",
    "$string($states.input)",
    "$exists($states.input.a)",
    "$count($states.input.c)",
    "[$states.input.a, 1]",
    "$states.context.State.Name",
    "$type($states.input)",
    "{'a': $uuid(), 'b': $now(), 'c': $map([1..4], function($x){$x * 2})}",
    "$sum([1..10]) & 'x'",
];

const LITERALS: [&str; 14] = [
    "0",
    "1",
    "-2.5",
    "1e300",
    "'x'",
    "\"ünï ☃ 𝄞\"",
    "''",
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[1..5]",
    "[1, [2, 3], 'x']",
];

/// Functions of one argument.
const UNARY: [&str; 40] = [
    "string",
    "number",
    "boolean",
    "not",
    "exists",
    "type",
    "length",
    "uppercase",
    "lowercase",
    "trim",
    "base64encode",
    "base64decode",
    "encodeUrl",
    "encodeUrlComponent",
    "decodeUrl",
    "decodeUrlComponent",
    "count",
    "sum",
    "max",
    "min",
    "average",
    "abs",
    "floor",
    "ceil",
    "sqrt",
    "round",
    "keys",
    "spread",
    "merge",
    "reverse",
    "distinct",
    "shuffle",
    "sort",
    "join",
    "parse",
    "clone",
    "toMillis",
    "fromMillis",
    "assert",
    "error",
];

/// Functions of two arguments.
const BINARY: [&str; 20] = [
    "append",
    "lookup",
    "contains",
    "split",
    "join",
    "substringBefore",
    "substringAfter",
    "substring",
    "power",
    "pad",
    "formatNumber",
    "formatBase",
    "formatInteger",
    "parseInteger",
    "partition",
    "hash",
    "match",
    "zip",
    "round",
    "fromMillis",
];

const OPERATORS: [&str; 14] = [
    "+", "-", "*", "/", "%", "&", "=", "!=", "<", ">=", "in", "and", "or", "~>",
];

const LAMBDAS: [&str; 6] = [
    "function($x){$x}",
    "function($x, $i){$x + $i}",
    "function($x){[$x, $x]}",
    "function($x){{'a': $x}}",
    "function($x){$x > 1}",
    "function($x, $y){$x & $y}",
];

/// An expression without the `{%` and `%}` around it, at most `depth` levels deep.
pub fn expression(dice: &mut Dice<'_>, depth: usize) -> String {
    if !dice.once_in(8) {
        return dice.pick(&SAFE).to_owned();
    }
    let form = dice.below(24);
    if depth == 0 || form < 4 {
        return leaf(dice);
    }
    let mut inner = || expression(dice, depth - 1);
    let (first, second) = (inner(), inner());
    match form {
        4..=6 => format!("({first} {} {second})", dice.pick(&OPERATORS)),
        7..=9 => format!("${}({first})", dice.pick(&UNARY)),
        10 | 11 => format!("${}({first}, {second})", dice.pick(&BINARY)),
        12 => format!("[{first}, {second}]"),
        13 => format!("{{'a': {first}, $string({second}): 1}}"),
        14 => format!("({first} ? {second} : {})", leaf(dice)),
        15 => format!("({first})[{second}]"),
        16 => format!("$map({first}, {})", dice.pick(&LAMBDAS)),
        17 => format!("$filter({first}, {})", dice.pick(&LAMBDAS)),
        18 => format!("$reduce({first}, {}, {second})", dice.pick(&LAMBDAS)),
        19 => format!("($f := {}; $f({first}))", dice.pick(&LAMBDAS)),
        20 => format!("({first}).{}", dice.pick(&["a", "*", "**", "$", "c[0]", "(d; e)"])),
        21 => format!("({first})^(>$)"),
        22 => format!("({first}){{$string($): $count($)}}"),
        _ => rare(dice, &first),
    }
}

fn leaf(dice: &mut Dice<'_>) -> String {
    match dice.below(10) {
        0..=3 => dice.pick(&ROOTS).to_owned(),
        4..=6 => dice.pick(&LITERALS).to_owned(),
        7 => format!("${}", dice.pick(&VARIABLES)),
        _ => dice
            .pick(&[
                "$uuid()",
                "$random()",
                "$now()",
                "$millis()",
                "$random(7)",
                "$range(0, 9, 2)",
                "$now('[Y]')",
            ])
            .to_owned(),
    }
}

/// What comes near a limit, or is seldom used.
fn rare(dice: &mut Dice<'_>, inner: &str) -> String {
    match dice.below(10) {
        0 => format!(
            "($f := function($n){{$n < 1 ? {inner} : $f($n - 1)}}; $f({}))",
            dice.below(200)
        ),
        1 => format!(
            "$replace($string({inner}), /{}/, 'y')",
            dice.pick(&["x+", "(a|b)*", "[0-9]"])
        ),
        2 => format!("$count([1..{}])", dice.below(256) * 8),
        3 => format!("$reduce([1..{}], function($a, $b){{[$a]}}, {inner})", dice.below(256)),
        4 => format!("$pad({inner}, {}, 'xy')", dice.below(256) * 16),
        5 => format!("({inner}) ~> |$|{{'z': 1}}, ['a']|"),
        6 => format!("$sort({inner}, function($l, $r){{$l > $r}})"),
        7 => format!("$each({inner}, function($v, $k){{$k & $string($v)}})"),
        8 => format!("$sift({inner}, function($v, $k){{$k != 'a'}})"),
        _ => format!("$single({inner}, function($v){{$v = 1}})"),
    }
}
