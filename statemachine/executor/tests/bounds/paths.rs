use std::time::Duration;

use asl::Json;

use crate::{failure, machine, program, run, within};

/// `path` in `document` is followed in no time.
fn check(document: &str, path: &str, expected: &str) {
    let document: Json = document.parse().unwrap();
    let path = asl::path::parse(path).unwrap();
    let found = within(Duration::from_secs(1), &path.text, || {
        executor::jsonpath(&document, &path)
    });
    assert_eq!(found.unwrap().to_string(), expected, "{}", path.text);
}

#[test]
fn slices_of_far_bounds_take_no_time() {
    check("[1,2,3]", "$[-2147483648:2147483647]", "[1,2,3,1,2,3]");
    check("[1,2,3]", "$[-2147483648:-1]", "[1,2]");
    check("[1,2,3]", "$[0:2147483647]", "[1,2,3]");
    check("[1,2,3]", "$[-2147483648:]", "[1,2,3]");
    check("[1,2,3]", "$[:-2147483648]", "[]");
    check("[1,2,3]", "$[2147483647:]", "[]");
}

/// `path` in `document` is refused in no time, and says why.
fn refused(document: &Json, path: &str, expected: &str) {
    let path = asl::path::parse(path).unwrap();
    let found = within(Duration::from_secs(5), &path.text, || {
        executor::jsonpath(document, &path)
    });
    let error = found.unwrap_err().to_string();
    assert!(error.contains(expected), "{}: {error}", path.text);
}

fn nested(depth: usize) -> Json {
    (0..depth).fold(Json::from(1_i64), |inner, _| Json::object([("a", inner)]))
}

/// `{"items":[{"v":0},{"v":1},...]}`
fn items(count: i64) -> Json {
    let item = |number| Json::object([("v", Json::from(number))]);
    Json::object([("items", Json::array((0..count).map(item).collect()))])
}

#[test]
fn many_descents_end() {
    let (work, size) = ("the path looks at too many values", "the path finds too much");
    refused(&nested(60), &format!("${}", "..a".repeat(8)), size);
    refused(&nested(60), &format!("${}.b", "..a".repeat(8)), work);
    refused(&nested(60), &format!("${}", "..*".repeat(12)), size);
    refused(&nested(900), "$..*..*..*", size);
    let texts = Json::array(vec!["x".repeat(200_000).into()]);
    refused(&texts, &format!("$[{}]", ["0"; 50].join(",")), size);
}

#[test]
fn filters_look_at_the_document_once() {
    let found = |path: &str, count: usize| {
        let (document, path) = (items(20_000), asl::path::parse(path).unwrap());
        let found = within(Duration::from_secs(5), &path.text, || {
            executor::jsonpath(&document, &path)
        });
        assert_eq!(
            found.unwrap().as_array().map(<[Json]>::len),
            Some(count),
            "{}",
            path.text
        );
    };
    found("$.items[?(@.v in $.items[*].v)]", 20_000);
    found("$.items[?(@.v nin $.items[*].v)]", 0);
    found("$.items[?($.items[*].v contains @.v)]", 20_000);
    found("$.items[?(@.v == $..v)]", 0);
    found("$.items[?(@.v < $.items[10].v)]", 10);
    found("$.items[?(@[*] anyof $..v)]", 20_000);
}

#[test]
fn filters_that_compare_too_much_end() {
    let work = "the path looks at too many values";
    refused(&items(20_000), "$.items[?(@ in $.items)]", work);
    let text = Json::array(vec!["a".repeat(40).into()]);
    refused(&text, "$[?(@ =~ /(a+)+b/)]", work);
    refused(&text, "$[?(@ =~ /(((a{1,100}){1,100}){1,100}){1,100}b/)]", work);
    refused(&items(20_000), "$.items[?($.items[*].v subsetof $..v)]", work);
}

#[test]
fn a_path_that_takes_too_much_fails_the_execution() {
    let path = format!("${}.b", "..a".repeat(8));
    let check = |states: &str| {
        let failure = failure(&run(&program(&machine(states)), nested(60)));
        assert!(failure.starts_with("States.Runtime: "), "{failure}");
        assert!(failure.contains("the path looks at too many values"), "{failure}");
    };
    check(&format!(r#""S":{{"Type":"Pass","InputPath":"{path}","End":true}}"#));
    check(&format!(
        r#""S":{{"Type":"Pass","Parameters":{{"x.$":"{path}"}},"End":true}}"#
    ));
    check(&format!(
        r#""S":{{"Type":"Pass","Parameters":{{"x.$":"States.ArrayLength({path})"}},"End":true}}"#
    ));
}
