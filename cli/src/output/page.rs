//! A page on the terminal that is drawn again and again, until somebody presses `q`.

use std::io::{self, IsTerminal, Read, Write};
use std::sync::Arc;

use anstream::{AutoStream, ColorChoice, adapter::strip_str};
use console::truncate_str;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use crate::error::Error;

/// Another screen without a cursor, and back.
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";
const HOME: &str = "\x1b[H";
const CLEAR_LINE: &str = "\x1b[K";
const CLEAR_BELOW: &str = "\x1b[J";

/// A page. The terminal is as it was before once it is dropped.
pub(crate) struct Page {
    before: Option<Termios>,
    quit: Arc<Notify>,
    resized: Signal,
}

/// What ends the wait at a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pressed {
    /// Somebody wants to leave it.
    Quit,
    /// The terminal has another size.
    Resized,
}

impl Page {
    /// Opens a page; nothing where results do not go to a terminal.
    ///
    /// # Errors
    /// The operating system does not tell when the terminal is resized.
    pub(crate) fn open() -> Result<Option<Page>, Error> {
        if !io::stdout().is_terminal() {
            return Ok(None);
        }
        let resized = signal(SignalKind::window_change());
        let resized = resized.map_err(|source| Error::io("watch the size of the terminal", source))?;
        let quit = Arc::new(Notify::new());
        let before = listen(&quit);
        write(ENTER);
        Ok(Some(Page { before, quit, resized }))
    }

    /// Draws a text: as much of it as there is room for. What it holds of colours is drawn where colours are wanted.
    pub(crate) fn draw(&self, text: &str) {
        let size = tcgetwinsize(io::stdout()).ok();
        let (columns, rows) = size.map_or((80, 24), |size| (usize::from(size.ws_col), usize::from(size.ws_row)));
        let is_plain = AutoStream::choice(&io::stdout()) == ColorChoice::Never;
        let plain = strip_str(text).to_string();
        let text = if is_plain { plain.as_str() } else { text };
        write(&drawn(text, columns, rows));
    }

    /// Waits until somebody does something.
    pub(crate) async fn pressed(&mut self) -> Pressed {
        tokio::select! {
            biased;
            () = self.quit.notified() => Pressed::Quit,
            resized = self.resized.recv() => match resized {
                Some(()) => Pressed::Resized,
                None => std::future::pending().await,
            },
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
        write(LEAVE);
    }
}

/// Has keys come one by one and unseen, and listens for `q`. Gives how the terminal was; nothing where there is no
/// keyboard.
fn listen(quit: &Arc<Notify>) -> Option<Termios> {
    let stdin = io::stdin();
    let before = stdin.is_terminal().then(|| tcgetattr(&stdin).ok())??;
    let mut keys = before.clone();
    keys.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    tcsetattr(&stdin, OptionalActions::Now, &keys).ok()?;
    // It waits for a key when the process ends, and ends with it.
    let quit = Arc::clone(quit);
    std::thread::spawn(move || {
        let mut keys = io::stdin().lock().bytes().map_while(Result::ok);
        if keys.any(|key| b"qQ".contains(&key)) {
            quit.notify_one();
        }
    });
    Some(before)
}

/// The text over what was there, line by line, so that nothing flickers.
fn drawn(text: &str, columns: usize, rows: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let room = rows.max(1);
    let shown = if lines.len() > room { room - 1 } else { lines.len() };
    let mut page = String::from(HOME);
    for (place, line) in lines.iter().take(shown).enumerate() {
        let separator = if place > 0 { "\r\n" } else { "" };
        page.push_str(separator);
        page.push_str(&truncate_str(line, columns, "…"));
        page.push_str("\x1b[0m");
        page.push_str(CLEAR_LINE);
    }
    if shown < lines.len() {
        let more = format!("… {} more lines", lines.len() - shown);
        page.push_str("\r\n");
        page.push_str(&truncate_str(&more, columns, "…"));
        page.push_str(CLEAR_LINE);
    }
    page.push_str(CLEAR_BELOW);
    page
}

/// A terminal that has gone away needs no page.
fn write(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(columns: usize, rows: usize, expected: &[&str]) {
        let text = "one line\n\x1b[32mgreen\x1b[0m and more\nlast";
        let drawn = drawn(text, columns, rows);
        let plain = strip_str(&drawn).to_string();
        let lines: Vec<&str> = plain.lines().collect();
        assert_eq!(lines, expected, "{columns} {rows}");
    }

    #[test]
    fn a_page_has_as_much_as_there_is_room_for() {
        check(80, 24, &["one line", "green and more", "last"]);
        check(80, 3, &["one line", "green and more", "last"]);
        check(80, 2, &["one line", "… 2 more lines"]);
        check(6, 24, &["one l…", "green…", "last"]);
        check(80, 1, &["", "… 3 more lines"]);
    }
}
