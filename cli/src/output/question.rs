use std::io::{BufRead, IsTerminal, Write};

use super::Output;
use crate::error::Error;
use crate::interrupt;

/// How a command that changes something gets the user's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// It was given on the command line.
    Given,
    /// It is asked for.
    Ask,
}

impl Output {
    /// Asks `question`; anything but one of `expected` is no.
    ///
    /// # Errors
    /// Nobody to ask because this is no terminal, a no, Ctrl-C.
    pub async fn consent(&self, consent: Consent, question: &str, expected: &[&str]) -> Result<(), Error> {
        if consent == Consent::Given {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(Error::NobodyToAsk);
        }
        self.reporter().suspend(|| {
            let mut stderr = anstream::stderr().lock();
            let _ = write!(stderr, "{question} ").and_then(|()| stderr.flush());
        });
        let (sender, answer) = tokio::sync::oneshot::channel();
        // A thread of its own: reading cannot be given up, and must not keep the process from ending.
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = std::io::stdin().lock().read_line(&mut line);
            let _ = sender.send(read.map(|_| line));
        });
        let line = match interrupt::or_interrupted(answer).await? {
            Ok(line) => line.map_err(|source| Error::io("read the answer", source))?,
            Err(_) => String::new(),
        };
        if expected.contains(&line.trim()) {
            Ok(())
        } else {
            Err(Error::Declined)
        }
    }
}
