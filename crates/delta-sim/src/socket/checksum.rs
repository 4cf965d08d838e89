//! The checksum of a book: CRC32 over its first ten levels.

use crate::quote::{Depth, Level};
use crate::rest::view::text;

const LEVELS: usize = 10;

/// CRC32 (reflected, polynomial 0xEDB88320) of `ask:size,…|bid:size,…`.
pub(super) fn checksum(book: &Depth) -> u32 {
    crc32fast::hash(format!("{}|{}", side(&book.asks), side(&book.bids)).as_bytes())
}

fn side(levels: &[Level]) -> String {
    let shown = levels.iter().take(LEVELS);
    let parts: Vec<_> =
        shown.map(|level| format!("{}:{}", text(level.price), level.size)).collect();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    fn level(cents: i64, size: i64) -> Level {
        Level { price: Decimal::new(cents, 1), size }
    }

    #[test]
    fn ten_levels_of_each_side_are_summed() {
        let book = Depth {
            asks: vec![level(1_001, 23), level(1_005, 34)],
            bids: vec![level(990, 87), level(986, 102), level(983, 16)],
        };

        assert_eq!(side(&book.asks), "100.1:23,100.5:34");
        assert_eq!(checksum(&book), crc32fast::hash(b"100.1:23,100.5:34|99:87,98.6:102,98.3:16"));

        let deep = |count: i64| Depth {
            asks: (0..count).map(|n| level(1_000 + n, n)).collect(),
            bids: Vec::new(),
        };
        assert_eq!(checksum(&deep(10)), checksum(&deep(11)));
        assert_ne!(checksum(&deep(10)), checksum(&deep(9)));
    }
}
