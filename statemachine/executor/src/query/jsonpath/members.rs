use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use asl::Json;

use super::equality::as_number;

/// The texts and numbers of a list, to be asked for often.
pub(super) struct Members {
    texts: HashSet<Arc<str>>,
    /// By their values as binary64, which different whole numbers may share.
    numbers: HashMap<u64, Vec<Json>>,
}

impl Members {
    pub(super) fn of(items: &[Json]) -> Members {
        let mut members = Members {
            texts: HashSet::new(),
            numbers: HashMap::new(),
        };
        for item in items {
            match item {
                Json::String(text) => drop(members.texts.insert(Arc::clone(text))),
                Json::Number(_) => {
                    let alike = members.numbers.entry(key(item.as_f64())).or_default();
                    if !alike.contains(item) {
                        alike.push(item.clone());
                    }
                }
                _ => {}
            }
        }
        members
    }

    /// Whether an item equals `wanted`; nothing where `wanted` is neither text nor number.
    pub(super) fn find(&self, wanted: &Json) -> Option<bool> {
        match wanted {
            Json::String(text) => Some(
                self.texts.contains(text)
                    || as_number(text).is_some_and(|number| self.numbers.contains_key(&key(Some(number)))),
            ),
            Json::Number(number) => {
                let alike = self.numbers.get(&key(wanted.as_f64()));
                Some(
                    alike.is_some_and(|alike| alike.contains(wanted))
                        || self.texts.contains(number.to_string().as_str()),
                )
            }
            _ => None,
        }
    }
}

/// Both zeros are one number.
fn key(number: Option<f64>) -> u64 {
    (number.unwrap_or(f64::NAN) + 0.0).to_bits()
}
