use std::fmt;

/// Where in a state's fields a value stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Location<'a> {
    /// A field of the state.
    Field(&'a str),
    /// A field of an object there.
    Key(&'a Location<'a>, &'a str),
    /// An item of an array there.
    Item(&'a Location<'a>, usize),
}

impl<'a> Location<'a> {
    /// Field `name` of what stands at `around`, or of the state itself.
    pub(crate) fn within(around: Option<&'a Location<'a>>, name: &'a str) -> Location<'a> {
        match around {
            Some(around) => Location::Key(around, name),
            None => Location::Field(name),
        }
    }

    /// The innermost field, which is what AWS names where the language is JSONPath.
    pub(crate) fn field(&self) -> &str {
        match self {
            Location::Field(name) | Location::Key(_, name) => name,
            Location::Item(around, _) => around.field(),
        }
    }
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Field(name) => formatter.write_str(name),
            Location::Key(around, name) => write!(formatter, "{around}/{name}"),
            Location::Item(around, index) => write!(formatter, "{around}[{index}]"),
        }
    }
}
