use asl::Json;

use super::numbers::integer;

/// `States.ArrayPartition(array, size)`: the items in arrays of that size; the last one may be shorter.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [array, size] = arguments else { return None };
    let size = usize::try_from(integer(size)?).ok().filter(|size| *size > 0)?;
    let chunks = array.as_array()?.chunks(size);
    Some(
        chunks
            .map(|chunk| Json::array(chunk.to_vec()))
            .collect::<Vec<_>>()
            .into(),
    )
}
