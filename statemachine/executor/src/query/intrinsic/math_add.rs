use asl::Json;

use super::numbers::integer;

/// `States.MathAdd(number, number)`: the sum of the two rounded numbers, which must be in the range of 32 bits too.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [first, second] = arguments else { return None };
    let sum = integer(first)?.checked_add(integer(second)?)?;
    Some(i64::from(sum).into())
}
