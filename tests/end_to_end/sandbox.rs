use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::account::{Account, REGION};
use crate::emulator::{AccessKey, MiniStack};
use crate::project::Project;

/// The workspace, an empty account, and the program between them.
pub(crate) struct Sandbox {
    pub(crate) project: Project,
    pub(crate) account: Account,
    deployer: AccessKey,
    emulator: MiniStack,
}

/// What the program prints that whoever deploys needs, on any resource: the emulator checks what is to be created, roles with
/// paths and most of what is listed as if they were `*`. Signatures of a user are checked, those of the root user are not.
pub(crate) fn printed(sandbox: &Sandbox, arguments: &[&str]) -> Vec<Value> {
    let arguments = [&["policy", "deployer", "--account", ACCOUNT], arguments].concat();
    let outcome = sandbox.stepwright_as(&AccessKey::root(), &arguments);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let documents = serde_json::Deserializer::from_str(&outcome.stdout).into_iter();
    let mut documents: Vec<Value> = documents.collect::<Result<_, _>>().unwrap();
    let statements = documents.iter_mut().flat_map(statements);
    statements.for_each(|statement| statement["Resource"] = "*".into());
    documents
}

/// The statements of a policy.
pub(crate) fn statements(document: &mut Value) -> &mut Vec<Value> {
    document.get_mut("Statement").and_then(Value::as_array_mut).unwrap()
}

/// The emulator's account.
const ACCOUNT: &str = "000000000000";

impl Sandbox {
    pub(crate) fn new() -> Sandbox {
        let project = Project::open();
        let emulator = MiniStack::start();
        let account = Account::new(&emulator);
        let mut sandbox = Sandbox {
            deployer: AccessKey::root(),
            account,
            project,
            emulator,
        };
        let policies = printed(&sandbox, &["--all-stages"]);
        sandbox.deployer = sandbox.account.create_user("deployer", &policies);
        sandbox
    }

    /// Runs the program as the deployer.
    pub(crate) fn stepwright(&self, arguments: &[&str]) -> Outcome {
        self.stepwright_as(&self.deployer, arguments)
    }

    /// Runs the program as whoever has the key.
    pub(crate) fn stepwright_as(&self, key: &AccessKey, arguments: &[&str]) -> Outcome {
        Outcome::new(arguments, &self.command(key, arguments).output().unwrap())
    }

    /// Runs the program successfully and gives its result, which `--output json` prints.
    #[track_caller]
    pub(crate) fn result(&self, arguments: &[&str]) -> Value {
        let arguments = [arguments, &["--output", "json"]].concat();
        let outcome = self.stepwright(&arguments);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}\n{outcome}"))
    }

    /// Runs the program and kills it once it tells that `steps` actions of its plan are carried out. Gives how it ended if
    /// it ended before.
    pub(crate) fn stepwright_killed_after(&self, steps: usize, arguments: &[&str]) -> Option<Outcome> {
        let arguments = [arguments, &["--output", "json"]].concat();
        let mut command = self.command(&self.deployer, &arguments);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut told = Vec::new();
        let mut applied = 0;
        for line in BufReader::new(process.stderr.take().unwrap())
            .lines()
            .map(Result::unwrap)
        {
            applied += usize::from(line.contains(r#""event":"applied""#));
            if applied == steps {
                process.kill().unwrap();
                process.wait().unwrap();
                return None;
            }
            told.push(line);
        }
        let mut output = process.wait_with_output().unwrap();
        output.stderr = told.join("\n").into_bytes();
        Some(Outcome::new(&arguments, &output))
    }

    fn command(&self, key: &AccessKey, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stepwright"));
        // What the user's shell says of AWS is not for the tests.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .args(["--region", REGION, "--endpoint-url", &self.emulator.url()])
            .current_dir(self.project.root())
            .env("CARGO_TARGET_DIR", self.project.target())
            .env("AWS_ACCESS_KEY_ID", &key.id)
            .env("AWS_SECRET_ACCESS_KEY", &key.secret)
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .stdin(Stdio::null());
        command
    }
}

/// How the program ended. `Display` is what a failed test shows.
pub(crate) struct Outcome {
    command: String,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    fn new(arguments: &[&str], output: &Output) -> Outcome {
        Outcome {
            command: arguments.join(" "),
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome {
            command,
            code,
            stdout,
            stderr,
        } = self;
        write!(
            formatter,
            "stepwright {command}\nexit code: {code:?}\n----- stdout\n{stdout}\n----- stderr\n{stderr}"
        )
    }
}
