/// Why there is nothing to deploy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A deployed name with characters AWS does not take.
    #[error("the name of {what} `{name}` has characters other than letters, digits, `-` and `_`")]
    NameCharacters {
        /// Function or state machine.
        what: &'static str,
        /// The deployed name.
        name: String,
    },
    /// A deployed name that is too long.
    #[error("the name of {what} `{name}` has {length} characters, AWS takes {limit}")]
    NameLength {
        /// Function or state machine.
        what: &'static str,
        /// The deployed name.
        name: String,
        /// Its length.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// A function and a state machine, or two of a kind, with one logical name.
    #[error("`{0}` names more than one function or state machine")]
    DuplicateName(String),
    /// A role policy over the limit of IAM.
    #[error("the policy of role `{role}` has {length} characters, IAM takes {limit}")]
    PolicyLength {
        /// The role's name.
        role: String,
        /// Length without white space.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// A role policy over the limit of IAM, because it allows what older versions of a state machine need as well.
    #[error(
        "the policy of role `{role}` would have {length} characters with what older versions and executions under way \
         need, IAM takes {limit}"
    )]
    UnionLength {
        /// The role's name.
        role: String,
        /// Length without white space.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// A definition over the limit of Step Functions.
    #[error("the definition of state machine `{machine}` has {length} bytes, Step Functions takes {limit}")]
    DefinitionLength {
        /// The machine's name.
        machine: String,
        /// Length in bytes.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// A dashboard over the limit of CloudWatch.
    #[error("the dashboard would have {count} widgets, CloudWatch takes {limit}")]
    Widgets {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// An environment over the limit of Lambda.
    #[error("the environment of function `{function}` has {size} bytes, Lambda takes {limit}")]
    EnvironmentSize {
        /// The function's logical name.
        function: String,
        /// Size of names and values in bytes.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// A KMS key of another region.
    #[error("the KMS key `{key}` is not in the stack's region, {region}")]
    KeyRegion {
        /// The key's ARN.
        key: String,
        /// The stack's region.
        region: String,
    },
}

impl Error {
    /// The next step for whoever reads the message.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Error::NameCharacters { .. } => None,
            Error::NameLength { .. } => Some("shorten the stack, the stage or the logical name".to_owned()),
            Error::EnvironmentSize { .. } => {
                Some("let the function read large values itself when it starts".to_owned())
            }
            Error::KeyRegion { .. } => {
                Some("give the stage a `kms_key` of its own region in stepwright.toml".to_owned())
            }
            Error::Widgets { .. } => Some("leave out `dashboard = true` in stepwright.toml".to_owned()),
            Error::DuplicateName(_) => Some("give each its own name in stepwright.toml".to_owned()),
            Error::UnionLength { .. } => Some(
                "lower `keep_versions` under `[deploy]` in stepwright.toml, wait until executions of older versions have \
                 ended, or split the state machine in two"
                    .to_owned(),
            ),
            Error::PolicyLength { .. } | Error::DefinitionLength { .. } => {
                Some("split the state machine in two".to_owned())
            }
        }
    }
}
