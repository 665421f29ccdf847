//! Placeholders and what fills them.

use asl::{Placeholder, placeholders, substitute};

fn value_of(placeholder: &Placeholder<'_>) -> Option<String> {
    Some(match placeholder.name {
        "AWS::Region" => "eu-west-1".to_owned(),
        "AWS::AccountId" => "1".to_owned(),
        "Check" if placeholder.wants_name() => "order-dev-Check".to_owned(),
        "Check" => "arn:of:check".to_owned(),
        "Quote" => "a\"b\\c".to_owned(),
        "Seconds" => "5".to_owned(),
        _ => return None,
    })
}

#[test]
fn values_take_the_place_of_placeholders() {
    let check = |text: &str, expected: &str| assert_eq!(substitute(text, value_of).text, expected);
    check(r#""${Check}""#, r#""arn:of:check""#);
    check(
        r#""arn:aws:lambda:${AWS::Region}:1:function:${Check}""#,
        r#""arn:aws:lambda:eu-west-1:1:function:order-dev-Check""#,
    );
    check(
        r#""arn:aws:lambda:REGION:ACCOUNT_ID:function:f""#,
        r#""arn:aws:lambda:eu-west-1:1:function:f""#,
    );
    check(
        r#""REGION", "MY_REGION:", ":REGIONS:", ":REGION""#,
        r#""REGION", "MY_REGION:", ":REGIONS:", ":REGION""#,
    );
    check(r#"REGION:REGION:"#, r#"REGION:REGION:"#);
    check(r#""${Quote}""#, r#""a\"b\\c""#);
    check(r#"{"Seconds": ${Seconds}}"#, r#"{"Seconds": 5}"#);
    check(r#""\"${Check}\"""#, r#""\"arn:of:check\"""#);
    check(
        r#""${Nobody} ${not a name} ${ ${} ${Check""#,
        r#""${Nobody} ${not a name} ${ ${} ${Check""#,
    );
}

#[test]
fn what_nobody_has_a_value_for_is_told_with_its_place() {
    let text = r#"{"é": "${Nobody}", "b": "x:REGION:${Nobody.Arn}"}"#;
    let found: Vec<(String, &str)> = substitute(text, value_of)
        .unresolved
        .into_iter()
        .map(|(name, span)| (name, &text[span]))
        .collect();
    assert_eq!(
        found,
        [
            ("Nobody".to_owned(), "${Nobody}"),
            ("Nobody.Arn".to_owned(), "${Nobody.Arn}")
        ]
    );
}

#[test]
fn placeholders_know_what_stands_before_them() {
    let found = placeholders(r#"{"a": "arn:aws:states:REGION:1:stateMachine:${M}", "b": ${B}}"#);
    let seen: Vec<(&str, &str, bool)> = found
        .iter()
        .map(|one| (one.name, one.before, one.wants_name()))
        .collect();
    assert_eq!(
        seen,
        [
            ("AWS::Region", "arn:aws:states:", false),
            ("M", "arn:aws:states:REGION:1:stateMachine:", true),
            ("B", "", false),
        ]
    );
}

#[test]
fn places_in_the_filled_text_lead_back_to_the_original() {
    let text = r#"{"a": "${Check}", "b": "x ${Seconds}", "c": 1}"#;
    let filled = substitute(text, value_of);
    let check = |part: &str, expected: &str| {
        let start = filled.text.find(part).unwrap();
        let span = filled.original_span(&(start..start + part.len()));
        assert_eq!(&text[span], expected, "{part}");
    };
    check(r#""a""#, r#""a""#);
    check(r#""arn:of:check""#, r#""${Check}""#);
    check("arn:of:check", "${Check}");
    check("of", "${Check}");
    check("x 5", "x ${Seconds}");
    check(r#"check", "b""#, r#"${Check}", "b""#);
    check(r#""c": 1"#, r#""c": 1"#);
}
