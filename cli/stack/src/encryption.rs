//! The KMS key of a stack.

use asl::Json;

use crate::{Error, Settings, policy};

/// What functions do with a key: read their environment.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html>
pub(crate) const OF_FUNCTIONS: &[&str] = &["kms:Decrypt"];

/// What state machines do with a key: their definition, the data of executions and what they log.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html>
pub(crate) const OF_STATE_MACHINES: &[&str] = &["kms:Decrypt", "kms:GenerateDataKey"];

/// `permissions` with those of using the key, if there is one. The key's own policy can say more closely what for.
pub(crate) fn with_key(permissions: Json, key: Option<&str>, actions: &[&'static str]) -> Json {
    let Some(key) = key else { return permissions };
    let use_key = policy::allow("UseKey", actions.iter().copied(), Json::from(key));
    let statements = policy::statements(&permissions).iter().cloned();
    policy::document(statements.chain([use_key]))
}

/// A key of another region than the stack's, which no service takes.
pub(crate) fn elsewhere(settings: &Settings) -> Option<Error> {
    let key = settings.common.kms_key.as_ref()?;
    let region = key.split(':').nth(3)?;
    (region != settings.scope.region).then(|| Error::KeyRegion {
        key: key.clone(),
        region: settings.scope.region.clone(),
    })
}
