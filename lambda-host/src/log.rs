//! What functions write: one pipe for standard output and standard error, cut into lines.

use std::sync::Arc;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{mpsc, oneshot};

/// One line a function wrote to standard output or standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The function's logical name.
    pub function: String,
    /// The invocation during which it was written; none during initialisation.
    pub request_id: Option<String>,
    /// The text without its line end, invalid UTF-8 replaced. Control characters are the function's own.
    pub text: String,
}

/// Where the lines of every function go.
pub(crate) type LogSink = Arc<dyn Fn(LogLine) + Send + Sync>;

/// Asks a reader to confirm that everything written so far has been forwarded.
pub(crate) type Flush = oneshot::Sender<()>;

/// The longest line, in bytes, as CloudWatch Logs had it for one event; what is longer goes on in the next line.
const LINE_LIMIT: usize = 256 * 1024;

const READ_SIZE: usize = 16 * 1024;

/// Forwards lines until the pipe is closed, or `stop` resolves and nothing is left to read.
///
/// Reading comes first in the `select`, and what a function wrote before it answered or ended is readable before its answer
/// or end is seen. So a flush is confirmed, and a stop obeyed, only after all of that was forwarded.
pub(crate) async fn forward(
    mut pipe: impl AsyncRead + Unpin,
    mut flushes: mpsc::Receiver<Flush>,
    mut stop: oneshot::Receiver<()>,
    emit: impl Fn(String) + Send,
) {
    let mut pending = BytesMut::with_capacity(READ_SIZE);
    loop {
        tokio::select! {
            biased;
            read = pipe.read_buf(&mut pending) => match read {
                Ok(0) | Err(_) => break,
                Ok(_) => take_lines(&mut pending, &emit),
            },
            _ = &mut stop => break,
            Some(flush) = flushes.recv() => { let _ = flush.send(()); },
        }
    }
    if !pending.is_empty() {
        emit(text(&pending));
    }
}

fn take_lines(pending: &mut BytesMut, emit: &impl Fn(String)) {
    loop {
        if let Some(end) = pending
            .iter()
            .position(|byte| *byte == b'\n')
            .filter(|end| *end <= LINE_LIMIT)
        {
            let line = pending.split_to(end + 1);
            emit(text(&line));
        } else if pending.len() > LINE_LIMIT {
            let piece = pending.split_to(character_boundary(pending, LINE_LIMIT));
            emit(text(&piece));
        } else {
            pending.reserve(READ_SIZE);
            return;
        }
    }
}

fn text(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    String::from_utf8_lossy(line).into_owned()
}

/// The last place not after `limit` that is not inside a UTF-8 character.
fn character_boundary(bytes: &[u8], limit: usize) -> usize {
    let is_inside = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
    (limit - 3..=limit).rev().find(|at| !is_inside(at)).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn check(written: &[u8], expected: &[&str]) {
        let lines = Mutex::new(Vec::new());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (_flush, flushes) = mpsc::channel(1);
        let (_stop, stopped) = oneshot::channel();
        runtime.block_on(forward(written, flushes, stopped, |line| {
            lines.lock().unwrap().push(line)
        }));
        assert_eq!(*lines.lock().unwrap(), expected);
    }

    #[test]
    fn lines_end_at_newlines() {
        check(b"", &[]);
        check(b"one\ntwo\r\n\nlast", &["one", "two", "", "last"]);
    }

    #[test]
    fn invalid_utf8_is_replaced() {
        check(b"a\xff\xfeb\n", &["a\u{fffd}\u{fffd}b"]);
    }

    #[test]
    fn overlong_lines_are_cut_between_characters() {
        let text = "\u{20ac}".repeat(LINE_LIMIT / 3 * 2);
        let first = LINE_LIMIT / 3 * 3;
        check(text.as_bytes(), &[&text[..first], &text[first..]]);
        let exact = "x".repeat(LINE_LIMIT);
        check(format!("{exact}\nnext\n").as_bytes(), &[&exact, "next"]);
        check(&[0x80; LINE_LIMIT + 1], &[&"\u{fffd}".repeat(LINE_LIMIT), "\u{fffd}"]);
    }
}
