//! The functions over arrays.

use crate::{check, check_refuses};

#[test]
fn array() {
    check("States.Array()", "{}", "[]");
    check("States.Array($)", "null", "[null]");
}

#[test]
fn array_contains() {
    let input = r#"{"a":[1,"1",2.0,null,{"x":1,"y":[2]}],"o":{"y":[2.0],"x":1},"n":null}"#;
    for (value, expected) in [
        ("1", "true"),
        ("1.0", "true"),
        ("2", "true"),
        ("'1'", "true"),
        ("'2'", "false"),
        ("true", "false"),
        ("null", "true"),
        ("$.n", "true"),
        ("$.o", "true"),
        ("$.a", "false"),
    ] {
        check(&format!("States.ArrayContains($.a, {value})"), input, expected);
    }
    check_refuses("ArrayContains", &["", "$.a", "$.o, 1", "'ab', 'a'", "$.a, 1, 2"]);
}

#[test]
fn array_get_item() {
    check("States.ArrayGetItem($, 0)", "[7,8]", "7");
    check("States.ArrayGetItem($, 0.5)", "[7,8]", "8");
    check("States.ArrayGetItem($, -0.5)", "[7,8]", "7");
    check_refuses(
        "ArrayGetItem",
        &[
            "$.a, 2",
            "$.a, -1",
            "$.a, '0'",
            "$.a, null",
            "$.o, 0",
            "$.a, 1e10",
            "$.a",
        ],
    );
}

#[test]
fn array_length() {
    check("States.ArrayLength($)", "[]", "0");
    check("States.ArrayLength($)", "[1,[2,3]]", "2");
    check_refuses("ArrayLength", &["", "'text'", "$.o", "null", "$.a, $.a"]);
}

#[test]
fn array_partition() {
    check("States.ArrayPartition($, 2)", "[1,2,3]", "[[1,2],[3]]");
    check("States.ArrayPartition($, 4)", "[]", "[]");
    check("States.ArrayPartition($, 1.5)", "[1,2,3]", "[[1,2],[3]]");
    check("States.ArrayPartition($, 1.49)", "[1,2]", "[[1],[2]]");
    check("States.ArrayPartition($, 2147483647)", "[1,2]", "[[1,2]]");
    check_refuses(
        "ArrayPartition",
        &["$.a, 0", "$.a, 0.4", "$.a, -1", "$.a, '1'", "$.o, 1", "$.a"],
    );
}

#[test]
fn array_range() {
    check("States.ArrayRange(1, 9, 2)", "{}", "[1,3,5,7,9]");
    check("States.ArrayRange(0, 10, 3)", "{}", "[0,3,6,9]");
    check("States.ArrayRange(5, 1, -2)", "{}", "[5,3,1]");
    check("States.ArrayRange(6, -1.5, -3.5)", "{}", "[6,3,0]");
    check("States.ArrayRange(0.5, 2.5, 1.4)", "{}", "[1,2,3]");
    check("States.ArrayRange(3, 3, -7)", "{}", "[3]");
    check("States.ArrayRange(1, 2, -1)", "{}", "[]");
    check("States.ArrayRange(2, 1, 5)", "{}", "[]");
    check("States.ArrayLength(States.ArrayRange(1, 1000, 1))", "{}", "1000");
    check(
        "States.ArrayRange(-2147483648, 2147483647, 2147483647)",
        "{}",
        "[-2147483648,-1,2147483646]",
    );
    check_refuses(
        "ArrayRange",
        &[
            "1, 1001, 1",
            "1, 9, 0",
            "1, 9, 0.4",
            "1, 9",
            "'1', 9, 1",
            "1, 2147483648, 1",
            "1, null, 1",
        ],
    );
}

#[test]
fn array_unique() {
    check("States.ArrayUnique($)", "[3,1,3,2,1]", "[3,1,2]");
    check(
        "States.ArrayUnique($)",
        r#"[1,1.0,"1",true,null,null,-0.0,0]"#,
        r#"[1,"1",true,null,-0.0]"#,
    );
    check(
        "States.ArrayUnique($)",
        r#"[{"a":1,"b":2},{"b":2.0,"a":1},[1],[1.0],[]]"#,
        r#"[{"a":1,"b":2},[1],[]]"#,
    );
    check_refuses("ArrayUnique", &["", "$.o", "'aa'", "$.a, 1"]);
}
