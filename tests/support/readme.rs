//! The commands that the README shows.

use std::path::Path;

/// A command with what the README shows of its output.
#[derive(Debug)]
pub(crate) struct Shown {
    /// As the README has it, behind `$ `, with `stepwright` in front.
    pub(crate) command: String,
    /// Lines of output; `...` stands for any.
    pub(crate) lines: Vec<String>,
}

impl Shown {
    /// What stands behind `stepwright`.
    pub(crate) fn subcommand(&self) -> &str {
        self.command.split_whitespace().nth(1).unwrap()
    }
}

/// All commands of the README, in order.
pub(crate) fn commands() -> Vec<Shown> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = std::fs::read_to_string(readme).unwrap();
    let blocks = text.split("```console\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("```").next().unwrap().lines());
    let mut commands: Vec<Shown> = Vec::new();
    for line in lines {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push(Shown {
                command: command.replace("cargo run -- ", "stepwright "),
                lines: Vec::new(),
            }),
            (None, Some(shown)) => shown.lines.push(line.to_owned()),
            (None, None) => panic!("output without a command: {line}"),
        }
    }
    commands
}
