use asl::{Json, Object};

use crate::{Dice, data};

/// `json` with a few places changed: left out, replaced by a random value, or by another part of it.
#[must_use]
pub fn mutate(dice: &mut Dice<'_>, json: &Json) -> Json {
    let mut changed = json.clone();
    for _ in 0..=dice.below(3) {
        let place = dice.below(256) * (count(&changed) / 256 + 1) + dice.below(256);
        let place = place % count(&changed);
        let other = pick(&changed, dice.below(256) % count(&changed)).cloned();
        let new = match dice.below(3) {
            0 => None,
            1 => other,
            _ => Some(data::json(dice, 2)),
        };
        changed = replace(&changed, &mut Some(place), new.as_ref()).unwrap_or_default();
    }
    changed
}

/// How many values there are, containers included.
fn count(json: &Json) -> usize {
    1 + children(json).map(count).sum::<usize>()
}

fn children(json: &Json) -> Box<dyn Iterator<Item = &Json> + '_> {
    match json {
        Json::Array(array) => Box::new(array.items().iter()),
        Json::Object(object) => Box::new(object.iter().map(|(_, value)| value)),
        _ => Box::new(std::iter::empty()),
    }
}

/// The value at `place`, counted from the front.
fn pick(json: &Json, place: usize) -> Option<&Json> {
    if place == 0 {
        return Some(json);
    }
    let mut left = place - 1;
    for child in children(json) {
        let size = count(child);
        if left < size {
            return pick(child, left);
        }
        left -= size;
    }
    None
}

/// `json` with `new` at `place`, which counts down to nothing on the way.
fn replace(json: &Json, place: &mut Option<usize>, new: Option<&Json>) -> Option<Json> {
    match place {
        Some(0) => {
            *place = None;
            return new.cloned();
        }
        Some(left) => *left -= 1,
        None => return Some(json.clone()),
    }
    Some(match json {
        Json::Array(array) => {
            let items = array.items().iter().filter_map(|item| replace(item, place, new));
            Json::array(items.collect())
        }
        Json::Object(object) => {
            let mut fields = Object::default();
            for (key, value) in object.iter() {
                if let Some(value) = replace(value, place, new) {
                    fields.insert(key.clone(), value);
                }
            }
            fields.into()
        }
        scalar => scalar.clone(),
    })
}
