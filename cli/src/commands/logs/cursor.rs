//! What of a log group was told already.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::aws::LogEvent;

/// How far behind newer events of its log group an event may arrive and still be told.
const OVERLAP: SignedDuration = SignedDuration::from_mins(1);

/// The same where no newer events are there, behind this machine's clock.
const LATENESS: SignedDuration = SignedDuration::from_mins(10);

/// What of a log group was told. Events arrive late and not in order, so that the last of them are read again and again,
/// and told by their ids.
pub(super) struct Cursor {
    /// What is before is not looked at any more.
    from: Timestamp,
    newest: Option<Timestamp>,
    /// When the events happened that may be read again, by id.
    told: BTreeMap<String, Timestamp>,
}

impl Cursor {
    /// Begins at a moment.
    pub(super) fn new(from: Timestamp) -> Cursor {
        Cursor {
            from,
            newest: None,
            told: BTreeMap::new(),
        }
    }

    /// Where to read from.
    pub(super) fn from(&self) -> Timestamp {
        self.from
    }

    /// Whether an event was not told before; it counts as told from now on.
    pub(super) fn is_new(&mut self, event: &LogEvent) -> bool {
        self.newest = self.newest.max(Some(event.timestamp));
        self.told.insert(event.id.clone(), event.timestamp).is_none()
    }

    /// Goes on after all that there was was read, which began at `began`. Events may say that they happen in times to come.
    pub(super) fn advance(&mut self, began: Timestamp) {
        let before = |moment: Timestamp, by| moment.checked_sub(by).unwrap_or(Timestamp::MIN);
        let behind_newest = self.newest.map(|newest| before(newest.min(began), OVERLAP));
        let behind_clock = before(began, LATENESS);
        self.from = self.from.max(behind_clock).max(behind_newest.unwrap_or(behind_clock));
        let from = self.from;
        self.told.retain(|_, happened| *happened >= from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap_or_default()
    }

    fn event(id: &str, seconds: i64) -> LogEvent {
        LogEvent {
            id: id.to_owned(),
            timestamp: at(seconds),
            stream: String::new(),
            message: String::new(),
        }
    }

    #[test]
    fn an_event_is_told_once_however_often_it_is_read() {
        let mut cursor = Cursor::new(at(0));
        assert!(cursor.is_new(&event("a", 10)) && !cursor.is_new(&event("a", 10)));
        cursor.advance(at(12));
        assert!(!cursor.is_new(&event("a", 10)), "read again");
        assert!(cursor.is_new(&event("b", 9)), "late");
        assert!(cursor.is_new(&event("c", 10)), "at the same time");
    }

    #[test]
    fn reading_goes_on_behind_the_newest_event_or_the_clock() {
        let check = |newest: Option<i64>, began: i64, expected: i64| {
            let mut cursor = Cursor::new(at(0));
            newest.map(|newest| cursor.is_new(&event("a", newest)));
            cursor.advance(at(began));
            assert_eq!(cursor.from(), at(expected), "{newest:?} {began}");
        };
        check(None, 10, 0);
        check(None, 1000, 400);
        check(Some(30), 40, 0);
        check(Some(90), 95, 30);
        check(Some(90), 1000, 400);
        check(Some(7200), 100, 40);
    }

    #[test]
    fn what_is_not_read_again_is_forgotten() {
        let mut cursor = Cursor::new(at(0));
        for second in 0..1000 {
            assert!(cursor.is_new(&event(&second.to_string(), second)));
            cursor.advance(at(second));
        }
        assert!(cursor.told.len() <= 61, "{}", cursor.told.len());
        assert!(cursor.told.values().all(|happened| *happened >= cursor.from()));
    }
}
