//! The KMS key of a stack.

use crate::{Error, Settings, Statement};

/// What functions do with a key: read their environment.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html>
pub(crate) const OF_FUNCTIONS: &[&str] = &["kms:Decrypt"];

/// What state machines do with a key: their definition, the data of executions and what they log.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html>
pub(crate) const OF_STATE_MACHINES: &[&str] = &["kms:Decrypt", "kms:GenerateDataKey"];

/// What allows the `actions` of using the key. The key's own policy can say more closely what for.
pub(crate) fn statement(key: &str, actions: &[&'static str]) -> Statement {
    let actions = actions.iter().copied();
    Statement::new("UseKey", actions, [key.to_owned()], "uses the stack's KMS key")
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
