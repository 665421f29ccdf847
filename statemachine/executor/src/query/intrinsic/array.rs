use asl::Json;

/// `States.Array(value, ...)`: the values as an array.
#[expect(clippy::unnecessary_wraps, reason = "the signature of its siblings")]
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    Some(Json::array(arguments.to_vec()))
}
