use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// A copy of the repository's workspace that a test may change. One test has it at a time: there is one copy and one target
/// directory, so that what is the same is compiled once.
pub(crate) struct Project {
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());
static CLEARED: Once = Once::new();

impl Project {
    /// The workspace as it is in the repository.
    pub(crate) fn open() -> Project {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let project = Project { _turn: turn };
        CLEARED.call_once(|| drop(fs::remove_dir_all(project.root())));
        for file in files() {
            let text = fs::read(repository().join(&file)).unwrap();
            // cargo builds again what is written again.
            if fs::read(project.root().join(&file)).ok().as_ref() != Some(&text) {
                project.write(&file, &text);
            }
        }
        project
    }

    /// Its root.
    pub(crate) fn root(&self) -> PathBuf {
        directory().join("workspace")
    }

    /// Where cargo builds it.
    pub(crate) fn target(&self) -> PathBuf {
        directory().join("target")
    }

    /// Changes the one place in a file where it says `old`.
    pub(crate) fn edit(&self, file: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.root().join(file)).unwrap();
        assert_eq!(text.matches(old).count(), 1, "places with `{old}` in {file}");
        self.write(Path::new(file), text.replace(old, new).as_bytes());
    }

    /// Has the function that confirms orders give other numbers, beginning with `changed` and not with `conf`.
    pub(crate) fn change_confirmation_numbers(&self) {
        let (before, after) = (r#"derived_id("conf", "#, r#"derived_id("changed", "#);
        self.edit("lambdas/confirm-order/src/lib.rs", before, after);
    }

    /// Writes a file.
    pub(crate) fn write(&self, file: &Path, text: &[u8]) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("end-to-end")
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What git keeps, and what it would keep once added.
fn files() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(repository())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).unwrap();
    let names = names.split_terminator('\0').map(PathBuf::from);
    names.filter(|name| repository().join(name).is_file()).collect()
}
