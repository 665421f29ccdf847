//! The cargo call: its arguments, its messages, its end.

use std::{
    io,
    process::{ExitStatus, Stdio},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::Command,
};

use super::{
    Error, Work,
    calls::Call,
    child::Group,
    messages::{self, Executable},
    profile,
    toolchain::Compiler,
};
use crate::{interrupt, output::Reporter, settings::cargo};

/// Compiles the binaries of one call.
pub(super) async fn compile(work: &Work<'_>, call: &Call<'_>, compiler: &Compiler) -> Result<Vec<Executable>, Error> {
    let mut command = command(work, call, compiler);
    messages::ask(&mut command, work.reporter);
    let failed = |source| Error::Program {
        program: cargo().display().to_string(),
        source,
    };
    let mut group = Group::spawn(&mut command).map_err(failed)?;
    let outcome = interrupt::or_interrupted(listen(&mut group, work.reporter)).await;
    let (executables, status) = match outcome {
        Ok(outcome) => outcome.map_err(failed)?,
        Err(interrupted) => {
            group.end().await;
            return Err(interrupted.into());
        }
    };
    match status.success() {
        true => Ok(executables),
        false => Err(Error::Compile),
    }
}

fn command(work: &Work<'_>, call: &Call<'_>, compiler: &Compiler) -> Command {
    let Work {
        functions, toolchain, ..
    } = work;
    let mut command = Command::new(cargo());
    command.current_dir(&functions.root).stdin(Stdio::null());
    match compiler {
        Compiler::Cargo { linker } => {
            command.args(["build", "--target", &toolchain.target]);
            if let Some(linker) = linker {
                command.env(linker_variable(&toolchain.target), linker);
            }
        }
        Compiler::Zigbuild => {
            // What another linker made is not fresh to cargo: a directory of its own lets both stay fresh.
            let directory = super::directory(functions).join("zigbuild");
            command.args(["zigbuild", "--target", &toolchain.zig_target(), "--target-dir"]);
            command.arg(directory);
        }
    }
    command.args(profile::arguments(functions, &toolchain.config_files));
    for package in call.packages() {
        command.args(["--package", package]);
    }
    for binary in call.binaries() {
        command.args(["--bin", binary]);
    }
    for feature in call.features() {
        command.args(["--features", &feature]);
    }
    if !call.has_default_features() {
        command.arg("--no-default-features");
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", toolchain.rustflags(functions));
    command.env("CARGO_INCREMENTAL", "0");
    command
}

/// The variable of cargo's configuration `target.TARGET.linker`.
fn linker_variable(target: &str) -> String {
    let target = target.to_uppercase().replace(['-', '.'], "_");
    format!("CARGO_TARGET_{target}_LINKER")
}

/// Takes what cargo says until it ends.
async fn listen(group: &mut Group, reporter: &Reporter) -> io::Result<(Vec<Executable>, ExitStatus)> {
    let mut executables = Vec::new();
    let (stdout, stderr) = (group.child.stdout.take(), group.child.stderr.take());
    let messages = each_line(stdout, |line| messages::hear(line, &mut executables, reporter));
    let texts = each_line(stderr, |line| messages::repeat(line, reporter));
    let (messages, texts) = tokio::join!(messages, texts);
    messages.and(texts)?;
    Ok((executables, group.child.wait().await?))
}

async fn each_line(output: Option<impl AsyncRead + Unpin>, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let Some(output) = output else { return Ok(()) };
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).await? > 0 {
        take(&line);
        line.clear();
    }
    Ok(())
}
