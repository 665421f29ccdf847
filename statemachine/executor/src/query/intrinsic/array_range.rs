use asl::Json;

use super::numbers::integer;

/// The most items a range may have.
const MOST_ITEMS: i64 = 1000;

/// `States.ArrayRange(first, last, step)`: the numbers from the first one on, up to the last one included.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [first, last, step] = arguments else { return None };
    let [first, last, step] = [first, last, step].map(|argument| integer(argument).map(i64::from));
    let (first, last, step) = (first?, last?, step?);
    let steps = (last - first).checked_div(step)?;
    let reached = (last - first).signum() != -step.signum();
    let items = if reached { steps + 1 } else { 0 };
    let numbers = (0..items).map(|place| Json::from(first + place * step));
    (items <= MOST_ITEMS).then(|| numbers.collect::<Vec<Json>>().into())
}
