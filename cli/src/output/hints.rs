//! Commands in advice.

use std::borrow::Cow;

/// How a command of this program begins in a text.
const COMMAND: &str = "`stepwright ";

/// The text, whose commands are about `stage` where nothing else is said: typed as they stand, they are about the usual
/// stage.
pub(super) fn of_stage<'a>(text: &'a str, stage: Option<&str>) -> Cow<'a, str> {
    let Some(stage) = stage.filter(|_| text.contains(COMMAND)) else {
        return Cow::Borrowed(text);
    };
    let mut parts = text.split(COMMAND);
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        told.push_str(COMMAND);
        match part.split_once('`') {
            Some((command, rest)) if !command.contains("--stage") => {
                told.push_str(&format!("{command} --stage {stage}`{rest}"));
            }
            _ => told.push_str(part),
        }
    }
    Cow::Owned(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_about_the_stage() {
        let text = "`stepwright destroy` takes it down; see `aws sso login`, or `stepwright plan --stage prod`";
        assert_eq!(of_stage(text, None), text);
        assert_eq!(
            of_stage(text, Some("qa")),
            "`stepwright destroy --stage qa` takes it down; see `aws sso login`, or `stepwright plan --stage prod`"
        );
        assert_eq!(of_stage("no command", Some("qa")), "no command");
    }
}
