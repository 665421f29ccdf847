/// Why a text is not a path or a call of an intrinsic function. Positions count characters from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathSyntaxError {
    /// It does not begin with a root.
    #[error("a path begins with `$`, `$$` or a variable such as `$order`")]
    NoRoot,
    /// It ends where something must follow.
    #[error("a path must not end with `.`")]
    EndsWithDot,
    /// A field name with a blank that is not in brackets.
    #[error("use brackets and quotes, as in `['my field']`, for a name with blanks (position {at})")]
    Blank {
        /// Where the blank is.
        at: usize,
    },
    /// A function of Jayway JsonPath.
    #[error("functions such as `{name}()` are not supported in paths")]
    Function {
        /// The name as written.
        name: String,
    },
    /// Something else was expected.
    #[error("expected {expected} at position {at}")]
    Expected {
        /// What could stand there.
        expected: &'static str,
        /// Where.
        at: usize,
    },
    /// Brackets or quotes without an end.
    #[error("`{open}` at position {at} is not closed")]
    Unclosed {
        /// What was opened.
        open: char,
        /// Where.
        at: usize,
    },
    /// More steps than the data can be deep.
    #[error("a path can have at most {most} steps")]
    TooLong {
        /// The limit.
        most: usize,
    },
    /// No such intrinsic function.
    #[error("there is no intrinsic function `States.{name}`{}", help.as_ref().map(|help| format!(", {help}")).unwrap_or_default())]
    Intrinsic {
        /// The name as written.
        name: String,
        /// What it may be a slip of.
        help: Option<String>,
    },
    /// More parentheses within each other than anybody writes, or than AWS takes.
    #[error("parentheses are nested too deeply")]
    TooDeep,
}
