use std::sync::Arc;

/// The `Resource` of a Task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A Lambda function by its ARN.
    Lambda {
        /// The ARN as written, with its qualifier if it has one.
        arn: Arc<str>,
    },
    /// An activity that a worker polls.
    Activity {
        /// The ARN as written.
        arn: Arc<str>,
    },
    /// `arn:aws:states:::service:api`
    Integration(Integration),
}

/// A service integration.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    /// The whole `Resource`.
    pub arn: Arc<str>,
    /// `lambda`, `sqs`, ..., or with `sdk` the part behind `aws-sdk:`.
    pub service: Arc<str>,
    /// `invoke`, `sendMessage`, ..., without the pattern.
    pub api: Arc<str>,
    /// Whether it is an `aws-sdk:` integration.
    pub sdk: bool,
    /// When the task is done.
    pub pattern: Pattern,
}

/// When a service integration counts as done.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// With the answer of the call.
    RequestResponse,
    /// `.sync`: with the end of the job.
    Sync,
    /// `.sync:2`: the same with the job's output as JSON.
    Sync2,
    /// `.waitForTaskToken`: when somebody returns the token.
    WaitForTaskToken,
}

impl Resource {
    /// The `Resource` as the definition has it.
    #[must_use]
    pub fn arn(&self) -> &Arc<str> {
        match self {
            Resource::Lambda { arn } | Resource::Activity { arn } => arn,
            Resource::Integration(integration) => &integration.arn,
        }
    }

    /// Reads a `Resource`; nothing where it is none of the known forms. Region and account of an integration are usually
    /// left out; AWS takes them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Resource> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let [arn, _partition, service, _region, _account, rest] = parts.as_slice() else {
            return None;
        };
        if *arn != "arn" {
            return None;
        }
        match *service {
            "lambda" if rest.starts_with("function:") => Some(Resource::Lambda { arn: text.into() }),
            "states" if rest.starts_with("activity:") => Some(Resource::Activity { arn: text.into() }),
            "states" => Integration::parse(text, rest).map(Resource::Integration),
            _ => None,
        }
    }
}

impl Integration {
    /// Whether it is `lambda:invoke` or `aws-sdk:lambda:invoke`, in whatever pattern.
    #[must_use]
    pub fn invokes_function(&self) -> bool {
        &*self.service == "lambda" && &*self.api == "invoke"
    }

    /// Whether it is `states:startExecution`, in whatever pattern, or a call of the SDK that starts an execution.
    #[must_use]
    pub fn starts_execution(&self) -> bool {
        match self.sdk {
            true => &*self.service == "sfn" && matches!(&*self.api, "startExecution" | "startSyncExecution"),
            false => &*self.service == "states" && &*self.api == "startExecution",
        }
    }

    fn parse(arn: &str, rest: &str) -> Option<Integration> {
        let (sdk, rest) = match rest.strip_prefix("aws-sdk:") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let (service, api) = rest.split_once(':')?;
        let (api, pattern) = Pattern::split(api)?;
        if service.is_empty() || api.is_empty() {
            return None;
        }
        Some(Integration {
            arn: arn.into(),
            service: service.into(),
            api: api.into(),
            sdk,
            pattern,
        })
    }
}

impl Pattern {
    fn split(api: &str) -> Option<(&str, Pattern)> {
        let Some((api, suffix)) = api.split_once('.') else {
            return Some((api, Pattern::RequestResponse));
        };
        let pattern = match suffix {
            "sync" => Pattern::Sync,
            "sync:2" => Pattern::Sync2,
            "waitForTaskToken" => Pattern::WaitForTaskToken,
            _ => return None,
        };
        Some((api, pattern))
    }
}
