use std::time::Duration;

use asl::Json;

use crate::within;

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
