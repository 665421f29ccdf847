use super::*;

#[track_caller]
fn check(service: Service, action: &str, status: u16, code: &str, message: &str, minutes: Option<u64>) {
    let failure = Failure {
        service,
        action,
        status: Some(status),
        code,
        message,
    };
    let mut retries = Retries::default();
    let waited: Duration = std::iter::from_fn(|| retries.next(&failure))
        .map(|wait| wait.delay)
        .sum();
    let budget = Duration::from_secs(60 * minutes.unwrap_or_default());
    let slack = if minutes.is_some() {
        Duration::from_secs(8)
    } else {
        Duration::ZERO
    };
    assert!(
        waited <= budget && waited + slack >= budget,
        "{action} {code} {message}: {waited:?} of {budget:?}"
    );
}

#[test]
fn every_error_of_the_table_is_waited_for_as_long_as_it_says() {
    use Service::{Iam, Lambda, Logs, S3, States};
    let role = "The role defined for the function cannot be assumed by Lambda.";
    let invalid = "InvalidParameterValueException";
    check(Lambda, "CreateFunction", 400, invalid, role, Some(5));
    check(Lambda, "UpdateFunctionConfiguration", 400, invalid, role, Some(5));
    check(Lambda, "UpdateFunctionCode", 400, invalid, role, None);
    check(Lambda, "CreateFunction", 400, invalid, "The memory is too small", None);
    let kms = "KMS key is invalid for CreateGrant";
    check(Lambda, "CreateFunction", 400, invalid, kms, Some(5));
    let permissions = "The provided execution role does not have permissions to call CreateNetworkInterface on EC2";
    check(Lambda, "CreateFunction", 400, invalid, permissions, Some(5));
    let stood_still = "Your socket connection to the server was not read from or written to within the timeout period.";
    check(S3, "PutObject", 400, "RequestTimeout", stood_still, Some(1));
    check(
        S3,
        "PutObject",
        400,
        "BadDigest",
        "did not match what we received",
        None,
    );
    check(S3, "ListObjectsV2", 404, "NoSuchBucket", "does not exist", None);
    check(
        Lambda,
        "UpdateFunctionCode",
        409,
        "ResourceConflictException",
        "in progress",
        Some(5),
    );
    check(
        Lambda,
        "PublishVersion",
        409,
        "ResourceConflictException",
        "in progress",
        Some(5),
    );
    check(
        Lambda,
        "CreateFunction",
        409,
        "ResourceConflictException",
        "already exist",
        None,
    );
    let denied = "AccessDeniedException";
    let assume = "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.";
    check(States, "CreateStateMachine", 400, denied, assume, Some(2));
    check(States, "UpdateStateMachine", 400, denied, assume, Some(2));
    check(
        States,
        "CreateStateMachine",
        400,
        denied,
        "is not authorized to create managed-rule",
        Some(2),
    );
    let log = "The state machine IAM Role is not authorized to access the Log Destination";
    check(States, "UpdateStateMachine", 400, denied, log, Some(2));
    check(States, "DeleteStateMachine", 400, denied, assume, None);
    check(
        States,
        "CreateStateMachine",
        400,
        "StateMachineDeleting",
        "deleting",
        Some(5),
    );
    check(
        States,
        "UpdateStateMachineAlias",
        400,
        "ConflictException",
        "conflict",
        Some(1),
    );
    check(Iam, "PutRolePolicy", 409, "ConcurrentModification", "", Some(2));
    check(Iam, "DeleteRole", 409, "DeleteConflict", "", Some(2));
    check(Iam, "PutRolePolicy", 404, "NoSuchEntity", "", Some(2));
    check(Iam, "GetRole", 404, "NoSuchEntity", "", None);
    check(
        Logs,
        "PutRetentionPolicy",
        400,
        "OperationAbortedException",
        "",
        Some(1),
    );
    check(Logs, "CreateLogGroup", 503, "ServiceUnavailableException", "", Some(1));
}

#[test]
fn throttles_and_server_errors_are_waited_for_in_every_call() {
    use Service::{Iam, Lambda, States, Sts};
    check(Iam, "ListRoles", 400, "Throttling", "Rate exceeded", Some(5));
    check(
        Lambda,
        "GetFunction",
        429,
        "TooManyRequestsException",
        "Rate exceeded",
        Some(5),
    );
    check(
        States,
        "DescribeStateMachine",
        400,
        "ThrottlingException",
        "Rate exceeded",
        Some(5),
    );
    check(Sts, "GetCallerIdentity", 503, "InternalFailure", "", Some(5));
}

#[test]
fn what_the_caller_may_not_do_is_fatal_at_once() {
    let message = "User: arn:aws:iam::1:user/x is not authorized to perform: states:CreateStateMachine because no \
                   identity-based policy allows it; also not authorized to assume the provided role";
    check(
        Service::States,
        "CreateStateMachine",
        400,
        "AccessDeniedException",
        message,
        None,
    );
}

#[test]
fn a_denial_to_the_caller_is_told_from_that_of_a_role() {
    let check = |code: &str, message: &str, expected: bool| {
        let failure = Failure {
            service: Service::States,
            action: "CreateStateMachine",
            status: Some(400),
            code,
            message,
        };
        assert_eq!(failure.is_denied_to_caller(), expected, "{code} {message}");
        assert_eq!(
            Retries::default().next(&failure).is_none(),
            expected,
            "{code} {message}"
        );
    };
    let assume = "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.";
    check("AccessDeniedException", assume, false);
    check(
        "AccessDeniedException",
        "'arn:aws:iam::1:role/r' is not authorized to create managed-rule.",
        false,
    );
    let log = "The state machine IAM Role is not authorized to access the Log Destination";
    check("AccessDeniedException", log, false);
    check(
        "AccessDeniedException",
        "User: u is not authorized to perform: iam:PassRole on resource: r",
        true,
    );
    check("AccessDenied", "Access Denied", true);
    check("AccessDenied", "", true);
    check(
        "UnauthorizedOperation",
        "You are not authorized to perform this operation.",
        true,
    );
    check("NotAuthorized", "You do not have permission", true);
}

#[test]
fn a_throttle_does_not_use_up_the_budget_of_propagation() {
    let of = |code, message| Failure {
        service: Service::Lambda,
        action: "CreateFunction",
        status: Some(400),
        code,
        message,
    };
    let propagation = of("InvalidParameterValueException", "cannot be assumed by Lambda");
    let throttle = of("ThrottlingException", "Rate exceeded");
    let mut plain = Retries::default();
    let mut mixed = Retries::default();
    let plain = std::iter::from_fn(|| plain.next(&propagation)).count();
    let throttled = std::iter::from_fn(|| mixed.next(&throttle)).count();
    let mixed = std::iter::from_fn(|| mixed.next(&propagation)).count();
    assert!(throttled > 10);
    assert_eq!(plain, mixed);
}

#[track_caller]
fn check_silence(action: &str, status: Option<u16>, seconds: &[u64]) {
    let failure = Failure {
        service: Service::Sts,
        action,
        status,
        code: "",
        message: "connection refused",
    };
    let mut retries = Retries::default();
    let waits = std::iter::from_fn(|| retries.next(&failure));
    let delays: Vec<u64> = waits.map(|wait| wait.delay.as_secs()).collect();
    assert_eq!(delays, seconds);
}

#[test]
fn silence_is_not_waited_for_long() {
    check_silence("GetFunction", None, &[1, 2, 4, 8]);
    check_silence("GetFunction", Some(502), &[1, 2, 4, 8]);
    check_silence("GetFunction", Some(404), &[]);
    check_silence("GetCallerIdentity", None, &[1]);
    check_silence("GetCallerIdentity", Some(503), &[1]);
}

#[test]
fn a_wait_becomes_long_once() {
    let failure = Failure {
        service: Service::States,
        action: "CreateStateMachine",
        status: Some(400),
        code: "AccessDeniedException",
        message: "is not authorized to access the Log Destination",
    };
    let mut retries = Retries::default();
    let waits: Vec<Wait> = std::iter::from_fn(|| retries.next(&failure)).collect();
    let before_long = waits
        .split(|wait| wait.is_long)
        .map(|waits| waits.iter().map(|wait| wait.delay).sum());
    let parts: Vec<Duration> = before_long.collect();
    assert_eq!(parts.len(), 2);
    assert!(
        parts[0] < LONG && parts[0] + Duration::from_secs(2) >= LONG,
        "{parts:?}"
    );
}

/// Failures of different causes, each with how often it is waited for alone.
const CAUSES_OF_CREATE_FUNCTION: [(&str, u16, &str, &str); 4] = [
    (
        "InvalidParameterValueException",
        400,
        "cannot be assumed by Lambda",
        "role",
    ),
    ("TooManyRequestsException", 429, "Rate exceeded", "throttle"),
    ("ServiceException", 500, "internal error", "throttle"),
    ("", 502, "<html>", "silence"),
];

proptest::proptest! {
    #[test]
    fn no_cause_eats_the_budget_of_another(order in proptest::collection::vec(0..4_usize, 0..400)) {
        let failure = |place: usize| {
            let (code, status, message, cause) = CAUSES_OF_CREATE_FUNCTION[place];
            let failure = Failure { service: Service::Lambda, action: "CreateFunction", status: Some(status), code, message };
            (cause, failure)
        };
        let mut mixed = Retries::default();
        let mut alone: BTreeMap<&str, Retries> = BTreeMap::new();
        for place in order {
            let (cause, failure) = failure(place);
            let expected = alone.entry(cause).or_default().next(&failure);
            proptest::prop_assert_eq!(mixed.next(&failure), expected);
        }
    }
}
