//! Calls of intrinsic functions, one function per file.
//!
//! AWS tells what is wrong with a call in the words of [`Problem`]; each function only says whether it takes its
//! arguments.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html>

mod array;
mod array_contains;
mod array_get_item;
mod array_length;
mod array_partition;
mod array_range;
mod array_unique;
mod base64_decode;
mod base64_encode;
mod format;
mod hash;
mod json_merge;
mod json_to_string;
mod math_add;
mod math_random;
mod string_split;
mod string_to_json;
mod uuid;

mod numbers;
mod problem;
mod texts;

use asl::{Argument, Intrinsic, IntrinsicFunction, Json, Path};

use self::problem::Problem;
use super::{Scope, value_at};
use crate::failure::StateError;

/// What `call` gives.
pub(crate) fn evaluate(call: &Intrinsic, scope: &Scope<'_>) -> Result<Json, StateError> {
    value(call, scope).map_err(|problem| problem.of_call(call, scope))
}

fn value(call: &Intrinsic, scope: &Scope<'_>) -> Result<Json, Problem> {
    let arguments = call.arguments.iter().enumerate();
    let arguments: Vec<Json> = arguments
        .map(|(place, given)| match given {
            // The escapes of a template tell braces from places for values.
            Argument::Text(text) if call.function == IntrinsicFunction::Format && place == 0 => {
                Ok(Json::String(text.clone()))
            }
            given => argument(given, scope),
        })
        .collect::<Result<_, Problem>>()?;
    apply(call.function, &arguments, scope)
}

fn argument(given: &Argument, scope: &Scope<'_>) -> Result<Json, Problem> {
    match given {
        Argument::Text(text) => Ok(texts::unescaped(text).into()),
        Argument::Literal(json) => Ok(json.clone()),
        Argument::Path(path) => found(path, scope),
        Argument::Call(call) => value(call, scope),
    }
}

fn found(path: &Path, scope: &Scope<'_>) -> Result<Json, Problem> {
    value_at(path, scope).map_err(|error| match error {
        error if error.ends_evaluation() => Problem::Path(error),
        _ => Problem::NotFound {
            path: path.text.clone(),
            input: scope.data.clone(),
        },
    })
}

fn apply(function: IntrinsicFunction, arguments: &[Json], scope: &Scope<'_>) -> Result<Json, Problem> {
    use IntrinsicFunction as Function;
    let answer = match function {
        Function::Array => array::call(arguments),
        Function::ArrayContains => array_contains::call(arguments),
        Function::ArrayGetItem => array_get_item::call(arguments),
        Function::ArrayLength => array_length::call(arguments),
        Function::ArrayPartition => array_partition::call(arguments),
        Function::ArrayRange => array_range::call(arguments),
        Function::ArrayUnique => array_unique::call(arguments),
        Function::Base64Decode => base64_decode::call(arguments),
        Function::Base64Encode => base64_encode::call(arguments),
        Function::Format => return format::call(arguments),
        Function::Hash => hash::call(arguments),
        Function::JsonMerge => json_merge::call(arguments),
        Function::JsonToString => return json_to_string::call(arguments),
        Function::MathAdd => math_add::call(arguments),
        Function::MathRandom => math_random::call(arguments, scope.chance),
        Function::StringSplit => string_split::call(arguments),
        Function::StringToJson => string_to_json::call(arguments),
        Function::Uuid => uuid::call(arguments, scope.chance),
    };
    answer.ok_or(Problem::Arguments(function))
}
