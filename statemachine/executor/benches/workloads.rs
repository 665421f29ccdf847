//! What executions cost: the workloads of this repository and, where there are some, of `../shared/bench` beside it; and
//! how the cost grows with the number of transitions, of items and of bytes.
//!
//! Every output is compared with what is expected.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run has nothing to say")]

use std::fmt;
use std::path::{Path, PathBuf};

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use serde_json::{Value, json};

#[path = "../examples/workload/workload.rs"]
#[expect(dead_code, reason = "the example has more to run")]
mod workload;

use workload::Workload;

fn main() {
    divan::main();
}

/// One execution of a workload file.
#[divan::bench(args = files(), sample_count = 20)]
fn execution(bencher: Bencher, file: &File) {
    let workload = Workload::read(&file.0).expect("a workload");
    let transitions = ItemsCount::new(workload.transitions);
    measure(bencher.counter(transitions), &workload);
}

/// A counter loop of 100, 1,000 and 10,000 states.
#[divan::bench(args = [1, 10, 100])]
fn transitions(bencher: Bencher, factor: u64) {
    let last = 50 * factor - 1;
    let workload = generated(
        json!({ "StartAt": "Check", "States": {
            "Check": {
                "Type": "Choice",
                "Choices": [{ "Variable": "$.count", "NumericGreaterThanEquals": last, "Next": "Done" }],
                "Default": "Count"
            },
            "Count": { "Type": "Pass", "Parameters": { "count.$": "States.MathAdd($.count, 1)" }, "Next": "Check" },
            "Done": { "Type": "Succeed" }
        } }),
        json!({ "count": 0 }),
        json!({ "count": last }),
    );
    measure(bencher.counter(ItemsCount::new(100 * factor)), &workload);
}

/// A Map over 100, 1,000 and 10,000 items.
#[divan::bench(args = [1, 10, 100])]
fn items(bencher: Bencher, factor: u64) {
    let count = 100 * factor;
    let items: Value = (0..count).collect();
    let workload = generated(
        json!({ "StartAt": "Each", "States": { "Each": {
            "Type": "Map",
            "ItemProcessor": { "StartAt": "Keep", "States": { "Keep": { "Type": "Pass", "End": true } } },
            "End": true
        } } }),
        items.clone(),
        items,
    );
    measure(bencher.counter(ItemsCount::new(count)), &workload);
}

/// Expressions of both languages that look at all of an input of 2, 20 and 200 kilobytes.
#[divan::bench(args = [1, 10, 100])]
fn bytes(bencher: Bencher, factor: usize) {
    let count = 50 * factor;
    let lines: Value = (0..count)
        .map(|id| json!({ "id": id, "text": "twenty bytes of text" }))
        .collect();
    let input = json!({ "lines": lines });
    let size = input.to_string().len();
    let workload = generated(
        json!({ "StartAt": "Ids", "States": {
            "Ids": {
                "Type": "Pass",
                "Parameters": { "ids.$": "$.lines[*].id" },
                "ResultPath": "$.picked",
                "Next": "Sum"
            },
            "Sum": {
                "Type": "Pass",
                "QueryLanguage": "JSONata",
                "Output": "{% $sum($states.input.lines.id) + $count($states.input.picked.ids) %}",
                "End": true
            }
        } }),
        input,
        json!(count * (count - 1) / 2 + count),
    );
    measure(bencher.counter(BytesCount::new(size)), &workload);
}

fn measure(bencher: Bencher, workload: &Workload) {
    bencher.with_inputs(|| workload.start(0)).bench_local_values(|start| {
        let execution = workload.run(start);
        assert!(
            workload.is_as_expected(execution.outcome()),
            "{:?}",
            execution.outcome()
        );
    });
}

fn generated(definition: Value, input: Value, expected: Value) -> Workload {
    let file = json!({
        "name": "generated",
        "runs": { "sequential": 1, "concurrent": 1 },
        "transitions": 0,
        "definition": definition,
        "input": input,
        "mocks": {},
        "expected": expected,
    });
    Workload::parse(&file.to_string()).expect("a workload")
}

struct File(PathBuf);

impl fmt::Display for File {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.0.file_stem().unwrap_or_default();
        formatter.write_str(&name.to_string_lossy())
    }
}

fn files() -> Vec<File> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [package.join("benches/workloads"), package.join("../../../shared/bench")];
    let entries = folders
        .iter()
        .filter_map(|folder| folder.read_dir().ok())
        .flatten()
        .map(|entry| entry.expect("an entry of a folder").path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files.into_iter().map(File).collect()
}
