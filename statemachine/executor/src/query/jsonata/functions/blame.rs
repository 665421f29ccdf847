//! Notes what is done next.

use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};
use crate::query::jsonata::message::Blame;

/// The last argument of a call, and the name of the function.
pub(super) fn call(arguments: &[JValue], shared: &Shared) -> Answer {
    shared.blame.replace(Blame {
        function: arguments::get(arguments, 1).as_str().map(str::to_owned),
        ..Blame::default()
    });
    Ok(arguments::get(arguments, 0))
}

/// The left operand of a comparison.
pub(super) fn left(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    shared.lefts.borrow_mut().push(value.clone());
    Ok(value)
}

/// The right operand of a comparison, and the operator.
pub(super) fn right(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    let left = shared.lefts.borrow_mut().pop();
    shared.blame.replace(Blame {
        function: None,
        operator: arguments::get(arguments, 1).as_str().map(str::to_owned),
        operands: left.map(|left| (left, value.clone())),
    });
    Ok(value)
}
