//! Whether messages are missing.
//!
//! The exchange numbers the messages of a private channel, by channel or by symbol; which of the
//! two is not documented. A message is in order if it follows the one before it in either sense;
//! the first of a symbol always is, because its numbers may have begun before the connection.

use std::collections::HashMap;

use strangle_engine::instrument::Symbol;

/// How a number relates to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// It is the next, or the first.
    Next,
    /// It was there before, or a later one was.
    Old,
    /// Something is missing before it.
    Gap,
}

/// The numbers of one channel on one connection.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    of_channel: Option<i64>,
    of_symbols: HashMap<Symbol, i64>,
}

impl Sequence {
    /// Takes the number of a message. One without a number is always the next.
    pub(super) fn take(&mut self, symbol: Symbol, number: Option<i64>) -> Order {
        let Some(number) = number else { return Order::Next };
        let by_channel = relation(self.of_channel, number);
        let by_symbol = relation(self.of_symbols.get(&symbol).copied(), number);
        self.of_channel = Some(self.of_channel.map_or(number, |last| last.max(number)));
        let last = self.of_symbols.entry(symbol).or_insert(number);
        *last = number.max(*last);
        match (by_channel, by_symbol) {
            (Some(Order::Next), _) | (_, Some(Order::Next) | None) => Order::Next,
            (_, Some(Order::Old)) => Order::Old,
            _ => Order::Gap,
        }
    }

    /// Begins again, as after subscribing anew.
    pub(super) fn restart(&mut self) {
        *self = Self::default();
    }
}

fn relation(last: Option<i64>, number: i64) -> Option<Order> {
    let last = last?;
    Some(match number {
        next if Some(next) == last.checked_add(1) => Order::Next,
        old if old <= last => Order::Old,
        _ => Order::Gap,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(numbers: &[(&str, i64)]) -> Vec<Order> {
        let mut sequence = Sequence::default();
        let mut take =
            |(name, number): &(&str, i64)| sequence.take(Symbol::new(name).unwrap(), Some(*number));
        numbers.iter().map(&mut take).collect()
    }

    #[test]
    fn numbers_of_the_channel_and_of_symbols_are_both_in_order() {
        let by_channel = run(&[("A", 5), ("B", 6), ("A", 7), ("A", 8), ("B", 9)]);
        let by_symbol = run(&[("A", 5), ("B", 100), ("A", 6), ("B", 101), ("A", 7)]);

        assert!(by_channel.iter().all(|order| *order == Order::Next), "{by_channel:?}");
        assert_eq!(by_symbol, [Order::Next; 5]);
    }

    #[test]
    fn a_missing_number_is_a_gap_and_a_repeated_one_is_old() {
        assert_eq!(run(&[("A", 1), ("A", 3)])[1], Order::Gap);
        assert_eq!(run(&[("A", 1), ("B", 2), ("B", 4)])[2], Order::Gap);
        assert_eq!(run(&[("A", 1), ("A", 2), ("A", 2)])[2], Order::Old);
        assert_eq!(run(&[("A", 1), ("A", 3), ("A", 2), ("A", 4)])[2..], [Order::Old, Order::Next]);
    }

    #[test]
    fn messages_without_numbers_are_in_order_and_a_restart_forgets() {
        let mut sequence = Sequence::default();
        let symbol = Symbol::new("A").unwrap();

        assert_eq!(sequence.take(symbol, Some(10)), Order::Next);
        assert_eq!(sequence.take(symbol, None), Order::Next);
        sequence.restart();
        assert_eq!(sequence.take(symbol, Some(1)), Order::Next);
        assert_eq!(sequence.take(symbol, Some(i64::MAX)), Order::Gap);
        assert_eq!(sequence.take(symbol, Some(i64::MIN)), Order::Old);
    }
}
