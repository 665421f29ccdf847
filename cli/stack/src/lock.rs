use std::fmt;
use std::time::Duration;

use crate::{Scope, Tags};

/// How long a lock counts as held after its last sign of life.
pub const LEASE: Duration = Duration::from_secs(90);

const HOLDER_TAG: &str = "stepwright:lock-holder";
const COMMAND_TAG: &str = "stepwright:lock-command";
const MACHINE_TAG: &str = "stepwright:lock-machine";
const PROCESS_TAG: &str = "stepwright:lock-process";
const SINCE_TAG: &str = "stepwright:lock-since";
const RENEWED_TAG: &str = "stepwright:lock-renewed";
const GENERATION_TAG: &str = "stepwright:lock-generation";

/// Who holds a stack's lock: a log group that exists as long as somebody changes the stack, because CloudWatch Logs makes
/// one of a name only once. Its tags are the holder. Who takes over from a dead holder makes a log stream in it, numbered
/// one higher than the last, which succeeds only once too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who, for people: `user@host`.
    pub name: String,
    /// What it runs, such as `deploy`.
    pub command: String,
    /// The running system that the process belongs to; process numbers mean something only there.
    pub machine: String,
    /// The process, never the same twice on one machine.
    pub process: String,
    /// Since when, as RFC 3339 has it.
    pub since: String,
    /// The last sign of life, in the same form.
    pub renewed: String,
    /// How often the lock was taken over before.
    pub generation: u32,
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Holder {
            name, command, since, ..
        } = self;
        // Behind the process's number is when it started.
        let number = self.process.split('.').next().unwrap_or_default();
        write!(formatter, "{name} runs `{command}` (process {number}) since {since}")
    }
}

/// What is known of whoever holds a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is who asks.
    Own,
    /// It gave a sign of life not long ago.
    Alive,
    /// It was seen to be dead.
    Dead,
    /// It has not given a sign of life for long, or its clock is another.
    Quiet,
}

impl Scope {
    /// The log group that is the stack's lock.
    #[must_use]
    pub fn lock(&self) -> String {
        format!("{}{}/lock", self.locks(), self.stage)
    }

    /// How the names of the locks of all stages begin.
    #[must_use]
    pub fn locks(&self) -> String {
        format!("/stepwright/{}/", self.stack)
    }

    /// The tags of the lock when `holder` has it.
    #[must_use]
    pub fn lock_tags(&self, holder: &Holder) -> Tags {
        let mut tags = self.stack_tags();
        let fields = [
            (HOLDER_TAG, &holder.name),
            (COMMAND_TAG, &holder.command),
            (MACHINE_TAG, &holder.machine),
            (PROCESS_TAG, &holder.process),
            (SINCE_TAG, &holder.since),
            (RENEWED_TAG, &holder.renewed),
            (GENERATION_TAG, &holder.generation.to_string()),
        ];
        tags.extend(fields.map(|(key, value)| (key.to_owned(), tag_value(value))));
        tags
    }
}

impl Holder {
    /// The holder that the lock's tags tell of; what is missing is empty, and then nobody's.
    #[must_use]
    pub fn of(tags: &Tags) -> Holder {
        let text = |key: &str| tags.get(key).cloned().unwrap_or_default();
        Holder {
            name: text(HOLDER_TAG),
            command: text(COMMAND_TAG),
            machine: text(MACHINE_TAG),
            process: text(PROCESS_TAG),
            since: text(SINCE_TAG),
            renewed: text(RENEWED_TAG),
            generation: text(GENERATION_TAG).parse().unwrap_or_default(),
        }
    }

    /// What `asking` knows of this holder. `quiet` is how long ago its sign of life was by the clock of who asks, if that
    /// can be told, and `runs` whether a process of the same machine is there.
    pub fn standing(&self, asking: &Holder, quiet: Option<Duration>, runs: impl Fn(&str) -> bool) -> Standing {
        let is_neighbour = self.machine == tag_value(&asking.machine);
        if is_neighbour && self.process == tag_value(&asking.process) {
            return Standing::Own;
        }
        if is_neighbour && !runs(&self.process) {
            return Standing::Dead;
        }
        match quiet.is_some_and(|quiet| quiet <= LEASE) {
            true => Standing::Alive,
            false => Standing::Quiet,
        }
    }

    /// Whether `other` is the same holder at the same sign of life.
    #[must_use]
    pub fn is_unchanged(&self, other: &Holder) -> bool {
        (&self.machine, &self.process, &self.renewed) == (&other.machine, &other.process, &other.renewed)
    }
}

/// What a tag can hold of it.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html>
fn tag_value(text: &str) -> String {
    let fits = |c: &char| c.is_alphanumeric() || " _.:/=+-@".contains(*c);
    text.chars().filter(fits).take(256).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(machine: &str, process: &str) -> Holder {
        Holder {
            name: "somebody@somewhere".into(),
            command: "deploy".into(),
            machine: machine.into(),
            process: process.into(),
            since: "2026-01-01T00:00:00Z".into(),
            renewed: "2026-01-01T00:00:20Z".into(),
            generation: 2,
        }
    }

    #[track_caller]
    fn check(held_by: (&str, &str), quiet: Option<u64>, expected: Standing) {
        let found =
            holder(held_by.0, held_by.1).standing(&holder("a", "1"), quiet.map(Duration::from_secs), |process| {
                process == "2"
            });
        assert_eq!(found, expected, "{held_by:?}, quiet for {quiet:?}");
    }

    #[test]
    fn a_holder_is_dead_when_its_process_is_and_otherwise_as_quiet_as_its_lease_says() {
        check(("a", "1"), Some(0), Standing::Own);
        check(("a", "2"), Some(0), Standing::Alive);
        check(("a", "2"), Some(1000), Standing::Quiet);
        check(("a", "3"), Some(0), Standing::Dead);
        check(("b", "3"), Some(90), Standing::Alive);
        check(("b", "3"), Some(91), Standing::Quiet);
        check(("b", "3"), None, Standing::Quiet);
    }

    #[test]
    fn tags_tell_the_holder_again() {
        let scope = Scope::of_tests();
        let holder = holder("a", "1");
        let tags = scope.lock_tags(&holder);
        assert_eq!(Holder::of(&tags), holder);
        assert!(scope.owns(&tags));
    }

    #[test]
    fn a_tag_has_only_what_aws_takes() {
        assert_eq!(tag_value("Zoë@host (1)\n"), "Zoë@host 1");
        assert_eq!(tag_value(&"x".repeat(300)).len(), 256);
    }
}
