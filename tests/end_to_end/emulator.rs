use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const VERSION: &str = "1.5.33";

/// An access key of the account.
#[derive(Clone)]
pub(crate) struct AccessKey {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl AccessKey {
    /// The root user's, as MiniStack is told.
    pub(crate) fn root() -> AccessKey {
        AccessKey {
            id: "test".to_owned(),
            secret: "test".to_owned(),
        }
    }
}

/// A running MiniStack with an empty account, gone when dropped. A test that fails shows the end of its log.
pub(crate) struct MiniStack {
    process: Child,
    port: u16,
    directory: TempDir,
}

/// Runs a program until standard input ends, which it does however the test ends: `$$` is the program after `exec`.
const UNTIL_STDIN_ENDS: &str = r#"exec 3<&0; { read -r _; kill $$; } <&3 & exec "$@" 3<&- </dev/null"#;

impl MiniStack {
    /// Starts one on a free port and waits until it answers.
    pub(crate) fn start() -> MiniStack {
        let program = installed();
        let directory = TempDir::new().unwrap();
        let log = File::create(directory.path().join("log")).unwrap();
        let port = free_port();
        let root = AccessKey::root();
        let process = Command::new("sh")
            .args(["-c", UNTIL_STDIN_ENDS, "sh"])
            .arg(program)
            .env("BIND_HOST", Ipv4Addr::LOCALHOST.to_string())
            .env("GATEWAY_PORT", port.to_string())
            .env("AUTH", "true")
            .env("AWS_ACCESS_KEY_ID", root.id)
            .env("AWS_SECRET_ACCESS_KEY", root.secret)
            .env("TMPDIR", directory.path())
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut emulator = MiniStack {
            process,
            port,
            directory,
        };
        emulator.wait_until_ready();
        emulator
    }

    /// Where AWS calls go.
    pub(crate) fn url(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    fn wait_until_ready(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none(), "MiniStack ended: {ended:?}");
            assert!(Instant::now() < deadline, "MiniStack does not answer on {}", self.url());
            sleep(Duration::from_millis(50));
        }
    }

    fn wait_until_ended(&mut self) -> bool {
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return true;
            }
            sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for MiniStack {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        if !self.wait_until_ended() {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
        if std::thread::panicking() {
            eprintln!(
                "----- the end of MiniStack's log\n{}",
                tail(&self.directory.path().join("log"))
            );
        }
    }
}

/// The program, installed into the target directory if it is not there yet.
fn installed() -> PathBuf {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ministack-{VERSION}"));
    let program = environment.join("bin/ministack");
    // pip writes the program last.
    if !program.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment));
        let mut pip = Command::new(environment.join("bin/pip"));
        run(pip
            .args(["install", "--no-input", "--disable-pip-version-check"])
            .arg(format!("ministack=={VERSION}")));
    }
    program
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} cannot run: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn tail(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let (_, end) = lines.split_at(lines.len().saturating_sub(40));
    end.join("\n")
}
