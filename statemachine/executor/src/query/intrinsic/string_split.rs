use asl::Json;

/// `States.StringSplit(text, characters)`: the parts between any of the characters, empty ones left out.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [text, characters] = arguments else { return None };
    let (text, characters) = (text.as_str()?, characters.as_str()?);
    let parts = text.split(|letter| characters.contains(letter));
    let parts = parts.filter(|part| !part.is_empty()).map(Json::from);
    Some(parts.collect::<Vec<Json>>().into())
}
