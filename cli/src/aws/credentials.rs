use std::borrow::Cow;
use std::error::Error as _;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileLoadError, load};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_sdk_sfn::error::ErrorMetadata;
use aws_types::os_shim_internal::{Env, Fs};

use super::Error;
use super::error::innermost;
use super::https;

/// The same configuration with the credentials of `profile`. As with the AWS CLI, a profile that is asked for goes
/// before credentials in the environment; the SDK's own order has it the other way round.
pub(super) fn of_profile(configuration: &SdkConfig, profile: &str) -> SdkConfig {
    let surroundings = ProviderConfig::default()
        .with_http_client(https::client())
        .with_region(configuration.region().cloned());
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
    let first = match first {
        Ok(first) => first,
        Err(cause) => {
            let place = place().filter(|_| profile.is_none());
            let reason = [place, Some(reason(&cause))].into_iter().flatten();
            return Err(explained(profile, error(reason.collect::<Vec<_>>().join(": "))).await);
        }
    };
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

/// The error, or what is behind it: the SDK goes on without files it cannot read and without a profile it does not find.
pub(super) async fn explained(profile: Option<&str>, error: Error) -> Error {
    let profile = profile.filter(|profile| !profile.is_empty());
    let selected = profile.map(|profile| Cow::Owned(profile.to_owned()));
    match (
        load(&Fs::real(), &Env::real(), &EnvConfigFiles::default(), selected).await,
        profile,
    ) {
        (Err(problem), _) => Error::Files(unusable(&problem)),
        (Ok(found), Some(profile)) if found.get_profile(profile).is_none() => Error::NoProfile(profile.to_owned()),
        (Ok(_), _) => error,
    }
}

/// Which file, and what is wrong with it, in one line.
fn unusable(problem: &ProfileFileLoadError) -> String {
    let cause = problem.source().map(ToString::to_string).unwrap_or_default();
    let text = format!("{problem}: {cause}");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why there are no credentials, if that is what is at the bottom of `error`.
pub(super) fn problem(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    within(error).map(reason)
}

/// The first error of this type among `error` and its causes.
fn within<'a, T: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a T> {
    let mut error = Some(error);
    while let Some(found) = error {
        if let Some(wanted) = found.downcast_ref() {
            return Some(wanted);
        }
        error = found.source();
    }
    None
}

const NONE: &str = "there are none in the environment, in the profile or from the machine's role";

/// The machine's role is what is asked last; on a machine without one its error says nothing.
fn reason(error: &CredentialsError) -> String {
    let reason = refusal(error).unwrap_or_else(|| innermost(error));
    match reason.contains("IMDS") || reason.contains("no providers in chain") {
        true => NONE.to_owned(),
        false => reason,
    }
}

/// What a service said that was asked for credentials.
fn refusal(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let said: &ErrorMetadata = within(error)?;
    Some(format!("{}: {}", said.code()?, said.message()?))
}

/// Where the environment says that credentials are: errors of the SDK do not name it.
fn place() -> Option<String> {
    const VARIABLES: [&str; 3] = [
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    ];
    let said = VARIABLES
        .into_iter()
        .filter_map(|name| Some((name, std::env::var(name).ok()?)));
    said.map(|(name, value)| format!("{name} is `{value}`")).next()
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
