//! A queue in which, of each thing, only the newest waits.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use strangle_engine::instrument::Symbol;
use tokio::sync::Notify;

use super::event::MarketEvent;

/// What an event replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Link,
    Voice,
    Refused,
    Book(Symbol),
    Ticker(Symbol),
    Mark(Symbol),
    Spot(Symbol),
    Product(Symbol),
    System,
}

fn key(event: &MarketEvent) -> Key {
    match event {
        MarketEvent::Connected { .. } | MarketEvent::Disconnected => Key::Link,
        MarketEvent::Silent | MarketEvent::Heard => Key::Voice,
        MarketEvent::Refused { .. } => Key::Refused,
        MarketEvent::Book { symbol, .. } => Key::Book(*symbol),
        MarketEvent::Ticker { ticker, .. } => Key::Ticker(ticker.symbol),
        MarketEvent::Mark { symbol, .. } => Key::Mark(*symbol),
        MarketEvent::Spot { index, .. } => Key::Spot(*index),
        MarketEvent::Product { symbol, .. } => Key::Product(*symbol),
        MarketEvent::System(_) => Key::System,
    }
}

/// The queue. It is never longer than there are things, so a slow reader costs nothing.
#[derive(Debug, Default)]
pub(super) struct Latest {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    order: VecDeque<Key>,
    waiting: HashMap<Key, MarketEvent>,
    is_closed: bool,
}

impl Latest {
    /// Adds an event in place of an older one of the same thing.
    pub(super) fn push(&self, event: MarketEvent) {
        let key = key(&event);
        let mut state = self.lock();
        if state.waiting.insert(key, event).is_none() {
            state.order.push_back(key);
        }
        drop(state);
        self.arrived.notify_one();
    }

    /// Ends the queue: what waits is still read.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.arrived.notify_one();
    }

    /// Waits for an event; `None` after the last. There is one reader.
    pub(super) async fn next(&self) -> Option<MarketEvent> {
        loop {
            // Made before looking, so that what arrives in between wakes it.
            let arrived = self.arrived.notified();
            {
                let mut state = self.lock();
                if let Some(event) = state.take() {
                    return Some(event);
                }
                if state.is_closed {
                    return None;
                }
            }
            arrived.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self) -> Option<MarketEvent> {
        let key = self.order.pop_front()?;
        self.waiting.remove(&key)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rust_decimal::Decimal;

    use super::*;

    fn mark(name: &str, price: i64) -> MarketEvent {
        MarketEvent::Mark {
            symbol: Symbol::new(name).unwrap(),
            price: Decimal::from(price),
            at: DateTime::UNIX_EPOCH,
            received_at: DateTime::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn of_each_symbol_only_the_newest_waits() {
        let queue = Latest::default();
        for price in 1..1_000 {
            queue.push(mark("A", price));
            queue.push(mark("B", -price));
        }
        queue.push(MarketEvent::Disconnected);
        queue.push(MarketEvent::Connected { generation: 2 });
        queue.close();

        assert_eq!(queue.next().await, Some(mark("A", 999)));
        assert_eq!(queue.next().await, Some(mark("B", -999)));
        assert_eq!(queue.next().await, Some(MarketEvent::Connected { generation: 2 }));
        assert_eq!(queue.next().await, None);
    }

    #[tokio::test]
    async fn a_reader_that_waits_is_woken() {
        let queue = std::sync::Arc::new(Latest::default());
        let reader = queue.clone();
        let read = async move { reader.next().await };
        let write = async { queue.push(mark("A", 1)) };

        let (event, ()) = tokio::join!(read, write);

        assert_eq!(event, Some(mark("A", 1)));
    }
}
