use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// How versions come, stay and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deploys {
    /// How many versions of each function and state machine stay at least: at least 2, the live one and the one before.
    pub keep_versions: usize,
    /// How traffic comes to a new version of a state machine.
    pub traffic: Traffic,
    /// Names of the alarms that are watched while traffic shifts.
    pub alarms: Vec<String>,
}

impl Default for Deploys {
    fn default() -> Deploys {
        Deploys {
            keep_versions: 5,
            traffic: Traffic::AtOnce,
            alarms: Vec::new(),
        }
    }
}

/// How traffic comes to a new version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Traffic {
    /// All of it in one call.
    #[default]
    AtOnce,
    /// A part of it for a while, then all.
    Canary(Pace),
    /// The same part more, again and again.
    Linear(Pace),
}

/// A part of the traffic, and how long it is watched before more follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    percent: u8,
    interval: Duration,
}

/// Longest interval; a day.
const MAX_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

impl Traffic {
    /// Percent of the traffic that the new version has, step by step; the last is 100.
    pub(crate) fn weights(self) -> Vec<u8> {
        match self {
            Traffic::AtOnce => vec![100],
            Traffic::Canary(pace) => vec![pace.percent, 100],
            Traffic::Linear(pace) => (pace.percent..100)
                .step_by(usize::from(pace.percent))
                .chain([100])
                .collect(),
        }
    }

    /// How long each step but the last is watched.
    pub(crate) fn interval(self) -> Option<Duration> {
        match self {
            Traffic::AtOnce => None,
            Traffic::Canary(pace) | Traffic::Linear(pace) => Some(pace.interval),
        }
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Traffic::AtOnce => formatter.write_str("all at once"),
            Traffic::Canary(Pace { percent, interval }) => {
                write!(formatter, "{percent} %, then 100 % after {}", time(*interval))
            }
            Traffic::Linear(Pace { percent, interval }) => {
                write!(formatter, "{percent} % more every {}", time(*interval))
            }
        }
    }
}

/// A duration as people say it.
#[must_use]
pub fn time(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds >= 3600 && seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        seconds if seconds >= 60 && seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

/// Why a text is no [`Pace`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaceError {
    /// Not of two parts.
    #[error("write a part of the traffic and how long it is watched, as in `10%/5m`")]
    Form,
    /// The first part is no part of something.
    #[error("`{0}` is no part of the traffic: write 1% to 99%")]
    Percent(String),
    /// The second part is no duration.
    #[error("`{0}` is no duration: write a whole number with `s`, `m` or `h`, from 1s to 24h")]
    Interval(String),
}

impl FromStr for Pace {
    type Err = PaceError;

    fn from_str(text: &str) -> Result<Pace, PaceError> {
        let (percent, interval) = text.split_once('/').ok_or(PaceError::Form)?;
        Ok(Pace {
            percent: part(percent).ok_or_else(|| PaceError::Percent(percent.to_owned()))?,
            interval: duration(interval).ok_or_else(|| PaceError::Interval(interval.to_owned()))?,
        })
    }
}

fn part(text: &str) -> Option<u8> {
    let number = text.strip_suffix('%')?;
    whole(number)
        .and_then(|number| u8::try_from(number).ok())
        .filter(|percent| (1..100).contains(percent))
}

fn duration(text: &str) -> Option<Duration> {
    let units = [("s", 1), ("m", 60), ("h", 3600)];
    let (number, seconds) = units
        .iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))?;
    let duration = Duration::from_secs(whole(number)?.checked_mul(*seconds)?);
    (!duration.is_zero() && duration <= MAX_INTERVAL).then_some(duration)
}

/// Digits alone: a sign is none of them.
fn whole(text: &str) -> Option<u64> {
    text.chars().all(|c| c.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_a_part_and_a_time() {
        let check = |text: &str, percent, seconds| {
            let interval = Duration::from_secs(seconds);
            assert_eq!(text.parse(), Ok(Pace { percent, interval }), "{text}");
        };
        check("10%/5m", 10, 300);
        check("1%/1s", 1, 1);
        check("99%/24h", 99, 86_400);
    }

    #[test]
    fn what_is_no_pace_is_told_by_its_part() {
        let check = |text: &str, message: &str| {
            assert_eq!(text.parse::<Pace>().unwrap_err().to_string(), message, "{text}");
        };
        let form = "write a part of the traffic and how long it is watched, as in `10%/5m`";
        check("", form);
        check("10%", form);
        let percent = |text: &str| format!("`{text}` is no part of the traffic: write 1% to 99%");
        for text in ["10", "0%", "100%", "300%", "-1%", "+1%", "1.5%", "%", ""] {
            check(&format!("{text}/5m"), &percent(text));
        }
        let interval =
            |text: &str| format!("`{text}` is no duration: write a whole number with `s`, `m` or `h`, from 1s to 24h");
        for text in [
            "5",
            "0m",
            "25h",
            "-5m",
            "5 m",
            "5d",
            "m",
            "",
            "99999999999999999999h",
            "5m/5m",
        ] {
            check(&format!("10%/{text}"), &interval(text));
        }
    }

    #[test]
    fn traffic_ends_with_all() {
        let check = |traffic: Traffic, weights: &[u8]| assert_eq!(traffic.weights(), weights, "{traffic:?}");
        let pace = |text: &str| text.parse::<Pace>().unwrap();
        check(Traffic::AtOnce, &[100]);
        check(Traffic::Canary(pace("10%/5m")), &[10, 100]);
        check(Traffic::Linear(pace("40%/1m")), &[40, 80, 100]);
        check(Traffic::Linear(pace("50%/1m")), &[50, 100]);
        check(Traffic::Linear(pace("99%/1m")), &[99, 100]);
    }
}
