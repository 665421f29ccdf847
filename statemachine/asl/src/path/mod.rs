//! The syntax of JSONPath as AWS reads it (the library behind is Jayway JsonPath).

mod error;
mod filter;
mod parse;
mod scan;

use std::sync::Arc;

pub use error::PathSyntaxError;
pub use parse::parse;
pub(crate) use scan::Scanner;

use crate::Json;

/// A path into the input, the Context Object or a variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The text as the definition has it.
    pub text: Arc<str>,
    /// What the path starts from.
    pub root: Root,
    /// The steps from the root.
    pub segments: Vec<Segment>,
}

/// What a path starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// `$`, the state's data.
    Input,
    /// `$$`, the Context Object.
    Context,
    /// `$name`, a variable.
    Variable(Arc<str>),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    /// `.name` or `['name']`
    Child(Arc<str>),
    /// `['a','b']`: an object with these fields
    Children(Vec<Arc<str>>),
    /// `[2]`, `[-1]`
    Index(i64),
    /// `[0,2]`
    Indices(Vec<i64>),
    /// `[from:to]`; Jayway ignores a step
    Slice {
        /// First index, inclusive.
        from: Option<i64>,
        /// Last index, exclusive.
        to: Option<i64>,
    },
    /// `.*` or `[*]`
    Wildcard,
    /// `..`, every value below, itself included; the next segment applies to each
    Descend,
    /// `[?(...)]`
    Filter(Filter),
}

/// The predicate of a filter segment.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// `a || b`
    Or(Vec<Filter>),
    /// `a && b`
    And(Vec<Filter>),
    /// `!(a)`
    Not(Box<Filter>),
    /// `@.x`: the path leads somewhere
    Exists(Operand),
    /// `@.x < 3`
    Compare(Operand, FilterOperator, Operand),
}

/// One side of a comparison in a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A literal.
    Literal(Json),
    /// A regular expression between slashes.
    Regex {
        /// The pattern.
        pattern: Arc<str>,
        /// The flags behind the second slash.
        flags: Arc<str>,
    },
    /// `@...`, from the item
    Item(Vec<Segment>),
    /// `$...`, from the document
    Document(Vec<Segment>),
}

/// The operators of Jayway filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the operators' own")]
pub enum FilterOperator {
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    In,
    NotIn,
    Contains,
    All,
    Size,
    Empty,
    Type,
    SubsetOf,
    AnyOf,
    NoneOf,
}

impl Path {
    /// `$`
    #[must_use]
    pub fn root() -> Path {
        Path {
            text: Arc::from("$"),
            root: Root::Input,
            segments: Vec::new(),
        }
    }

    /// Whether the path leads to at most one value.
    #[must_use]
    pub fn is_definite(&self) -> bool {
        is_definite(&self.segments)
    }

    /// Whether each step leads to one value: a field or an index.
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.segments.iter().all(Segment::is_single)
    }

    /// Whether a value can be put there: fields and indices alone that do not count from the end.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        let plain = |segment: &Segment| matches!(segment, Segment::Child(_) | Segment::Index(0..));
        self.segments.iter().all(plain)
    }
}

/// Whether `segments` lead to at most one value. `['a','b']` is one object only at the end of a path; before it stands
/// for both fields.
#[must_use]
pub fn is_definite(segments: &[Segment]) -> bool {
    let Some((last, others)) = segments.split_last() else {
        return true;
    };
    others.iter().all(Segment::is_single) && (last.is_single() || matches!(last, Segment::Children(_)))
}

impl Segment {
    fn is_single(&self) -> bool {
        matches!(self, Segment::Child(_) | Segment::Index(_))
    }
}
