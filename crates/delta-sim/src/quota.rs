//! How much a caller may ask of the exchange: fixed windows, counted in units.
//!
//! - 10,000 units in a fixed window of five minutes, per user when signed, else per address;
//! - 500 operations a second in the matching engine, per product, cancels exempt;
//! - 150 socket connections in five minutes, per address.
//!
//! A window is aligned to the virtual clock, so the state after a replay is the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::product::ProductId;
use crate::time::Micros;

/// Units a caller may spend in one window.
pub const UNITS_PER_WINDOW: u32 = 10_000;
/// Operations the matching engine takes for one product in a second.
pub const OPERATIONS_PER_SECOND: u32 = 500;
/// Socket connections one address may open in one window.
pub const CONNECTIONS_PER_WINDOW: u32 = 150;

const WINDOW: Micros = Micros::seconds(300);
/// More entries than this and those of past windows are dropped.
const REMEMBERED: usize = 256;

/// The limit is used up; the next call is possible after `resets_in`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted {
    /// Time until the window ends.
    pub resets_in: Micros,
}

/// What a caller has used of the running window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Units spent.
    pub used: u32,
    /// Time until the window ends.
    pub resets_in: Micros,
}

/// Counters of all limits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quotas {
    callers: Windows<String>,
    products: Windows<ProductId>,
    connections: Windows<String>,
}

impl Quotas {
    /// Charges `weight` units to a caller.
    ///
    /// # Errors
    ///
    /// [`Exhausted`] when the window has fewer units left; nothing is charged then.
    pub fn charge(&mut self, caller: &str, weight: u32, at: Micros) -> Result<(), Exhausted> {
        self.callers.take(caller.to_owned(), weight, UNITS_PER_WINDOW, at, WINDOW)
    }

    /// Counts operations of the matching engine for a product.
    ///
    /// # Errors
    ///
    /// [`Exhausted`] when the second has no room for them; nothing is counted then.
    pub fn operate(
        &mut self,
        product: ProductId,
        operations: u32,
        at: Micros,
    ) -> Result<(), Exhausted> {
        self.products.take(product, operations, OPERATIONS_PER_SECOND, at, Micros::SECOND)
    }

    /// Counts a socket connection of an address.
    ///
    /// # Errors
    ///
    /// [`Exhausted`] when the address has opened too many.
    pub fn connect(&mut self, address: &str, at: Micros) -> Result<(), Exhausted> {
        self.connections.take(address.to_owned(), 1, CONNECTIONS_PER_WINDOW, at, WINDOW)
    }

    /// What a caller has used.
    #[must_use]
    pub fn usage(&self, caller: &str, at: Micros) -> Usage {
        let opened = opening(at, WINDOW);
        let used = self.callers.0.get(caller).filter(|entry| entry.opened == opened);
        Usage { used: used.map_or(0, |entry| entry.used), resets_in: opened + WINDOW - at }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: Ord + Deserialize<'de>"))]
struct Windows<K: Ord>(BTreeMap<K, Entry>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    opened: Micros,
    used: u32,
}

impl<K: Ord> Default for Windows<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> Windows<K> {
    fn take(
        &mut self,
        key: K,
        amount: u32,
        limit: u32,
        at: Micros,
        length: Micros,
    ) -> Result<(), Exhausted> {
        let opened = opening(at, length);
        if self.0.len() > REMEMBERED {
            self.0.retain(|_, entry| entry.opened == opened);
        }

        let entry = self.0.entry(key).or_insert(Entry { opened, used: 0 });
        if entry.opened != opened {
            *entry = Entry { opened, used: 0 };
        }
        let used = entry.used.saturating_add(amount);
        if used > limit {
            return Err(Exhausted { resets_in: opened + length - at });
        }
        entry.used = used;
        Ok(())
    }
}

/// When the window that contains `at` began.
const fn opening(at: Micros, length: Micros) -> Micros {
    Micros(at.0 - at.0.rem_euclid(length.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_example_uses_1950_of_10000() {
        let mut quotas = Quotas::default();
        for (calls, weight) in [(100, 3), (50, 3), (200, 5), (20, 25)] {
            for _ in 0..calls {
                quotas.charge("7", weight, Micros(1)).unwrap();
            }
        }

        assert_eq!(
            quotas.usage("7", Micros(1)),
            Usage { used: 1_950, resets_in: WINDOW - Micros(1) }
        );
    }

    #[test]
    fn a_full_window_refuses_until_it_ends_and_then_starts_empty() {
        let mut quotas = Quotas::default();
        for _ in 0..400 {
            quotas.charge("7", 25, Micros(10)).unwrap();
        }

        let refused = Err(Exhausted { resets_in: WINDOW - Micros(20) });
        assert_eq!(quotas.charge("7", 1, Micros(20)), refused);
        assert_eq!(quotas.charge("8", 1, Micros(20)), Ok(()), "another caller has its own window");
        assert_eq!(quotas.charge("7", 1, WINDOW), Ok(()));
        assert_eq!(quotas.usage("7", WINDOW).used, 1);
    }

    #[test]
    fn a_product_takes_500_operations_a_second() {
        let mut quotas = Quotas::default();

        assert_eq!(quotas.operate(ProductId(27), 450, Micros(0)), Ok(()));
        let refused = Err(Exhausted { resets_in: Micros::SECOND - Micros(1) });
        assert_eq!(quotas.operate(ProductId(27), 51, Micros(1)), refused);
        assert_eq!(quotas.operate(ProductId(27), 50, Micros(2)), Ok(()));
        assert_eq!(quotas.operate(ProductId(27), 500, Micros::SECOND), Ok(()));
    }

    #[test]
    fn an_address_opens_150_connections_in_five_minutes() {
        let mut quotas = Quotas::default();
        for _ in 0..150 {
            quotas.connect("10.0.0.1", Micros(0)).unwrap();
        }

        let refused = Err(Exhausted { resets_in: WINDOW - Micros(5) });
        assert_eq!(quotas.connect("10.0.0.1", Micros(5)), refused);
    }

    #[test]
    fn many_addresses_do_not_grow_memory_for_ever() {
        let mut quotas = Quotas::default();
        for minute in 0..1_000 {
            for caller in 0..10 {
                let _ =
                    quotas.charge(&format!("{minute}.{caller}"), 1, Micros(minute * 60_000_000));
            }
        }

        assert!(quotas.callers.0.len() <= REMEMBERED + 51);
    }
}
