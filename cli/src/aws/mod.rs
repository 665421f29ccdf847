//! AWS: connect, observe, apply, execute. The only code that calls the SDK.
//!
//! This layer decides nothing about a stack: what to do is in a [`stack::Plan`], what went wrong and whether to wait is
//! in [`stack::Retries`]. It must not print or ask; it reports [`Event`]s.

mod alarms;
mod apply;
mod call;
mod carry_out;
mod cloud;
mod cloudwatch;
mod credentials;
mod diagnose;
mod error;
mod event;
mod execution;
mod external;
mod history;
mod https;
mod json;
mod lock;
mod logs;
mod metrics;
mod observe;
mod pace;
mod parallel;
mod process;
mod secrets;
mod start;
mod validate;

pub use alarms::{AlarmState, check as check_alarms, states as alarm_states};
pub use apply::{Artifacts, MAX_ZIP, Outcome, Published, Return, apply};
pub use carry_out::carry_out;
pub use cloud::{Cloud, Identity, configuration};
pub use error::{CallError, Error};
pub use event::{Event, Sleep, Surroundings};
pub use execution::{Execution, ExecutionStatus, UNSEEN, Wanted, describe, list, redrive, stop, stop_running, wait};
pub use external::missing_functions;
pub use history::{HistoryEvent, express_histories, history, history_since};
pub use lock::{clear_lock, may_live};
pub use logs::{LogEvent, LogFilter, log_events};
pub use metrics::{Rates, last_hour};
pub use observe::{observe, observe_all_stages};
pub use process::Process;
pub use secrets::resolve;
pub use start::{Deployed, Start, deployed, start, start_sync};
pub use validate::validate;
