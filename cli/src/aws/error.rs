use std::fmt;
use std::time::Duration;

use stack::{Failure, Holder, LEASE, Missing, Scope, Service};

/// What went wrong on the way to AWS or there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No credentials, or none that can be used.
    #[error("no usable AWS credentials: {reason}")]
    Credentials {
        /// The profile that was asked for.
        profile: Option<String>,
        /// What the SDK says.
        reason: String,
    },
    /// A profile that AWS's configuration files do not have.
    #[error("AWS's configuration files have no profile `{0}`")]
    NoProfile(String),
    /// AWS's configuration files cannot be read, and something that may be in them is missing.
    #[error("AWS's configuration files cannot be used: {0}")]
    Files(String),
    /// No region.
    #[error("no AWS region is set")]
    NoRegion,
    /// A region that cannot be one.
    #[error("`{0}` is not an AWS region")]
    Region(String),
    /// An endpoint that is no URL.
    #[error("the endpoint `{0}` is not a URL")]
    Endpoint(String),
    /// Somebody wanted it to end while something was waited for.
    #[error("interrupted while waiting")]
    Interrupted,
    /// A call was refused, or not answered.
    #[error(transparent)]
    Call(Box<CallError>),
    /// A secret that has not what is asked for.
    #[error("the secret `{name}` {problem}")]
    Secret {
        /// Its name or ARN.
        name: String,
        /// What is wrong, following the name.
        problem: String,
    },
    /// A role lacks what it is used for, so that a service refuses it.
    #[error("{}", list(.missing))]
    Role {
        /// What it lacks.
        missing: Vec<Missing>,
        /// How the service refused it.
        #[source]
        refusal: Box<CallError>,
    },
    /// A resource did not become what a call made of it.
    #[error("`{name}` {problem}")]
    Unready {
        /// Its name.
        name: String,
        /// What is wrong, following the name.
        problem: String,
    },
    /// A resource did not become what a call made of it for too long.
    #[error("`{name}` is not {expected} after {} s", .waited.as_secs())]
    Late {
        /// Its name.
        name: String,
        /// What it should be.
        expected: &'static str,
        /// How long it was waited for.
        waited: Duration,
    },
    /// An alarm that watches a new version is raised.
    #[error("alarm `{name}` is in ALARM: {reason}")]
    Alarm {
        /// Its name.
        name: String,
        /// What CloudWatch says.
        reason: String,
    },
    /// Alarms that are not there.
    #[error("{destination} has no alarm `{}`", .names.join("`, `"))]
    NoAlarm {
        /// As they were given.
        names: Vec<String>,
        /// Where they were looked for, in words.
        destination: String,
    },
    /// Somebody else changes the stack.
    #[error("`{}/{}` is being changed by somebody else: {holder}", .scope.stack, .scope.stage)]
    Locked {
        /// The stack.
        scope: Box<Scope>,
        /// Who it is.
        holder: Box<Holder>,
    },
    /// A stack is not as it was when the plan was made.
    #[error("`{}/{}` has changed since the plan was made; nothing was done", .0.stack, .0.stage)]
    Changed(Box<Scope>),
    /// Somebody else took over the lock of a stack from this process, which they could not tell from a dead one.
    #[error("somebody else has taken over the lock of `{}/{}`", .0.stack, .0.stage)]
    LockLost(Box<Scope>),
    /// This process gave no sign of life for longer than others wait, so that somebody else may have changed a stack.
    #[error(
        "no sign of life reached the lock of `{}/{}` for more than {} s: somebody else may have begun to change it",
        .0.stack, .0.stage, LEASE.as_secs()
    )]
    Silent(Box<Scope>),
    /// An answer without something that AWS always gives.
    #[error("{action} gave no {missing}")]
    Answer {
        /// The API action.
        action: &'static str,
        /// What is missing.
        missing: &'static str,
    },
    /// A bucket that cannot be used.
    #[error("the bucket `{bucket}` {problem}")]
    Bucket {
        /// Its name.
        bucket: String,
        /// What is wrong, following the name.
        problem: String,
    },
    /// A zip that cannot be uploaded in a call.
    #[error("the zip of `{name}` has {size} bytes, a Lambda call takes {limit}")]
    TooLarge {
        /// The function.
        name: String,
        /// Size of the zip in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A zip that cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Zip {
        /// The file.
        path: std::path::PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// A call that was refused or not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// The service.
    pub service: Service,
    /// The API action.
    pub action: &'static str,
    /// What it acted on, as far as a name says it.
    pub name: String,
    /// Where it went: the endpoint or the region, in words.
    pub destination: String,
    /// The HTTP status; nothing where no answer came.
    pub status: Option<u16>,
    /// The service's error code; empty where the answer is not a service's.
    pub code: String,
    /// The service's message, why there was no answer, or how an answer begins that is not a service's.
    pub message: String,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// Whether an earlier try of the same call had no clear answer, so that it may have been carried out.
    pub after_unclear_answer: bool,
}

impl Error {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Error::NoProfile(_) => Some(PROFILES.to_owned()),
            Error::Credentials { reason, .. } if reason.contains("was not defined") => Some(PROFILES.to_owned()),
            Error::Files(_) => {
                Some("mend the file, or let AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE name another".to_owned())
            }
            Error::Credentials { profile, .. } => {
                let profile = profile.as_deref().unwrap_or("NAME");
                Some(format!(
                    "log in with `aws sso login --profile {profile}` and pass `--profile {profile}`, or set \
                     AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                ))
            }
            Error::NoRegion => {
                Some("pass `--region`, for instance `--region eu-central-1`, or set AWS_REGION".to_owned())
            }
            Error::Region(_) => Some("a region is named as `eu-central-1` is".to_owned()),
            Error::Endpoint(_) => Some("it begins with `http://` or `https://`".to_owned()),
            Error::Call(error) => error.help(),
            Error::Role { missing, .. } => missing.first().map(Missing::help),
            Error::Late { expected: "gone", .. } => Some(
                "an execution under way keeps it until its next transition: wait, or stop it, and run the same \
                 command again"
                    .to_owned(),
            ),
            Error::Alarm { .. } => Some("deploy again when it is in OK".to_owned()),
            Error::NoAlarm { .. } => Some(
                "write the names of alarms that are there into `alarms` of `[deploy]` in stepwright.toml".to_owned(),
            ),
            Error::Locked { .. } => Some(
                "wait until it has ended; where it ended without giving the lock back, the same command takes it over \
                 after a while"
                    .to_owned(),
            ),
            Error::Changed(_) | Error::LockLost(_) | Error::Silent(_) => Some("run the same command again".to_owned()),
            Error::Secret { .. }
            | Error::Interrupted
            | Error::Unready { .. }
            | Error::Late { .. }
            | Error::Answer { .. } => None,
            Error::TooLarge { .. } => Some(
                "name a bucket for it, in the stack's region, in stepwright.toml:\n\n  [deploy]\n  bucket = \"NAME\""
                    .to_owned(),
            ),
            Error::Bucket { .. } => Some(
                "name another with `bucket` under `[deploy]` in stepwright.toml, or under `[stages.NAME.deploy]`"
                    .to_owned(),
            ),
            Error::Zip { .. } => None,
        }
    }

    /// Whether the service says that what was asked for does not exist.
    pub(crate) fn is_not_found(&self) -> bool {
        const CODES: [&str; 8] = [
            "DashboardNotFoundError",
            "ParameterNotFound",
            "ParameterVersionNotFound",
            "NoSuchEntity",
            "ResourceNotFound",
            "ResourceNotFoundException",
            "StateMachineDoesNotExist",
            "ExecutionDoesNotExist",
        ];
        self.call().is_some_and(|call| CODES.contains(&call.code.as_str()))
    }

    /// Whether a creation failed only because an earlier try of the same call went through.
    pub(super) fn is_own_earlier_success(&self) -> bool {
        self.is_already_there() && self.call().is_some_and(|call| call.after_unclear_answer)
    }

    /// Whether the caller may not do what an earlier try of the same call may have done.
    pub(super) fn is_denied_again(&self) -> bool {
        self.call()
            .is_some_and(|call| call.after_unclear_answer && call.failure().is_denied_to_caller())
    }

    /// Whether what was to be made is there already.
    pub(super) fn is_already_there(&self) -> bool {
        const CODES: [&str; 5] = [
            "EntityAlreadyExists",
            "ExecutionAlreadyExists",
            "StateMachineAlreadyExists",
            "ResourceConflictException",
            "ResourceAlreadyExistsException",
        ];
        self.call().is_some_and(|call| CODES.contains(&call.code.as_str()))
    }

    /// Whether the caller may not make the call, or whatever answers does not know it.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        const UNKNOWN: [&str; 4] = [
            "UnknownOperationException",
            "UnknownOperation",
            "InvalidAction",
            "NotImplemented",
        ];
        let unavailable =
            |call: &CallError| call.failure().is_denied_to_caller() || UNKNOWN.contains(&call.code.as_str());
        self.call().is_some_and(unavailable)
    }

    /// The call, if it is one that failed.
    #[must_use]
    pub fn call(&self) -> Option<&CallError> {
        match self {
            Error::Call(call) => Some(call),
            _ => None,
        }
    }
}

const PROFILES: &str = "`aws configure list-profiles` shows the profiles there are";

impl CallError {
    fn help(&self) -> Option<String> {
        let code = self.code.as_str();
        if self.failure().is_denied_to_caller() {
            return Some(self.denial_help());
        }
        if ["ExpiredToken", "ExpiredTokenException"].contains(&code) {
            return Some("log in again, for instance with `aws sso login`".to_owned());
        }
        if code.starts_with("RequestExpired") || self.message.starts_with("Signature expired") {
            return Some("set the clock of this machine".to_owned());
        }
        if [
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
        ]
        .contains(&code)
        {
            let help = "the credentials are wrong, or the account has not enabled the region: check AWS_ACCESS_KEY_ID, the \
                        profile and the region";
            return Some(help.to_owned());
        }
        if code == "StateMachineDoesNotExist" {
            return Some("is it deployed? `stepwright deploy`, or another `--stage`".to_owned());
        }
        if code == "InvalidParameterException" && self.action == "FilterLogEvents" {
            let help = "a pattern is words, as in `ERROR timeout`, or a condition on JSON, as in `{ $.level = \"ERROR\" }`: \
                        https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html";
            return Some(help.to_owned());
        }
        if code == "ExecutionAlreadyExists" {
            return Some("choose another `--name`".to_owned());
        }
        if self.message.contains("access the Log Destination") {
            let help = "the role may deliver logs: `aws logs describe-resource-policies` shows whether the account's \
                        resource policies leave room for this log group";
            return Some(help.to_owned());
        }
        let unreachable = self.status.is_none() || code.is_empty();
        unreachable.then(|| format!("check the network and {}", self.destination))
    }

    /// How the call failed, for those who decide what follows.
    pub(super) fn failure(&self) -> Failure<'_> {
        Failure {
            service: self.service,
            action: self.action,
            status: self.status,
            code: &self.code,
            message: &self.message,
        }
    }

    fn denial_help(&self) -> String {
        let permission = self.missing_permission();
        let denying = self.message.split_once("explicit deny in a");
        let denying = denying.and_then(|(_, rest)| rest.strip_prefix("n ").or_else(|| rest.strip_prefix(' ')));
        match denying.map(|policy| policy.trim_end_matches('.')) {
            Some(policy) => format!("the permission `{permission}` is denied to whoever deploys by a {policy}"),
            None => format!("whoever deploys needs the permission `{permission}`"),
        }
    }

    fn missing_permission(&self) -> String {
        let named = self.message.split("perform: ").nth(1);
        let named = named.and_then(|rest| rest.split_whitespace().next());
        if let Some(named) = named {
            return named.to_owned();
        }
        // Lambda fetches zips as whoever calls.
        if self.message.contains("permission to GetObject") {
            return "s3:GetObject".to_owned();
        }
        let name = match self.action {
            "ListObjectsV2" => "ListBucket",
            action => action,
        };
        format!("{}:{name}", self.service.prefix())
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", name(self.service), self.action)?;
        if !self.name.is_empty() {
            write!(formatter, " of `{}`", self.name)?;
        }
        match self.status {
            Some(status) if self.code.is_empty() => {
                write!(formatter, " got an answer that is not AWS's: HTTP status {status}")?;
            }
            Some(_) => write!(formatter, " was refused: {}", self.code)?,
            None => write!(formatter, " was not answered")?,
        }
        if !self.message.is_empty() {
            write!(formatter, ": {}", self.message)?;
        }
        match &self.request_id {
            Some(id) => write!(formatter, " (request id {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CallError {}

/// What is at the bottom of an error: the outer ones only say that something went wrong.
pub(super) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

fn list(missing: &[Missing]) -> String {
    let lines: Vec<String> = missing.iter().map(Missing::to_string).collect();
    lines.join("\n  ")
}

fn name(service: Service) -> &'static str {
    match service {
        Service::CloudWatch => "CloudWatch",
        Service::Iam => "IAM",
        Service::Lambda => "Lambda",
        Service::Logs => "CloudWatch Logs",
        Service::S3 => "S3",
        Service::Secrets => "Secrets Manager",
        Service::Ssm => "Systems Manager",
        Service::States => "Step Functions",
        Service::Sts => "STS",
    }
}
