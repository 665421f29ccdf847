//! What the corpus of expressions does not ask about paths.

use asl::{Json, Path};

fn answer(document: &str, path: &str) -> Result<String, String> {
    let document: Json = document.parse().map_err(|error| format!("{error}"))?;
    let path: Path = asl::path::parse(path).map_err(|error| error.to_string())?;
    executor::jsonpath(&document, &path)
        .map(|value| value.to_string())
        .map_err(|error| error.to_string())
}

#[test]
fn steps_and_filters() {
    let check = |document: &str, path: &str, expected: &str| {
        assert_eq!(answer(document, path).as_deref(), Ok(expected), "{path} in {document}");
    };
    check(r#"{"a":[1,2,3,4]}"#, "$.a[-2:]", "[3,4]");
    check(r#"{"a":[1,2,3,4]}"#, "$.a[:-1]", "[1,2,3]");
    check(r#"{"a":[1,2,3,4]}"#, "$.a[-1:2]", "[4,1,2]");
    check(r#"{"a":[1,2,3,4]}"#, "$.a[1:4:2]", "[2,3,4]");
    check(r#"{"a":[1,2,3,4]}"#, "$.a[3,0,9]", "[4,1]");
    check(r#"{"a'b":1}"#, r"$['a\'b']", "1");
    check(r#"[{"a":1},{"b":2}]"#, "$[?(!@.a)]", r#"[{"b":2}]"#);
    check(r#"[{"a":1},{"a":2},{"a":3}]"#, "$[?(@.a == 1 || @.a > 2)].a", "[1,3]");
    check(r#"[{"a":1},{"a":2}]"#, "$[?((@.a > 0) && !(@.a == 1))].a", "[2]");
    check(
        r#"{"max":2,"items":[{"n":1},{"n":3}]}"#,
        "$.items[?(@.n < $.max)].n",
        "[1]",
    );
    check(r#"[{"a":"1"},{"a":1}]"#, "$[?(@.a === 1)]", r#"[{"a":1}]"#);
    check(r#"[{"a":"1"},{"a":1}]"#, "$[?(@.a !== 1)]", r#"[{"a":"1"}]"#);
    check(r#"[{"a":"One"},{"a":"two"}]"#, "$[?(@.a =~ /o.*/i)].a", r#"["One"]"#);
    check(r#"[{"a":["x","y"]}]"#, "$[?(@.a =~ /y/)].a[0]", r#"["x"]"#);
    check(r#"[{"a":"ab"},{"a":"ac"}]"#, "$[?(@.a =~ /a(?=b).*/)].a", r#"["ab"]"#);
    check(
        r#"[{"a":"abab"},{"a":"abba"}]"#,
        r"$[?(@.a =~ /(..)\1/)].a",
        r#"["abab"]"#,
    );
    check(r#"[{"a":"É"},{"a":"e"}]"#, r"$[?(@.a =~ /\w/)].a", r#"["e"]"#);
    check(r#"[{"a":"aab"}]"#, "$[?(@.a =~ /a++ab/)]", "[]");
    check(r#"[{"a":"AB"}]"#, "$[?(@.a =~ /(?i)ab/)].a", r#"["AB"]"#);
    check(r#"[{"a":12}]"#, r"$[?(@.a =~ /\p{Digit}{2}/)].a", "[12]");
    check(
        r#"[{"a":["p","q"]},{"a":["p"]}]"#,
        "$[?(@.a subsetof ['p','r'])].a",
        r#"[["p"]]"#,
    );
    check(
        r#"[{"a":["p","q"]},{"a":["p"]}]"#,
        "$[?(@.a all ['p','q'])].a",
        r#"[["p","q"]]"#,
    );
    check(
        r#"[{"a":"p"},{"a":"q"},{}]"#,
        "$[?(@.a nin ['p'])]",
        r#"[{"a":"q"},{}]"#,
    );
    check(r#"[{"a":"p"},{"a":1}]"#, "$[?(@.a type 'number')].a", "[1]");
    check(r#"[{"a":[]},{"b":1}]"#, "$[?(@.a[*])]", r#"[{"a":[]}]"#);
    check(r#"[{"a":"😀"}]"#, "$[?(@.a size 2)].a", r#"["😀"]"#);
    check(r#"[[{"a":1},{"b":2}]]"#, "$..[0].a", "[1]");
}

#[test]
fn what_leads_nowhere() {
    let check = |document: &str, path: &str, expected: &str| {
        assert_eq!(answer(document, path), Err(expected.to_owned()), "{path} in {document}");
    };
    check(
        r#"{"a":1}"#,
        "$.a[?(@.b)]",
        "Filter: [?] can not be applied to primitives. Current context is: 1",
    );
    check(
        r#"{"a":{"b":[null]}}"#,
        "$.a[0]",
        "Filter: [0] can only be applied to arrays. Current context is: {b=[null]}",
    );
    check(
        r#"[{"a":"b"}]"#,
        "$[?(@.a =~ /b{2/)]",
        "the regular expression /b{2/ is not valid: Illegal repetition",
    );
    check(
        "null",
        "$.a",
        "Unable to apply Path transformation to null or empty input.",
    );
    check(
        r#"{"a":"text"}"#,
        "$.a.b",
        "Expected to find an object with property ['b'] in path $['a'] but found 'java.lang.String'. This is not a json \
         object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.",
    );
}

#[test]
fn a_path_into_a_large_document_copies_nothing_else() {
    let items: Vec<Json> = (0..100_000_i64).map(|n| Json::object([("n", Json::from(n))])).collect();
    let document = Json::object([("items", Json::array(items))]);
    let path = asl::path::parse("$.items").unwrap();
    let (Json::Array(found), Some(Json::Array(original))) =
        (executor::jsonpath(&document, &path).unwrap(), document.get("items"))
    else {
        panic!("an array was put in");
    };
    assert!(std::sync::Arc::ptr_eq(&found, original));
}
