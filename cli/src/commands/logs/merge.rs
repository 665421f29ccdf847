//! Events of several log groups, in the order in which they happened.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::Source;
use crate::aws::{self, Cloud, LogEvent, LogFilter};

/// All log groups read once, page by page: what is given next is the earliest of all.
pub(super) struct Round<'a> {
    cloud: &'a Cloud,
    pattern: Option<&'a str>,
    began: Timestamp,
    readers: Vec<Reader<'a>>,
}

struct Reader<'a> {
    source: &'a mut Source,
    read: VecDeque<LogEvent>,
    next: Next,
}

enum Next {
    First,
    Page(String),
    Done,
}

impl<'a> Round<'a> {
    /// Begins to read what fits the pattern, if there is one.
    pub(super) fn begin(cloud: &'a Cloud, sources: &'a mut [Source], pattern: Option<&'a str>) -> Round<'a> {
        let readers = sources.iter_mut().map(|source| Reader {
            source,
            read: VecDeque::new(),
            next: Next::First,
        });
        Round {
            cloud,
            pattern,
            began: Timestamp::now(),
            readers: readers.collect(),
        }
    }

    /// The next event that was not told before.
    ///
    /// # Errors
    /// A call that fails. A log group that is not there has no events.
    pub(super) async fn next(&mut self) -> Result<Option<(&Source, LogEvent)>, aws::Error> {
        for reader in &mut self.readers {
            while reader.read.is_empty() && !matches!(reader.next, Next::Done) {
                reader.read_page(self.cloud, self.pattern).await?;
            }
        }
        let earliest = self.readers.iter_mut().filter(|reader| !reader.read.is_empty());
        let earliest = earliest.min_by_key(|reader| reader.read.front().map(|event| event.timestamp));
        Ok(earliest.and_then(|reader| Some((&*reader.source, reader.read.pop_front()?))))
    }

    /// Everything was read.
    pub(super) fn finish(self) {
        for reader in self.readers {
            reader.source.cursor.advance(self.began);
        }
    }
}

impl Reader<'_> {
    async fn read_page(&mut self, cloud: &Cloud, pattern: Option<&str>) -> Result<(), aws::Error> {
        let filter = LogFilter {
            group: &self.source.group,
            pattern,
            from: Some(self.source.cursor.from()),
            until: None,
        };
        let token = match std::mem::replace(&mut self.next, Next::Done) {
            Next::Page(token) => Some(token),
            Next::First | Next::Done => None,
        };
        let (events, token) = match aws::log_events(cloud, filter, token).await {
            Err(error) if error.is_not_found() => {
                self.source.is_missing = true;
                return Ok(());
            }
            page => page?,
        };
        let cursor = &mut self.source.cursor;
        self.read
            .extend(events.into_iter().filter(|event| cursor.is_new(event)));
        self.next = token.map_or(Next::Done, Next::Page);
        Ok(())
    }
}
