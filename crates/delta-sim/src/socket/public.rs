//! Market data: what is pushed when.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::channel::{Channel, Group};
use super::checksum::checksum;
use super::session::Session;
use crate::control::SystemStatus;
use crate::event::{Event, EventKind, ProductChange};
use crate::order::Side;
use crate::product::{Product, ProductId, TradingStatus, Underlying};
use crate::quote::{Depth, Level};
use crate::rest::view::{figure, status_word, text, word};
use crate::time::Micros;
use crate::venue::{Resolution, Venue};

/// Levels of `ob_l2`.
const SHOWN_LEVELS: usize = 15;
/// Levels of `ob_updates`.
const ALL_LEVELS: usize = 50;

/// What was pushed last for a channel and symbol.
#[derive(Debug, Default)]
pub(super) struct Published {
    at: Option<Micros>,
    book: Depth,
    sequence: u64,
}

impl Published {
    /// True once in every stretch of `cadence`, counted from the epoch.
    fn is_due(&self, now: Micros, cadence: Micros) -> bool {
        self.at.is_none_or(|at| at.0.div_euclid(cadence.0) != now.0.div_euclid(cadence.0))
    }

    /// True when the book is to be sent: changed and not too soon, or the same for long enough.
    fn is_book_due(&self, now: Micros, book: &Depth, soonest: Micros, latest: Micros) -> bool {
        let Some(at) = self.at else { return true };
        let changed = self.book != *book;
        now - at >= latest || (changed && now - at >= soonest)
    }
}

type Messages = Vec<(String, String)>;

impl Venue {
    /// The messages of the public channels for a session, with their channels.
    pub(super) fn public_messages(
        &self,
        session: &mut Session,
        now: Micros,
        events: &[Event],
    ) -> Messages {
        let mut messages = Messages::new();
        let Session { subscriptions, published, .. } = session;
        for (channel, symbols) in subscriptions.iter() {
            if *channel == Channel::Trades {
                messages.extend(self.trades(symbols, now, events));
                continue;
            }
            let Some(cadence) = channel.cadence() else {
                messages.extend(self.happenings(*channel, events));
                continue;
            };
            for symbol in symbols {
                let last = published.entry((*channel, symbol.clone())).or_default();
                let texts = match channel {
                    Channel::ObL1 if Group::named(symbol).is_none() => self.top(symbol, last, now),
                    Channel::ObL2 => self.full_book(symbol, last, now),
                    Channel::ObUpdates => self.book_update(symbol, last, now),
                    _ if last.is_due(now, cadence) => {
                        last.at = Some(now);
                        self.periodic(*channel, symbol, now)
                    }
                    _ => Vec::new(),
                };
                messages.extend(texts.into_iter().map(|text| (channel.name(), text)));
            }
        }
        messages
    }

    /// Channels that push whether or not something has changed.
    fn periodic(&self, channel: Channel, symbol: &str, now: Micros) -> Vec<String> {
        match channel {
            Channel::Ticker => self.ticker_message(symbol, now).into_iter().collect(),
            Channel::ObL1 => {
                let quotes = self.listed(symbol);
                quotes.into_iter().filter_map(|product| self.top_message(product, now)).collect()
            }
            Channel::MarkPrice => self.marks(symbol),
            Channel::SpotPrice | Channel::SpotTwap => {
                self.spot(channel, symbol, now).into_iter().collect()
            }
            Channel::Candles(resolution) => {
                self.candle(resolution, symbol, now).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// The products a symbol stands for.
    pub(super) fn listed(&self, symbol: &str) -> Vec<&Product> {
        match Group::named(symbol) {
            Some(group) => group.products(&self.exchange),
            None => self.exchange.product_by_symbol(symbol).into_iter().collect(),
        }
    }

    fn ticker_message(&self, symbol: &str, now: Micros) -> Option<String> {
        let products = self.listed(symbol);
        let spot = self.exchange.spot(products.first()?.underlying);
        let rows = products.into_iter().filter_map(|product| self.ticker_row(product));
        let rows: Vec<Value> = rows.collect();
        let message =
            json!({"type": "ticker", "sy": symbol, "sp": text(spot), "ts": now, "d": rows});
        (!rows.is_empty()).then(|| message.to_string())
    }

    fn ticker_row(&self, product: &Product) -> Option<Value> {
        let ticker = self.exchange.ticker(product.id)?;
        let quote = &ticker.quote;
        let (ask, ask_size) = halves(quote.ask);
        let (bid, bid_size) = halves(quote.bid);
        let greeks = &ticker.greeks;
        let greeks = [greeks.delta, greeks.gamma, greeks.rho, greeks.theta, greeks.vega];
        Some(json!({
            "s": product.symbol,
            "i": product.id,
            "m": text(quote.mark),
            "m24hc": null,
            "ohlc": null,
            "g": greeks.map(figure),
            "oi": [ticker.open_interest.to_string(), null],
            "pb": [text(ticker.band.lower), text(ticker.band.upper)],
            "q": [ask, ask_size, bid, bid_size, null],
            "qiv": [
                ticker.ask_iv.map(figure),
                ticker.bid_iv.map(figure),
                figure(quote.mark_vol),
            ],
            "to": null,
        }))
    }

    fn top(&self, symbol: &str, last: &mut Published, now: Micros) -> Vec<String> {
        let Some(product) = self.exchange.product_by_symbol(symbol) else { return Vec::new() };
        let Some(quote) = self.exchange.quote(product.id) else { return Vec::new() };
        let book =
            Depth { bids: quote.bid.into_iter().collect(), asks: quote.ask.into_iter().collect() };
        if !last.is_book_due(now, &book, Micros(100_000), Micros::seconds(5)) {
            return Vec::new();
        }
        (last.at, last.book) = (Some(now), book);
        self.top_message(product, now).into_iter().collect()
    }

    fn top_message(&self, product: &Product, now: Micros) -> Option<String> {
        let quote = self.exchange.quote(product.id)?;
        let (ap, ask_size) = halves(quote.ask);
        let (bp, bs) = halves(quote.bid);
        let message = json!({
            "type": "ob_l1",
            "sy": product.symbol,
            "ap": ap,
            "as": ask_size,
            "bp": bp,
            "bs": bs,
            "lts": quote.at,
            "ts": now,
        });
        Some(message.to_string())
    }

    fn depth_of(&self, symbol: &str, levels: usize) -> Option<(Depth, Micros)> {
        let product = self.exchange.product_by_symbol(symbol)?;
        let quote = self.exchange.quote(product.id)?;
        Some((self.exchange.depth(product.id, levels)?, quote.at))
    }

    fn full_book(&self, symbol: &str, last: &mut Published, now: Micros) -> Vec<String> {
        let Some((book, at)) = self.depth_of(symbol, SHOWN_LEVELS) else { return Vec::new() };
        if !last.is_book_due(now, &book, Micros(500_000), Micros::seconds(10)) {
            return Vec::new();
        }
        let message = json!({
            "type": "ob_l2",
            "sy": symbol,
            "a": pairs(&book.asks),
            "b": pairs(&book.bids),
            "lts": at,
            "ts": now,
        });
        (last.at, last.book) = (Some(now), book);
        vec![message.to_string()]
    }

    /// A snapshot first, then what has changed, each with the next number and the checksum.
    fn book_update(&self, symbol: &str, last: &mut Published, now: Micros) -> Vec<String> {
        let Some((book, _)) = self.depth_of(symbol, ALL_LEVELS) else { return Vec::new() };
        let (action, asks, bids) = match last.at {
            None => ("snapshot", pairs(&book.asks), pairs(&book.bids)),
            Some(at) if book != last.book && now - at >= Micros(100_000) => {
                let asks = changes(&last.book.asks, &book.asks, false);
                ("update", asks, changes(&last.book.bids, &book.bids, true))
            }
            Some(_) => return Vec::new(),
        };
        last.sequence += 1;
        let message = json!({
            "type": "ob_updates",
            "action": action,
            "sy": symbol,
            "a": asks,
            "b": bids,
            "seq": last.sequence,
            "cs": checksum(&book),
            "ts": now,
        });
        (last.at, last.book) = (Some(now), book);
        vec![message.to_string()]
    }

    fn marks(&self, symbol: &str) -> Vec<String> {
        let products = self.listed(symbol.trim_start_matches("MARK:"));
        let message = |product: &Product| {
            let quote = self.exchange.quote(product.id)?;
            let symbol = format!("MARK:{}", product.symbol);
            let message = json!({
                "type": "mark_price",
                "sy": symbol,
                "p": text(quote.mark),
                "ts": quote.at,
            });
            Some(message.to_string())
        };
        products.into_iter().filter_map(message).collect()
    }

    fn spot(&self, channel: Channel, symbol: &str, now: Micros) -> Option<String> {
        let underlying = Underlying::ALL.into_iter().find(|one| one.index_symbol() == symbol)?;
        let price: Decimal = match channel {
            Channel::SpotTwap => self.exchange.spot_twap(underlying)?,
            _ => self.exchange.spot(underlying),
        };
        let message = json!({"type": channel.name(), "sy": symbol, "p": text(price), "ts": now});
        Some(message.to_string())
    }

    fn candle(&self, resolution: &str, symbol: &str, now: Micros) -> Option<String> {
        let resolution = Resolution::named(resolution)?;
        let from = now - resolution.length;
        let candle = self.candles_of(symbol, resolution, from, now)?.pop()?;
        let message = json!({
            "type": format!("candlestick_{}", resolution.name),
            "sy": symbol,
            "res": resolution.name,
            "cst": candle.start,
            "o": candle.open,
            "h": candle.high,
            "l": candle.low,
            "c": candle.close,
            "ts": now,
        });
        Some(message.to_string())
    }

    fn trades(&self, symbols: &BTreeSet<String>, now: Micros, events: &[Event]) -> Messages {
        let mut messages = Messages::new();
        for event in events {
            let EventKind::Trade { product_id, price, size, taker } = &event.kind else { continue };
            let Some(product) = self.exchange.product(*product_id) else { continue };
            let wanted = |symbol: &String| match Group::named(symbol) {
                Some(group) => group.holds(product),
                None => symbol == product.symbol.as_str(),
            };
            if !symbols.iter().any(wanted) {
                continue;
            }
            let buyer = match taker {
                Side::Buy => "t",
                Side::Sell => "m",
            };
            let message = json!({
                "type": "trades",
                "sy": product.symbol,
                "p": text(*price),
                "s": size,
                "r": buyer,
                "t": event.at,
                "ts": now,
            });
            messages.push((Channel::Trades.name(), message.to_string()));
        }
        messages
    }

    /// Messages about the exchange and its products.
    fn happenings(&self, channel: Channel, events: &[Event]) -> Messages {
        let message = |event: &Event| match (channel, &event.kind) {
            (Channel::ProductUpdates, EventKind::Product { product_id, change }) => {
                let ProductChange::TradingStatus(status) = change else { return None };
                self.product_update(*product_id, *status, event.at)
            }
            (Channel::SystemStatus, EventKind::System(status)) => {
                let name = match status {
                    SystemStatus::Maintenance => "maintenance_started",
                    SystemStatus::Live => "maintenance_finished",
                    _ => "app_status_update",
                };
                Some(system_status(name, *status, event.at))
            }
            _ => None,
        };
        events.iter().filter_map(message).map(|text| (channel.name(), text)).collect()
    }

    fn product_update(&self, id: ProductId, status: TradingStatus, at: Micros) -> Option<String> {
        let product = self.exchange.product(id)?;
        let event = match status {
            TradingStatus::Operational => "finish_auction",
            TradingStatus::DisruptedPostOnly => "start_auction",
            _ => "market_disruption",
        };
        let status = status_word(status);
        let product = json!({"id": id, "symbol": product.symbol, "trading_status": status});
        let message =
            json!({"type": "product_updates", "event": event, "product": product, "timestamp": at});
        Some(message.to_string())
    }
}

/// The message of the channel `system_status`.
pub(super) fn system_status(event: &str, status: SystemStatus, at: Micros) -> String {
    json!({
        "type": "system_status",
        "event": event,
        "status": word(status),
        "maintenance_announcement_time": null,
        "maintenance_start_time": null,
        "maintenance_finish_time": null,
        "timestamp": at,
    })
    .to_string()
}

/// Price and size of a side, or nothing.
fn halves(side: Option<Level>) -> (Option<String>, Option<String>) {
    (side.map(|level| text(level.price)), side.map(|level| level.size.to_string()))
}

fn pairs(levels: &[Level]) -> Vec<[String; 2]> {
    levels.iter().map(|level| [text(level.price), level.size.to_string()]).collect()
}

/// What has changed from one side of a book to the next; size 0 is a level that is gone.
fn changes(before: &[Level], after: &[Level], descending: bool) -> Vec<[String; 2]> {
    let gone = before.iter().filter(|old| !after.iter().any(|new| new.price == old.price));
    let gone = gone.map(|old| Level { price: old.price, size: 0 });
    let new = after.iter().filter(|level| !before.contains(level)).copied();
    let mut changed: Vec<Level> = gone.chain(new).collect();
    changed.sort_unstable_by_key(|level| level.price);
    if descending {
        changed.reverse();
    }
    pairs(&changed)
}
