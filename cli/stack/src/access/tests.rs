use super::*;

const VERSION: &str = "arn:aws:lambda:us-east-1:123456789012:function:order-dev-A:7";

/// A policy with one statement, whose fields `statement` has.
fn policy(statement: &str) -> Json {
    format!(r#"{{"Version":"2012-10-17","Statement":{{{statement}}}}}"#)
        .parse()
        .unwrap()
}

fn context(values: &[(&str, &[&str])]) -> Context {
    let values = values.iter().map(|(key, values)| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        ((*key).to_owned(), values)
    });
    Context {
        values: values.collect(),
        others: Others::Absent,
    }
}

/// What statements say of the invocation of a function.
#[track_caller]
fn check(statements: &[&str], expected: Decision) {
    let request = Request {
        principals: &[],
        action: "lambda:InvokeFunction",
        resource: VERSION,
        context: &Context::default(),
    };
    let policies: Vec<Json> = statements.iter().map(|statement| policy(statement)).collect();
    assert_eq!(decide(&policies, &request), expected, "{statements:?}");
}

#[test]
fn actions_and_resources_decide() {
    use Decision::{Allowed, Denied, NotAllowed};
    let allow = |action: &str, resource: &str| format!(r#""Effect":"Allow","Action":{action},"Resource":{resource}"#);
    let all = allow(r#""*""#, r#""*""#);
    for (action, resource, expected) in [
        (r#""*""#, r#""*""#, Allowed),
        (r#""lambda:InvokeFunction""#, r#""*""#, Allowed),
        (r#""Lambda:invokefunction""#, r#""*""#, Allowed),
        (r#""lambda:Invoke*""#, r#""*""#, Allowed),
        (r#""lambda:InvokeFunctio?""#, r#""*""#, Allowed),
        (r#""lambda:InvokeFunction?""#, r#""*""#, NotAllowed),
        (r#""lambda:Invoke""#, r#""*""#, NotAllowed),
        (r#""states:*""#, r#""*""#, NotAllowed),
        (r#"["states:*","lambda:*"]"#, r#""*""#, Allowed),
        (r#"[]"#, r#""*""#, NotAllowed),
        (
            r#""*""#,
            r#""arn:aws:lambda:us-east-1:123456789012:function:order-dev-A""#,
            NotAllowed,
        ),
        (
            r#""*""#,
            r#""arn:aws:lambda:us-east-1:123456789012:function:order-dev-A:*""#,
            Allowed,
        ),
        (
            r#""*""#,
            r#""arn:aws:lambda:us-east-1:123456789012:function:order-dev-?:7""#,
            Allowed,
        ),
        (r#""*""#, r#""arn:aws:lambda:*:function:order-dev-A:7""#, Allowed),
        (
            r#""*""#,
            r#""arn:aws:lambda:us-east-1:123456789012:function:ORDER-dev-A:7""#,
            NotAllowed,
        ),
        (r#""*""#, r#"["arn:aws:s3:::*","arn:aws:lambda:*A:7"]"#, Allowed),
    ] {
        check(&[&allow(action, resource)], expected);
    }
    check(&[], NotAllowed);
    check(&[&all, r#""Effect":"Deny","Action":"lambda:*","Resource":"*""#], Denied);
    check(&[r#""Effect":"Deny","Action":"lambda:*","Resource":"*""#, &all], Denied);
    check(&[&all, r#""Effect":"Deny","Action":"s3:*","Resource":"*""#], Allowed);
    check(&[r#""Effect":"Deny","Action":"s3:*","Resource":"*""#], NotAllowed);
    check(&[r#""Effect":"Allow","NotAction":"s3:*","Resource":"*""#], Allowed);
    check(
        &[r#""Effect":"Allow","NotAction":["s3:*","lambda:*"],"Resource":"*""#],
        NotAllowed,
    );
    check(&[&all, r#""Effect":"Deny","NotAction":"s3:*","Resource":"*""#], Denied);
    check(
        &[r#""Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::*""#],
        Allowed,
    );
    check(
        &[r#""Effect":"Allow","Action":"*","NotResource":"arn:aws:lambda:*""#],
        NotAllowed,
    );
}

#[test]
fn variables_stand_for_what_the_request_says() {
    use Decision::{Allowed, NotAllowed, Unclear};
    let names = context(&[("aws:PrincipalTag/team", &["a*"]), ("many", &["a", "b"])]);
    for (resource, asked, expected) in [
        ("x-${aws:PrincipalTag/team}", "x-a*", Allowed),
        ("x-${aws:principaltag/TEAM}", "x-a*", Allowed),
        ("x-${aws:PrincipalTag/team}", "x-ab", NotAllowed),
        ("x-${*}", "x-*", Allowed),
        ("x-${*}", "x-y", NotAllowed),
        ("x-${$}${?}", "x-$?", Allowed),
        ("x-${nobody}", "x-y", Unclear),
        ("x-${nobody, 'y'}", "x-y", Allowed),
        ("x-${many}", "x-a", Unclear),
        ("x-${open", "x-${open", Allowed),
    ] {
        let statement = format!(r#""Effect":"Allow","Action":"s3:*","Resource":"{resource}""#);
        let request = Request {
            principals: &[],
            action: "s3:GetObject",
            resource: asked,
            context: &names,
        };
        assert_eq!(decide(&[policy(&statement)], &request), expected, "{resource} {asked}");
    }
}

#[track_caller]
fn check_principal(principal: &str, expected: Decision) {
    let trust = policy(&format!(r#""Effect":"Allow",{principal}"Action":"sts:AssumeRole""#));
    let request = Request {
        principals: &["states.amazonaws.com", "states.us-east-1.amazonaws.com"],
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::123456789012:role/r",
        context: &Context::default(),
    };
    assert_eq!(decide(&[trust], &request), expected, "{principal}");
}

#[test]
fn a_trust_policy_names_who_may_assume_the_role() {
    use Decision::{Allowed, NotAllowed, Unclear};
    check_principal(r#""Principal":{"Service":"states.amazonaws.com"},"#, Allowed);
    check_principal(
        r#""Principal":{"Service":["x","states.us-east-1.amazonaws.com"]},"#,
        Allowed,
    );
    check_principal(r#""Principal":{"Service":"lambda.amazonaws.com"},"#, NotAllowed);
    check_principal(r#""Principal":{"AWS":"arn:aws:iam::123456789012:root"},"#, NotAllowed);
    check_principal(r#""Principal":{"AWS":"*"},"#, Allowed);
    check_principal(r#""Principal":"*","#, Allowed);
    check_principal(r#""NotPrincipal":{"Service":"lambda.amazonaws.com"},"#, Unclear);
}

/// What the condition makes of a request with this context.
#[track_caller]
fn check_condition(condition: &str, context: &Context, expected: Decision) {
    let statement = format!(r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}"#);
    let request = Request {
        principals: &[],
        action: "sts:AssumeRole",
        resource: "*",
        context,
    };
    assert_eq!(decide(&[policy(&statement)], &request), expected, "{condition}");
}

#[test]
fn conditions_compare_as_their_operators_say() {
    use Decision::{Allowed, NotAllowed, Unclear};
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m:live";
    let there = context(&[
        ("aws:SourceArn", &[arn]),
        ("aws:SourceAccount", &["123456789012"]),
        ("aws:SecureTransport", &["true"]),
        ("aws:TagKeys", &["team", "cost"]),
        ("none", &[]),
    ]);
    for (condition, expected) in [
        (r#"{}"#, Allowed),
        (r#"{"StringEquals":{"aws:SourceAccount":"123456789012"}}"#, Allowed),
        (
            r#"{"StringEquals":{"AWS:sourceaccount":["1","123456789012"]}}"#,
            Allowed,
        ),
        (r#"{"StringEquals":{"aws:SourceAccount":"1234*"}}"#, NotAllowed),
        (r#"{"StringLike":{"aws:SourceAccount":"1234*"}}"#, Allowed),
        (r#"{"StringNotLike":{"aws:SourceAccount":["9*","1234*"]}}"#, NotAllowed),
        (r#"{"StringNotLike":{"aws:SourceAccount":["9*","8*"]}}"#, Allowed),
        (r#"{"StringNotEquals":{"aws:SourceAccount":"1"}}"#, Allowed),
        (r#"{"StringEqualsIgnoreCase":{"aws:SecureTransport":"TRUE"}}"#, Allowed),
        (
            r#"{"StringNotEqualsIgnoreCase":{"aws:SecureTransport":"TRUE"}}"#,
            NotAllowed,
        ),
        (r#"{"Bool":{"aws:SecureTransport":"true"}}"#, Allowed),
        (r#"{"Bool":{"aws:SecureTransport":"false"}}"#, NotAllowed),
        (
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:states:*:123456789012:stateMachine:m:*"}}"#,
            Allowed,
        ),
        (
            r#"{"ArnEquals":{"aws:SourceArn":"arn:aws:states:*:*:stateMachine:*"}}"#,
            Allowed,
        ),
        (
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:states:*:stateMachine:m:live"}}"#,
            NotAllowed,
        ),
        (r#"{"ArnLike":{"aws:SourceArn":"*"}}"#, NotAllowed),
        (
            r#"{"ArnNotLike":{"aws:SourceArn":"arn:aws:states:*:*:stateMachine:n"}}"#,
            Allowed,
        ),
        (r#"{"StringEquals":{"x":"y"}}"#, NotAllowed),
        (r#"{"StringNotEquals":{"x":"y"}}"#, Allowed),
        (r#"{"StringEqualsIfExists":{"x":"y"}}"#, Allowed),
        (r#"{"StringEqualsIfExists":{"aws:SourceAccount":"1"}}"#, NotAllowed),
        (
            r#"{"ArnLikeIfExists":{"aws:SourceArn":"arn:aws:states:*:*:stateMachine:n"}}"#,
            NotAllowed,
        ),
        (
            r#"{"ArnLikeIfExists":{"aws:SourceArn":"arn:aws:states:*:*:stateMachine:m:*"}}"#,
            Allowed,
        ),
        (
            r#"{"ArnLikeIfExists":{"x":"arn:aws:states:*:*:stateMachine:n"}}"#,
            Allowed,
        ),
        (r#"{"ArnLike":{"x":"arn:aws:states:*:*:stateMachine:n"}}"#, NotAllowed),
        (
            r#"{"ArnEquals":{"aws:SourceArn":["arn:aws:iam::aws:policy/Read","arn:aws:states:us-east-1:123456789012:stateMachine:m:live"]}}"#,
            Allowed,
        ),
        (
            r#"{"ArnEquals":{"aws:SourceArn":"arn:aws:iam::aws:policy/Read"}}"#,
            NotAllowed,
        ),
        (r#"{"ArnEquals":{"x":"arn:aws:iam::aws:policy/Read"}}"#, NotAllowed),
        (
            r#"{"StringLike":{"aws:SourceAccount":"${aws:SourceAccount}"}}"#,
            Allowed,
        ),
        (
            r#"{"StringEquals":{"aws:SourceAccount":"${aws:SourceArn}"}}"#,
            NotAllowed,
        ),
        (r#"{"StringLike":{"aws:SourceAccount":"12345678901?"}}"#, Allowed),
        (r#"{"StringLike":{"x":"*"}}"#, NotAllowed),
        (r#"{"Null":{"x":"true"}}"#, Allowed),
        (r#"{"Null":{"none":"true"}}"#, Allowed),
        (r#"{"Null":{"aws:SourceArn":"true"}}"#, NotAllowed),
        (r#"{"Null":{"aws:SourceArn":"false"}}"#, Allowed),
        (
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["team","cost","x"]}}"#,
            Allowed,
        ),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"team"}}"#, NotAllowed),
        (r#"{"ForAllValues:StringEquals":{"x":"y"}}"#, Allowed),
        (r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":"team"}}"#, Allowed),
        (r#"{"ForAnyValue:StringEquals":{"x":"y"}}"#, NotAllowed),
        (
            r#"{"StringEquals":{"aws:SourceAccount":"123456789012","x":"y"}}"#,
            NotAllowed,
        ),
        (
            r#"{"StringEquals":{"aws:SourceAccount":"123456789012"},"Bool":{"aws:SecureTransport":"false"}}"#,
            NotAllowed,
        ),
        (r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, Unclear),
        (
            r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"StringEquals":{"x":"y"}}"#,
            NotAllowed,
        ),
        (r#"{"ForSome:StringEquals":{"x":"y"}}"#, Unclear),
        (r#"{"StringEquals":"x"}"#, Unclear),
        (r#""x""#, Unclear),
    ] {
        check_condition(condition, &there, expected);
    }
}

#[test]
fn what_nobody_knows_of_a_request_decides_nothing() {
    use Decision::{NotAllowed, Unclear};
    let some = Context {
        others: Others::Unknown,
        ..context(&[("aws:SourceAccount", &["1"])])
    };
    check_condition(r#"{"StringEquals":{"x":"y"}}"#, &some, Unclear);
    check_condition(r#"{"StringEqualsIfExists":{"x":"y"}}"#, &some, Unclear);
    check_condition(r#"{"Null":{"x":"true"}}"#, &some, Unclear);
    check_condition(
        r#"{"StringEquals":{"aws:SourceAccount":"2","x":"y"}}"#,
        &some,
        NotAllowed,
    );
}

#[test]
fn what_is_unclear_matters_only_where_nothing_else_decides() {
    use Decision::{Allowed, Denied, Unclear};
    let unclear = r#""Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#;
    let (allow, deny) = (
        format!(r#""Effect":"Allow",{unclear}"#),
        format!(r#""Effect":"Deny",{unclear}"#),
    );
    let all = r#""Effect":"Allow","Action":"*","Resource":"*""#;
    check(&[&allow], Unclear);
    check(&[&allow, all], Allowed);
    check(&[&deny, all], Unclear);
    check(&[&deny], Decision::NotAllowed);
    check(
        &[&deny, all, r#""Effect":"Deny","Action":"lambda:*","Resource":"*""#],
        Denied,
    );
    check(
        &[&allow, r#""Effect":"Deny","Action":"lambda:*","Resource":"*""#],
        Denied,
    );
}

#[test]
fn our_own_policies_allow_what_they_are_for() {
    let scope = crate::Scope::of_tests();
    let trust = crate::policy::function_trust(&scope, "order-dev-A");
    let mut source = context(&[("aws:SourceAccount", &["123456789012"])]);
    let decision = |principal: &'static str, source: &Context| {
        let request = Request {
            principals: &[principal],
            action: "sts:AssumeRole",
            resource: "*",
            context: source,
        };
        decide([&trust], &request)
    };
    assert_eq!(decision("lambda.amazonaws.com", &source), Decision::Allowed);
    assert_eq!(decision("states.amazonaws.com", &source), Decision::NotAllowed);
    assert_eq!(
        decision("lambda.amazonaws.com", &Context::default()),
        Decision::NotAllowed
    );
    let arn = |name: &str| vec![scope.function_arn(name)];
    source.values.insert("aws:SourceArn".into(), arn("order-dev-B"));
    assert_eq!(decision("lambda.amazonaws.com", &source), Decision::NotAllowed);
    source.values.insert("aws:SourceArn".into(), arn("order-dev-A:7"));
    assert_eq!(decision("lambda.amazonaws.com", &source), Decision::Allowed);
}
