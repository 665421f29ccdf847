//! Runs packaged Lambda `bootstrap` executables on this machine, speaking the
//! [Lambda Runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) to them as the Lambda service does.
//!
//! A [`Host`] is given the [`Function`]s once. [`Host::invoke`] then does what the Invoke API does: it takes a warm execution
//! environment of the function or starts one (a process group of its own with one Runtime API endpoint on the loopback
//! interface), hands it the payload and answers with the function's response or with the error document Lambda writes
//! for a crash, a timeout or a bad entry point.
//!
//! Where it differs from the service, knowingly: an idle environment is not frozen; memory is not limited; after a crash the
//! next call starts from scratch and never pays for a suppressed initialisation; no role credentials are handed out. As all
//! environments share this machine, only a few start at the same time, a call that waits for its start takes an environment
//! that becomes free meanwhile, and there are no more of them than this process may open files for. A process that leaves
//! its process group (`setsid`) outlives its environment.
//!
//! This crate knows nothing of state machines, of stacks or of terminals. It never reads the caller's environment variables.

mod call;
mod environment;
mod error;
mod exchange;
mod function;
mod host;
mod limits;
mod log;
mod outcome;
mod pool;
mod process;
mod runtime_api;
mod tasks;
mod variables;

pub use error::{HostError, InvokeError};
pub use function::Function;
pub use host::{Host, InvocationContext};
pub use log::LogLine;
pub use outcome::Invocation;
