use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use asl::Json;

/// `States.ArrayUnique(array)`: the items without those that equal an earlier one.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [array] = arguments else { return None };
    let mut seen: BTreeMap<u64, Vec<&Json>> = BTreeMap::new();
    let mut unique = Vec::new();
    for item in array.as_array()? {
        let alike = seen.entry(hash(item)).or_default();
        if !alike.contains(&item) {
            alike.push(item);
            unique.push(item.clone());
        }
    }
    Some(unique.into())
}

/// Equal values have equal hashes: `1` and `1.0`, and objects whatever the order of their keys.
fn hash(value: &Json) -> u64 {
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(value).hash(&mut hasher);
    match value {
        Json::Null => {}
        Json::Bool(value) => value.hash(&mut hasher),
        // Adding 0 makes -0 a 0.
        Json::Number(number) => number.as_f64().map(|number| (number + 0.0).to_bits()).hash(&mut hasher),
        Json::String(text) => text.hash(&mut hasher),
        Json::Array(array) => array.items().iter().for_each(|item| hash(item).hash(&mut hasher)),
        Json::Object(object) => {
            let fields = object.iter().map(|(key, value)| {
                let mut field = DefaultHasher::new();
                (key, hash(value)).hash(&mut field);
                field.finish()
            });
            fields.fold(0, u64::wrapping_add).hash(&mut hasher);
        }
    }
    hasher.finish()
}
