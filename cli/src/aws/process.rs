use std::sync::Arc;

use jiff::Timestamp;
use stack::Holder;

/// A process as others see it who want to know whether it is still there.
#[derive(Clone)]
pub struct Process {
    /// Whose it is, for people: `user@host`.
    pub name: String,
    /// The running system in which `id` means this process.
    pub machine: String,
    /// Its number and when it started.
    pub id: String,
    /// Whether a process of the same machine is there, by its id.
    pub runs: Arc<dyn Fn(&str) -> bool + Send + Sync>,
}

impl Process {
    /// This one.
    #[must_use]
    pub fn this() -> Process {
        let user = std::env::var("USER").or_else(|_| std::env::var("LOGNAME"));
        let user = user.as_deref().unwrap_or("somebody");
        let system = rustix::system::uname();
        let number = std::process::id();
        Process {
            name: format!("{user}@{}", system.nodename().to_string_lossy()),
            machine: machine().unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
            id: started(number).unwrap_or_else(|| number.to_string()),
            runs: Arc::new(runs),
        }
    }

    /// This process as the one that holds a lock while it runs `command`.
    pub(super) fn holding(&self, command: &str) -> Holder {
        // To the second: it is for people, and for leases of a minute and a half.
        let now = Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default();
        let now = now.to_string();
        Holder {
            name: self.name.clone(),
            command: command.to_owned(),
            machine: self.machine.clone(),
            process: self.id.clone(),
            since: now.clone(),
            renewed: now,
            generation: 0,
        }
    }
}

fn runs(id: &str) -> bool {
    let number = id.split('.').next().unwrap_or_default();
    let number: Option<u32> = number.parse().ok();
    number.is_some_and(|number| started(number).as_deref() == Some(id))
}

/// The running system and its namespace of process numbers. Nothing where the system does not tell: then no other
/// process is taken for a neighbour.
fn machine() -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{}.{}", boot.trim(), namespace.to_string_lossy()))
}

/// The number of a process and when it started, because numbers are given again; nothing where it has ended.
fn started(number: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name, in parentheses, may have anything in it.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    let is_over = ["Z", "X"].contains(&fields.next()?);
    let start = fields.nth(START_TIME)?;
    (!is_over).then(|| format!("{number}.{start}"))
}

/// The place of the start time behind the state: see proc(5), fields 3 and 22.
const START_TIME: usize = 18;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_runs_and_one_that_never_was_does_not() {
        let this = Process::this();
        assert!((this.runs)(&this.id), "{}", this.id);
        assert!(!runs("1.999999999999"));
        assert!(!runs("4294967295.1"));
        assert!(!runs(""));
    }
}
