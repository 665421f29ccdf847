use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sfn::config::ProvideCredentials;
use serde::Serialize;
use stack::Service;
use std::time::Duration;

use super::call::Call;
use super::{Error, Event, Surroundings};
use crate::settings;

/// The AWS services of one account and region. Cheap to clone.
#[derive(Clone)]
pub struct Cloud {
    pub(super) iam: aws_sdk_iam::Client,
    pub(super) lambda: aws_sdk_lambda::Client,
    pub(super) logs: aws_sdk_cloudwatchlogs::Client,
    pub(super) states: aws_sdk_sfn::Client,
    sts: aws_sdk_sts::Client,
    region: String,
    surroundings: Surroundings,
}

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
pub async fn configuration(aws: &settings::Aws) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(profile) = &aws.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &aws.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(url) = &aws.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    loader.load().await
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
        let region = configuration.region().ok_or(Error::Region)?.to_string();
        credentials(configuration).await.map_err(|reason| Error::Credentials {
            profile: profile.map(str::to_owned),
            reason,
        })?;
        // Retries are ours: each cause has its own budget, and is told.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(120))
            .build();
        let configuration = configuration
            .to_builder()
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .build();
        Ok(Cloud {
            iam: aws_sdk_iam::Client::new(&configuration),
            lambda: aws_sdk_lambda::Client::new(&configuration),
            logs: aws_sdk_cloudwatchlogs::Client::new(&configuration),
            states: aws_sdk_sfn::Client::new(&configuration),
            sts: aws_sdk_sts::Client::new(&configuration),
            region,
            surroundings,
        })
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
        let identity = self.call(call, || self.sts.get_caller_identity().send()).await?;
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

    pub(super) fn is_stopped(&self) -> bool {
        (self.surroundings.stop)()
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

async fn credentials(configuration: &SdkConfig) -> Result<(), String> {
    let provider = configuration.credentials_provider().ok_or("none are configured")?;
    match provider.provide_credentials().await {
        Ok(_) => Ok(()),
        Err(error) => {
            let mut error: &dyn std::error::Error = &error;
            while let Some(source) = error.source() {
                error = source;
            }
            Err(error.to_string())
        }
    }
}
