//! The functions over texts and JSON.

use asl::Json;

use crate::{call, check, check_fails, check_refuses};

#[test]
fn base64_decode() {
    check(
        "States.Base64Decode('RGF0YSB0byBlbmNvZGU=')",
        "{}",
        r#""Data to encode""#,
    );
    check(
        "States.Base64Decode('RGF0YSB0byBlbmNvZGU')",
        "{}",
        r#""Data to encode""#,
    );
    check("States.Base64Decode('')", "{}", r#""""#);
    check("States.Base64Decode('w6nDqQ==')", "{}", r#""éé""#);
    check("States.Base64Decode('Qf8=')", "{}", "\"A\u{fffd}\"");
    check_refuses(
        "Base64Decode",
        &["", "1", "'a'", "'a_b-'", "'YQ==YQ=='", "'Y Q=='", "$.a"],
    );
}

#[test]
fn base64_encode() {
    check("States.Base64Encode('')", "{}", r#""""#);
    check(
        "States.Base64Encode('Data to encode')",
        "{}",
        r#""RGF0YSB0byBlbmNvZGU=""#,
    );
    check("States.Base64Encode('é?>')", "{}", r#""w6k/Pg==""#);
    check_refuses("Base64Encode", &["", "1", "null", "$.o", "'a', 'b'"]);
}

#[test]
fn format() {
    check("States.Format('no place')", "{}", r#""no place""#);
    check(
        "States.Format('{}, {}{}', $.t, 'b', 3)",
        r#"{"t":"a \"q\""}"#,
        r#""a \"q\", b3""#,
    );
    check(
        "States.Format($.template, 'x')",
        r#"{"template":"It's {}!"}"#,
        r#""It's x!""#,
    );
    check(r"States.Format('\{{}\} it\'s \\', 1)", "{}", r#""{1} it's \\""#);
    check("States.Format('{}', '{}')", "{}", r#""{}""#);
    check(
        "States.Format('{} {} {} {}', null, true, 1.10, 100)",
        "{}",
        r#""null true 1.1 100""#,
    );
    check(
        "States.Format('{}', $)",
        r#"{"a":1,"b":["x",null,{"c":1.0}],"d":{}}"#,
        r#""{a=1, b=[x, null, {c=1.0}], d={}}""#,
    );
    for (number, printed) in [
        ("1e10", "1.0E10"),
        ("12345678.5", "1.23456785E7"),
        ("9999999.0", "9999999.0"),
        ("0.001", "0.001"),
        ("0.00012", "1.2E-4"),
        ("-1e300", "-1.0E300"),
        ("9007199254740993", "9007199254740993"),
    ] {
        check("States.Format('{}', $)", number, &format!("\"{printed}\""));
    }
    check_refuses(
        "Format",
        &["", "1", "$.a", "'{}'", "'{} {}', 1", "'{}', 1, 2", "'x', 1"],
    );
}

#[test]
fn format_takes_no_brace_alone() {
    let template = |problem: &str| format!("Invalid template in States.Format: {problem}");
    check_fails(
        "States.Format('{\"a\":{}}', 1)",
        "{}",
        &template("matching '}' not found for '{'"),
    );
    check_fails(
        "States.Format('{0}', 1)",
        "{}",
        &template("matching '}' not found for '{'"),
    );
    check_fails(
        "States.Format('{}}', 1)",
        "{}",
        &template("matching '{' not found for '}'"),
    );
}

#[test]
fn hash() {
    for (algorithm, digest) in [
        ("MD5", "900150983cd24fb0d6963f7d28e17f72"),
        ("SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "SHA-256",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            "SHA-384",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        ),
        (
            "SHA-512",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ] {
        check(
            &format!("States.Hash('abc', '{algorithm}')"),
            "{}",
            &format!("\"{digest}\""),
        );
    }
    check("States.Hash('', 'MD5')", "{}", r#""d41d8cd98f00b204e9800998ecf8427e""#);
    check_refuses(
        "Hash",
        &[
            "'abc'",
            "'abc', 'SHA256'",
            "'abc', 'sha-256'",
            "1, 'MD5'",
            "$.o, 'MD5'",
            "'a', 1",
        ],
    );
}

#[test]
fn json_merge() {
    let input = r#"{"a":{"x":{"p":1},"y":2},"b":{"z":3,"x":{"q":4}}}"#;
    check(
        "States.JsonMerge($.a, $.b, false)",
        input,
        r#"{"x":{"q":4},"y":2,"z":3}"#,
    );
    check(
        r#"States.JsonMerge(States.StringToJson('{"c": "d"}'), $.a, false)"#,
        input,
        r#"{"c":"d","x":{"p":1},"y":2}"#,
    );
    check_refuses(
        "JsonMerge",
        &[
            "$.o, $.o",
            "$.o, $.o, true",
            "$.o, $.o, 'false'",
            "$.o, $.a, false",
            "1, $.o, false",
        ],
    );
}

#[test]
fn json_to_string() {
    let check = |value: &str, printed: &str| {
        let answer = call("States.JsonToString($)", value.parse().unwrap()).unwrap();
        assert_eq!(answer.as_str(), Some(printed), "{value}");
    };
    check("null", "null");
    check(
        r#"{"a": [1, 1.0, "é\u0001\u001f\n\"\\/"], "b": {}}"#,
        r#"{"a":[1,1.0,"é\u0001\u001F\n\"\\/"],"b":{}}"#,
    );
    check(
        "[1e10, 0.0001, 100.0, 18446744073709551615]",
        "[1.0E10,1.0E-4,100.0,18446744073709551615]",
    );
    check_refuses("JsonToString", &["", "$.a, $.a"]);
}

#[test]
fn string_split() {
    check("States.StringSplit('1,2,3', ',')", "{}", r#"["1","2","3"]"#);
    check(
        "States.StringSplit('This.is+a,test=string', '.+,=')",
        "{}",
        r#"["This","is","a","test","string"]"#,
    );
    check("States.StringSplit(',,,,', ',')", "{}", "[]");
    check("States.StringSplit('', ',')", "{}", "[]");
    check("States.StringSplit('a.b', '')", "{}", r#"["a.b"]"#);
    check("States.StringSplit('aé😀b', '😀')", "{}", r#"["aé","b"]"#);
    check_refuses("StringSplit", &["'a'", "1, ','", "'a', 1", "$.a, ','", "'a', 'b', 'c'"]);
}

#[test]
fn string_to_json() {
    for (text, value) in [
        ("", "null"),
        (" \n", "null"),
        ("null", "null"),
        ("-0", "0"),
        (
            " [-0 , -0.0, -1, {\"-0\": -0}, \"[-0]\\\"-0\"]",
            r#"[0,-0.0,-1,{"-0":0},"[-0]\"-0"]"#,
        ),
        ("1e2", "100.0"),
        ("\"text\"", r#""text""#),
        (r#"{"b": 1, "a": [true], "b": 2}"#, r#"{"b":2,"a":[true]}"#),
    ] {
        let answer = call("States.StringToJson($)", text.into()).map(|value| value.to_string());
        assert_eq!(answer.as_deref(), Ok(value), "{text}");
    }
    for text in ["text", "{", "[1,]", "{'a':1}", "1 2", "1-0", "-", "--0", "-00", "NaN"] {
        let answer = call("States.StringToJson($)", text.into());
        assert!(
            answer
                .unwrap_err()
                .ends_with("Invalid arguments in States.StringToJson"),
            "{text}"
        );
    }
    check_refuses("StringToJson", &["", "1", "$.o", "'1', '2'"]);
}

#[test]
fn encoding_decoding_and_hashing_take_10000_characters() {
    for letter in ["a", "é"] {
        let text = letter.repeat(10_000);
        assert!(call("States.Base64Encode($)", text.as_str().into()).is_ok());
        assert!(call("States.Hash($, 'MD5')", text.as_str().into()).is_ok());
        assert!(call("States.Base64Encode($)", format!("{text}a").into()).is_err());
        assert!(call("States.Hash($, 'MD5')", format!("{text}a").into()).is_err());
    }
    assert!(call("States.Base64Decode($)", "YWJj".repeat(2500).into()).is_ok());
    assert!(call("States.Base64Decode($)", "YWJj".repeat(2501).into()).is_err());
}

#[test]
fn text_that_no_payload_holds_is_refused_before_it_is_made() {
    let half = Json::from("x".repeat(140_000));
    for expression in ["States.Format('{}{}', $, $)", "States.JsonToString(States.Array($, $))"] {
        let error = call(expression, half.clone()).unwrap_err();
        assert!(
            error.starts_with("States.DataLimitExceeded: The state/task 'S' returned"),
            "{error}"
        );
    }
    assert!(call("States.Format('{}', $)", half).is_ok());
}
