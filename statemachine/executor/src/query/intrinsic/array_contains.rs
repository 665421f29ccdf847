use asl::Json;

/// `States.ArrayContains(array, value)`: whether an item equals the value, whatever its type.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [array, value] = arguments else { return None };
    Some(array.as_array()?.contains(value).into())
}
