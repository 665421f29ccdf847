//! Texts that are paths, and that are not.

#[test]
fn roots_and_steps() {
    let check = |text: &str, expected: &str| {
        let path = asl::path::parse(text).unwrap();
        assert_eq!(format!("{:?} {:?}", path.root, path.segments), expected, "{text}");
    };
    check("$", "Input []");
    check("$$.Execution.Id", r#"Context [Child("Execution"), Child("Id")]"#);
    check("$order['a b'][0]", r#"Variable("order") [Child("a b"), Index(0)]"#);
    check("$[ \"a\" , 'b' ]", r#"Input [Children(["a", "b"])]"#);
    check("$.*[*]", "Input [Wildcard, Wildcard]");
    check(
        "$..a[-1:]",
        r#"Input [Descend, Child("a"), Slice { from: Some(-1), to: None }]"#,
    );
    check(r"$['\'\\\n']", r#"Input [Child("'\\\n")]"#);
}

#[test]
fn definite_and_reference_paths() {
    let check = |text: &str, definite: bool, reference: bool| {
        let path = asl::path::parse(text).unwrap();
        assert_eq!(
            (path.is_definite(), path.is_reference()),
            (definite, reference),
            "{text}"
        );
    };
    check("$.a[0]['b']", true, true);
    check("$.a[-1]", true, false);
    check("$['a','b']", true, false);
    check("$['a','b'].c", false, false);
    check("$.a[0,1]", false, false);
    check("$..a", false, false);
}

#[test]
fn what_is_no_path_is_told() {
    let check = |text: &str, expected: &str| {
        assert_eq!(asl::path::parse(text).unwrap_err().to_string(), expected, "{text}");
    };
    check("", "a path begins with `$`, `$$` or a variable such as `$order`");
    check("order", "a path begins with `$`, `$$` or a variable such as `$order`");
    check("$1", "a path begins with `$`, `$$` or a variable such as `$order`");
    check("$$$", "expected `.` or `[` at position 2");
    check("$.a.", "a path must not end with `.`");
    check("$.a..", "a path must not end with `.`");
    check("$...a", "expected a field name, `*` or `[` at position 3");
    check(
        "$.my field",
        "use brackets and quotes, as in `['my field']`, for a name with blanks (position 4)",
    );
    check(
        "$.a.length()",
        "functions such as `length()` are not supported in paths",
    );
    check("$['a'", "`[` at position 1 is not closed");
    check("$[a]", "expected `?`, a quoted name, an index or `*` at position 2");
    check("$['a',]", "expected a quoted name at position 6");
    check("$[:]", "expected an index before or after `:` at position 2");
    check("$[99999999999]", "expected an index at position 2");
    check(
        "$[?(@.a ==)]",
        "expected a path, a quoted text, a number, `true`, `false`, `null` or a list at position 10",
    );
    check("$[?(@.a % 2)]", "expected an operator at position 8");
    check("$[?(1)]", "expected an operator at position 5");
    check("$[?(@.a =~ /x)]", "`(` at position 3 is not closed");
}
