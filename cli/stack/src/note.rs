use std::fmt;

/// What the description of an alias says: a stack has no other memory of which versions were live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasNote {
    /// The version that was made live, or that traffic shifts to.
    pub live: u64,
    /// The version that was gone back from, where it was made live so.
    pub back_from: Option<u64>,
    /// The versions that were live before, the last one first.
    pub before: Vec<u64>,
}

const LIVE: &str = "live: ";
const BACK_FROM: &str = "; back from: ";
const BEFORE: &str = "; before: ";

/// Longest description of an alias in characters.
///
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachineAlias.html>
const MAX_DESCRIPTION: usize = 256;

impl AliasNote {
    /// Nothing where the description is somebody else's.
    #[must_use]
    pub fn of(description: &str) -> Option<AliasNote> {
        let rest = description.strip_prefix(LIVE)?;
        let (rest, before) = match rest.split_once(BEFORE) {
            Some((rest, before)) => (rest, before.split(", ").map(number).collect::<Option<_>>()?),
            None => (rest, Vec::new()),
        };
        let (live, back_from) = match rest.split_once(BACK_FROM) {
            Some((live, from)) => (live, Some(number(from)?)),
            None => (rest, None),
        };
        Some(AliasNote {
            live: number(live)?,
            back_from,
            before,
        })
    }
}

/// The description; the oldest versions are left out where they are too many.
impl fmt::Display for AliasNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{LIVE}{}", self.live);
        if let Some(version) = self.back_from {
            text += &format!("{BACK_FROM}{version}");
        }
        for (place, version) in self.before.iter().enumerate() {
            let separator = if place > 0 { ", " } else { BEFORE };
            let more = format!("{separator}{version}");
            if text.len() + more.len() > MAX_DESCRIPTION {
                break;
            }
            text += &more;
        }
        formatter.write_str(&text)
    }
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_tells_what_was_live() {
        let check = |live, back_from, before: &[u64], text: &str| {
            let before = before.to_vec();
            let note = AliasNote {
                live,
                back_from,
                before,
            };
            assert_eq!(note.to_string(), text);
            assert_eq!(AliasNote::of(text), Some(note));
        };
        check(1, None, &[], "live: 1");
        check(4, None, &[3], "live: 4; before: 3");
        check(4, None, &[3, 1, 2], "live: 4; before: 3, 1, 2");
        check(1, Some(2), &[], "live: 1; back from: 2");
        check(3, Some(4), &[2, 1], "live: 3; back from: 4; before: 2, 1");
    }

    #[test]
    fn a_description_of_somebody_else_tells_nothing() {
        let others = [
            "",
            "the alias of the shop",
            "live: ",
            "live: 4; before: ",
            "live: 4; before: 3, x",
            "live: 4; back from: x",
            "live: 4, the newest",
        ];
        for text in others {
            assert_eq!(AliasNote::of(text), None, "{text}");
        }
    }

    #[test]
    fn a_description_is_never_too_long() {
        let note = AliasNote {
            live: 2000,
            back_from: Some(2001),
            before: (1000..1100).rev().collect(),
        };
        let text = note.to_string();
        assert!(text.len() <= MAX_DESCRIPTION, "{text}");
        let kept = AliasNote::of(&text).unwrap().before;
        assert!(kept.len() > 30 && note.before.starts_with(&kept), "{text}");
    }
}
