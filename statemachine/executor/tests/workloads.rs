//! The workloads that are measured give what is expected of them.

use std::path::Path;

#[path = "../examples/workload/workload.rs"]
#[expect(dead_code, reason = "the example has more to measure")]
mod workload;

use workload::Workload;

#[test]
fn every_workload_gives_what_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/workloads");
    let files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty());
    for file in files {
        let workload = Workload::read(&file).unwrap();
        let starts = (1..=3).map(|seed| workload.start(seed)).collect();
        let runs = [vec![workload.run(workload.start(0))], workload.run_at_once(starts)].concat();
        for run in runs {
            assert!(
                workload.is_as_expected(run.outcome()),
                "{}: {:?}",
                file.display(),
                run.outcome()
            );
        }
    }
}
