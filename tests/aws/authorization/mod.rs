//! AWS refuses what whoever calls is not allowed: every call of a command is checked against the policy that is derived for
//! whoever deploys. What AWS checks of a call is written down here a second time, from the Service Authorization Reference,
//! so that neither a call nor its resource can be missing in the policy.
//!
//! Whoever has another key is root: tests prepare accounts past the commands.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

mod checks;
mod services;

use std::collections::{BTreeMap, BTreeSet};

use asl::Json;
use hyper::HeaderMap;
use serde_json::{Value, json};
use stack::access::{Context, Decision, Others, decide};
use stack::{Common, Deployer, ManagedPolicy, Scope};

use crate::stack_under_test::Account;
use crate::wire::{Answer, Protocol, refusal};

pub(crate) use checks::{Check, Facts, checks};

/// The key of whoever deploys.
pub(crate) const DEPLOYER_KEY: &str = "AKIDDEPLOYER";

const USER: &str = "arn:aws:iam::123456789012:user/deployer";

/// What whoever deploys is allowed.
pub(crate) struct Authorization {
    policies: Vec<Json>,
    /// What was decided, as long as the policies are these.
    decided: BTreeMap<Check, bool>,
    /// The actions that were checked since it was last asked.
    checked: BTreeSet<String>,
}

impl Default for Authorization {
    /// All that is derived for any stack in any stage of any region, so that nothing is allowed that no stack's policy has.
    fn default() -> Authorization {
        let mut authorization = Authorization {
            policies: Vec::new(),
            decided: BTreeMap::new(),
            checked: BTreeSet::new(),
        };
        let every = |kms_key: Option<&str>, retention_days| Deployer {
            scope: Scope {
                partition: "aws".into(),
                account: "123456789012".into(),
                region: "*".into(),
                stack: "*".into(),
                stage: "*".into(),
            },
            common: Common {
                kms_key: kms_key.map(str::to_owned),
                bucket: Some("*".into()),
                ..Common::default()
            },
            retention_days,
            all_stages: true,
            has_express: true,
            managed_policies: ["arn:*:*:*:*:*".into()].into(),
            other_functions: ["*".into()].into(),
            parameters: ["*".into()].into(),
            secrets: ["*".into()].into(),
        };
        let policies = [every(None, Some(1)), every(Some("*"), None)];
        let policies = policies.iter().flat_map(Deployer::policies);
        let wild = |policy: &Json| {
            policy
                .to_string()
                .replace("StringEquals", "StringLike")
                .parse()
                .unwrap()
        };
        authorization.set(policies.map(|policy| wild(&policy.document())).collect());
        authorization
    }
}

impl Authorization {
    /// These are the policies from now on.
    pub(crate) fn set(&mut self, policies: Vec<Json>) {
        if self.policies != policies {
            self.policies = policies;
            self.decided.clear();
        }
    }

    pub(crate) fn take_checked(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.checked)
    }

    /// The answer to a call that is not allowed, which has to pass these checks.
    pub(crate) fn refuse(&mut self, protocol: Protocol, checks: &[Check]) -> Option<Answer> {
        let first = checks.iter().find(|check| !self.allows(check))?;
        let (status, code, message) = first.refusal(protocol);
        Some(refusal(protocol, status, code, &message))
    }

    /// What is left of an answer that says more to those who are allowed more.
    pub(crate) fn redact(&mut self, check: &Check, key: Option<String>, answer: String) -> String {
        if check.action != "lambda:GetFunction" {
            return answer;
        }
        let mut answer: Value = serde_json::from_str(&answer).unwrap();
        let tags = Check::new("lambda:ListTags", &check.resource);
        if !self.allows(&tags) {
            answer.as_object_mut().unwrap().remove("Tags");
            answer["TagsError"] = json!({ "ErrorCode": "AccessDeniedException", "Message": tags.message() });
        }
        let key = key.map(|key| Check::of_key("kms:Decrypt", &key, "lambda.us-east-1.amazonaws.com"));
        if let Some(key) = key
            && !self.allows(&key)
        {
            let error = json!({ "ErrorCode": "AccessDeniedException", "Message": key.message() });
            answer["Configuration"]["Environment"] = json!({ "Error": error });
        }
        answer.to_string()
    }

    fn allows(&mut self, check: &Check) -> bool {
        self.checked.insert(check.action.clone());
        if let Some(decided) = self.decided.get(check) {
            return *decided;
        }
        let values = check
            .context
            .iter()
            .map(|(key, value)| (key.clone(), vec![value.clone()]));
        let context = Context {
            values: values.collect(),
            others: Others::Absent,
        };
        let request = stack::access::Request {
            principals: &[],
            action: &check.action,
            resource: &check.resource,
            context: &context,
        };
        let is_allowed = decide(&self.policies, &request) == Decision::Allowed;
        self.decided.insert(check.clone(), is_allowed);
        is_allowed
    }
}

/// Whether it is whoever deploys who calls.
pub(crate) fn is_deployer(headers: &HeaderMap) -> bool {
    let signature = headers.get(hyper::header::AUTHORIZATION);
    signature.is_some_and(|signature| signature.to_str().unwrap().contains(DEPLOYER_KEY))
}

impl Account {
    /// What whoever deploys the stack is allowed.
    pub(crate) fn policies(&self) -> Vec<ManagedPolicy> {
        let settings = &self.settings;
        let ours: Vec<&str> = settings
            .functions
            .iter()
            .map(|function| function.logical.as_str())
            .collect();
        let others = |machine: &stack::MachineSettings| machine.other_functions(&settings.scope, &ours);
        let managed = settings
            .functions
            .iter()
            .flat_map(|function| &function.permissions.managed_policies);
        let deployer = Deployer {
            scope: settings.scope.clone(),
            common: settings.common.clone(),
            retention_days: settings.retention_days,
            all_stages: self.all_stages,
            has_express: settings
                .machines
                .iter()
                .any(|machine| machine.machine_type == asl::MachineType::Express),
            managed_policies: managed.cloned().collect(),
            other_functions: settings.machines.iter().flat_map(others).collect(),
            parameters: self.parameters.clone(),
            secrets: self.secrets.clone(),
        };
        deployer.policies()
    }

    /// The documents of what is allowed, without what is taken away and with what is allowed besides.
    pub(crate) fn documents(&self) -> Vec<Json> {
        let mut policies = self.policies();
        policies.extend(self.more.iter().cloned());
        for statement in policies.iter_mut().flat_map(|policy| &mut policy.statements) {
            let is_taken = |action: &String| {
                let taken = self.taken.as_ref();
                taken.is_some_and(|(sid, taken)| *sid == statement.sid && taken == action)
            };
            statement.actions.retain(|action| !is_taken(action));
        }
        policies.iter().map(ManagedPolicy::document).collect()
    }
}
