use asl::Json;

use super::pattern::Pattern;
use super::{Context, Others, Truth, texts};

/// Whether all that `Condition` asks for holds.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
pub(super) fn condition(condition: Option<&Json>, context: &Context) -> Truth {
    let Some(condition) = condition else {
        return Truth::Yes;
    };
    let Some(operators) = condition.as_object() else {
        return Truth::Unknown;
    };
    Truth::all(operators.iter().map(|(name, keys)| {
        let (Some(operator), Some(keys)) = (Operator::parse(name), keys.as_object()) else {
            return Truth::Unknown;
        };
        Truth::all(
            keys.iter()
                .map(|(key, wanted)| operator.holds(key, &texts(Some(wanted)), context)),
        )
    }))
}

impl Context {
    /// The values of a key, whatever its case.
    pub(super) fn get(&self, key: &str) -> Option<&[String]> {
        let mut values = self.values.iter();
        values
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, values)| values.as_slice())
    }
}

/// An operator of a condition, such as `ForAnyValue:StringNotLikeIfExists`.
struct Operator {
    set: Set,
    comparison: Comparison,
    negated: bool,
    if_exists: bool,
}

/// How the values of a key with several are compared.
#[derive(Clone, Copy)]
enum Set {
    /// There is one value.
    Single,
    /// `ForAllValues:`
    All,
    /// `ForAnyValue:`
    Any,
}

#[derive(Clone, Copy)]
enum Comparison {
    String,
    StringIgnoringCase,
    StringLike,
    Arn,
    Bool,
    Null,
}

impl Operator {
    /// Nothing for an operator of numbers, dates, addresses or bytes: none of our policies has one.
    fn parse(name: &str) -> Option<Operator> {
        let (set, name) = match name.split_once(':') {
            Some(("ForAllValues", name)) => (Set::All, name),
            Some(("ForAnyValue", name)) => (Set::Any, name),
            Some(_) => return None,
            None => (Set::Single, name),
        };
        let (if_exists, name) = match name.strip_suffix("IfExists") {
            Some(name) => (true, name),
            None => (false, name),
        };
        let (comparison, negated) = match name {
            "StringEquals" => (Comparison::String, false),
            "StringNotEquals" => (Comparison::String, true),
            "StringEqualsIgnoreCase" => (Comparison::StringIgnoringCase, false),
            "StringNotEqualsIgnoreCase" => (Comparison::StringIgnoringCase, true),
            "StringLike" => (Comparison::StringLike, false),
            "StringNotLike" => (Comparison::StringLike, true),
            "ArnEquals" | "ArnLike" => (Comparison::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Comparison::Arn, true),
            "Bool" => (Comparison::Bool, false),
            "Null" => (Comparison::Null, false),
            _ => return None,
        };
        Some(Operator {
            set,
            comparison,
            negated,
            if_exists,
        })
    }

    /// A key that is not there fits nothing: an operator that is negated then holds, as does one with `IfExists`, and one
    /// for all values.
    fn holds(&self, key: &str, wanted: &[&str], context: &Context) -> Truth {
        let values = context.get(key);
        match (values, context.others) {
            (None, Others::Unknown) => Truth::Unknown,
            (values, _) if matches!(self.comparison, Comparison::Null) => {
                let is_absent = values.is_none_or(<[String]>::is_empty);
                Truth::any(
                    wanted
                        .iter()
                        .map(|wanted| (wanted.eq_ignore_ascii_case("true") == is_absent).into()),
                )
            }
            (None, Others::Absent) => match self.set {
                Set::All => Truth::Yes,
                Set::Any => self.if_exists.into(),
                Set::Single => (self.negated || self.if_exists).into(),
            },
            (Some(values), _) => {
                let each = values.iter().map(|value| self.compares(value, wanted, context));
                match self.set {
                    Set::Any => Truth::any(each),
                    Set::All | Set::Single => Truth::all(each),
                }
            }
        }
    }

    fn compares(&self, value: &str, wanted: &[&str], context: &Context) -> Truth {
        let one_of = Truth::any(wanted.iter().map(|wanted| self.fits(value, wanted, context)));
        if self.negated { one_of.not() } else { one_of }
    }

    fn fits(&self, value: &str, wanted: &str, context: &Context) -> Truth {
        let Some(pattern) = Pattern::new(wanted, context) else {
            return Truth::Unknown;
        };
        Truth::from(match self.comparison {
            Comparison::String => pattern.is(value),
            Comparison::StringIgnoringCase => pattern.is_ignoring_case(value),
            Comparison::StringLike => pattern.fits(value),
            Comparison::Arn => fits_arn(&pattern, value),
            Comparison::Bool | Comparison::Null => wanted.eq_ignore_ascii_case(value),
        })
    }
}

/// Each of the six parts of an ARN is compared for itself.
fn fits_arn(pattern: &Pattern, value: &str) -> bool {
    let values: Vec<&str> = value.splitn(6, ':').collect();
    let parts = pattern.parts();
    parts.len() == values.len() && parts.iter().zip(values).all(|(part, value)| part.fits(value))
}
