//! What a grant is about: a text with placeholders that parameters of the call fill.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::Place;
use super::reader::{Read, Reader, escaped};
use super::value::Value;
use crate::access::Pattern;

/// A resource, as an ARN with placeholders, or the value of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Target {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// `{partition}`, `{region}`, `{account}`, `{machine}`
    Place(Field),
    Parameter(Parameter),
}

/// What the place of a call fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Partition,
    Region,
    Account,
    /// The deployed name of the state machine itself.
    Machine,
}

/// `{Path:reader}`, with `?` or `=default` at its end, or `{words!}`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parameter {
    /// Where it is in the call's parameters; or what it is, in words.
    path: String,
    reader: Reader,
    absent: Absent,
}

/// What it means that a call does not have a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Absent {
    /// The call has it at run time, or fails.
    Unknown,
    /// `?`: there is no such target.
    Nothing,
    /// `=default`
    Default(String),
    /// `!`: no parameter says it.
    Unsaid,
}

/// What a target is for a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    /// What the definition tells.
    pub(super) resources: BTreeSet<String>,
    /// What it does not tell.
    pub(super) unknown: Vec<Unknown>,
}

/// A parameter whose value the definition does not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unknown {
    /// Where it is, or what it is in words.
    pub(super) parameter: String,
    pub(super) why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Its value is this expression's.
    AtRunTime(String),
    /// It is a part of the state's input.
    Input,
    /// The call does not have it.
    Absent,
    /// No parameter says it.
    Unsaid,
    /// Its value is not what it should be.
    Wrong { value: String, noun: &'static str },
}

/// A resource in the making.
#[derive(Clone, Default)]
struct Draft {
    text: String,
    /// Only its beginning is known.
    is_open: bool,
}

impl Target {
    /// What it is for a call whose parameters `lookup` finds.
    pub(super) fn fill(&self, place: &Place<'_>, lookup: impl Fn(&str) -> Vec<Value>) -> Filled {
        let mut unknown = Vec::new();
        let mut drafts = vec![Draft::default()];
        let last = self.parts.len().saturating_sub(1);
        for (number, part) in self.parts.iter().enumerate() {
            match part {
                Part::Text(text) => drafts.iter_mut().for_each(|draft| draft.text.push_str(text)),
                Part::Place(field) => drafts.iter_mut().for_each(|draft| draft.text.push_str(field.of(place))),
                Part::Parameter(parameter) => {
                    let stem = self.before(number);
                    let reads = parameter.reads(place, &lookup, (number == last).then_some(stem), &mut unknown);
                    drafts = drafts
                        .iter()
                        .flat_map(|draft| reads.iter().filter_map(|read| draft.with(read)))
                        .collect();
                }
            }
        }
        let mut resources = BTreeSet::new();
        for Draft { mut text, is_open } in drafts {
            if is_open {
                text.push('*');
            }
            match self.fits(&text) {
                true => drop(resources.insert(text)),
                false => unknown.push(Unknown {
                    parameter: self.parameters().next().unwrap_or_default().to_owned(),
                    why: Why::Wrong {
                        value: text,
                        noun: "what this call takes",
                    },
                }),
            }
        }
        unknown.dedup();
        Filled { resources, unknown }
    }

    /// Whether the call may mean it: nothing of it is left out.
    pub(super) fn is_named(&self, lookup: impl Fn(&str) -> Vec<Value>) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Parameter(parameter) if parameter.absent == Absent::Unknown => {
                lookup(&parameter.path).iter().any(|value| *value != Value::Absent)
            }
            _ => true,
        })
    }

    /// Whether `text`, which may have wildcards, is about what this target is about.
    pub(super) fn fits(&self, text: &str) -> bool {
        let shape: String = self.parts.iter().map(Part::shape).collect();
        let ends_with_bucket =
            matches!(self.parts.last(), Some(Part::Parameter(last)) if last.reader == Reader::Bucket);
        let has_key = text.rsplit(':').next().is_some_and(|name| name.contains('/'));
        Pattern::plain(&shape).fits(text) && !(ends_with_bucket && has_key)
    }

    /// It with the names of parameters for what is not known, for people to fill in.
    pub(super) fn example(&self, place: &Place<'_>, lookup: impl Fn(&str) -> Vec<Value>) -> String {
        let mut example = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => example.push_str(text),
                Part::Place(field) => example.push_str(field.of(place)),
                Part::Parameter(parameter) => match parameter.known(place, &lookup) {
                    Some(Read::Whole(text)) => example = text,
                    Some(Read::Name(name)) => example.push_str(&name),
                    _ => example.push_str(&parameter.placeholder()),
                },
            }
        }
        example
    }

    /// The names of the parameters that fill it.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Parameter(parameter) => Some(parameter.path.as_str()),
            Part::Text(_) | Part::Place(_) => None,
        })
    }

    /// The text right before a part, from the last colon on.
    fn before(&self, part: usize) -> &str {
        match part.checked_sub(1).and_then(|before| self.parts.get(before)) {
            Some(Part::Text(text)) => text.rsplit_once(':').map_or(text.as_str(), |(_, rest)| rest),
            _ => "",
        }
    }
}

impl Field {
    fn parse(text: &str) -> Option<Field> {
        Some(match text {
            "partition" => Field::Partition,
            "region" => Field::Region,
            "account" => Field::Account,
            "machine" => Field::Machine,
            _ => return None,
        })
    }

    fn of<'a>(self, place: &Place<'a>) -> &'a str {
        match self {
            Field::Partition => &place.scope.partition,
            Field::Region => &place.scope.region,
            Field::Account => &place.scope.account,
            Field::Machine => place.machine,
        }
    }
}

impl Draft {
    fn with(&self, read: &(Read, bool)) -> Option<Draft> {
        let (read, is_open) = read;
        let text = match read {
            Read::Name(name) => format!("{}{name}", self.text),
            Read::Whole(text) => text.clone(),
            Read::Nothing | Read::Wrong(_) => return None,
        };
        Some(Draft {
            text,
            is_open: *is_open,
        })
    }
}

impl Parameter {
    /// What its only value means, if the definition tells it.
    fn known(&self, place: &Place<'_>, lookup: impl Fn(&str) -> Vec<Value>) -> Option<Read> {
        match lookup(&self.path).as_slice() {
            [Value::Text(text)] => Some(self.reader.read(text, place)),
            _ => None,
        }
    }

    /// What people read where it is to be filled in.
    fn placeholder(&self) -> String {
        match (&self.absent, self.reader) {
            (Absent::Default(default), _) => default.clone(),
            (Absent::Unsaid, _) => "NAME".to_owned(),
            (_, Reader::Url) => "https://HOST/PATH".to_owned(),
            _ => {
                let name = self.path.rsplit('.').next().unwrap_or_default();
                name.trim_end_matches("[]").to_uppercase()
            }
        }
    }

    /// What its values are, and whether there is more behind each; `stem` is what stands before the last part of a target,
    /// which alone may have an open end.
    fn reads(
        &self,
        place: &Place<'_>,
        lookup: impl Fn(&str) -> Vec<Value>,
        stem: Option<&str>,
        unknown: &mut Vec<Unknown>,
    ) -> Vec<(Read, bool)> {
        let mut reads = Vec::new();
        let mut tell = |why| {
            unknown.push(Unknown {
                parameter: self.path.clone(),
                why,
            });
        };
        if self.absent == Absent::Unsaid {
            tell(Why::Unsaid);
            return reads;
        }
        for value in lookup(&self.path) {
            match value {
                Value::Text(text) => match self.reader.read(&text, place) {
                    Read::Wrong(noun) => tell(Why::Wrong { value: text, noun }),
                    read => reads.push((read, false)),
                },
                Value::Prefix { start, expression } => {
                    match stem.and_then(|stem| self.reader.read_start(&start, stem, place)) {
                        Some(read) => reads.push((read, true)),
                        None => tell(Why::AtRunTime(expression)),
                    }
                }
                Value::AtRunTime(expression) => tell(Why::AtRunTime(expression)),
                Value::Input => tell(Why::Input),
                Value::Absent => match &self.absent {
                    Absent::Default(default) => reads.push((Read::Name(escaped(default)), false)),
                    Absent::Nothing => {}
                    Absent::Unknown | Absent::Unsaid => tell(Why::Absent),
                },
            }
        }
        reads
    }
}

impl Part {
    /// What any value of it looks like.
    fn shape(&self) -> &str {
        match self {
            Part::Text(text) => text,
            Part::Parameter(parameter) if parameter.reader == Reader::Url => "http*://*",
            Part::Place(_) | Part::Parameter(_) => "*",
        }
    }

    fn parse(text: &str) -> Result<Part, String> {
        if let Some(field) = Field::parse(text) {
            return Ok(Part::Place(field));
        }
        let (text, absent) = if let Some(words) = text.strip_suffix('!') {
            (words, Absent::Unsaid)
        } else if let Some(path) = text.strip_suffix('?') {
            (path, Absent::Nothing)
        } else if let Some((path, default)) = text.split_once('=') {
            (path, Absent::Default(default.to_owned()))
        } else {
            (text, Absent::Unknown)
        };
        let (path, reader) = match text.split_once(':') {
            Some((path, reader)) => (path, Reader::parse(reader).ok_or(format!("no reader `{reader}`"))?),
            None => (text, Reader::NameOrArn),
        };
        Ok(Part::Parameter(Parameter {
            path: path.to_owned(),
            reader,
            absent,
        }))
    }
}

impl TryFrom<String> for Target {
    type Error = String;

    fn try_from(text: String) -> Result<Target, String> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            let (inside, after) = behind
                .split_once('}')
                .ok_or(format!("`{text}` has a `{{` without its `}}`"))?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::parse(inside)?);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Target { parts })
    }
}
