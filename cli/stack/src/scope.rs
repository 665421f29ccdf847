use serde::Serialize;

use crate::{Error, Tags};

const STACK_TAG: &str = "stepwright:stack";
const STAGE_TAG: &str = "stepwright:stage";
const LOGICAL_ID_TAG: &str = "stepwright:logical-id";
const REGION_TAG: &str = "stepwright:region";

/// The alias through which executions are started.
pub const LIVE: &str = "live";

/// Where a stack lives. Every name and ARN is computed from it; there is no state file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// `aws`, `aws-cn`, `aws-us-gov`
    pub partition: String,
    /// The account's 12 digits.
    pub account: String,
    /// The region, such as `eu-central-1`.
    pub region: String,
    /// The stack's name.
    pub stack: String,
    /// The stage, such as `dev`.
    pub stage: String,
}

/// What is deployed under a logical name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deployed {
    /// A Lambda function.
    Function,
    /// A state machine.
    StateMachine,
}

impl Deployed {
    /// Longest name: the role's 64 characters for a function and for a state machine, whose own limits are 64 and 80.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
    const MAX_NAME: usize = 64;

    fn noun(self) -> &'static str {
        match self {
            Deployed::Function => "function",
            Deployed::StateMachine => "state machine",
        }
    }
}

impl Scope {
    /// How many tags of a deploy's own a resource has: [`Scope::tags`], and a log group or an alarm one that tells what was
    /// written.
    pub const TAGS: usize = 5;

    /// The deployed name of what the workspace calls `logical`: `<stack>-<stage>-<logical>`.
    #[must_use]
    pub fn name(&self, logical: &str) -> String {
        format!("{}{logical}", self.prefix())
    }

    /// What all deployed names begin with.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("{}-{}-", self.stack, self.stage)
    }

    /// The deployed name, if AWS takes it.
    ///
    /// # Errors
    /// Characters AWS does not take, and names that are too long.
    pub fn checked_name(&self, what: Deployed, logical: &str) -> Result<String, Error> {
        let name = self.name(logical);
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            return Err(Error::NameCharacters {
                what: what.noun(),
                name,
            });
        }
        if name.len() > Deployed::MAX_NAME {
            return Err(Error::NameLength {
                what: what.noun(),
                length: name.len(),
                limit: Deployed::MAX_NAME,
                name,
            });
        }
        Ok(name)
    }

    /// The IAM path of the stack's roles.
    #[must_use]
    pub fn role_path(&self) -> String {
        format!("/stepwright/{}/{}/", self.stack, self.stage)
    }

    /// What the keys of the stack's zips in a bucket begin with. A bucket can be that of several accounts.
    #[must_use]
    pub fn object_prefix(&self) -> String {
        format!("stepwright/{}/{}/{}/", self.account, self.stack, self.stage)
    }

    /// The ARN of the role `name`.
    #[must_use]
    pub fn role_arn(&self, name: &str) -> String {
        self.arn_of_role(&self.role_path(), name)
    }

    /// The ARN of the role `name` under a path.
    pub(crate) fn arn_of_role(&self, path: &str, name: &str) -> String {
        let Scope { partition, account, .. } = self;
        format!("arn:{partition}:iam::{account}:role{path}{name}")
    }

    /// The ARN of the function `name`, without a version.
    #[must_use]
    pub fn function_arn(&self, name: &str) -> String {
        format!("{}{name}", self.function_arn_prefix())
    }

    /// What the ARNs of all functions here begin with.
    #[must_use]
    pub fn function_arn_prefix(&self) -> String {
        self.arn("lambda", "function:")
    }

    /// The ARN of the state machine `name`, without a version or alias.
    #[must_use]
    pub fn machine_arn(&self, name: &str) -> String {
        self.arn("states", &format!("stateMachine:{name}"))
    }

    /// The ARN of version `number` of the state machine `name`.
    #[must_use]
    pub fn machine_version_arn(&self, name: &str, number: u64) -> String {
        format!("{}:{number}", self.machine_arn(name))
    }

    /// The ARN of the alias through which the state machine `name` is started.
    #[must_use]
    pub fn alias_arn(&self, name: &str) -> String {
        format!("{}:{LIVE}", self.machine_arn(name))
    }

    /// The ARN of the Standard execution `execution` of the state machine `name`.
    #[must_use]
    pub fn execution_arn(&self, name: &str, execution: &str) -> String {
        self.arn("states", &format!("execution:{name}:{execution}"))
    }

    /// The ARN of the Express execution `execution` of the state machine `name` with AWS's own `id` of it.
    #[must_use]
    pub fn express_execution_arn(&self, name: &str, execution: &str, id: &str) -> String {
        self.arn("states", &format!("express:{name}:{execution}:{id}"))
    }

    /// The log group of the function `name`.
    #[must_use]
    pub fn function_log_group(name: &str) -> String {
        format!("/aws/lambda/{name}")
    }

    /// The log group of the state machine `name`. Under `/aws/vendedlogs/` the account's log resource policy does not
    /// grow with every state machine.
    #[must_use]
    pub fn machine_log_group(name: &str) -> String {
        format!("/aws/vendedlogs/states/{name}")
    }

    /// The ARN of a log group, without the suffix `:*`.
    #[must_use]
    pub fn log_group_arn(&self, name: &str) -> String {
        self.arn("logs", &format!("log-group:{name}"))
    }

    /// The name of the stack's dashboard.
    #[must_use]
    pub fn dashboard(&self) -> String {
        format!("{}-{}", self.stack, self.stage)
    }

    /// The ARN of the stack's dashboard. Dashboards belong to no region.
    pub(crate) fn dashboard_arn(&self) -> String {
        let Scope { partition, account, .. } = self;
        format!("arn:{partition}:cloudwatch::{account}:dashboard/{}", self.dashboard())
    }

    /// The ARN of the alarm `name`.
    #[must_use]
    pub fn alarm_arn(&self, name: &str) -> String {
        self.arn("cloudwatch", &format!("alarm:{name}"))
    }

    /// The tags of everything that belongs to `logical`.
    #[must_use]
    pub fn tags(&self, logical: &str) -> Tags {
        let mut tags = self.stack_tags();
        tags.insert(LOGICAL_ID_TAG.to_owned(), logical.to_owned());
        tags
    }

    /// The one that unit tests use.
    #[cfg(test)]
    pub(crate) fn of_tests() -> Scope {
        Scope {
            partition: "aws".into(),
            account: "123456789012".into(),
            region: "us-east-1".into(),
            stack: "order".into(),
            stage: "dev".into(),
        }
    }

    /// The tags of everything that belongs to the stack.
    pub(crate) fn stack_tags(&self) -> Tags {
        let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        Tags::from([
            tag(STACK_TAG, &self.stack),
            tag(STAGE_TAG, &self.stage),
            tag(REGION_TAG, &self.region),
        ])
    }

    /// Whether `tags` say that a resource is part of this stack. The region counts because roles belong to no region:
    /// the same stack somewhere else has the same names.
    #[must_use]
    pub fn owns(&self, tags: &Tags) -> bool {
        let is = |key: &str, value: &str| tags.get(key).is_some_and(|found| found == value);
        is(STACK_TAG, &self.stack) && is(STAGE_TAG, &self.stage) && is(REGION_TAG, &self.region)
    }

    /// The logical name that `tags` say a resource belongs to.
    pub(crate) fn logical_of(tags: &Tags) -> Option<&str> {
        tags.get(LOGICAL_ID_TAG).map(String::as_str)
    }

    /// The stage of this stack and region that `tags` say a resource is part of.
    pub(crate) fn stage_of<'a>(&self, tags: &'a Tags) -> Option<&'a str> {
        let is = |key: &str, value: &str| tags.get(key).is_some_and(|found| found == value);
        let stage = tags.get(STAGE_TAG).map(String::as_str);
        stage.filter(|_| is(STACK_TAG, &self.stack) && is(REGION_TAG, &self.region))
    }

    /// The region in whose deployment of this very stage `tags` say a resource is.
    pub(crate) fn region_of(&self, tags: &Tags) -> Option<String> {
        let is = |key: &str, value: &str| tags.get(key).is_some_and(|found| found == value);
        let region = tags
            .get(REGION_TAG)
            .filter(|_| is(STACK_TAG, &self.stack) && is(STAGE_TAG, &self.stage));
        region.cloned()
    }

    /// What the deployed names of all stages begin with.
    #[must_use]
    pub fn stack_prefix(&self) -> String {
        format!("{}-", self.stack)
    }

    /// The IAM path that the roles of all stages are under.
    #[must_use]
    pub fn stack_role_path(&self) -> String {
        format!("/stepwright/{}/", self.stack)
    }

    /// The ARN of something of a service in the account and region.
    pub(crate) fn arn(&self, service: &str, rest: &str) -> String {
        let Scope {
            partition,
            region,
            account,
            ..
        } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{rest}")
    }
}

/// Whose a resource is, as its tags tell, in words.
pub(crate) fn owner(tags: &Tags) -> String {
    match (tags.get(STACK_TAG), tags.get(STAGE_TAG), tags.get(REGION_TAG)) {
        (Some(stack), Some(stage), Some(region)) => {
            format!("belongs to stack `{stack}`, stage `{stage}`, in {region}")
        }
        (Some(stack), ..) => format!("belongs to stack `{stack}`"),
        _ => "was not made by stepwright".to_owned(),
    }
}
