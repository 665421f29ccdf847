use asl::Json;

use crate::chance::Chance;

/// `States.UUID()`: a version 4 UUID.
pub(super) fn call(arguments: &[Json], chance: &Chance) -> Option<Json> {
    arguments.is_empty().then(|| chance.uuid().into())
}
