use std::collections::BTreeMap;
use std::time::Duration;

/// An AWS service whose API is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// CloudWatch
    CloudWatch,
    /// IAM
    Iam,
    /// Lambda
    Lambda,
    /// CloudWatch Logs
    Logs,
    /// S3
    S3,
    /// Secrets Manager
    Secrets,
    /// Systems Manager
    Ssm,
    /// Step Functions
    States,
    /// STS
    Sts,
}

impl Service {
    /// What the service's permissions begin with.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Service::CloudWatch => "cloudwatch",
            Service::Iam => "iam",
            Service::Lambda => "lambda",
            Service::Logs => "logs",
            Service::S3 => "s3",
            Service::Secrets => "secretsmanager",
            Service::Ssm => "ssm",
            Service::States => "states",
            Service::Sts => "sts",
        }
    }
}

/// How an API call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure<'a> {
    /// The service.
    pub service: Service,
    /// The API action.
    pub action: &'a str,
    /// The HTTP status; nothing where no answer came.
    pub status: Option<u16>,
    /// The error code, without the namespace some services put before it.
    pub code: &'a str,
    /// The service's message.
    pub message: &'a str,
}

impl Failure<'_> {
    /// Whether whoever calls may not, which no waiting changes. Refusals of a role that a call gives to a service have
    /// the same codes.
    #[must_use]
    pub fn is_denied_to_caller(&self) -> bool {
        const CODES: [&str; 6] = [
            "AccessDenied",
            "KmsAccessDenied",
            "UnauthorizedOperation",
            "AuthorizationError",
            "NotAuthorized",
            "UnauthorizedAccess",
        ];
        const OF_ROLE: [&str; 3] = [
            "assume the provided role",
            "create managed-rule",
            "access the Log Destination",
        ];
        let is_denied = CODES.iter().any(|code| self.code.starts_with(code));
        let is_of_role = OF_ROLE.iter().any(|part| self.message.contains(part));
        is_denied && (!is_of_role || self.message.contains("not authorized to perform"))
    }
}

/// What to wait for before the call is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// How long.
    pub delay: Duration,
    /// What for, in words.
    pub reason: &'static str,
    /// Whether it is for IAM to tell others of a role, which usually takes seconds. What is missing in the role itself
    /// looks the same.
    pub is_for_role: bool,
    /// Whether it is the first for its cause.
    pub is_first: bool,
    /// Whether the service asked to be called less.
    pub is_throttle: bool,
    /// Whether it has become long: true once for each cause, when people begin to wonder.
    pub is_long: bool,
}

/// The retries of one call. Each cause has its own budget: a throttle in the middle does not use up what is meant for
/// IAM to propagate a role.
#[derive(Clone, Debug, Default)]
pub struct Retries {
    spent: BTreeMap<usize, Spent>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    tries: u32,
    waited: Duration,
}

impl Retries {
    /// What to wait for after `failure`; nothing if the call is not to be made again.
    pub fn next(&mut self, failure: &Failure<'_>) -> Option<Wait> {
        if failure.is_denied_to_caller() {
            return None;
        }
        let (place, cause) = CAUSES
            .iter()
            .enumerate()
            .find(|(_, cause)| cause.symptom.fits(failure))?;
        let spent = self.spent.entry(place).or_default();
        let delay = cause.pace.delay(spent.tries);
        if spent.waited + delay > cause.budget {
            return None;
        }
        let before = spent.waited;
        spent.tries += 1;
        spent.waited += delay;
        Some(Wait {
            delay,
            reason: cause.reason,
            is_for_role: cause.reason == ROLE,
            is_first: before.is_zero(),
            is_throttle: is_throttle(failure),
            is_long: before < LONG && spent.waited >= LONG,
        })
    }
}

/// A cause of failures that goes away by itself.
struct Cause {
    reason: &'static str,
    symptom: Symptom,
    pace: Pace,
    budget: Duration,
}

/// How a cause is recognised.
enum Symptom {
    /// By the error's code and a part of its message, in certain calls.
    Error {
        service: Service,
        /// Empty is all.
        actions: &'static [&'static str],
        codes: &'static [&'static str],
        /// Empty is any.
        messages: &'static [&'static str],
    },
    /// The service asks to slow down, or has a problem of its own.
    Overload,
    /// No answer came, or one that is not the service's.
    Silence {
        /// Empty is all.
        actions: &'static [&'static str],
    },
}

#[derive(Clone, Copy)]
enum Pace {
    /// 250 ms doubling to 2 s, for things that become true any moment.
    Dense,
    /// 1 s doubling to 8 s, for a service that needs air.
    Slow,
}

/// The reason of waits for IAM to tell others of a role.
const ROLE: &str = "waiting for IAM to know the role";

/// IAM is usually through after less.
const LONG: Duration = Duration::from_secs(20);

const MINUTE: Duration = Duration::from_secs(60);
const TWO_MINUTES: Duration = Duration::from_secs(120);
const FIVE_MINUTES: Duration = Duration::from_secs(300);

const CAUSES: [Cause; 12] = [
    Cause {
        reason: ROLE,
        symptom: Symptom::Error {
            service: Service::Lambda,
            actions: &["CreateFunction", "UpdateFunctionConfiguration"],
            codes: &["InvalidParameterValue"],
            messages: &[
                "cannot be assumed by Lambda",
                "execution role does not have permissions",
                "KMS key is invalid for CreateGrant",
            ],
        },
        pace: Pace::Dense,
        budget: FIVE_MINUTES,
    },
    Cause {
        reason: "waiting for another update of the function",
        symptom: Symptom::Error {
            service: Service::Lambda,
            actions: &[
                "UpdateFunctionConfiguration",
                "UpdateFunctionCode",
                "PublishVersion",
                "AddPermission",
            ],
            codes: &["ResourceConflict"],
            messages: &[],
        },
        pace: Pace::Dense,
        budget: FIVE_MINUTES,
    },
    Cause {
        reason: ROLE,
        symptom: Symptom::Error {
            service: Service::States,
            actions: &["CreateStateMachine", "UpdateStateMachine"],
            codes: &["AccessDenied"],
            messages: &[
                "authorized to assume the provided role",
                "create managed-rule",
                "access the Log Destination",
            ],
        },
        pace: Pace::Dense,
        budget: TWO_MINUTES,
    },
    Cause {
        reason: "waiting for the old state machine to be gone",
        symptom: Symptom::Error {
            service: Service::States,
            actions: &["CreateStateMachine"],
            codes: &["StateMachineDeleting"],
            messages: &[],
        },
        pace: Pace::Dense,
        budget: FIVE_MINUTES,
    },
    Cause {
        reason: "waiting for another update of the state machine",
        symptom: Symptom::Error {
            service: Service::States,
            actions: &[
                "CreateStateMachine",
                "UpdateStateMachine",
                "PublishStateMachineVersion",
                "CreateStateMachineAlias",
                "UpdateStateMachineAlias",
                "DeleteStateMachineVersion",
            ],
            codes: &["Conflict"],
            messages: &[],
        },
        pace: Pace::Dense,
        budget: MINUTE,
    },
    Cause {
        reason: "waiting for IAM",
        symptom: Symptom::Error {
            service: Service::Iam,
            actions: &[],
            codes: &["ConcurrentModification", "ServiceFailure", "DeleteConflict"],
            messages: &[],
        },
        pace: Pace::Dense,
        budget: TWO_MINUTES,
    },
    Cause {
        reason: ROLE,
        symptom: Symptom::Error {
            service: Service::Iam,
            actions: &["PutRolePolicy"],
            codes: &["NoSuchEntity"],
            messages: &[],
        },
        pace: Pace::Dense,
        budget: TWO_MINUTES,
    },
    Cause {
        reason: "waiting for CloudWatch Logs",
        symptom: Symptom::Error {
            service: Service::Logs,
            actions: &[],
            codes: &["OperationAborted", "ServiceUnavailable"],
            messages: &[],
        },
        pace: Pace::Dense,
        budget: MINUTE,
    },
    // Its answers to uploads that stand still for a while, and to several changes of an object at once.
    Cause {
        reason: "waiting for S3",
        symptom: Symptom::Error {
            service: Service::S3,
            actions: &[],
            codes: &["RequestTimeout", "OperationAborted"],
            messages: &[],
        },
        pace: Pace::Slow,
        budget: MINUTE,
    },
    Cause {
        reason: "going slower, as the service asks",
        symptom: Symptom::Overload,
        pace: Pace::Slow,
        budget: FIVE_MINUTES,
    },
    // The first call of a command: there most likely is no way to AWS at all.
    Cause {
        reason: "trying again after no answer",
        symptom: Symptom::Silence {
            actions: &["GetCallerIdentity"],
        },
        pace: Pace::Slow,
        budget: Duration::from_secs(1),
    },
    Cause {
        reason: "trying again after no answer",
        symptom: Symptom::Silence { actions: &[] },
        pace: Pace::Slow,
        budget: Duration::from_secs(15),
    },
];

impl Symptom {
    fn fits(&self, failure: &Failure<'_>) -> bool {
        let code = failure.code.strip_suffix("Exception").unwrap_or(failure.code);
        match self {
            Symptom::Error {
                service,
                actions,
                codes,
                messages,
            } => {
                failure.service == *service
                    && (actions.is_empty() || actions.contains(&failure.action))
                    && codes.contains(&code)
                    && (messages.is_empty() || messages.iter().any(|part| failure.message.contains(part)))
            }
            Symptom::Overload => {
                is_throttle(failure) || failure.status.is_some_and(|status| status >= 500 && !code.is_empty())
            }
            Symptom::Silence { actions } => {
                let unanswered = failure.status.is_none_or(|status| status >= 500 && code.is_empty());
                unanswered && (actions.is_empty() || actions.contains(&failure.action))
            }
        }
    }
}

impl Pace {
    fn delay(self, tries: u32) -> Duration {
        let (first, most) = match self {
            Pace::Dense => (Duration::from_millis(250), Duration::from_secs(2)),
            Pace::Slow => (Duration::from_secs(1), Duration::from_secs(8)),
        };
        first.saturating_mul(2_u32.saturating_pow(tries)).min(most)
    }
}

/// Whether the service was called more than it lets anybody.
fn is_throttle(failure: &Failure<'_>) -> bool {
    const CODES: [&str; 5] = [
        "Throttling",
        "Throttled",
        "TooManyRequests",
        "RequestLimitExceeded",
        "SlowDown",
    ];
    CODES.iter().any(|throttle| failure.code.contains(throttle)) || failure.status == Some(429)
}

#[cfg(test)]
mod tests;
