//! What JSON values know of themselves is what counting gives.

use asl::{Json, Object};
use proptest::prelude::*;

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(|float| asl::Number::from_f64(float).map_or(Json::Null, Json::Number)),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            // Few names, so that later values replace earlier ones.
            prop::collection::vec(("[ab]{1,3}", inner), 0..20).prop_map(Json::object::<String>),
        ]
    })
}

fn depth(json: &Json) -> usize {
    match json {
        Json::Array(array) => 1 + array.items().iter().map(depth).max().unwrap_or(0),
        Json::Object(object) => 1 + object.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
        _ => 0,
    }
}

proptest! {
    #[test]
    fn length_and_depth_are_known(value in json()) {
        prop_assert_eq!(value.encoded_len(), value.to_string().len());
        prop_assert_eq!(value.depth(), depth(&value));
    }

    #[test]
    fn length_and_depth_follow_changes(first in json(), second in json(), third in json()) {
        let mut object = Object::default();
        for (key, value) in [("a", &first), ("b", &second), ("a", &third), ("a", &second), ("b", &first)] {
            object.insert(key.into(), value.clone());
            let value = Json::from(object.clone());
            prop_assert_eq!(value.encoded_len(), value.to_string().len());
            prop_assert_eq!(value.depth(), depth(&value));
        }
    }

    #[test]
    fn text_comes_back(value in json()) {
        let text = value.to_string();
        prop_assert_eq!(text.parse::<Json>().map(|value| value.to_string()).ok(), Some(text));
    }
}
