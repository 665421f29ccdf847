//! Why a path leads nowhere, in the words of Jayway JsonPath that AWS puts into causes.

use asl::path::Segment;

/// A definite path, or the definite beginning of another, that does not fit the data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// There is nothing at the end of a definite path.
    #[error("No results for path: {path}")]
    NoResults {
        /// The whole path.
        path: String,
    },
    /// A field before the end is not there.
    #[error("Missing property in path {path}")]
    MissingProperty {
        /// The path up to the field.
        path: String,
    },
    /// A field of something that has no fields.
    #[error(
        "Expected to find an object with property {property} in path {path} but found '{found}'. This is not a json \
         object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'."
    )]
    NotAnObject {
        /// The field in brackets.
        property: String,
        /// The path before the field.
        path: String,
        /// The Java class of what is there.
        found: &'static str,
    },
    /// An index into something that is no array.
    #[error("Filter: {filter} can only be applied to arrays. Current context is: {context}")]
    NotAnArray {
        /// The rest of the path.
        filter: String,
        /// What is there, as Java prints it.
        context: String,
    },
    /// An index into null.
    #[error("The path {path} is null")]
    Null {
        /// The path to the null.
        path: String,
    },
    /// A filter on a text, a number, a boolean or null.
    #[error("Filter: {filter} can not be applied to primitives. Current context is: {context}")]
    FilterOnPrimitive {
        /// The rest of the path.
        filter: String,
        /// What is there, as Java prints it.
        context: String,
    },
    /// A variable that no state has assigned.
    #[error("No results for path: ${name}")]
    UnknownVariable {
        /// Its name.
        name: String,
    },
    /// A path into null.
    #[error("Unable to apply Path transformation to null or empty input.")]
    NullRoot,
    /// More than one evaluation may take.
    #[error("the path looks at too many values")]
    TooMuchWork,
    /// More than fits into any payload.
    #[error("the path finds too much: more than {most} bytes of JSON")]
    TooLarge {
        /// The limit.
        most: usize,
    },
    /// A regular expression that is none.
    #[error("the regular expression /{pattern}/ is not valid: {reason}")]
    Pattern {
        /// What stands between the slashes.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl PathError {
    /// Whether it is not about what the path leads to: then it is no answer to a filter, or to whether something is
    /// there.
    pub(crate) fn ends_evaluation(&self) -> bool {
        matches!(
            self,
            PathError::TooMuchWork | PathError::TooLarge { .. } | PathError::Pattern { .. }
        )
    }
}

/// A path as Jayway prints it: every step in brackets.
pub(super) fn normalized(segments: &[Segment]) -> String {
    segments.iter().fold("$".to_owned(), |mut path, segment| {
        match segment {
            Segment::Child(name) => path.extend(["['", name, "']"]),
            Segment::Children(names) => {
                let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
                path.extend(["[", &names.join(","), "]"]);
            }
            Segment::Index(index) => path += &format!("[{index}]"),
            Segment::Indices(indices) => {
                let indices: Vec<String> = indices.iter().map(i64::to_string).collect();
                path.extend(["[", &indices.join(","), "]"]);
            }
            Segment::Slice { from, to } => {
                let bound = |bound: &Option<i64>| bound.map(|index| index.to_string()).unwrap_or_default();
                path.extend(["[", &bound(from), ":", &bound(to), "]"]);
            }
            Segment::Wildcard => path += "[*]",
            Segment::Descend => path += "..",
            Segment::Filter(_) => path += "[?]",
        }
        path
    })
}
