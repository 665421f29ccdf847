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
        let read = || {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map(|_| line)
        };
        let line = interrupt::blocking_or_interrupted(read).await?;
        let line = line.map_err(|source| Error::io("read the answer", source))?;
        if expected.contains(&line.trim()) {
            Ok(())
        } else {
            Err(Error::Declined)
        }
    }
}
