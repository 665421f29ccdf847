//! What roles are allowed beyond what definitions tell: `[[machines.X.allow]]`, `[[machines.X.policy]]`,
//! `[[functions.X.policy]]` and `managed_policies`.

use std::collections::BTreeMap;

use asl::{Diagnostic, Span};
use serde::Deserialize;
use toml::Spanned;

use super::{
    names,
    validate::{Check, finding},
};

/// `[[machines.X.allow]]`: what calls may be about that is known only at run time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// The states that make the calls.
    #[serde(default)]
    pub states: Vec<Spanned<String>>,
    /// The integration that they call.
    pub integration: Option<Spanned<String>>,
    /// The actions it holds for.
    #[serde(default)]
    pub actions: Vec<Spanned<String>>,
    /// ARNs, or URLs of HTTP endpoints, with placeholders as in definitions.
    #[serde(default)]
    pub resources: Vec<Spanned<String>>,
    /// Actions that the calls do not need.
    #[serde(default)]
    pub without: Vec<Spanned<String>>,
}

/// `[[machines.X.policy]]` and `[[functions.X.policy]]`: a statement of the workspace's own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// What it is called.
    pub sid: Option<Spanned<String>>,
    /// The states that need it; of a state machine alone.
    #[serde(default)]
    pub states: Vec<Spanned<String>>,
    /// Actions.
    pub actions: Vec<Spanned<String>>,
    /// ARNs or `*`, with placeholders as in definitions.
    pub resources: Vec<Spanned<String>>,
    /// Values by operator and key.
    #[serde(default)]
    pub conditions: BTreeMap<Spanned<String>, BTreeMap<String, OneOrMany>>,
}

/// A single value needs no array.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The values.
    #[must_use]
    pub fn items(&self) -> &[String] {
        match self {
            OneOrMany::One(item) => std::slice::from_ref(item),
            OneOrMany::Many(items) => items,
        }
    }
}

/// The operators of conditions, without `IfExists` at the end and `ForAllValues:` or `ForAnyValue:` before them.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
const OPERATORS: [&str; 27] = [
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "BinaryEquals",
    "Bool",
    "DateEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateNotEquals",
    "IpAddress",
    "NotIpAddress",
    "Null",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericNotEquals",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
];

/// What no function may do: the log group is the stack's.
const CREATE_LOG_GROUP: &str = "logs:CreateLogGroup";

/// AWS's managed policy of nothing but logs.
const BASIC_EXECUTION_ROLE: &str = ":policy/service-role/AWSLambdaBasicExecutionRole";

/// Most managed policies of a role, unless AWS is asked for more.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MANAGED_POLICIES: usize = 20;

impl Check<'_> {
    /// What a state machine says of its role.
    pub(super) fn machine_permissions(
        &mut self,
        location: &str,
        allow: &[Spanned<Allowance>],
        policy: &[Spanned<Statement>],
    ) {
        for (place, allowance) in allow.iter().enumerate() {
            self.extend(self::allowance(&format!("{location}/allow/{place}"), allowance));
        }
        self.extend(statements(location, policy));
    }
}

/// What a function says of its role.
pub(super) fn of_function(
    location: &str,
    policy: &[Spanned<Statement>],
    managed: &[Spanned<String>],
) -> Vec<Diagnostic> {
    let mut found = statements(location, policy);
    for (place, statement) in policy.iter().enumerate() {
        if let Some(state) = statement.get_ref().states.first() {
            let location = format!("{location}/policy/{place}/states");
            let message = "a function has no states".to_owned();
            found.push(finding(&location, state.span(), message).help("leave `states` out"));
        }
    }
    let actions = policy.iter().flat_map(|statement| &statement.get_ref().actions);
    for action in actions.filter(|action| covers(action.get_ref(), CREATE_LOG_GROUP)) {
        let message = format!(
            "`{}` lets a late invocation bring a removed log group back",
            action.get_ref()
        );
        let help = "leave it out: the stack makes the log group, and the function may write to it";
        found.push(finding(&format!("{location}/policy"), action.span(), message).help(help));
    }
    let location = format!("{location}/managed_policies");
    for arn in managed
        .iter()
        .filter(|arn| arn.get_ref().ends_with(BASIC_EXECUTION_ROLE))
    {
        let message = format!("`{}` allows `{CREATE_LOG_GROUP}`", arn.get_ref());
        let help = "leave it out: the function may write to its log group, which the stack makes";
        found.push(finding(&location, arn.span(), message).help(help));
    }
    for arn in managed.iter().filter(|arn| !super::resources::is_policy(arn.get_ref())) {
        let message = format!("`{}` is not the ARN of a policy", arn.get_ref());
        let help = "it is one as `arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess`";
        found.push(finding(&location, arn.span(), message).help(help));
    }
    if let Some(one_too_many) = managed.get(MANAGED_POLICIES) {
        let message = format!("a role has at most {MANAGED_POLICIES} managed policies");
        found.push(finding(&location, one_too_many.span(), message).help("write statements with `policy` instead"));
    }
    found
}

fn allowance(location: &str, allowance: &Spanned<Allowance>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let says = allowance.get_ref();
    if says.states.is_empty() && says.integration.is_none() {
        let message = "the entry does not say for which calls it is".to_owned();
        let help = "name `states`, or an `integration` such as `dynamodb:putItem`";
        found.push(finding(location, allowance.span(), message).help(help));
    }
    if says.resources.is_empty() && says.without.is_empty() {
        let message = "the entry allows nothing".to_owned();
        let help = "name `resources`, or with `without` actions that the calls do not need";
        found.push(finding(location, allowance.span(), message).help(help));
    }
    if let Some(integration) = &says.integration {
        found.extend(self::integration(&format!("{location}/integration"), integration));
    }
    for action in says.actions.iter().chain(&says.without) {
        found.extend(self::action(&format!("{location}/actions"), action));
    }
    for resource in &says.resources {
        found.extend(target(&format!("{location}/resources"), resource));
    }
    found
}

fn statements(location: &str, policy: &[Spanned<Statement>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut sids: Vec<&str> = Vec::new();
    for (place, statement) in policy.iter().enumerate() {
        let location = format!("{location}/policy/{place}");
        let says = statement.get_ref();
        found.extend(empty(&location, statement.span(), "actions", &says.actions));
        found.extend(empty(&location, statement.span(), "resources", &says.resources));
        found.extend(
            says.actions
                .iter()
                .filter_map(|one| action(&format!("{location}/actions"), one)),
        );
        found.extend(
            says.resources
                .iter()
                .filter_map(|one| resource(&format!("{location}/resources"), one)),
        );
        found.extend(
            says.conditions
                .keys()
                .filter_map(|one| operator(&format!("{location}/conditions"), one)),
        );
        let Some(sid) = &says.sid else { continue };
        let message = match sid.get_ref() {
            name if !name.starts_with(|c: char| c.is_ascii_alphabetic())
                || !name.chars().all(|c| c.is_ascii_alphanumeric()) =>
            {
                format!("`{name}` is not a Sid")
            }
            name if sids.contains(&name.as_str()) => format!("`{name}` is the Sid of another statement"),
            _ => {
                sids.push(sid.get_ref());
                continue;
            }
        };
        let help = "a Sid is letters and digits, begins with a letter, and is another one for each statement";
        found.push(finding(&format!("{location}/sid"), sid.span(), message).help(help));
    }
    found
}

fn empty(location: &str, span: Span, key: &str, values: &[Spanned<String>]) -> Option<Diagnostic> {
    let message = format!("the statement has no {key}");
    values
        .is_empty()
        .then(|| finding(&format!("{location}/{key}"), span, message).help("leave the statement out"))
}

fn integration(location: &str, name: &Spanned<String>) -> Option<Diagnostic> {
    let known = stack::known_calls();
    if known.iter().any(|call| call == name.get_ref()) {
        return None;
    }
    let message = format!("`{}` is no integration that needs permissions", name.get_ref());
    let near = names::nearest(name.get_ref(), &known.iter().map(String::as_str).collect::<Vec<_>>());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "it is what follows `arn:aws:states:::` in a `Resource`, without `.sync` or `.waitForTaskToken`".to_owned()
        }
    };
    Some(finding(location, name.span(), message).help(help))
}

/// `service:Action`; the end of an action may be a wildcard.
fn action(location: &str, action: &Spanned<String>) -> Option<Diagnostic> {
    let text = action.get_ref();
    let is_service = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let problem = match text.split_once(':') {
        _ if text == "*" => format!("`{text}` is every action there is"),
        Some((service, "*")) => format!("`{text}` is every action of {service}"),
        Some((service, name))
            if !service.is_empty()
                && service.chars().all(is_service)
                && name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name
                    .strip_suffix('*')
                    .unwrap_or(name)
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric()) =>
        {
            return None;
        }
        _ => format!("`{text}` is not an action"),
    };
    let help = "name actions, as `s3:GetObject`; a `*` may end the name, as in `s3:Get*`";
    Some(finding(location, action.span(), problem).help(help))
}

/// Whether an action with a wildcard at its end is `wanted` too.
fn covers(action: &str, wanted: &str) -> bool {
    let (action, wanted) = (action.to_ascii_lowercase(), wanted.to_ascii_lowercase());
    match action.strip_suffix('*') {
        Some(start) => start.contains(':') && wanted.starts_with(start),
        None => action == wanted,
    }
}

/// An ARN, or `*` where somebody writes it down.
fn resource(location: &str, resource: &Spanned<String>) -> Option<Diagnostic> {
    let text = resource.get_ref();
    if text == "*" || is_arn(text) {
        return None;
    }
    let message = format!("`{text}` is not an ARN");
    let help = "name resources by their ARNs; `*` alone is for actions that know no resources";
    Some(finding(location, resource.span(), message).help(help))
}

/// What calls may be about: never all there is.
fn target(location: &str, target: &Spanned<String>) -> Option<Diagnostic> {
    let text = target.get_ref();
    let is_all = text
        .splitn(6, ':')
        .nth(5)
        .is_some_and(|name| name.chars().all(|c| c == '*'));
    let is_url = text.starts_with("https://") || text.starts_with("http://");
    let message = match text.as_str() {
        "*" => "`*` is every resource there is".to_owned(),
        _ if is_arn(text) && is_all => format!("`{text}` is every resource of the service"),
        _ if is_arn(text) || is_url => return None,
        _ => format!("`{text}` is neither an ARN nor a URL"),
    };
    let help = "name what the calls are about; `*` may stand for parts of names";
    Some(finding(location, target.span(), message).help(help))
}

/// Six parts, the service without a wildcard; placeholders have colons of their own.
fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, ..] if partition.starts_with("${") => text.contains("}:"),
        ["arn", _, service, _, _, name] => !service.is_empty() && !service.contains('*') && !name.is_empty(),
        _ => text.contains("${") && !text.contains(' '),
    }
}

fn operator(location: &str, name: &Spanned<String>) -> Option<Diagnostic> {
    let text = name.get_ref();
    let bare = text
        .strip_prefix("ForAllValues:")
        .or_else(|| text.strip_prefix("ForAnyValue:"))
        .unwrap_or(text);
    let bare = bare.strip_suffix("IfExists").unwrap_or(bare);
    if OPERATORS.contains(&bare) {
        return None;
    }
    let message = format!("`{text}` is not an operator of conditions");
    let problem = finding(location, name.span(), message);
    let near = names::nearest(bare, &OPERATORS);
    Some(match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("IAM has `StringEquals`, `StringLike`, `ArnLike`, `Bool` and others"),
    })
}
