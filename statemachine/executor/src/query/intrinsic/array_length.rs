use asl::Json;

/// `States.ArrayLength(array)`: how many items there are.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [array] = arguments else { return None };
    Some(array.as_array()?.len().into())
}
