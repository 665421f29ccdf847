//! Runs a workload file and prints how fast it went, as one JSON line.
//!
//! `cargo run --release -p executor --example workload -- FILE sequential|concurrent`

mod workload;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::json;

use workload::Workload;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let line = match arguments.as_slice() {
        [file, mode] => Workload::read(Path::new(file)).and_then(|workload| measure(&workload, mode)),
        _ => Err("two arguments are wanted: FILE sequential|concurrent".to_owned()),
    };
    let (written, code) = match line {
        Ok(line) => (writeln!(std::io::stdout(), "{line}"), ExitCode::SUCCESS),
        Err(problem) => (writeln!(std::io::stderr(), "error: {problem}"), ExitCode::FAILURE),
    };
    written.map_or(ExitCode::FAILURE, |()| code)
}

/// One execution first, so that what is measured is not the first use of memory; then all of the mode.
fn measure(workload: &Workload, mode: &str) -> Result<String, String> {
    let (run, runs): (fn(&Workload, u64) -> Measured, u64) = match mode {
        "sequential" => (one_by_one, workload.runs.sequential.max(1)),
        "concurrent" => (all_at_once, workload.runs.concurrent.max(1)),
        other => {
            return Err(format!(
                "there is no mode `{other}`, only `sequential` and `concurrent`"
            ));
        }
    };
    let first = one_by_one(workload, 1);
    let measured = run(workload, runs);
    let seconds = measured.time.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "rates need no more")]
    let (executions, transitions) = (runs as f64, (runs * workload.transitions) as f64);
    let result = json!({
        "workload": workload.name,
        "mode": mode,
        "executions": runs,
        "executions_per_s": (executions / seconds).round(),
        "transitions_per_s": (transitions / seconds).round(),
        "wall_s": seconds,
        "peak_rss_mb": peak_rss_mb()?,
        "output_ok": first.output_ok && measured.output_ok,
    });
    Ok(result.to_string())
}

struct Measured {
    /// Without looking at the outputs.
    time: Duration,
    output_ok: bool,
}

#[expect(clippy::disallowed_methods, reason = "this measures time")]
fn one_by_one(workload: &Workload, runs: u64) -> Measured {
    let mut measured = Measured {
        time: Duration::ZERO,
        output_ok: true,
    };
    for seed in 0..runs {
        let start = workload.start(seed);
        let begin = Instant::now();
        let outcome = workload.run(start).outcome().cloned();
        measured.time += begin.elapsed();
        measured.output_ok &= workload.is_as_expected(outcome.as_ref());
    }
    measured
}

#[expect(clippy::disallowed_methods, reason = "this measures time")]
fn all_at_once(workload: &Workload, runs: u64) -> Measured {
    let starts = (0..runs).map(|seed| workload.start(seed)).collect();
    let begin = Instant::now();
    let executions = workload.run_at_once(starts);
    Measured {
        time: begin.elapsed(),
        output_ok: executions.iter().all(|run| workload.is_as_expected(run.outcome())),
    }
}

/// The most memory this process has had, in megabytes, as Linux tells it.
#[expect(clippy::disallowed_methods, reason = "this measures memory")]
fn peak_rss_mb() -> Result<f64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| format!("/proc/self/status: {error}"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    let kibibytes = kibibytes.ok_or("/proc/self/status has no `VmHWM`")?;
    Ok((kibibytes * 1024.0 / 100_000.0).round() / 10.0)
}
