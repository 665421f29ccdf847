//! A line of a log, for people and for programs.

use std::fmt;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::Source;
use crate::aws::LogEvent;

/// The colours of sources, one after the other.
const COLOURS: [AnsiColor; 6] = [
    AnsiColor::Cyan,
    AnsiColor::Magenta,
    AnsiColor::Green,
    AnsiColor::Yellow,
    AnsiColor::Blue,
    AnsiColor::Red,
];

/// A time with all that is known of it.
const WHOLE: &str = "%Y-%m-%dT%H:%M:%S%.3fZ";

/// Below so many columns there is no room for times.
const NARROW: usize = 60;

/// Below so many columns there is no room for dates.
const WIDE: usize = 120;

/// How lines begin. Nothing is cut off where they do not go to a terminal.
pub(super) struct Layout {
    time: &'static str,
    /// Columns of names.
    width: usize,
}

impl Layout {
    /// For a terminal of so many columns, if it is one, and names that are so long at most.
    pub(super) fn new(columns: Option<usize>, widest: usize) -> Layout {
        let time = match columns {
            None | Some(WIDE..) => WHOLE,
            Some(NARROW..) => "%H:%M:%S",
            Some(_) => "",
        };
        let room = columns.map_or(widest, |columns| columns / 3);
        Layout {
            time,
            width: widest.min(room),
        }
    }

    /// The line, or lines, of an event.
    pub(super) fn line<'a>(&'a self, source: &'a Source, event: &'a LogEvent) -> Line<'a> {
        Line {
            timestamp: event.timestamp.strftime(WHOLE).to_string(),
            source: &source.name,
            log_group: &source.group,
            log_stream: &event.stream,
            event_id: &event.id,
            message: event.message.trim_end(),
            place: source.place,
            event,
            layout: self,
        }
    }

    fn name(&self, name: &str) -> String {
        match name.char_indices().nth(self.width) {
            None => format!("{name:width$}", width = self.width),
            Some(_) => name.chars().take(self.width.saturating_sub(1)).chain(['…']).collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line<'a> {
    timestamp: String,
    source: &'a str,
    log_group: &'a str,
    log_stream: &'a str,
    event_id: &'a str,
    message: &'a str,
    #[serde(skip)]
    place: usize,
    #[serde(skip)]
    event: &'a LogEvent,
    #[serde(skip)]
    layout: &'a Layout,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIM: Style = Style::new().dimmed();
        let colour = COLOURS.iter().cycle().nth(self.place);
        let style = colour.map_or_else(Style::new, |colour| colour.on_default());
        let time = match self.layout.time {
            "" => String::new(),
            format => format!("{} ", self.event.timestamp.strftime(format)),
        };
        let name = self.layout.name(self.source);
        let lines = match self.message {
            "" => vec![""],
            message => message.lines().collect(),
        };
        for (number, line) in lines.into_iter().enumerate() {
            let separator = if number > 0 { "\n" } else { "" };
            let room = if line.is_empty() { "" } else { " " };
            write!(
                formatter,
                "{separator}{DIM}{time}{DIM:#}{style}{name} |{style:#}{room}{line}"
            )?;
        }
        Ok(())
    }
}
