//! Regular expressions of JSONata are JavaScript's.

use asl::Json;

fn answer(expression: &str) -> Result<String, String> {
    let found = executor::jsonata(expression, None, &[("t", Json::from("a-b_c"))]);
    found
        .map(|value| value.to_string())
        .map_err(|error| error.unwrap_or_else(|| "undefined".to_owned()))
}

fn check(expression: &str, expected: &str) {
    assert_eq!(answer(expression).as_deref(), Ok(expected), "{expression}");
}

#[test]
fn classes_are_of_ascii() {
    check(r#"$replace("Ä1", /\w/, "x")"#, r#""Äx""#);
    check(r#"$contains("١", /\d/)"#, "false");
    check(r#"$contains("\ufeff", /\s/)"#, "true");
    check(r#"$contains("\u0085", /\s/)"#, "false");
    check(r#"$contains("é", /\W/)"#, "true");
    check(r#"$contains("éa", /\ba/)"#, "true");
    check(r#"$contains("éa", /\Ba/)"#, "false");
    check(r#"$contains("\u2028", /./)"#, "false");
    check(r#"$contains("x", /[^\d\s]/)"#, "true");
    check(r#"$contains("\u212a", /k/i)"#, "false");
    check(r#"$contains("É", /é/i)"#, "true");
    check(r#"$contains("b", /[]/)"#, "false");
    check(r#"$contains("b", /[^]/)"#, "true");
    check(r#"$contains("a\nb", /^b$/m)"#, "true");
    check(r#"$contains("a{1b]", /a{1b]/)"#, "true");
    check(r#"$contains("\u0001", /\1/)"#, "true");
}

#[test]
fn what_stands_around_can_be_looked_at() {
    check(r#"$contains("foobar", /foo(?=bar)/)"#, "true");
    check(r#"$contains("foobar", /foo(?!bar)/)"#, "false");
    check(r#"$replace("a1b2", /(?<=[a-z])\d/, "!")"#, r#""a!b!""#);
    check(
        r#"$replace("1234567", /\B(\d{3})(?=(\d{3})*$)/, ",$1")"#,
        r#""1,234,567""#,
    );
    check(r#"$split("aXbXc", /(?<!b)X/)"#, r#"["a","bXc"]"#);
    check(r#"$split("a-b_c", /[-_](?=.)/, 2)"#, r#"["a","b"]"#);
    check(r#"$t ~> $split(/[-_](?=.)/)"#, r#"["a","b","c"]"#);
    check(r#"$t ~> $contains(/(?<=-)b/)"#, "true");
    check(
        r#"$match("1a 2b", /\d(?=(\w))/)"#,
        r#"[{"match":"1","index":0,"groups":["a"]},{"match":"2","index":3,"groups":["b"]}]"#,
    );
    check(r#"$match("😀aa", /(a)\1/).index"#, "2");
    check(
        r#"$replace("xaax", /(?<l>a)\k<l>/, function($m) { $m.match & $m.groups[0] })"#,
        r#""xaaax""#,
    );
    check(r#"("ab" ~> /b(?!c)/).start"#, "1");
    check(r#"($f := /a(?!b)/; $match("aba", $f).index)"#, "2");
}

#[test]
fn groups_are_forgotten_with_every_round() {
    check(r#"$string($match("ab", /(?:(a)|b)*/).groups)"#, r#""[null]""#);
    check(r#"$match("aab", /(z)?((a)|b)*/).match"#, r#""aab""#);
}

#[test]
fn a_pattern_that_is_none_is_refused() {
    let refused = |expression: &str, reason: &str| {
        let error = answer(expression).unwrap_err();
        assert_eq!(error, format!("SyntaxError: Invalid regular expression: {reason}"));
    };
    refused("/(a/", "/(a/: Unterminated group");
    refused("/a)/", "/a)/: Unmatched ')'");
    refused("/a**/", "/a**/: Nothing to repeat");
    refused("/[b-a]/", "/[b-a]/: Range out of order in character class");
    refused("/a{2,1}/", "/a{2,1}/: numbers out of order in {} quantifier");
    refused("/(?<a>x)(?<a>y)/", "/(?<a>x)(?<a>y)/: Duplicate capture group name");
    refused("/(?i)a/", "/(?i)a/: Invalid group");
}

#[test]
fn base64_is_of_bytes() {
    check(r#"$base64encode("é")"#, r#""6Q==""#);
    check(r#"$base64encode("abc")"#, r#""YWJj""#);
    check(r#"$base64decode($base64encode("é"))"#, r#""é""#);
    check(r#"$base64decode("w6k=")"#, r#""Ã©""#);
    check(r#""é" ~> $base64encode"#, r#""6Q==""#);
    check(r#""é" ~> $base64encode()"#, r#""6Q==""#);
    check(r#""6Q==" ~> $base64decode()"#, r#""é""#);
    check(r#"$map(["é", "a"], $base64encode)"#, r#"["6Q==","YQ=="]"#);
}
