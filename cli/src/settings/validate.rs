//! stepwright.toml's text to [`Settings`]; every problem is collected.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use asl::{Diagnostic, Span};
use toml::Spanned;

use super::{
    Aws, Deploys, Error, Logs, Machine, Settings,
    file::{self, File},
    monitoring, names, permissions, resources, stages,
};
use crate::{args::Global, diagnostics::Report};

/// The code of every diagnostic about the configuration.
pub(super) const CODE: &str = "INVALID_CONFIGURATION";

/// Longest deployed name. A state machine may have 80 characters, but its role has its name, and a role has 64.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const DEPLOYED_NAME: usize = 64;

const DESCRIPTION: usize = 256;
const DEFAULT_RETENTION_DAYS: u32 = 14;

/// The days CloudWatch Logs takes as retention.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
const RETENTION_DAYS: &[u32] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/// Environment variables that belong to Lambda.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
const RESERVED: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

pub(super) fn stage(name: &str) -> Result<(), Error> {
    if names::is_stack_name(name) {
        Ok(())
    } else {
        Err(Error::Stage(name.to_owned()))
    }
}

pub(super) fn settings(root: PathBuf, global: &Global, mut source: Report) -> Result<Settings, Error> {
    let file: File = match toml::from_str(&source.text) {
        Ok(file) => file,
        Err(error) => {
            source.diagnostics.push(syntax(&error));
            return Err(Error::Invalid(source));
        }
    };
    let mut check = Check {
        root: &root,
        stage: &global.stage,
        stack: file.stack.get_ref(),
        diagnostics: Vec::new(),
    };
    check.stack(&file.stack);
    check.same_names(&file);
    check.functions(&file);
    let mut machines = check.machines(&file);
    check.logs("/logs", &file.logs);
    check.deploys("/deploy", &file.deploy);
    check.alarms("/alarms", file.alarms.as_ref());
    check.place("", file.account.as_ref(), file.region.as_ref(), file.profile.as_ref());
    let (boundary, key) = (file.permissions_boundary.as_ref(), file.kms_key.as_ref());
    check.resources("", boundary, key, &file.tags, None);
    check.stages(&file);
    source.diagnostics = check.diagnostics;
    if source.has_errors() {
        source
            .diagnostics
            .sort_by_key(|diagnostic| diagnostic.span.as_ref().map(|span| span.start));
        return Err(Error::Invalid(source));
    }
    let stage = stages::chosen(&file, &global.stage)?;
    stage.change(&root, &mut machines);
    Ok(Settings {
        aws: aws(&file, &stage.says, global),
        logs: Logs {
            retention_days: value(
                stage.says.logs.retention_days.as_ref(),
                file.logs.retention_days.as_ref(),
            )
            .unwrap_or(DEFAULT_RETENTION_DAYS),
        },
        common: resources::common(&file, &stage.says),
        monitoring: monitoring::monitoring(&file, &stage.says),
        deploys: Deploys::new(&stage.says.deploy, &file.deploy),
        overrides: stage.overrides(&file),
        run_environment: file.run.environment.clone(),
        stages: stage.and_all(&file),
        root,
        stack: file.stack.into_inner(),
        stage: global.stage.clone(),
        machines,
        declared: file
            .functions
            .into_iter()
            .map(|(name, function)| (name.into_inner(), function))
            .collect(),
        source,
    })
}

/// Arguments go before the stage, and the stage before the whole stack.
fn aws(file: &File, stage: &file::Stage, global: &Global) -> Aws {
    let first = |argument: &Option<String>, of_stage, of_all| argument.clone().or_else(|| value(of_stage, of_all));
    Aws {
        account: value(stage.account.as_ref(), file.account.as_ref()),
        profile: first(&global.profile, stage.profile.as_ref(), file.profile.as_ref()),
        region: first(&global.region, stage.region.as_ref(), file.region.as_ref()),
        endpoint_url: global.endpoint_url.clone(),
    }
}

/// What the stage says, or else the whole stack.
pub(super) fn value<T: Clone>(of_stage: Option<&Spanned<T>>, of_all: Option<&Spanned<T>>) -> Option<T> {
    of_stage.or(of_all).map(|value| value.get_ref().clone())
}

/// A finding about `location` of the configuration.
pub(super) fn finding(location: &str, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(CODE, location, message).at(span)
}

/// serde speaks of fields and Rust's types; the file has keys and tables.
pub(super) fn syntax(error: &toml::de::Error) -> Diagnostic {
    let mut message = error
        .message()
        .trim()
        .replace("unknown field", "unknown key")
        .replace("missing field", "missing key")
        .replace("unknown variant", "unknown value");
    let mut help = None;
    if message.starts_with("unknown ")
        && let Some((wrong, known)) = message.clone().split_once(", expected ")
    {
        message = wrong.to_owned();
        help = Some(format!(
            "known are {}",
            known.trim_start_matches("one of ").replace(" or ", ", ")
        ));
    }
    if let Some((found, expected)) = message
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.split_once(", expected "))
    {
        message = format!("expected {}, found {found}", in_toml(expected));
    }
    let diagnostic = finding("/", error.span().unwrap_or(0..0), message.replace('\n', ", "));
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

fn in_toml(expected: &str) -> &str {
    match expected {
        "u32" => "a whole number",
        "a map" => "a table",
        expected if expected.starts_with("struct ") => "a table",
        expected => expected,
    }
}

pub(super) struct Check<'a> {
    root: &'a Path,
    stage: &'a str,
    stack: &'a str,
    diagnostics: Vec<Diagnostic>,
}

impl Check<'_> {
    pub(super) fn push(&mut self, location: &str, span: Span, message: String, help: impl Into<String>) {
        self.diagnostics.push(finding(location, span, message).help(help));
    }

    fn stack(&mut self, stack: &Spanned<String>) {
        if !names::is_stack_name(stack.get_ref()) {
            let message = format!("`{}` is not a stack name", stack.get_ref());
            self.push(
                "/stack",
                stack.span(),
                message,
                format!("a stack name is {}", names::RULE),
            );
        }
    }

    fn same_names(&mut self, file: &File) {
        for name in file.machines.keys() {
            if file.functions.contains_key(name) {
                let message = format!("`{}` is the name of a function already", name.get_ref());
                let location = format!("/machines/{}", name.get_ref());
                self.push(
                    &location,
                    name.span(),
                    message,
                    "give the state machine a name of its own",
                );
            }
        }
    }

    fn name(&mut self, location: &str, name: &Spanned<String>) {
        if !names::is_logical(name.get_ref()) {
            let message = format!("`{}` is not a logical name", name.get_ref());
            self.push(
                location,
                name.span(),
                message,
                "a logical name is letters and digits, such as `ValidateOrderFunction`",
            );
        }
        let deployed = format!("{}-{}-{}", self.stack, self.stage, name.get_ref());
        if deployed.len() > DEPLOYED_NAME {
            let message = format!("the deployed name `{deployed}` has {} characters", deployed.len());
            self.push(
                location,
                name.span(),
                message,
                format!("AWS takes at most {DEPLOYED_NAME}: shorten the name, the stack's or the stage's"),
            );
        }
    }

    fn functions(&mut self, file: &File) {
        for (name, function) in &file.functions {
            let location = format!("/functions/{}", name.get_ref());
            self.name(&location, name);
            self.diagnostics.extend(self::function(&location, function));
        }
    }

    fn machines(&mut self, file: &File) -> BTreeMap<String, Machine> {
        let mut machines = BTreeMap::new();
        for (name, machine) in &file.machines {
            let location = format!("/machines/{}", name.get_ref());
            self.name(&location, name);
            self.machine_permissions(&location, &machine.allow, &machine.policy);
            let definition = self.file(&format!("{location}/definition"), &machine.definition);
            let input = machine
                .input
                .as_ref()
                .map(|input| self.file(&format!("{location}/input"), input));
            let machine = Machine {
                definition,
                machine_type: machine.machine_type,
                input,
                substitutions: machine.substitutions.clone(),
                allow: machine.allow.clone(),
                policy: machine.policy.clone(),
            };
            machines.insert(name.get_ref().clone(), machine);
        }
        machines
    }

    pub(super) fn extend(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(found);
    }

    /// A file of the workspace, absolute.
    pub(super) fn file(&mut self, location: &str, value: &Spanned<String>) -> PathBuf {
        let path = self.root.join(value.get_ref());
        let inside = path.canonicalize().ok().zip(self.root.canonicalize().ok());
        match inside {
            None => {
                let message = format!("there is no file `{}`", value.get_ref());
                self.push(
                    location,
                    value.span(),
                    message,
                    "paths begin at the directory of stepwright.toml",
                );
            }
            Some((file, _)) if !file.is_file() => {
                let message = format!("`{}` is not a file", value.get_ref());
                self.push(location, value.span(), message, "name a JSON file");
            }
            Some((file, root)) if !file.starts_with(&root) => {
                let message = format!("`{}` is outside the workspace", value.get_ref());
                self.push(
                    location,
                    value.span(),
                    message,
                    "move it below the directory of stepwright.toml",
                );
            }
            Some(_) => {}
        }
        path
    }

    pub(super) fn logs(&mut self, location: &str, logs: &file::Logs) {
        let refused = |days: &&Spanned<u32>| !RETENTION_DAYS.contains(days.get_ref());
        if let Some(days) = logs.retention_days.as_ref().filter(refused) {
            let message = format!("CloudWatch Logs does not take {} days", days.get_ref());
            let known = RETENTION_DAYS.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
            let location = format!("{location}/retention_days");
            self.push(&location, days.span(), message, format!("it takes {known}"));
        }
    }
}

/// What Lambda would not take of a function's configuration.
pub(super) fn function(location: &str, function: &file::Function) -> Vec<Diagnostic> {
    let limits = [
        ("memory", &function.memory, 128, 10_240, "MiB"),
        ("timeout", &function.timeout, 1, 900, "seconds"),
    ];
    let mut diagnostics = Vec::new();
    for (key, value, least, most, unit) in limits {
        if let Some(value) = value.as_ref().filter(|value| !(least..=most).contains(value.get_ref())) {
            let message = format!("{key} cannot be {} {unit}", value.get_ref());
            let help = format!("Lambda takes {least} to {most} {unit}");
            diagnostics.push(finding(&format!("{location}/{key}"), value.span(), message).help(help));
        }
    }
    if let Some(description) = &function.description
        && description.get_ref().chars().count() > DESCRIPTION
    {
        let message = format!("the description is over {DESCRIPTION} characters");
        let problem = finding(&format!("{location}/description"), description.span(), message);
        diagnostics.push(problem.help(format!("Lambda takes at most {DESCRIPTION}")));
    }
    let (policy, managed) = (&function.policy, &function.managed_policies);
    diagnostics.extend(permissions::of_function(location, policy, managed));
    diagnostics.extend(function.environment.keys().filter_map(|key| variable(location, key)));
    diagnostics
}

fn variable(location: &str, key: &Spanned<String>) -> Option<Diagnostic> {
    let location = format!("{location}/environment/{}", key.get_ref());
    let name = key.get_ref();
    let well_formed = name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let (message, help) = if RESERVED.contains(&name.as_str()) {
        (format!("`{name}` is set by Lambda"), "take another name")
    } else if !well_formed {
        let help = "Lambda takes letters, digits and underscores, beginning with a letter, at least two";
        (format!("`{name}` is not the name of an environment variable"), help)
    } else {
        return None;
    };
    Some(finding(&location, key.span(), message).help(help))
}
