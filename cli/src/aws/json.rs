//! Services of which few calls are made, without their SDKs: to compile those takes longer than all that calls them.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_sdk_lambda::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_sdk_sfn::config::http::{HttpRequest, HttpResponse};
use aws_sdk_sfn::error::{BoxError, ErrorMetadata, SdkError};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::auth::AuthSchemeOptionResolverParams;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::orchestrator::{OrchestratorError, SensitiveOutput};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::config_bag::Layer;
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use serde_json::Value;

use super::cloud::configured_endpoint;

/// A service that speaks AWS's JSON protocol.
///
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
#[derive(Clone)]
pub(super) struct JsonService {
    /// As AWS's configuration files name it.
    pub(super) id: &'static str,
    /// As its endpoints and signatures name it.
    pub(super) name: &'static str,
    /// What stands before the action in `X-Amz-Target`.
    pub(super) target: &'static str,
    /// The version of the protocol: `1.0` or `1.1`.
    pub(super) version: &'static str,
    pub(super) configuration: Arc<SdkConfig>,
}

/// An answer, of which nothing is shown.
struct Answer(Value);

impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Answer")
    }
}

impl JsonService {
    /// Makes one attempt at a call.
    ///
    /// # Errors
    /// As the SDK has them, with the code and message of the service.
    pub(super) async fn call(
        &self,
        action: &'static str,
        input: Value,
    ) -> Result<Value, SdkError<ErrorMetadata, HttpResponse>> {
        let endpoint = self.endpoint().await.map_err(SdkError::construction_failure)?;
        let target = format!("{}.{action}", self.target);
        let content_type = format!("application/x-amz-json-{}", self.version);
        let mut operation = Operation::builder()
            .service_name(self.id)
            .operation_name(action)
            .endpoint_url(&endpoint)
            .no_retry()
            .runtime_plugin(self.signing());
        if let Some(client) = self.configuration.http_client() {
            operation = operation.http_client(client);
        }
        if let Some(timeouts) = self.configuration.timeout_config() {
            operation = operation.timeout_config(timeouts.clone());
        }
        let operation = operation
            .serializer(move |input: Value| request(&target, &content_type, &input))
            .deserializer(answer)
            .build();
        operation.invoke(input).await.map(|Answer(answer)| answer)
    }

    /// Where the SDK would find it: what is configured for it or for all, or else where Lambda's endpoint is.
    async fn endpoint(&self) -> Result<String, BoxError> {
        if let Some(url) = configured_endpoint(&self.configuration, self.id) {
            return Ok(url);
        }
        let parameters = Params::builder()
            .set_region(self.configuration.region().map(ToString::to_string))
            .set_use_fips(self.configuration.use_fips())
            .set_use_dual_stack(self.configuration.use_dual_stack())
            .build()?;
        let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await?;
        Ok(endpoint.url().replacen("lambda", self.name, 1))
    }

    fn signing(&self) -> StaticRuntimePlugin {
        let mut components = RuntimeComponentsBuilder::new("signing")
            .with_auth_scheme(SigV4AuthScheme::new())
            .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID])))
            .with_identity_cache(self.configuration.identity_cache())
            .with_time_source(self.configuration.time_source());
        if let Some(provider) = self.configuration.credentials_provider() {
            components.set_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(provider));
        }
        let mut config = Layer::new("signing");
        config.store_put(AuthSchemeOptionResolverParams::new(()));
        config.store_put(SensitiveOutput);
        config.store_put(SigV4OperationSigningConfig {
            region: self.configuration.region().cloned().map(SigningRegion::from),
            name: Some(SigningName::from_static(self.name)),
            ..SigV4OperationSigningConfig::default()
        });
        StaticRuntimePlugin::new()
            .with_config(config.freeze())
            .with_runtime_components(components)
    }
}

fn request(target: &str, content_type: &str, input: &Value) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(input.to_string().into());
    request.set_method("POST")?;
    request.set_uri("/")?;
    let headers = request.headers_mut();
    headers.try_insert("content-type", content_type.to_owned())?;
    headers.try_insert("x-amz-target", target.to_owned())?;
    headers.try_insert("user-agent", concat!("stepwright/", env!("CARGO_PKG_VERSION")))?;
    Ok(request)
}

fn answer(response: &HttpResponse) -> Result<Answer, OrchestratorError<ErrorMetadata>> {
    let body = response.body().bytes().unwrap_or_default();
    if response.status().is_success() {
        return serde_json::from_slice(body)
            .map(Answer)
            .map_err(OrchestratorError::other);
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let mut error = ErrorMetadata::builder();
    if let Some(code) = response
        .headers()
        .get("x-amzn-errortype")
        .or(text("__type"))
        .or(text("code"))
    {
        error = error.code(code);
    }
    if let Some(message) = text("message").or(text("Message")) {
        error = error.message(message);
    }
    Err(OrchestratorError::operation(error.build()))
}

#[cfg(test)]
mod tests {
    use aws_config::Region;

    use super::*;

    fn check(configuration: aws_types::sdk_config::Builder, expected: &str) {
        let service = JsonService {
            id: "SSM",
            name: "ssm",
            target: "AmazonSSM",
            version: "1.1",
            configuration: Arc::new(configuration.build()),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let endpoint = runtime
            .ok()
            .and_then(|runtime| runtime.block_on(service.endpoint()).ok());
        assert_eq!(endpoint.as_deref(), Some(expected));
    }

    #[test]
    fn endpoints_are_those_of_the_service_in_the_region() {
        let region = |name: &'static str| SdkConfig::builder().region(Region::new(name));
        check(region("eu-west-1"), "https://ssm.eu-west-1.amazonaws.com");
        check(region("cn-north-1"), "https://ssm.cn-north-1.amazonaws.com.cn");
        check(region("us-iso-east-1"), "https://ssm.us-iso-east-1.c2s.ic.gov");
        check(
            region("us-east-1").use_fips(true),
            "https://ssm-fips.us-east-1.amazonaws.com",
        );
        check(
            region("us-east-1").use_dual_stack(true),
            "https://ssm.us-east-1.api.aws",
        );
        check(
            region("us-east-1").endpoint_url("http://127.0.0.1:4566"),
            "http://127.0.0.1:4566",
        );
    }
}
