use std::collections::HashMap;
use std::sync::Arc;

use super::{Json, text};

/// Objects up to this many fields are searched from the front; larger ones keep an index.
const SCANNED_FIELDS: usize = 12;

/// The fields of a JSON object in the order in which they were written.
#[derive(Clone, Debug, Default)]
pub struct Object {
    entries: Vec<(Arc<str>, Json)>,
    #[expect(
        clippy::box_collection,
        reason = "few objects have an index, and there are many objects"
    )]
    index: Option<Box<HashMap<Arc<str>, usize>>>,
    fields_len: usize,
    fields_depth: usize,
}

impl Object {
    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        let place = self.place(key)?;
        self.entries.get(place).map(|(_, value)| value)
    }

    /// Sets `key` to `value`; an existing key keeps its place.
    pub fn insert(&mut self, key: Arc<str>, value: Json) {
        self.fields_len += value.encoded_len();
        let place = self.place(&key);
        if let Some((_, old)) = place.and_then(|place| self.entries.get_mut(place)) {
            self.fields_len -= old.encoded_len();
            let was_deepest = old.depth() == self.fields_depth && value.depth() < old.depth();
            self.fields_depth = self.fields_depth.max(value.depth());
            *old = value;
            if was_deepest {
                self.fields_depth = self.entries.iter().map(|(_, value)| value.depth()).max().unwrap_or(0);
            }
            return;
        }
        self.fields_depth = self.fields_depth.max(value.depth());
        self.fields_len += text::string_len(&key) + 1;
        if self.entries.len() >= SCANNED_FIELDS {
            let place = self.entries.len();
            self.index().insert(Arc::clone(&key), place);
        }
        self.entries.push((key, value));
    }

    /// A copy with `key` set to `value`.
    #[must_use]
    pub fn with(&self, key: Arc<str>, value: Json) -> Object {
        let mut entries = Vec::with_capacity(self.entries.len() + 1);
        entries.extend_from_slice(&self.entries);
        let mut object = Object {
            entries,
            index: self.index.clone(),
            fields_len: self.fields_len,
            fields_depth: self.fields_depth,
        };
        object.insert(key, value);
        object
    }

    /// The fields in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Json)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn encoded_len(&self) -> usize {
        2 + self.entries.len().saturating_sub(1) + self.fields_len
    }

    pub(super) fn depth(&self) -> usize {
        1 + self.fields_depth
    }

    fn place(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.entries.iter().position(|(name, _)| &**name == key),
        }
    }

    fn index(&mut self) -> &mut HashMap<Arc<str>, usize> {
        self.index.get_or_insert_with(|| {
            let keys = self.entries.iter().map(|(key, _)| Arc::clone(key));
            Box::new(keys.zip(0..).collect())
        })
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl FromIterator<(Arc<str>, Json)> for Object {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Json)>>(entries: I) -> Object {
        let entries = entries.into_iter();
        let mut object = Object {
            entries: Vec::with_capacity(entries.size_hint().0),
            ..Object::default()
        };
        for (key, value) in entries {
            object.insert(key, value);
        }
        object
    }
}
