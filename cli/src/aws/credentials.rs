use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use super::Error;
use super::error::innermost;

/// The same configuration with the credentials of `profile`. As with the AWS CLI, a profile that is asked for goes
/// before credentials in the environment; the SDK's own order has it the other way round.
pub(super) fn of_profile(configuration: &SdkConfig, profile: &str) -> SdkConfig {
    let surroundings = ProviderConfig::default().with_region(configuration.region().cloned());
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&surroundings)
        .profile_name(profile)
        .build();
    let provider = SharedCredentialsProvider::new(provider);
    configuration.to_builder().credentials_provider(provider).build()
}

/// The same configuration with credentials that are there. However long it takes to get them (somebody may have to log
/// in), that is done once for all services.
pub(super) async fn resolved(configuration: &SdkConfig, profile: Option<&str>) -> Result<SdkConfig, Error> {
    let error = |reason: String| Error::Credentials {
        profile: profile.map(str::to_owned),
        reason,
    };
    let source = configuration
        .credentials_provider()
        .ok_or_else(|| error(NONE.to_owned()))?;
    let first = source.provide_credentials().await;
    let first = first.map_err(|cause| error(reason(&cause)))?;
    let provider = Resolved {
        first: Arc::new(Mutex::new(Some(first))),
        source,
    };
    Ok(configuration
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider))
        .identity_cache(IdentityCache::lazy().build())
        .build())
}

/// Why there are no credentials, if that is what is at the bottom of `error`.
pub(super) fn problem(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let mut error = Some(error);
    while let Some(found) = error {
        if let Some(credentials) = found.downcast_ref::<CredentialsError>() {
            return Some(reason(credentials));
        }
        error = found.source();
    }
    None
}

const NONE: &str = "there are none in the environment, in the profile or from the machine's role";

/// The machine's role is what is asked last; on a machine without one its error says nothing.
fn reason(error: &CredentialsError) -> String {
    let reason = innermost(error);
    match reason.contains("IMDS") || reason.contains("no providers in chain") {
        true => NONE.to_owned(),
        false => reason,
    }
}

/// Gives the credentials that were there first, then asks again.
#[derive(Debug)]
struct Resolved {
    first: Arc<Mutex<Option<Credentials>>>,
    source: SharedCredentialsProvider,
}

impl ProvideCredentials for Resolved {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(first) => future::ProvideCredentials::ready(Ok(first)),
            None => self.source.provide_credentials(),
        }
    }
}
