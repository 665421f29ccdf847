use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_types::service_config::ServiceConfigKey;
use serde::Serialize;
use stack::{Scope, Service};
use std::sync::Arc;
use std::time::Duration;

use super::call::Call;
use super::json::JsonService;
use super::lock::Lease;
use super::pace::Paces;
use super::{Error, Event, Process, Surroundings, credentials, https};
use crate::settings;

/// The AWS services of one account and region. Cheap to clone.
#[derive(Clone)]
pub struct Cloud {
    pub(super) alarms: aws_sdk_cloudwatch::Client,
    /// Step Functions, for what its SDK cannot give as it is.
    pub(super) histories: JsonService,
    pub(super) iam: aws_sdk_iam::Client,
    pub(super) lambda: aws_sdk_lambda::Client,
    pub(super) logs: aws_sdk_cloudwatchlogs::Client,
    pub(super) s3: aws_sdk_s3::Client,
    pub(super) secrets: JsonService,
    pub(super) ssm: JsonService,
    pub(super) states: aws_sdk_sfn::Client,
    sts: aws_sdk_sts::Client,
    region: String,
    endpoint_url: Option<String>,
    profile: Option<String>,
    surroundings: Surroundings,
    /// Of the stack's lock, where it is held.
    lease: Option<Arc<Lease>>,
    pub(super) paces: Paces,
}

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an answer may take, where nothing large is sent.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// The same for the first call, which asks for nothing but a name.
const FIRST_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// Who calls, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The account's 12 digits.
    pub account: String,
    /// The caller.
    pub arn: String,
    /// The region.
    pub region: String,
}

/// The SDK's configuration as arguments, environment and AWS's files have it.
///
/// # Errors
/// Endpoints in the environment that are no URLs: the SDK itself panics at an empty one of a single service, and an empty
/// one of all services is none.
pub async fn configuration(aws: &settings::Aws) -> Result<SdkConfig, Error> {
    for service in [
        "CLOUDWATCH",
        "CLOUDWATCH_LOGS",
        "IAM",
        "LAMBDA",
        "S3",
        "SECRETS_MANAGER",
        "SFN",
        "SSM",
        "STS",
    ] {
        let url = std::env::var(format!("AWS_ENDPOINT_URL_{service}"));
        url.map_or(Ok(()), |url| check_endpoint(&url))?;
    }
    let of_all = std::env::var("AWS_ENDPOINT_URL").ok();
    let of_all = of_all.filter(|url| aws.endpoint_url.is_none() && !url.is_empty());
    of_all.map_or(Ok(()), |url| check_endpoint(&url))?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(https::client());
    if let Some(profile) = &aws.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &aws.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(url) = &aws.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let mut configuration = loader.load().await;
    if configuration.endpoint_url() == Some("") {
        let mut without = configuration.to_builder();
        without.set_endpoint_url(None);
        configuration = without.build();
    }
    Ok(match &aws.profile {
        Some(profile) => credentials::of_profile(&configuration, profile),
        None => configuration,
    })
}

impl Cloud {
    /// Connects with the configuration, once its credentials were found.
    ///
    /// # Errors
    /// No region, no credentials, credentials that have expired.
    pub async fn connect(
        configuration: &SdkConfig,
        profile: Option<&str>,
        surroundings: Surroundings,
    ) -> Result<Cloud, Error> {
        let region = match configuration.region() {
            Some(region) => region.to_string(),
            None => return Err(credentials::explained(profile, Error::NoRegion).await),
        };
        check_region(&region)?;
        configuration.endpoint_url().map_or(Ok(()), check_endpoint)?;
        let configuration = credentials::resolved(configuration, profile).await?;
        // Retries are ours: each cause has its own budget, and is told.
        let timeouts = timeouts(ATTEMPT_TIMEOUT);
        let configuration = configuration
            .to_builder()
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .build();
        let shared = Arc::new(configuration.clone());
        Ok(Cloud {
            alarms: aws_sdk_cloudwatch::Client::new(&configuration),
            histories: JsonService {
                id: "SFN",
                name: "states",
                target: "AWSStepFunctions",
                version: "1.0",
                configuration: Arc::clone(&shared),
            },
            iam: aws_sdk_iam::Client::new(&configuration),
            lambda: aws_sdk_lambda::Client::new(&configuration),
            logs: aws_sdk_cloudwatchlogs::Client::new(&configuration),
            s3: s3(&configuration),
            secrets: JsonService {
                id: "Secrets Manager",
                name: "secretsmanager",
                target: "secretsmanager",
                version: "1.1",
                configuration: Arc::clone(&shared),
            },
            ssm: JsonService {
                id: "SSM",
                name: "ssm",
                target: "AmazonSSM",
                version: "1.1",
                configuration: Arc::clone(&shared),
            },
            states: aws_sdk_sfn::Client::new(&configuration),
            sts: aws_sdk_sts::Client::new(&configuration),
            region,
            endpoint_url: configuration.endpoint_url().map(str::to_owned),
            profile: profile.map(str::to_owned),
            surroundings,
            lease: None,
            paces: Paces::default(),
        })
    }

    /// The same, telling somebody else what happens.
    #[must_use]
    pub fn telling(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Cloud {
        let mut cloud = self.clone();
        cloud.surroundings.listener = Arc::new(listener);
        cloud
    }

    /// The same, going on after somebody wants it to end: for what must not be left half done. Who may have lost the
    /// stack's lock stops nevertheless.
    pub(super) fn persisting(&self) -> Cloud {
        let mut cloud = self.clone();
        cloud.surroundings.stop = Arc::new(|| false);
        cloud
    }

    /// Asks who calls.
    ///
    /// # Errors
    /// No answer, or credentials that AWS does not take.
    pub async fn identify(&self) -> Result<Identity, Error> {
        const ACTION: &str = "GetCallerIdentity";
        let call = Call {
            service: Service::Sts,
            action: ACTION,
            name: "",
        };
        let request = || {
            let configuration = aws_sdk_sts::Config::builder().timeout_config(timeouts(FIRST_ATTEMPT_TIMEOUT));
            let request = self.sts.get_caller_identity().customize();
            request.config_override(configuration).send()
        };
        let identity = self.call(call, request).await?;
        let missing = |missing| Error::Answer {
            action: ACTION,
            missing,
        };
        Ok(Identity {
            account: identity.account.ok_or_else(|| missing("account"))?,
            arn: identity.arn.ok_or_else(|| missing("ARN"))?,
            region: self.region.clone(),
        })
    }

    /// The same, which also stops when the lease is over.
    pub(super) fn under(&self, lease: Arc<Lease>) -> Cloud {
        let mut cloud = self.clone();
        cloud.lease = Some(lease);
        cloud
    }

    /// Looks whether the lock of the stack, where it was held, may be somebody else's now.
    ///
    /// # Errors
    /// It is, or may be.
    pub(super) fn check_lock(&self, scope: &Scope) -> Result<(), Error> {
        let scope = || Box::new(scope.clone());
        match &self.lease {
            Some(lease) if lease.is_lost() => Err(Error::LockLost(scope())),
            Some(lease) if lease.is_over() => Err(Error::Silent(scope())),
            _ => Ok(()),
        }
    }

    pub(super) fn renewal(&self) -> Duration {
        self.surroundings.renewal
    }

    pub(super) fn process(&self) -> &Process {
        &self.surroundings.process
    }

    pub(super) fn profile(&self) -> Option<String> {
        self.profile.clone()
    }

    /// Where calls go, for messages.
    pub(super) fn destination(&self) -> String {
        match &self.endpoint_url {
            Some(url) => format!("the endpoint `{url}`"),
            None => format!("the region `{}`", self.region),
        }
    }

    pub(super) fn tell(&self, event: &Event) {
        (self.surroundings.listener)(event);
    }

    /// Waits.
    ///
    /// # Errors
    /// Somebody wants it to end.
    pub(super) async fn sleep(&self, delay: Duration) -> Result<(), Error> {
        if !self.is_stopped() {
            (self.surroundings.sleep)(delay).await;
        }
        if self.is_stopped() {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }

    /// Waits before the next look at what goes on.
    ///
    /// # Errors
    /// Somebody wants it to end.
    pub async fn pause(&self, delay: Duration) -> Result<(), Error> {
        self.sleep(delay).await
    }

    pub(super) fn now(&self) -> Duration {
        (self.surroundings.clock)()
    }

    pub(super) fn is_stopped(&self) -> bool {
        (self.surroundings.stop)() || self.lease.as_ref().is_some_and(|lease| lease.is_over())
    }
}

impl Identity {
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or("aws")
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "account {}, region {}, as {}",
            self.account, self.region, self.arn
        )
    }
}

/// Buckets are parts of AWS's host names; whatever else answers seldom has a name for each.
fn s3(configuration: &SdkConfig) -> aws_sdk_s3::Client {
    let is_elsewhere = configured_endpoint(configuration, "S3").is_some();
    let builder = aws_sdk_s3::config::Builder::from(configuration);
    aws_sdk_s3::Client::from_conf(builder.force_path_style(is_elsewhere).build())
}

/// The endpoint that the environment or AWS's files have for a service, which they name `id`, or for all.
pub(super) fn configured_endpoint(configuration: &SdkConfig, id: &str) -> Option<String> {
    let key = ServiceConfigKey::builder().service_id(id);
    let key = key.env("AWS_ENDPOINT_URL").profile("endpoint_url").build().ok()?;
    let own = configuration
        .service_config()
        .and_then(|config| config.load_config(key));
    own.or_else(|| configuration.endpoint_url().map(str::to_owned))
}

/// The time limits of a call whose answer may take `attempt`.
pub(super) fn timeouts(attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(attempt)
        .build()
}

fn check_region(region: &str) -> Result<(), Error> {
    match settings::is_region(region) {
        true => Ok(()),
        false => Err(Error::Region(region.to_owned())),
    }
}

fn check_endpoint(url: &str) -> Result<(), Error> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    match rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace)) {
        true => Ok(()),
        false => Err(Error::Endpoint(url.to_owned())),
    }
}
