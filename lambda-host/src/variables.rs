//! The environment variables of an execution environment.
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use crate::function::Function;

/// Variables the service sets and a function's configuration must not. `AWS_EXECUTION_ENV` and `_X_AMZN_TRACE_ID` are not
/// defined for OS-only runtimes; credentials are left to the caller.
const RESERVED: [&str; 15] = [
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

/// Whether a function's configuration may set this variable.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Whether a process can be given this variable at all, by the service's rule for names.
pub(crate) fn is_valid(name: &str, value: &str) -> bool {
    let mut characters = name.chars();
    name.len() >= 2
        && characters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && characters.all(|other| other.is_ascii_alphanumeric() || other == '_')
        && !value.contains('\0')
}

/// Everything the process of a new environment sees; nothing is inherited.
pub(crate) fn variables(
    function: &Function,
    region: &str,
    task_root: &Path,
    runtime_api: SocketAddr,
) -> BTreeMap<String, String> {
    let task_root = task_root.display();
    let unreserved = [
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR".to_owned()),
        ("LANG", "en_US.UTF-8".to_owned()),
        ("LD_LIBRARY_PATH", format!("{task_root}:{task_root}/lib")),
        ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin".to_owned()),
        ("TZ", ":UTC".to_owned()),
    ];
    let reserved = [
        ("AWS_DEFAULT_REGION", region.to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory_mib.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", function.version.clone()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream_name(&function.version)),
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string()),
        ("AWS_REGION", region.to_owned()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
        ("LAMBDA_TASK_ROOT", task_root.to_string()),
        ("_HANDLER", function.handler.clone()),
    ];
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    let mut all: BTreeMap<_, _> = unreserved.into_iter().map(owned).collect();
    all.extend(function.environment.clone());
    all.extend(reserved.into_iter().map(owned));
    all
}

/// One stream for each environment: the day, the version and 32 hexadecimal digits.
fn log_stream_name(version: &str) -> String {
    let day = jiff::Timestamp::now().strftime("%Y/%m/%d");
    format!("{day}/[{version}]{}", uuid::Uuid::new_v4().simple())
}
