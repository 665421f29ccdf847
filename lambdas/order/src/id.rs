use std::fmt::Write;

use sha2::{Digest, Sha256};

/// An id that follows from the order: `pay-` or whatever `kind` says, and 16 hexadecimal digits.
///
/// The same order gets the same id however often a function is retried. 64 bits keep different orders apart: a collision
/// becomes likely with some four billion orders.
#[must_use]
pub fn derived_id(kind: &str, order_id: &str) -> String {
    let digest = Sha256::new()
        .chain_update(kind)
        .chain_update([0])
        .chain_update(order_id)
        .finalize();
    digest.iter().take(8).fold(format!("{kind}-"), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    })
}

#[cfg(test)]
mod tests {
    use super::derived_id;

    #[test]
    fn an_id_depends_on_kind_and_order_alone() {
        assert_eq!(derived_id("pay", "order-1001"), derived_id("pay", "order-1001"));
        assert_ne!(derived_id("pay", "order-1001"), derived_id("pay", "order-1002"));
        assert_ne!(
            derived_id("pay", "order-1001")[4..],
            derived_id("con", "order-1001")[4..]
        );
    }

    #[test]
    fn an_id_is_the_kind_and_the_start_of_a_sha256() {
        // printf 'pay\0order-1001' | sha256sum
        assert_eq!(derived_id("pay", "order-1001"), "pay-3542956731c975d1");
    }
}
