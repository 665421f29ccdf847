//! Sums and chance.

use std::collections::BTreeSet;

use asl::Json;

use crate::{call, check, check_refuses};

#[test]
fn math_add() {
    for (numbers, sum) in [
        ("1, 2", "3"),
        ("-1.5, 0", "-1"),
        ("0.5, 0", "1"),
        ("1.49, 1.5", "3"),
        ("-0.5, 0", "0"),
        ("-1.51, 0", "-2"),
        ("0.49999999999999994, 0", "0"),
        ("1e3, 5.0", "1005"),
        ("2147483647, -2147483648", "-1"),
        ("2147483647.4, 0", "2147483647"),
    ] {
        check(&format!("States.MathAdd({numbers})"), "{}", sum);
    }
    check_refuses(
        "MathAdd",
        &[
            "1",
            "1, '-1'",
            "1, null",
            "1, true",
            "2147483648, 0",
            "2147483647, 1",
            "-2147483648.6, 0",
            "1, 2, 3",
        ],
    );
}

#[test]
fn math_random_with_a_seed_gives_the_numbers_of_java_util_random() {
    for (arguments, number) in [
        ("0, 999, 3", "239"),
        ("1, 999, 42", "255"),
        ("-5, 5, -7", "-3"),
        ("0, 2147483647, 99", "1551465787"),
        ("-2147483648, 2147483647, 5", "-1157408321"),
        ("-2000000000, 2000000000, 1", "-1155869325"),
        ("0, 1073741824, 1", "784774492"),
        ("0, 3, 123456789012", "0"),
        ("0.6, 2.4, 3", "1"),
    ] {
        check(&format!("States.MathRandom({arguments})"), "{}", number);
    }
    check_refuses(
        "MathRandom",
        &[
            "1",
            "1, 1",
            "2, 1",
            "'1', 2",
            "1, 2, 'seed'",
            "1, 2147483648",
            "1, 2, 3, 4",
        ],
    );
}

#[test]
fn uuids_are_of_version_4_and_all_different() {
    let answer = call("States.Array(States.UUID(), States.UUID(), States.UUID())", Json::Null).unwrap();
    let uuids: BTreeSet<&str> = answer.as_array().unwrap().iter().filter_map(Json::as_str).collect();
    assert_eq!(uuids.len(), 3);
    for uuid in uuids {
        let shape: String = uuid
            .chars()
            .map(|letter| if letter.is_ascii_hexdigit() { 'x' } else { letter })
            .collect();
        assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }
    check_refuses("UUID", &["1"]);
}
