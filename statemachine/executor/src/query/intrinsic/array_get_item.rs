use asl::Json;

use super::numbers::integer;

/// `States.ArrayGetItem(array, index)`: the item at the index, which counts from 0.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [array, index] = arguments else { return None };
    let index = usize::try_from(integer(index)?).ok()?;
    array.as_array()?.get(index).cloned()
}
