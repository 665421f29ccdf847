//! AWS in this process, with a layer of ours around it that counts calls and makes them fail.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use hyper::HeaderMap;
use tokio::sync::Notify;
use winterbaume_core::MockService;

use crate::alarms::Alarms;
use crate::authorization::{self, Authorization, Check, Facts};
use crate::deletions::{self, Deletions, Passage};
use crate::executions::Executions;
use crate::functions::Functions;
use crate::log_groups::LogGroups;
use crate::logs::Logs;
use crate::objects::{NO_SUCH_KEY, Objects};
use crate::pages;
use crate::past::Past;
use crate::roles::Roles;
use crate::rounds::Rounds;
use crate::secrets::Secrets;
use crate::state_machines::{End, StateMachines};
use crate::times::Clock;
use crate::wire::{Answer, Protocol, Request, action, credential_scope, is_mutation, refusal};

/// An AWS account of its own.
#[derive(Clone)]
pub(crate) struct Double {
    services: Arc<[Box<dyn MockService>]>,
    state: Arc<Mutex<State>>,
    died: Arc<Notify>,
    rounds: Rounds,
}

#[derive(Default)]
struct State {
    calls: Vec<String>,
    clock: Option<Clock>,
    /// How long answers take.
    latency: Option<(Clock, Duration)>,
    faults: Vec<Fault>,
    /// What goes wrong with the call of this number, counted from the next.
    appointed: Option<(usize, Kind)>,
    past: Past,
    has_short_pages: bool,
    machines: StateMachines,
    deletions: Deletions,
    executions: Executions,
    roles: Roles,
    functions: Functions,
    authorization: Authorization,
    alarms: Alarms,
    log_groups: LogGroups,
    logs: Logs,
    secrets: Secrets,
    objects: Objects,
}

/// What goes wrong with calls of an action.
#[derive(Clone)]
pub(crate) struct Fault {
    /// The API action.
    pub(crate) action: &'static str,
    /// How many calls are left alone before.
    pub(crate) skip: usize,
    /// How many calls it happens to.
    pub(crate) times: usize,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// The service refuses: status, code, message.
    Refused(u16, &'static str, &'static str),
    /// Something else answers: status, page.
    Page(u16, &'static str),
    /// The connection breaks before the service sees the call.
    Unsent,
    /// The service does the work, and the answer is lost.
    LostAnswer,
    /// The service takes its time.
    Slow(Duration),
    /// Who calls dies before the service sees the call.
    Death,
    /// Who calls dies when the service has done the work.
    DeathAfter,
    /// The answer is that of a while ago, and so are the next to the same question.
    Stale,
}

/// The connection broke.
pub(crate) struct Broken;

impl Double {
    pub(crate) fn new() -> Double {
        Double {
            services: Arc::new([
                Box::new(winterbaume_iam::IamService::new()) as Box<dyn MockService>,
                Box::new(winterbaume_lambda::LambdaService::new()),
                Box::new(winterbaume_sfn::SfnService::new()),
                Box::new(winterbaume_sts::StsService::new()),
                Box::new(winterbaume_cloudwatchlogs::CloudWatchLogsService::new()),
            ]),
            state: Arc::default(),
            died: Arc::default(),
            rounds: Rounds::default(),
        }
    }

    /// Calls are answered round after round from now on, and the rounds are counted.
    pub(crate) fn count_rounds(&self) {
        self.rounds.begin();
    }

    /// How many rounds there were. Calls are answered at once again.
    pub(crate) fn count_rounds_no_more(&self) -> usize {
        self.rounds.end()
    }

    /// Makes one call go wrong: the one that is made after so many others from now on.
    pub(crate) fn appoint(&self, place: usize, kind: Kind) {
        self.state().appointed = Some((place, kind));
    }

    /// Whether the call that was to go wrong was made.
    pub(crate) fn was_appointed(&self) -> bool {
        self.state().appointed.is_none()
    }

    /// Whoever deploys may do what these policies allow from now on.
    pub(crate) fn allow(&self, policies: Vec<asl::Json>) {
        self.state().authorization.set(policies);
    }

    /// The permissions that were needed since the last time it was asked.
    pub(crate) fn take_needed(&self) -> BTreeSet<String> {
        self.state().authorization.take_checked()
    }

    /// From now on nothing goes wrong.
    pub(crate) fn mend(&self) {
        let mut state = self.state();
        state.appointed = None;
        state.faults.clear();
        state.past.forget();
    }

    /// Remembers from now on what was before each change, of what was `asked` elsewhere too.
    pub(crate) fn remember(&self, asked: Past) {
        self.state().past = asked;
    }

    /// What was asked.
    pub(crate) fn past(&self) -> Past {
        self.state().past.clone()
    }

    /// Ends when who calls dies.
    pub(crate) async fn death(&self) {
        self.died.notified().await;
    }

    /// Makes the next calls of an action fail.
    pub(crate) fn fail(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Lists give one item at a time from now on.
    pub(crate) fn shorten_pages(&self) {
        self.state().has_short_pages = true;
    }

    /// A parameter of Systems Manager has this value from now on.
    pub(crate) fn set_parameter(&self, name: &str, value: &str) {
        self.state().secrets.parameters.insert(name.into(), value.into());
    }

    /// A secret of Secrets Manager has this value from now on.
    pub(crate) fn set_secret(&self, name: &str, value: &str) {
        self.state().secrets.secrets.insert(name.into(), value.into());
    }

    /// The objects in all buckets: bucket, `/`, key.
    pub(crate) fn objects(&self) -> Vec<String> {
        self.state().objects.0.keys().cloned().collect()
    }

    /// An object that somebody put there.
    pub(crate) fn put_object(&self, path: &str) {
        self.state().objects.0.insert(path.to_owned(), String::new());
    }

    /// How executions end from now on; without it they run for ever.
    pub(crate) fn end_executions(&self, end: End) {
        let mut state = self.state();
        state.machines.end_executions(end);
        state.deletions.end_executions();
    }

    /// How often state machines are looked for until they are gone.
    pub(crate) fn delete_slowly(&self, looks: usize) {
        self.state().deletions.take(looks);
    }

    /// The alarms that CloudWatch has.
    pub(crate) fn alarms<T>(&self, change: impl FnOnce(&mut Alarms) -> T) -> T {
        change(&mut self.state().alarms)
    }

    /// The executions that there were before the test.
    pub(crate) fn executions<T>(&self, change: impl FnOnce(&mut Executions) -> T) -> T {
        change(&mut self.state().executions)
    }

    /// What is in logs.
    pub(crate) fn logs<T>(&self, change: impl FnOnce(&mut Logs) -> T) -> T {
        change(&mut self.state().logs)
    }

    /// The actions that were called since the last time it was asked.
    pub(crate) fn take_calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state().calls)
    }

    /// Notes from now on when calls are made.
    pub(crate) fn look_at(&self, clock: &Clock) {
        self.state().clock = Some(clock.clone());
    }

    /// Answers take so long by the clock from now on.
    pub(crate) fn answer_after(&self, clock: &Clock, time: Duration) {
        self.state().latency = Some((clock.clone(), time));
    }

    /// Whether an action was called since the last time the calls were taken.
    pub(crate) fn has_called(&self, action: &str) -> bool {
        self.state().calls.iter().any(|call| call == action)
    }

    /// Whether `action` was called after `first`.
    pub(crate) fn has_called_after(&self, first: &str, action: &str) -> bool {
        let state = self.state();
        let mut calls = state.calls.iter().skip_while(|call| *call != first);
        calls.any(|call| call == action)
    }

    pub(crate) async fn answer(&self, request: Request) -> Result<Answer, Broken> {
        let (protocol, action) = action(&request);
        self.rounds.wait().await;
        let latency = self.state().latency.clone();
        if let Some((clock, time)) = latency {
            clock.sleep(time).await;
        }
        let fault = self.note(&action, &request);
        match is_mutation(&action) {
            true => self.look_back().await,
            false => self.state().past.ask(&action, &request),
        }
        match fault {
            None => {
                let stale = self.state().past.repeat(&request);
                match stale {
                    Some(answer) => Ok(answer),
                    None => Ok(self.boxed_pass(&action, request).await),
                }
            }
            Some(Kind::Refused(status, code, message)) => Ok(refusal(protocol, status, code, message)),
            Some(Kind::Page(status, page)) => Ok(Answer {
                status,
                headers: HeaderMap::from_iter([(hyper::header::CONTENT_TYPE, "text/html".parse().unwrap())]),
                body: page.to_owned(),
            }),
            Some(Kind::Unsent) => Err(Broken),
            Some(Kind::LostAnswer) => {
                self.boxed_pass(&action, request).await;
                Err(Broken)
            }
            Some(Kind::Death) => self.die().await,
            Some(Kind::DeathAfter) => {
                self.boxed_pass(&action, request).await;
                self.die().await
            }
            Some(Kind::Stale) => {
                let present = self.boxed_pass(&action, request.clone()).await;
                Ok(self.state().past.answer(&request, present))
            }
            Some(Kind::Slow(time)) => {
                tokio::time::sleep(time).await;
                Ok(self.boxed_pass(&action, request).await)
            }
        }
    }

    async fn die(&self) -> ! {
        self.died.notify_one();
        std::future::pending().await
    }

    /// Notes how everything is that somebody asks for, before it changes.
    async fn look_back(&self) {
        for (action, request) in self.past().asked() {
            let answer = self.boxed_pass(action, request.clone()).await;
            self.state().past.note(request, answer);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Notes a call and tells what is to go wrong with it.
    fn note(&self, action: &str, request: &Request) -> Option<Kind> {
        let mut state = self.state();
        if let Some(clock) = &state.clock {
            clock.note(action);
        }
        state.calls.push(match request.body.contains(LOCK) {
            true => format!("{action}{OF_THE_LOCK}"),
            false => action.to_owned(),
        });
        match state.appointed.take() {
            Some((0, kind)) => return Some(kind),
            Some((place, kind)) => state.appointed = Some((place - 1, kind)),
            None => {}
        }
        let fault = state
            .faults
            .iter_mut()
            .find(|fault| fault.action == action && fault.times > 0)?;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        fault.times -= 1;
        Some(fault.kind)
    }

    /// The answers to what the double does not know.
    fn own(&self, action: &str, request: &Request) -> Option<Answer> {
        let mut state = self.state();
        let (service, _) = credential_scope(&request.headers);
        let is_short = state.has_short_pages;
        if let Some(answer) = state.executions.answer(action, &request.body, is_short) {
            return Some(answer);
        }
        if action == "FilterLogEvents" {
            return Some(state.logs.filter(&request.body, is_short));
        }
        let (protocol, answer) = match action {
            _ if service == "monitoring" => (Protocol::Json, state.alarms.answer(action, &request.body)),
            "GetExecutionHistory" => (Protocol::Json, Ok(state.machines.history())),
            "DeleteStateMachineVersion" => (Protocol::Json, state.machines.delete_version(&request.body)),
            "DeleteFunction" => {
                let (path, query) = request.path.split_once('?')?;
                let version = query.strip_prefix("Qualifier=")?;
                let name = path.trim_end_matches('/').rsplit('/').next().unwrap();
                (Protocol::Json, state.functions.delete_version(name, version))
            }
            _ => return None,
        };
        Some(match answer {
            Ok(body) => Answer::ok(body),
            Err((status, code)) => refusal(protocol, status, code, "no"),
        })
    }

    /// The answer to what was done before, which the double would do a second time.
    fn repeated(&self, action: &str, request: &Request) -> Option<String> {
        let state = self.state();
        match action {
            "PublishVersion" => state.functions.republished(&request.path),
            "PublishStateMachineVersion" => state.machines.republished(&request.body),
            "CreateStateMachine" => state.machines.remade(&request.body),
            _ => None,
        }
    }

    /// On the heap: the services' futures are large.
    fn boxed_pass<'a>(
        &'a self,
        action: &'a str,
        request: Request,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        Box::pin(self.pass(action, request))
    }

    /// The answer to whoever is not allowed to call, or else what there is to say to them.
    async fn pass(&self, action: &str, request: Request) -> Answer {
        if !authorization::is_deployer(&request.headers) {
            return self.carry_out(action, request).await;
        }
        let (protocol, _) = crate::wire::action(&request);
        let checks = self.state().checks(action, &request);
        let refused = self.state().authorization.refuse(protocol, &checks);
        if let Some(refused) = refused {
            return refused;
        }
        let mut answer = self.carry_out(action, request).await;
        if let (Some(check), 200) = (checks.first(), answer.status) {
            let mut state = self.state();
            let key = check.function().and_then(|name| state.functions.key(name));
            answer.body = state.authorization.redact(check, key, answer.body);
        }
        answer
    }

    /// Lets the double answer, and puts right what it gets wrong.
    async fn carry_out(&self, action: &str, mut request: Request) -> Answer {
        if let Some(answer) = self.own(action, &request) {
            return answer;
        }
        if let Some(answer) = self.state().secrets.answer(action, &request.body) {
            return answer;
        }
        let (service, region) = credential_scope(&request.headers);
        if service == "s3" {
            return self.state().objects.answer(&request);
        }
        let fetched = self.state().objects.fetch(action, &request.body);
        let Some(body) = fetched else {
            return refusal(Protocol::Json, 400, "InvalidParameterValueException", NO_SUCH_KEY);
        };
        request.body = body;
        let asked = request.body.clone();
        let page = pages::take_token(action, &mut request);
        request.body = self.state().machines.request(action, &request.body);
        let service = self
            .services
            .iter()
            .find(|found| found.service_name() == service)
            .unwrap();
        let passage = self.state().passage(action, &asked);
        match &passage {
            Passage::Begun => return Answer::ok("{}".to_owned()),
            Passage::Refused => return refusal(Protocol::Json, 400, "StateMachineDeleting", "it is being deleted"),
            Passage::Gone(arn) => {
                for request in deletions::requests(&request, arn) {
                    service.handle(request.within(&region)).await;
                }
                self.state().machines.forget(arn);
            }
            Passage::Double | Passage::Deleting => {}
        }
        if let Some(body) = self.repeated(action, &request) {
            return Answer::ok(body);
        }
        let answered = service.handle(request.within(&region)).await;
        let mut answer = Answer {
            status: answered.status,
            headers: answered.headers,
            body: String::from_utf8_lossy(&answered.body).into_owned(),
        };
        if answer.status < 300 {
            let mut state = self.state();
            answer.body = state.roles.answer(action, &asked, answer.body);
            answer.body = state.functions.answer(action, &asked, answer.body);
            answer.body = state.log_groups.answer(action, &asked, answer.body);
            answer.body = state.machines.answer(action, &asked, answer.body);
            state.deletions.note(action, &asked, &answer.body);
            if matches!(passage, Passage::Deleting) {
                answer.body = deletions::deleting(&answer.body);
            }
            if state.has_short_pages {
                answer.body = pages::cut(action, page, answer.body);
            }
        }
        answer
    }
}

impl State {
    fn checks(&self, action: &str, request: &Request) -> Vec<Check> {
        let facts = Facts {
            roles: &self.roles,
            machines: &self.machines,
        };
        authorization::checks(action, request, &facts)
    }

    fn passage(&mut self, action: &str, request: &str) -> Passage {
        let machines = &self.machines;
        self.deletions.passage(action, request, |arn| machines.exists(arn))
    }
}

/// Whether a call, as it was noted, changed something of a stack; its lock is none of it.
pub(crate) fn changes_stack(call: &str) -> bool {
    is_mutation(call) && !call.ends_with(OF_THE_LOCK)
}

/// What a request about a lock has in its body.
const LOCK: &str = "/stepwright/order/dev/lock";

const OF_THE_LOCK: &str = " of the lock";
