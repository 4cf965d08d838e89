//! Reads the channels of the private socket.

use rust_decimal::Decimal;
use serde_json::Value;
use strangle_engine::instrument::Symbol;

use super::event::{Change, PrivateEvent};
use super::sequence::{Order as InOrder, Sequence};
use crate::clients::delta::wire::{
    Fields, Fill, FillKind, OpenPosition, Order, Role, Side, Unreadable, symbol_of,
};

pub(super) const ORDERS: &str = "orders";
pub(super) const TRADES: &str = "v2/user_trades";
pub(super) const POSITIONS: &str = "positions";
/// What a private stream listens to.
pub(super) const CHANNELS: [&str; 3] = [ORDERS, TRADES, POSITIONS];

/// Reads messages, and notices what is missing.
#[derive(Debug, Default)]
pub(super) struct PrivateReader {
    orders: Sequence,
    trades: Sequence,
    positions: Sequence,
}

/// What a message means.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Reading {
    /// Something is missing before it, or it could not be read.
    pub(super) gap: Option<&'static str>,
    /// What it tells.
    pub(super) events: Vec<PrivateEvent>,
    /// Nothing, because it was told before.
    pub(super) is_old: bool,
}

impl PrivateReader {
    /// Reads a message of a channel; `None` if it is not a private one.
    pub(super) fn read(&mut self, kind: &str, value: &Value) -> Option<Reading> {
        let (channel, sequence) = match kind {
            ORDERS => (ORDERS, &mut self.orders),
            TRADES | "user_trades" => (TRADES, &mut self.trades),
            POSITIONS => (POSITIONS, &mut self.positions),
            _ => return None,
        };
        let gap = Reading { gap: Some(channel), ..Reading::default() };
        let Ok(fields) = Fields::of("a private message", value) else { return Some(gap) };
        if is_snapshot(&fields) {
            sequence.restart();
            return Some(snapshot(channel, &fields).unwrap_or(gap));
        }
        let Ok(symbol) = symbol_in(&fields) else { return Some(gap) };
        let number = ["se", "seq_no", "sequence_id", "seq"];
        let number = number.into_iter().find_map(|name| fields.maybe_integer(name));
        let order = sequence.take(symbol, number);
        // A fill told again does no harm, one left out would.
        if order == InOrder::Old && channel != TRADES {
            return Some(Reading { is_old: true, ..Reading::default() });
        }
        let Ok(event) = event(channel, &fields, value) else { return Some(gap) };
        let gap = (order == InOrder::Gap).then_some(channel);
        Some(Reading { gap, events: vec![event], is_old: false })
    }

    /// Begins again, as after subscribing anew.
    pub(super) fn restart(&mut self, channel: &str) {
        match channel {
            ORDERS => self.orders.restart(),
            TRADES => self.trades.restart(),
            _ => self.positions.restart(),
        }
    }
}

fn is_snapshot(fields: &Fields<'_>) -> bool {
    fields.maybe_text("action").as_deref() == Some("snapshot")
}

fn snapshot(channel: &'static str, fields: &Fields<'_>) -> Option<Reading> {
    let mut events = Vec::new();
    for item in fields.list("result") {
        events.push(match channel {
            ORDERS => {
                let order = Box::new(Order::read(item).ok()?);
                PrivateEvent::Order { change: Change::Snapshot, order }
            }
            POSITIONS => {
                let position = Box::new(OpenPosition::read(item).ok()?);
                PrivateEvent::Position { change: Change::Snapshot, position }
            }
            _ => PrivateEvent::Fill(Box::new(fill(&Fields::of("a trade", item).ok()?).ok()?)),
        });
    }
    Some(Reading { events, ..Reading::default() })
}

fn event(
    channel: &'static str,
    fields: &Fields<'_>,
    value: &Value,
) -> Result<PrivateEvent, Unreadable> {
    let change = match fields.maybe_text("action").as_deref() {
        Some("create") => Change::Created,
        Some("delete") => Change::Deleted,
        _ => Change::Updated,
    };
    Ok(match channel {
        ORDERS => PrivateEvent::Order { change, order: Box::new(Order::read(value)?) },
        POSITIONS => {
            let position = OpenPosition::read(value);
            // An ended position may come without a size.
            let position = match (change, position) {
                (_, Ok(position)) => position,
                (Change::Deleted, Err(_)) => flat(fields)?,
                (_, Err(unreadable)) => return Err(unreadable),
            };
            PrivateEvent::Position { change, position: Box::new(position) }
        }
        _ => PrivateEvent::Fill(Box::new(fill(fields)?)),
    })
}

fn flat(fields: &Fields<'_>) -> Result<OpenPosition, Unreadable> {
    Ok(OpenPosition {
        symbol: symbol_in(fields)?,
        product_id: None,
        size: 0,
        entry_price: None,
        margin: None,
        liquidation_price: None,
        realized_pnl: None,
    })
}

fn symbol_in(fields: &Fields<'_>) -> Result<Symbol, Unreadable> {
    fields.symbol("sy").or_else(|_| symbol_of(fields))
}

/// Reads a trade in its short or its long form. Neither says the commission.
fn fill(fields: &Fields<'_>) -> Result<Fill, Unreadable> {
    let text =
        |short: &str, long: &str| fields.maybe_text(short).or_else(|| fields.maybe_text(long));
    let at = fields.maybe_instant("t").or_else(|| fields.maybe_instant("timestamp"));
    let price = fields.maybe_decimal("p").or_else(|| fields.maybe_decimal("price"));
    let size = fields.maybe_integer("s").or_else(|| fields.maybe_integer("size"));
    let kind = FillKind::of(text("R", "reason").as_deref());
    let price = price.ok_or_else(|| fields.unreadable("p"))?;
    let may_be_worthless = kind == FillKind::Settlement && price.is_zero();
    if price <= Decimal::ZERO && !may_be_worthless {
        return Err(fields.unreadable("p"));
    }
    Ok(Fill {
        id: text("f", "fill_id").ok_or_else(|| fields.unreadable("f"))?,
        order_id: text("o", "order_id"),
        client_order_id: text("c", "client_order_id"),
        symbol: symbol_in(fields)?,
        side: text("S", "side")
            .and_then(|word| Side::of(&word))
            .ok_or_else(|| fields.unreadable("S"))?,
        size: size.filter(|size| *size > 0).ok_or_else(|| fields.unreadable("s"))?,
        price,
        role: text("r", "role").and_then(|word| Role::of(&word)),
        commission: None,
        kind,
        at: at.ok_or_else(|| fields.unreadable("t"))?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn order(number: i64, unfilled: i64) -> Value {
        json!({"type": "orders", "action": "update", "symbol": "C-BTC-1-160126",
            "order_id": 7, "client_order_id": "x", "side": "sell", "size": 10,
            "unfilled_size": unfilled, "state": "open", "seq_no": number})
    }

    fn trade(number: i64) -> Value {
        json!({"type": "v2/user_trades", "sy": "C-BTC-1-160126", "f": format!("f{number}"),
            "o": "7", "c": "x", "S": "sell", "s": 3, "p": "210.5", "r": "taker",
            "t": 1_768_478_400_000_000_i64, "se": number})
    }

    #[test]
    fn orders_and_fills_are_read() {
        let mut reader = PrivateReader::default();

        let updated = reader.read(ORDERS, &order(1, 4)).unwrap();
        let traded = reader.read(TRADES, &trade(1)).unwrap();

        let [PrivateEvent::Order { change: Change::Updated, order }] = &updated.events[..] else {
            panic!("{updated:?}")
        };
        assert_eq!((order.filled(), order.id.as_str()), (6, "7"));
        let [PrivateEvent::Fill(fill)] = &traded.events[..] else { panic!("{traded:?}") };
        assert_eq!((fill.size, fill.commission, fill.role), (3, None, Some(Role::Taker)));
    }

    #[test]
    fn a_missing_number_and_an_unreadable_message_are_gaps() {
        let mut reader = PrivateReader::default();
        reader.read(ORDERS, &order(1, 10));

        let skipped = reader.read(ORDERS, &order(3, 5)).unwrap();
        let broken = reader.read(ORDERS, &json!({"type": "orders", "seq_no": 4})).unwrap();

        assert_eq!((skipped.gap, skipped.events.len()), (Some(ORDERS), 1));
        assert_eq!((broken.gap, broken.events.len()), (Some(ORDERS), 0));
    }

    #[test]
    fn an_old_order_is_dropped_and_an_old_fill_is_told_again() {
        let mut reader = PrivateReader::default();
        reader.read(ORDERS, &order(5, 10));
        reader.read(TRADES, &trade(5));

        assert!(reader.read(ORDERS, &order(5, 10)).unwrap().is_old);
        assert_eq!(reader.read(TRADES, &trade(5)).unwrap().events.len(), 1);
    }

    #[test]
    fn a_snapshot_starts_the_numbers_again() {
        let mut reader = PrivateReader::default();
        reader.read(ORDERS, &order(50, 10));
        let snapshot = json!({"type": "orders", "action": "snapshot", "result": [order(0, 10)]});

        let read = reader.read(ORDERS, &snapshot).unwrap();

        assert!(matches!(&read.events[..], [PrivateEvent::Order { change: Change::Snapshot, .. }]));
        assert_eq!(reader.read(ORDERS, &order(1, 9)).unwrap().gap, None);
        assert_eq!(reader.read("ticker", &json!({})), None);
    }

    fn any_message() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[-A-Za-z0-9.:]{0,20}".prop_map(Value::from),
        ];
        let names = "action|result|symbol|sy|order_id|id|side|size|unfilled_size|state|seq_no|\
                     se|f|o|S|s|p|t|product";
        leaf.prop_recursive(3, 24, 8, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(names, inner, 0..12)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_message_makes_it_panic(values in prop::collection::vec(any_message(), 1..6)) {
            let mut reader = PrivateReader::default();
            for value in &values {
                for channel in CHANNELS {
                    let _ = reader.read(channel, value);
                }
            }
        }
    }
}
