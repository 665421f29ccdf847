use aws_sdk_sfn::config::http::HttpResponse;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::operation::RequestId;
use stack::{Diagnosis, Retries, Service, Wait};

use super::diagnose::{GivenRole, diagnose};
use super::error::{CallError, innermost};
use super::{Cloud, Error, Event, credentials};

/// A call about to be made.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) service: Service,
    pub(super) action: &'static str,
    /// What it acts on, for messages.
    pub(super) name: &'a str,
}

/// When a call may be made again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// Whenever that may help: doing it twice is like doing it once.
    Always,
    /// If it was certainly not carried out.
    Refused,
}

impl Cloud {
    /// Makes a call that may be repeated, as long as [`Retries`] has patience with how it fails.
    pub(super) async fn call<T, E, F>(&self, call: Call<'_>, request: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.attempts(call, Repeat::Always, None, request).await
    }

    /// The same for a call that gives a role to a service. Where the service refuses it for long, the role's policies
    /// tell whether waiting helps.
    pub(super) async fn call_with_role<T, E, F>(
        &self,
        call: Call<'_>,
        role: GivenRole<'_>,
        request: impl Fn() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.attempts(call, Repeat::Always, Some(role), request).await
    }

    /// The same for a call that must not be carried out twice.
    pub(super) async fn call_once<T, E, F>(&self, call: Call<'_>, request: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.attempts(call, Repeat::Refused, None, request).await
    }

    async fn attempts<T, E, F>(
        &self,
        call: Call<'_>,
        repeat: Repeat,
        role: Option<GivenRole<'_>>,
        request: impl Fn() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let mut waiting = Waiting::new(call, role);
        let mut unclear = false;
        loop {
            self.keep_pace(call).await?;
            let (error, failed) = match request().await {
                Ok(answer) => {
                    self.paces.went_through(call);
                    waiting.end(self);
                    return Ok(answer);
                }
                Err(error) => (self.call_error(call, &error, unclear)?, error),
            };
            let is_unclear = error.status.is_none_or(|status| status >= 500);
            let hopeless = is_hopeless(&failed) || (is_unclear && repeat == Repeat::Refused);
            let wait = waiting.retries.next(&error.failure()).filter(|_| !hopeless);
            let Some(wait) = wait else {
                waiting.end(self);
                return Err(Error::Call(Box::new(error)));
            };
            unclear |= is_unclear;
            waiting.wait(self, wait, error).await?;
        }
    }

    /// What the SDK's error says about AWS.
    fn call_error<E>(
        &self,
        call: Call<'_>,
        error: &SdkError<E, HttpResponse>,
        after_unclear_answer: bool,
    ) -> Result<CallError, Error>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        if let Some(reason) = credentials::problem(error) {
            let profile = self.profile();
            return Err(Error::Credentials { profile, reason });
        }
        let raw = error.raw_response();
        let code = code(error);
        let message = match (error.message(), raw) {
            (Some(message), _) => without_values(message).to_owned(),
            (None, Some(response)) if code.is_empty() => beginning(response),
            _ if matches!(error, SdkError::TimeoutError(_)) => "it took too long".to_owned(),
            _ => innermost(error),
        };
        Ok(CallError {
            service: call.service,
            action: call.action,
            name: call.name.to_owned(),
            destination: self.destination(),
            status: raw.map(|response| response.status().as_u16()),
            code: code.to_owned(),
            message,
            request_id: error.request_id().map(str::to_owned),
            after_unclear_answer,
        })
    }
}

/// What Lambda says of an environment it does not take, without the values that it repeats.
fn without_values(message: &str) -> &str {
    message.split("String measured:").next().unwrap_or_default().trim_end()
}

/// The waits between the tries of one call.
struct Waiting<'a> {
    call: Call<'a>,
    role: Option<GivenRole<'a>>,
    retries: Retries,
    has_waited: bool,
    /// Whether the role was found to have all it needs.
    is_role_complete: bool,
    /// Whether its policies may not be read.
    is_role_hidden: bool,
}

impl<'a> Waiting<'a> {
    fn new(call: Call<'a>, role: Option<GivenRole<'a>>) -> Waiting<'a> {
        Waiting {
            call,
            role,
            retries: Retries::default(),
            has_waited: false,
            is_role_complete: false,
            is_role_hidden: false,
        }
    }

    /// Waits after `refusal`, unless it is known by now that waiting does not help.
    async fn wait(&mut self, cloud: &Cloud, wait: Wait, refusal: CallError) -> Result<(), Error> {
        let is_due = wait.is_for_role && wait.is_long && !self.is_role_hidden;
        if let Some(role) = self.role.filter(|_| is_due) {
            match diagnose(cloud, role, &refusal).await {
                Ok(Diagnosis::Missing(missing)) => {
                    self.end(cloud);
                    let refusal = Box::new(refusal);
                    return Err(Error::Role { missing, refusal });
                }
                Ok(Diagnosis::Complete) => self.is_role_complete = true,
                Ok(Diagnosis::Unclear) => {}
                Err(Error::Interrupted) => return Err(Error::Interrupted),
                Err(error) => self.hide_role(cloud, role, &error),
            }
        }
        if wait.is_throttle {
            cloud.paces.slow_down(self.call.service);
        }
        self.has_waited = true;
        cloud.tell(&Event::Waiting {
            action: self.call.action,
            name: self.call.name.to_owned(),
            reason: self.reason(&wait),
            is_notable: wait.is_long || (wait.is_for_role && wait.is_first),
        });
        cloud.sleep(wait.delay).await
    }

    /// Tells once that nobody will know what the role lacks.
    fn hide_role(&mut self, cloud: &Cloud, role: GivenRole<'_>, error: &Error) {
        self.is_role_hidden = true;
        cloud.tell(&Event::Hidden {
            what: format!("what the role `{}` may lack", role.used.role()),
            reason: error.to_string(),
        });
    }

    fn reason(&self, wait: &Wait) -> String {
        if !wait.is_for_role {
            return wait.reason.to_owned();
        }
        let role = self.role.map_or(self.call.name, |role| role.used.role());
        let complete = if self.is_role_complete {
            ", whose policies are right"
        } else {
            ""
        };
        format!("{} `{role}`{complete}", wait.reason)
    }

    fn end(&self, cloud: &Cloud) {
        if self.has_waited {
            cloud.tell(&Event::Waited {
                action: self.call.action,
                name: self.call.name.to_owned(),
            });
        }
    }
}

/// Whether the call was never made and never can be: not for the network, but for how it is configured.
fn is_hopeless<E>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::ConstructionFailure(_) => true,
        SdkError::DispatchFailure(failure) => {
            !(failure.is_io() || failure.is_timeout() || failure.as_other().is_some())
        }
        _ => false,
    }
}

/// The error code. Some services put a namespace before it, and a link behind it.
fn code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> &str {
    let code = error.code().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or(code);
    code.split(':').next().unwrap_or(code)
}

/// How an answer begins that no AWS service gives, where it is a page: what comes from a service may have a secret in it.
fn beginning(response: &HttpResponse) -> String {
    let body = response.body().bytes().unwrap_or_default();
    let text = String::from_utf8_lossy(body);
    if !text.trim_start().starts_with('<') {
        return format!("{} bytes that cannot be read", body.len());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(BEGINNING) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// How much of a strange answer is shown, in characters.
const BEGINNING: usize = 80;
