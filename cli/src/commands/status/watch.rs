//! `status --watch`: the same again and again.

use std::time::Duration;

use jiff::Timestamp;

use super::{Status, read};
use crate::{
    aws,
    commands::{Context, session::Session},
    error::{Error, Exit},
    interrupt,
    output::{Page, Pressed},
};

/// Shows what is deployed every `interval`, until `q` or Ctrl-C: on a terminal as a page, elsewhere as a block after the
/// other.
pub(super) async fn watch(context: &Context<'_>, mut session: Session, interval: Duration) -> Result<Exit, Error> {
    let first = interrupt::or_interrupted(read(context, &session)).await??;
    let watching = async {
        match Page::open()? {
            None => print(context, &session, first, interval).await,
            Some(page) => {
                // Waits are no lines over the page.
                session.cloud = session.cloud.telling(|_| {});
                draw(context, &session, page, first, interval).await
            }
        }
    };
    // Who watches ends it so.
    interrupt::or_interrupted(watching).await.unwrap_or(Ok(Exit::Ok))
}

async fn print(
    context: &Context<'_>,
    session: &Session,
    mut status: Status,
    interval: Duration,
) -> Result<Exit, Error> {
    loop {
        status.warn(context);
        if !context.output.print_line(&status.block())? {
            return Ok(Exit::Ok);
        }
        tokio::time::sleep(interval).await;
        status = read(context, session).await?;
    }
}

async fn draw(
    context: &Context<'_>,
    session: &Session,
    mut page: Page,
    mut status: Status,
    interval: Duration,
) -> Result<Exit, Error> {
    let mut read_at = Timestamp::now();
    let mut trouble: Option<aws::Error> = None;
    loop {
        let next = async {
            tokio::time::sleep(interval).await;
            read(context, session).await
        };
        tokio::pin!(next);
        let read = loop {
            status.columns = context.output.columns();
            page.draw(&text(&status, read_at, trouble.as_ref(), interval));
            tokio::select! {
                biased;
                pressed = page.pressed() => match pressed {
                    Pressed::Quit => return Ok(Exit::Ok),
                    Pressed::Resized => {}
                },
                read = &mut next => break read,
            }
        };
        match read {
            Ok(read) => {
                (status, read_at, trouble) = (read, Timestamp::now(), None);
            }
            Err(Error::Aws(aws::Error::Interrupted)) => return Ok(Exit::Ok),
            // What was there is still shown: the network may be back at the next look.
            Err(Error::Aws(error)) => trouble = Some(error),
            Err(error) => return Err(error),
        }
    }
}

fn text(status: &Status, read_at: Timestamp, trouble: Option<&aws::Error>, interval: Duration) -> String {
    let time = read_at.strftime("%H:%M:%SZ");
    let seconds = interval.as_secs();
    let head = match trouble {
        None => format!("{time}, every {seconds} s; q ends"),
        Some(error) => format!("as of {time}, tried again every {seconds} s; q ends\nerror: {error}"),
    };
    let warnings = status.warnings.iter().map(|warning| format!("\nwarning: {warning}"));
    format!("{head}{}\n{status}", warnings.collect::<String>())
}
