use super::{Deployer, condition};
use crate::{Scope, Statement};

/// What is stored elsewhere and used by the stack: zips, parameters, secrets and the key.
pub(super) fn statements(deployer: &Deployer) -> Vec<Statement> {
    let parts = [bucket(deployer), parameters(deployer), secrets(deployer), key(deployer)];
    parts.into_iter().flatten().collect()
}

/// Lambda fetches zips as whoever calls it.
fn bucket(deployer: &Deployer) -> Vec<Statement> {
    let Some(bucket) = &deployer.common.bucket else {
        return Vec::new();
    };
    let scope = &deployer.scope;
    let (arn, prefix) = (format!("arn:{}:s3:::{bucket}", scope.partition), scope.object_prefix());
    vec![
        Statement::new(
            "ListZips",
            ["s3:ListBucket"],
            [arn.clone()],
            "to see which zips are in the bucket",
        )
        .only_if(condition("StringEquals", "s3:prefix", [prefix.clone()])),
        Statement::new(
            "Zips",
            ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            [format!("{arn}/{prefix}*")],
            "to put zips that are too large for a call into the bucket, from where Lambda fetches them for whoever deploys",
        ),
    ]
}

fn parameters(deployer: &Deployer) -> Vec<Statement> {
    let arns: Vec<String> = deployer
        .parameters
        .iter()
        .map(|name| parameter_arn(&deployer.scope, name))
        .collect();
    if arns.is_empty() {
        return Vec::new();
    }
    vec![
        Statement::new(
            "Parameters",
            ["ssm:GetParameter"],
            arns.clone(),
            "the parameters that environment variables name",
        ),
        decrypt(deployer, "DecryptParameters", "ssm").only_if(condition(
            "StringEquals",
            "kms:EncryptionContext:PARAMETER_ARN",
            arns,
        )),
    ]
}

fn secrets(deployer: &Deployer) -> Vec<Statement> {
    let arns: Vec<String> = deployer
        .secrets
        .iter()
        .flat_map(|name| secret_arns(&deployer.scope, name))
        .collect();
    if arns.is_empty() {
        return Vec::new();
    }
    vec![
        Statement::new(
            "Secrets",
            ["secretsmanager:GetSecretValue"],
            arns.clone(),
            "the secrets that environment variables name",
        ),
        decrypt(deployer, "DecryptSecrets", "secretsmanager").only_if(condition(
            "StringLike",
            "kms:EncryptionContext:SecretARN",
            arns,
        )),
    ]
}

/// Which key it is that encrypts a value is known to whoever put it there.
fn decrypt(deployer: &Deployer, sid: &str, service: &str) -> Statement {
    let Scope { partition, region, .. } = &deployer.scope;
    Statement::new(
        sid,
        ["kms:Decrypt"],
        [format!("arn:{partition}:kms:{region}:*:key/*")],
        "to read them where a key of one's own encrypts them; whichever it is, for these values alone",
    )
    .only_if(deployer.via(&[service]))
}

/// What Lambda, Step Functions and CloudWatch Logs do with the stack's key for whoever calls them.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html>
/// <https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html>
fn key(deployer: &Deployer) -> Vec<Statement> {
    let Some(key) = &deployer.common.kms_key else {
        return Vec::new();
    };
    let statement = Statement::new(
        "Key",
        [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
        ],
        [key.clone()],
        "to have environments, definitions and the data of executions encrypted with the stack's key, and to see them",
    );
    vec![statement.only_if(deployer.via(&["lambda", "logs", "states"]))]
}

/// A parameter can be named with a version or a label, of which its ARN has nothing.
fn parameter_arn(scope: &Scope, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.splitn(7, ':').take(6).collect::<Vec<_>>().join(":");
    }
    let name = name.split(':').next().unwrap_or_default();
    scope.arn("ssm", &format!("parameter/{}", name.trim_start_matches('/')))
}

/// The ARN of a secret ends in six characters that nobody chooses, and can be given without them.
fn secret_arns(scope: &Scope, name: &str) -> Vec<String> {
    match name.starts_with("arn:") {
        true => vec![name.to_owned(), format!("{name}-??????")],
        false => vec![scope.arn("secretsmanager", &format!("secret:{name}-??????"))],
    }
}
