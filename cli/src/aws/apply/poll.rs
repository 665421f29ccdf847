use std::time::Duration;

use crate::aws::{Cloud, Error, Event};

/// How long an effect is waited for.
const PATIENCE: Duration = Duration::from_secs(300);

/// What nobody needs to hear of.
const SHORT: Duration = Duration::from_secs(2);

/// When people begin to wonder.
const LONG: Duration = Duration::from_secs(20);

/// What is waited for.
#[derive(Clone, Copy)]
pub(super) struct Awaited<'a> {
    /// The API action whose effect it is.
    pub(super) action: &'static str,
    /// What it acted on.
    pub(super) name: &'a str,
    /// What the resource becomes, following "is".
    pub(super) expected: &'static str,
    /// Whether it usually takes so long that people are told at once.
    pub(super) takes_long: bool,
}

/// Looks, at first after 100 ms and at last every 2 s, until `look` finds what is awaited.
pub(super) async fn until<T, F>(cloud: &Cloud, awaited: Awaited<'_>, look: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<Option<T>, Error>>,
{
    let mut waited = Duration::ZERO;
    let mut delay = Duration::from_millis(100);
    loop {
        if let Some(found) = look().await? {
            if waited >= SHORT {
                cloud.tell(&Event::Waited {
                    action: awaited.action,
                    name: awaited.name.to_owned(),
                });
            }
            return Ok(found);
        }
        if waited >= PATIENCE {
            return Err(Error::Late {
                name: awaited.name.to_owned(),
                expected: awaited.expected,
                waited,
            });
        }
        if waited + delay >= SHORT {
            let has_become_long = waited < LONG && waited + delay >= LONG;
            cloud.tell(&Event::Waiting {
                action: awaited.action,
                name: awaited.name.to_owned(),
                reason: format!("not {} yet", awaited.expected),
                is_notable: has_become_long || (awaited.takes_long && waited < SHORT),
            });
        }
        cloud.sleep(delay).await?;
        waited += delay;
        delay = (delay * 2).min(Duration::from_secs(2));
    }
}
