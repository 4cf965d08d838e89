//! Reads the channels of the public socket.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use metrics::counter;
use rust_decimal::Decimal;
use serde_json::Value;
use strangle_engine::instrument::{ProductId, Symbol, TradingStatus};

use super::event::{Channel, MarketEvent, ProductNews, SystemStatus};
use super::messages::MARK_PREFIX;
use crate::clients::delta::metrics::WS_DROPPED;
use crate::clients::delta::wire::{
    BookTop, Fields, Greeks, PriceBand, Ticker, Unreadable, decimal_of, float_of, instant_of,
};

/// Products whose newest quote is remembered.
const REMEMBERED: usize = 8_192;

/// Why a message is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dropped {
    Unreadable,
    Rejected,
    OutOfOrder,
}

impl From<Unreadable> for Dropped {
    fn from(_: Unreadable) -> Self {
        Self::Unreadable
    }
}

/// Reads messages, and keeps quotes in order of the exchange's time.
#[derive(Debug, Default)]
pub(super) struct MarketReader {
    newest: HashMap<(Channel, Symbol), DateTime<Utc>>,
}

impl MarketReader {
    /// Reads a message of a channel into events; what cannot be used is counted.
    pub(super) fn read(
        &mut self,
        kind: &str,
        value: &Value,
        received_at: DateTime<Utc>,
        mut yield_: impl FnMut(MarketEvent),
    ) {
        let Some(channel) = Channel::ALL.into_iter().find(|channel| channel.name() == kind) else {
            return dropped("unknown_channel");
        };
        let mut one = |read: Result<MarketEvent, Dropped>| match read {
            Ok(event) => yield_(event),
            Err(Dropped::Unreadable) => dropped("unreadable"),
            Err(Dropped::Rejected) => dropped("rejected"),
            Err(Dropped::OutOfOrder) => dropped("out_of_order"),
        };
        match channel {
            Channel::Ticker => match Fields::of("a ticker", value) {
                Ok(fields) => {
                    for entry in fields.list("d") {
                        one(self.ticker(&fields, entry, received_at));
                    }
                }
                Err(unreadable) => one(Err(unreadable.into())),
            },
            Channel::Book => one(self.book(value, received_at)),
            Channel::Mark | Channel::Spot => one(self.price(channel, value, received_at)),
            Channel::ProductUpdates => one(product(value)),
            Channel::SystemStatus => one(system(value)),
        }
    }

    fn book(&mut self, value: &Value, received_at: DateTime<Utc>) -> Result<MarketEvent, Dropped> {
        let fields = Fields::of("a book", value)?;
        let symbol = fields.symbol("sy")?;
        let at = fields.instant("ts")?;
        let book = BookTop::read(["bp", "bs", "ap", "as"].map(|name| fields.value(name)))
            .map_err(|_| Dropped::Rejected)?;
        self.in_order(Channel::Book, symbol, at)?;
        Ok(MarketEvent::Book { symbol, book, at, received_at })
    }

    fn price(
        &mut self,
        channel: Channel,
        value: &Value,
        received_at: DateTime<Utc>,
    ) -> Result<MarketEvent, Dropped> {
        let fields = Fields::of("a price", value)?;
        let name = fields.text("sy")?;
        let bare = name.strip_prefix(MARK_PREFIX).unwrap_or(&name);
        let symbol = Symbol::new(bare).map_err(|_| fields.unreadable("sy"))?;
        let at = fields.instant("ts")?;
        let price = fields.decimal("p")?;
        if price <= Decimal::ZERO {
            return Err(Dropped::Rejected);
        }
        self.in_order(channel, symbol, at)?;
        Ok(match channel {
            Channel::Spot => MarketEvent::Spot { index: symbol, price, at, received_at },
            _ => MarketEvent::Mark { symbol, price, at, received_at },
        })
    }

    /// Reads one entry of `d`; `sp` and `ts` are around it.
    fn ticker(
        &mut self,
        around: &Fields<'_>,
        entry: &Value,
        received_at: DateTime<Utc>,
    ) -> Result<MarketEvent, Dropped> {
        let fields = Fields::of("a ticker", entry)?;
        let symbol = fields.symbol("s")?;
        let at = fields.value("ts").or_else(|| around.value("ts")).and_then(instant_of);
        let at = at.ok_or_else(|| fields.unreadable("ts"))?;
        let [ask, ask_size, bid, bid_size] = std::array::from_fn(|at| fields.list("q").get(at));
        let [ask_iv, bid_iv, mark_iv] = std::array::from_fn(|at| number(&fields, "qiv", at));
        let ticker = Ticker {
            symbol,
            product_id: fields.maybe_integer("i").map(ProductId),
            contract_type: None,
            underlying: None,
            strike: None,
            book: BookTop::read([bid, bid_size, ask, ask_size]).ok(),
            mark: positive(&fields, "m"),
            spot: positive(around, "sp").or_else(|| positive(&fields, "sp")),
            greeks: greeks(&fields),
            bid_iv,
            ask_iv,
            mark_iv,
            price_band: band(&fields),
            open_interest: interest(&fields),
            trading_status: None,
            tick_size: None,
            contract_value: None,
            at,
        };
        self.in_order(Channel::Ticker, symbol, at)?;
        Ok(MarketEvent::Ticker { ticker: Box::new(ticker), received_at })
    }

    /// Refuses what is older than what came before. The same instant may be told again.
    fn in_order(
        &mut self,
        channel: Channel,
        symbol: Symbol,
        at: DateTime<Utc>,
    ) -> Result<(), Dropped> {
        // Products expire; forgetting all of them only allows one older quote each.
        if self.newest.len() > REMEMBERED {
            self.newest.clear();
        }
        let newest = self.newest.entry((channel, symbol)).or_insert(at);
        if at < *newest {
            return Err(Dropped::OutOfOrder);
        }
        *newest = at;
        Ok(())
    }
}

fn product(value: &Value) -> Result<MarketEvent, Dropped> {
    let fields = Fields::of("product news", value)?;
    // The product may be within an object of its own.
    let inner = fields.object("product").unwrap_or(fields);
    let symbol = inner.symbol("symbol").or_else(|_| fields.symbol("sy"))?;
    let status = inner.maybe_text("trading_status").map(|word| TradingStatus::of(&word));
    let news = ProductNews { event: fields.text("event")?, trading_status: status };
    Ok(MarketEvent::Product { symbol, news })
}

fn system(value: &Value) -> Result<MarketEvent, Dropped> {
    let fields = Fields::of("system news", value)?;
    let word = fields.maybe_text("status").or_else(|| fields.maybe_text("event"));
    let word = word.ok_or_else(|| fields.unreadable("status"))?;
    Ok(MarketEvent::System(SystemStatus::of(&word)))
}

fn dropped(reason: &'static str) {
    counter!(WS_DROPPED, "feed" => "public", "reason" => reason).increment(1);
}

fn positive(fields: &Fields<'_>, name: &'static str) -> Option<Decimal> {
    fields.maybe_decimal(name).filter(|price| *price > Decimal::ZERO)
}

fn number(fields: &Fields<'_>, name: &str, at: usize) -> Option<f64> {
    float_of(fields.list(name).get(at)?)
}

/// `[delta, gamma, rho, theta, vega]`; without a delta there are none.
fn greeks(fields: &Fields<'_>) -> Option<Greeks> {
    let other = |at| number(fields, "g", at).unwrap_or_default();
    Some(Greeks {
        delta: number(fields, "g", 0)?,
        gamma: other(1),
        rho: other(2),
        theta: other(3),
        vega: other(4),
    })
}

/// A number of contracts, alone or first in a list.
fn interest(fields: &Fields<'_>) -> Option<Decimal> {
    let value = fields.value("oi")?;
    decimal_of(value.as_array().and_then(|list| list.first()).unwrap_or(value))
}

fn band(fields: &Fields<'_>) -> Option<PriceBand> {
    let limit = |at| decimal_of(fields.list("pb").get(at)?);
    let (lower, upper) = (limit(0)?, limit(1)?);
    (lower <= upper).then_some(PriceBand { lower, upper })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(reader: &mut MarketReader, value: &Value) -> Vec<MarketEvent> {
        let mut events = Vec::new();
        let kind = value["type"].as_str().unwrap_or_default();
        reader.read(kind, value, DateTime::UNIX_EPOCH, |event| events.push(event));
        events
    }

    #[test]
    fn a_ticker_of_a_chain_becomes_one_event_for_each_product() {
        let entry = |name: &str| {
            json!({"s": name, "i": 1, "m": "210.5",
                "g": ["0.12", "0.00001", "1", "-54", "2.4"], "oi": "12", "pb": ["0.5", "400"],
                "q": ["211", "50", "210", 40, "210.5"], "qiv": ["0.51", "0.49", "0.5"]})
        };
        let message = json!({"type": "ticker", "sy": "BTC-160126", "sp": "100000.5",
            "ts": 1_768_478_400_000_000_i64,
            "d": [entry("C-BTC-106000-160126"), entry("P-BTC-94000-160126")]});

        let events = read(&mut MarketReader::default(), &message);

        let [MarketEvent::Ticker { ticker, .. }, MarketEvent::Ticker { .. }] = events.as_slice()
        else {
            panic!("{events:?}")
        };
        let book = ticker.book.unwrap();
        assert_eq!((book.bid.unwrap().size, book.ask.unwrap().price), (40, Decimal::from(211)));
        assert!((ticker.greeks.unwrap().theta + 54.0).abs() < 1e-9);
        assert_eq!(
            (ticker.ask_iv, ticker.bid_iv, ticker.mark_iv),
            (Some(0.51), Some(0.49), Some(0.5))
        );
        assert_eq!(ticker.spot, Some("100000.5".parse().unwrap()));
    }

    #[test]
    fn older_crossed_and_impossible_quotes_are_dropped() {
        let mut reader = MarketReader::default();
        let book = |bid: &str, ask: &str, seconds: i64| {
            json!({"type": "ob_l1", "sy": "C-BTC-1-160126", "bp": bid, "bs": "1", "ap": ask,
                "as": "1", "ts": 1_768_478_400 + seconds})
        };

        assert_eq!(read(&mut reader, &book("1", "2", 10)).len(), 1);
        assert_eq!(read(&mut reader, &book("1", "2", 10)).len(), 1, "the same may be told again");
        assert_eq!(read(&mut reader, &book("1", "2", 9)).len(), 0);
        assert_eq!(read(&mut reader, &book("3", "2", 11)).len(), 0);
        assert_eq!(read(&mut reader, &book("NaN", "2", 11)).len(), 0);
        let mark = json!({"type": "mark_price", "sy": "MARK:A", "p": "-1", "ts": 1_768_478_400});
        assert_eq!(read(&mut reader, &mark).len(), 0);
    }

    #[test]
    fn marks_lose_their_prefix_and_news_are_read() {
        let mut reader = MarketReader::default();
        let mark = json!({"type": "mark_price", "sy": "MARK:A", "p": "5", "ts": 1_768_478_400});
        let news = json!({"type": "product_updates", "event": "market_disruption",
            "product": {"symbol": "A", "trading_status": "disrupted_cancel_only"}});
        let system = json!({"type": "system_status", "status": "maintenance"});

        assert!(matches!(&read(&mut reader, &mark)[..],
            [MarketEvent::Mark { symbol, .. }] if symbol.as_str() == "A"));
        assert!(matches!(&read(&mut reader, &news)[..], [MarketEvent::Product { news, .. }]
            if news.trading_status == Some(TradingStatus::DisruptedCancelOnly)));
        assert_eq!(read(&mut reader, &system), [MarketEvent::System(SystemStatus::Maintenance)]);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[-A-Z0-9.:]{0,40}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            let names = prop_oneof!["sy|ts|d|s|q|g|p|pb|qiv|bp|bs|ap|as|event|product|status"];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map(names, inner, 0..8)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_message_makes_it_panic(value in any_json(), at in 0..Channel::ALL.len()) {
            let mut reader = MarketReader::default();
            reader.read(Channel::ALL[at].name(), &value, DateTime::UNIX_EPOCH, |_| ());
        }
    }
}
