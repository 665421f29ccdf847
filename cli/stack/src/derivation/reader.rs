//! What values of parameters mean: names, ARNs, URLs become parts of ARNs.

use crate::reference::FunctionReference;

use super::Place;

/// How the value of a parameter is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// A name, or the ARN of the whole.
    NameOrArn,
    /// The ARN of the whole.
    Arn,
    /// A Lambda function in any form, without its version.
    Function,
    /// A state machine's ARN, without its version or alias.
    Machine,
    /// A state machine's ARN, of which the executions are meant.
    Executions,
    /// The URL of an SQS queue.
    Queue,
    /// A name or ARN with a revision; without one any revision is meant.
    Revision,
    /// What stands behind the last `/` of an ARN, or the name itself.
    Last,
    /// The name of a bucket.
    Bucket,
    /// `s3://bucket/key`, as `bucket/key`.
    S3,
    /// `s3://bucket/key`, as `bucket`.
    S3Bucket,
    /// The host of an API of API Gateway, as the API's id.
    Api,
    /// A path, without the `/` it begins with.
    Path,
    /// A path, without the `/` it begins or ends with.
    Folder,
    /// A secret, whose ARN ends in what no name has.
    Secret,
    /// A URL.
    Url,
    /// A model of Bedrock that is no inference profile.
    Model,
    /// An inference profile of Bedrock.
    Profile,
    /// The model behind an inference profile of Bedrock.
    ProfiledModel,
    /// The ARN of any other model of Bedrock.
    OtherModel,
}

/// What a value means, as IAM reads patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// A part of the target.
    Name(String),
    /// The target up to here.
    Whole(String),
    /// There is no such target.
    Nothing,
    /// It is not what it should be, which is this.
    Wrong(&'static str),
}

impl Reader {
    /// The reader that files write so.
    pub(super) fn parse(name: &str) -> Option<Reader> {
        Some(match name {
            "arn" => Reader::Arn,
            "function" => Reader::Function,
            "machine" => Reader::Machine,
            "executions" => Reader::Executions,
            "queue" => Reader::Queue,
            "revision" => Reader::Revision,
            "last" => Reader::Last,
            "bucket" => Reader::Bucket,
            "s3" => Reader::S3,
            "s3-bucket" => Reader::S3Bucket,
            "api" => Reader::Api,
            "path" => Reader::Path,
            "folder" => Reader::Folder,
            "secret" => Reader::Secret,
            "url" => Reader::Url,
            "model" => Reader::Model,
            "profile" => Reader::Profile,
            "profiled-model" => Reader::ProfiledModel,
            "other-model" => Reader::OtherModel,
            _ => return None,
        })
    }

    /// What a value means.
    pub(super) fn read(self, value: &str, place: &Place<'_>) -> Read {
        let text = escaped(value);
        let is_arn = value.starts_with("arn:");
        match self {
            Reader::Function => Read::Whole(function(value, place)),
            Reader::Machine => {
                machine(value).map_or(Read::Wrong("the ARN of a state machine"), |(arn, _)| Read::Whole(arn))
            }
            Reader::Executions => machine(value).map_or(Read::Wrong("the ARN of a state machine"), |(arn, name)| {
                Read::Whole(arn.replacen(&format!(":stateMachine:{name}"), &format!(":execution:{name}"), 1))
            }),
            Reader::Queue => queue(value, place).map_or(Read::Wrong("the URL of a queue"), Read::Whole),
            Reader::Last => Read::Name(text.rsplit('/').next().unwrap_or_default().to_owned()),
            Reader::Path => Read::Name(text.trim_start_matches('/').to_owned()),
            Reader::Folder => Read::Name(text.trim_matches('/').to_owned()),
            Reader::Secret => secret(text, is_arn),
            Reader::S3 | Reader::S3Bucket => s3(&text, self),
            Reader::Api => api(&text),
            Reader::Url if value.starts_with("http") && value.contains("://") => Read::Whole(text),
            Reader::Url => Read::Wrong("a URL"),
            Reader::Model | Reader::Profile | Reader::ProfiledModel | Reader::OtherModel => self.model(&text),
            Reader::Revision => revision(text, is_arn),
            Reader::NameOrArn | Reader::Bucket | Reader::Arn if is_arn => Read::Whole(text),
            Reader::NameOrArn | Reader::Bucket => Read::Name(text),
            Reader::Arn => Read::Wrong("an ARN"),
        }
    }

    /// What the `start` of a value means that is otherwise known only at run time; nothing where it says too little: it must
    /// reach into the name itself, which follows `stem` in an ARN.
    pub(super) fn read_start(self, start: &str, stem: &str, place: &Place<'_>) -> Option<Read> {
        let says_more = match self {
            Reader::NameOrArn | Reader::Arn if start.starts_with("arn:") => {
                let name = start.splitn(6, ':').nth(5)?;
                name.len() > stem.len() && name.starts_with(stem)
            }
            Reader::NameOrArn | Reader::Path => !start.trim_start_matches('/').is_empty() && !"arn:".starts_with(start),
            Reader::Queue => start.splitn(5, '/').nth(4).is_some_and(|name| !name.is_empty()),
            Reader::Url => start.splitn(4, '/').nth(3).is_some(),
            Reader::S3 => start.splitn(4, '/').nth(3).is_some_and(|key| !key.is_empty()),
            _ => false,
        };
        let read = says_more.then(|| self.read(start, place))?;
        matches!(read, Read::Name(_) | Read::Whole(_)).then_some(read)
    }

    /// Profiles begin with the part of the world they are for.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html>
    fn model(self, value: &str) -> Read {
        const GEOGRAPHIES: [&str; 9] = ["us", "eu", "apac", "jp", "au", "ca", "sa", "us-gov", "global"];
        if value.starts_with("arn:") {
            let is_profile = value.contains("inference-profile/");
            let is_foundation = value.contains(":foundation-model/");
            let model = value.rsplit('/').next().unwrap_or_default();
            let behind = model
                .split_once('.')
                .filter(|(geography, _)| GEOGRAPHIES.contains(geography));
            return match (self, is_profile, behind) {
                (Reader::Model, false, _) if is_foundation => Read::Whole(value.to_owned()),
                (Reader::OtherModel, false, _) if !is_foundation => Read::Whole(value.to_owned()),
                (Reader::OtherModel, true, _) => Read::Whole(value.to_owned()),
                (Reader::ProfiledModel, true, Some((_, model))) => Read::Name(model.to_owned()),
                (Reader::ProfiledModel, true, None) => Read::Wrong("an inference profile that names its model"),
                _ => Read::Nothing,
            };
        }
        let profiled = value
            .split_once('.')
            .filter(|(geography, _)| GEOGRAPHIES.contains(geography));
        match (self, profiled) {
            (Reader::Model, None) | (Reader::Profile, Some(_)) => Read::Name(value.to_owned()),
            (Reader::ProfiledModel, Some((_, model))) => Read::Name(model.to_owned()),
            _ => Read::Nothing,
        }
    }
}

/// A text as IAM reads patterns, its wildcards and variables being characters like others.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
pub(super) fn escaped(text: &str) -> String {
    let text = text.replace("${", "${$}{");
    text.replace('*', "${*}").replace('?', "${?}")
}

fn function(value: &str, place: &Place<'_>) -> String {
    let reference = FunctionReference::new(value, place.scope);
    match reference.of_workspace(place.scope, place.functions) {
        Some(name) => place.scope.function_arn(&name),
        None => reference.unqualified_arn(),
    }
}

/// The ARN of a state machine without its version or alias, and its name.
fn machine(value: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = value.split(':').collect();
    match parts.as_slice() {
        ["arn", partition, "states", region, account, "stateMachine", name, ..] => {
            let arn = format!("arn:{partition}:states:{region}:{account}:stateMachine:{name}");
            Some((arn, (*name).to_owned()))
        }
        _ => None,
    }
}

/// `https://sqs.<region>.amazonaws.com/<account>/<name>`, and the forms of old: `https://<region>.queue.amazonaws.com/...`,
/// `https://queue.amazonaws.com/...`.
fn queue(value: &str, place: &Place<'_>) -> Option<String> {
    let (_, rest) = value.split_once("://")?;
    let mut parts = rest.split('/');
    let (host, account, name) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || account.is_empty() || name.is_empty() {
        return None;
    }
    let region = match host.split('.').collect::<Vec<_>>().as_slice() {
        ["sqs" | "sqs-fips", region, ..] | [region, "queue", ..] => *region,
        _ => &place.scope.region,
    };
    let partition = &place.scope.partition;
    Some(format!("arn:{partition}:sqs:{region}:{account}:{}", escaped(name)))
}

fn s3(text: &str, reader: Reader) -> Read {
    let Some(rest) = text.strip_prefix("s3://") else {
        return Read::Wrong("a URL that begins with `s3://`");
    };
    let bucket = rest.split('/').next().unwrap_or_default();
    Read::Name(if reader == Reader::S3Bucket {
        bucket.to_owned()
    } else {
        rest.to_owned()
    })
}

/// `<id>.execute-api.<region>.amazonaws.com`
fn api(text: &str) -> Read {
    let host = text.split_once("://").map_or(text, |(_, host)| host);
    match host.split_once(".execute-api.") {
        Some((id, _)) if !id.is_empty() => Read::Name(id.to_owned()),
        _ => Read::Wrong("the host of an API of API Gateway"),
    }
}

fn revision(text: String, is_arn: bool) -> Read {
    let name = text.rsplit('/').next().unwrap_or_default();
    let has_revision = name.contains(':');
    let any = if has_revision { text } else { format!("{text}:*") };
    if is_arn { Read::Whole(any) } else { Read::Name(any) }
}

fn secret(text: String, is_arn: bool) -> Read {
    let suffix = text.rsplit_once('-').map(|(_, suffix)| suffix);
    let has_suffix =
        suffix.is_some_and(|suffix| suffix.len() == 6 && suffix.chars().all(|c| c.is_ascii_alphanumeric()));
    match is_arn {
        true if has_suffix => Read::Whole(text),
        true => Read::Whole(format!("{text}-??????")),
        false => Read::Name(format!("{text}-??????")),
    }
}
