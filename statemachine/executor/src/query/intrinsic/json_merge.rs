use asl::Json;

/// `States.JsonMerge(object, object, false)`: the fields of both, the second one's where both have them. Objects within
/// are not merged; there is no deep merge, which `true` would ask for.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [first, second, Json::Bool(false)] = arguments else {
        return None;
    };
    let mut merged = first.as_object()?.clone();
    for (key, value) in second.as_object()?.iter() {
        merged.insert(key.clone(), value.clone());
    }
    Some(merged.into())
}
