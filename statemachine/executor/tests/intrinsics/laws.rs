//! What holds for all values.

use asl::Json;
use proptest::prelude::*;

use crate::{call, call_with};

/// Any value.
fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(|float| asl::Number::from_f64(float).map_or(Json::Null, Json::Number)),
        ".{0,8}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((".{0,3}", inner), 0..4).prop_map(Json::object::<String>),
        ]
    })
}

proptest! {
    #[test]
    fn base64_comes_back(text in ".{0,40}") {
        prop_assert_eq!(call("States.Base64Decode(States.Base64Encode($))", text.clone().into()), Ok(text.into()));
    }

    #[test]
    fn json_text_comes_back(value in json()) {
        let answer = call("States.StringToJson(States.JsonToString($))", Json::array(vec![value.clone()]));
        prop_assert_eq!(answer, Ok(Json::array(vec![value])));
    }

    #[test]
    fn partitions_put_together_are_the_array(items in prop::collection::vec(json(), 0..9), size in 1..5_i64) {
        let input = Json::object([("a", Json::from(items.clone())), ("n", size.into())]);
        let answer = call("States.ArrayPartition($.a, $.n)", input).unwrap();
        let parts: Vec<&[Json]> = answer.as_array().unwrap().iter().map(|part| part.as_array().unwrap()).collect();
        prop_assert!(parts.iter().rev().skip(1).all(|part| part.len() == usize::try_from(size).unwrap()));
        prop_assert_eq!(parts.concat(), items);
    }

    #[test]
    fn unique_items_are_unique_and_all_there(items in prop::collection::vec(json(), 0..6)) {
        let twice = Json::from([items.clone(), items.clone()].concat());
        let unique = call("States.ArrayUnique($)", twice).unwrap();
        let distinct = items.iter().enumerate().filter(|(place, item)| !items[..*place].contains(item));
        let distinct: Vec<Json> = distinct.map(|(_, item)| item.clone()).collect();
        prop_assert_eq!(&unique, &Json::from(distinct));
        prop_assert_eq!(call("States.ArrayUnique($)", unique.clone()), Ok(unique));
    }

    #[test]
    fn random_numbers_are_in_range_and_the_same_for_the_same_seed(from in -9..9_i64, count in 1..9_i64, seed: u64) {
        let input = Json::object([("from", Json::from(from)), ("to", (from + count).into())]);
        let expression = "States.Array(States.MathRandom($.from, $.to), States.MathRandom($.from, $.to, 5), States.UUID())";
        let answer = call_with(expression, input.clone(), seed).unwrap();
        for place in [0, 1] {
            let number = answer.as_array().unwrap()[place].as_i64().unwrap();
            prop_assert!((from..from + count).contains(&number));
        }
        prop_assert_eq!(call_with(expression, input, seed), Ok(answer));
    }
}
