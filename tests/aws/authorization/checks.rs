use serde_json::Value;

use super::{USER, services};
use crate::roles::Roles;
use crate::state_machines::StateMachines;
use crate::wire::{Protocol, Request, credential_scope};

/// Something that AWS checks before it carries out a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Check {
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) context: Vec<(String, String)>,
    /// Who says no.
    by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    /// The service that is called.
    Service,
    /// S3, which Lambda asks.
    Bucket,
    /// KMS, which Lambda asks.
    KeyForLambda,
    /// KMS, which Step Functions asks.
    KeyForStates,
}

impl Check {
    pub(super) fn new(action: &str, resource: &str) -> Check {
        Check {
            action: action.to_owned(),
            resource: resource.to_owned(),
            context: Vec::new(),
            by: By::Service,
        }
    }

    /// A service's use of a key for whoever calls.
    pub(super) fn of_key(action: &str, key: &str, service: &str) -> Check {
        Check {
            by: match service.starts_with("lambda.") {
                true => By::KeyForLambda,
                false => By::KeyForStates,
            },
            ..Check::new(action, key).with("kms:ViaService", service)
        }
    }

    /// That Lambda fetches an object for whoever calls.
    pub(super) fn of_object(bucket: &str, key: &str) -> Check {
        Check {
            by: By::Bucket,
            ..Check::new("s3:GetObject", &format!("arn:aws:s3:::{bucket}/{key}"))
        }
    }

    /// The name of the function that it is about.
    pub(crate) fn function(&self) -> Option<&str> {
        let (_, name) = self.resource.split_once(":function:")?;
        name.split(':').next()
    }

    pub(super) fn with(mut self, key: &str, value: &str) -> Check {
        self.context.push((key.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn message(&self) -> String {
        let Check { action, resource, .. } = self;
        format!(
            "User: {USER} is not authorized to perform: {action} on resource: {resource} because no identity-based policy \
             allows the {action} action"
        )
    }

    /// Status, code and message of the answer to who may not.
    pub(super) fn refusal(&self, protocol: Protocol) -> (u16, &'static str, String) {
        match (self.by, protocol) {
            (By::Service, Protocol::Json) => (400, "AccessDeniedException", self.message()),
            (By::Service, Protocol::Xml | Protocol::S3) => (403, "AccessDenied", self.message()),
            (By::Bucket, _) => {
                let object = self.resource.trim_start_matches("arn:aws:s3:::");
                let message = format!(
                    "Your access has been denied by S3, please make sure your request credentials have permission to \
                     GetObject for {object}. S3 Error Code: AccessDenied. S3 Error Message: {}",
                    self.message()
                );
                (403, "AccessDeniedException", message)
            }
            (By::KeyForLambda, _) => {
                let message = format!(
                    "Lambda was unable to configure access to your environment variables because the KMS key is invalid. \
                     Please check your KMS key settings. KMS Exception: AccessDeniedException KMS Message: {}",
                    self.message()
                );
                (400, "InvalidParameterValueException", message)
            }
            (By::KeyForStates, _) => (400, "KmsAccessDeniedException", self.message()),
        }
    }
}

/// What AWS knows of the resources of a call.
pub(crate) struct Facts<'a> {
    pub(crate) roles: &'a Roles,
    pub(crate) machines: &'a StateMachines,
}

/// Where a call goes and what it says.
pub(super) struct Call<'a> {
    pub(super) action: &'a str,
    pub(super) request: &'a Request,
    pub(super) region: String,
    /// The body where it is JSON.
    pub(super) body: Value,
}

impl Call<'_> {
    pub(super) fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{}:123456789012:{rest}", self.region)
    }

    pub(super) fn via(&self, service: &str) -> String {
        format!("{service}.{}.amazonaws.com", self.region)
    }

    /// A text in the body.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.body[field].as_str()
    }
}

/// What AWS checks of a call, one after the other.
pub(crate) fn checks(action: &str, request: &Request, facts: &Facts<'_>) -> Vec<Check> {
    let (service, region) = credential_scope(&request.headers);
    let call = Call {
        action,
        body: serde_json::from_str(&request.body).unwrap_or_default(),
        request,
        region,
    };
    let checks = match service.as_str() {
        "iam" => services::iam(&call, facts.roles),
        "lambda" => services::lambda(&call),
        "logs" => services::logs(&call),
        "monitoring" => services::monitoring(&call),
        "s3" => services::s3(&call),
        "secretsmanager" | "ssm" => services::stored(&call),
        "states" => services::states(&call, facts.machines),
        // Who asks for its own name needs no permission.
        "sts" => Some(Vec::new()),
        _ => None,
    };
    checks.unwrap_or_else(|| panic!("tests/aws/authorization does not say what AWS checks of {service} {action}"))
}
