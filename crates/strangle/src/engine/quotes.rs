//! Puts a contract's quote together from what several channels say about it.
//!
//! A quote is as old as its oldest half: a mark that moves does not make a dead book look alive.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use strangle_engine::instrument::{ProductId, Symbol, TradingStatus, Underlying};
use strangle_engine::quote::{Quote, Source, Spot};

use super::convert;
use crate::clients::delta::MarketEvent;
use crate::clients::delta::wire::BookTop;

/// What the channels have said about the contracts that are watched.
#[derive(Debug, Default)]
pub(super) struct QuoteBoard {
    contracts: BTreeMap<Symbol, Halves>,
}

#[derive(Debug)]
struct Halves {
    product_id: ProductId,
    book: Option<(BookTop, DateTime<Utc>)>,
    mark: Option<(Decimal, DateTime<Utc>)>,
    rest: Option<Quote>,
    status: TradingStatus,
}

/// What an event of the stream means for the desk.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum News {
    /// A contract's market changed.
    Quote(ProductId, Box<Quote>),
    /// An index moved.
    Index(Underlying, Spot),
}

impl QuoteBoard {
    /// Watches a contract.
    pub(super) fn watch(&mut self, symbol: Symbol, product_id: ProductId) {
        self.contracts.entry(symbol).or_insert(Halves {
            product_id,
            book: None,
            mark: None,
            rest: None,
            status: TradingStatus::Operational,
        });
    }

    /// Watches a contract no longer.
    pub(super) fn forget(&mut self, symbol: Symbol) {
        self.contracts.remove(&symbol);
    }

    /// Lists the symbols that are watched.
    pub(super) fn symbols(&self) -> impl Iterator<Item = Symbol> {
        self.contracts.keys().copied()
    }

    /// Returns the worst that the exchange says about trading what is watched.
    pub(super) fn trading_status(&self) -> TradingStatus {
        let worse = |status: &TradingStatus| match status {
            TradingStatus::Operational => 0,
            TradingStatus::DisruptedPostOnly => 1,
            TradingStatus::DisruptedCancelOnly => 2,
            TradingStatus::Unknown => 3,
        };
        let all = self.contracts.values().map(|halves| halves.status);
        all.max_by_key(worse).unwrap_or(TradingStatus::Operational)
    }

    /// Takes in an event.
    pub(super) fn hear(&mut self, event: &MarketEvent) -> Option<News> {
        match event {
            MarketEvent::Book { symbol, book, at, received_at } => {
                let halves = self.contracts.get_mut(symbol)?;
                halves.book = Some((*book, *at));
                halves.news(*received_at)
            }
            MarketEvent::Mark { symbol, price, at, received_at } => {
                let halves = self.contracts.get_mut(symbol)?;
                halves.mark = Some((*price, *at));
                halves.news(*received_at)
            }
            MarketEvent::Ticker { ticker, received_at } => {
                let halves = self.contracts.get_mut(&ticker.symbol)?;
                let quote = convert::quote(ticker, *received_at, Source::Stream);
                halves.status = ticker.trading_status.unwrap_or(halves.status);
                if let Some(mark) = ticker.mark {
                    halves.mark = Some(newer(halves.mark, (mark, ticker.at)));
                }
                if let Some(book) = ticker.book {
                    halves.book = Some(newer(halves.book, (book, ticker.at)));
                }
                halves.rest = quote.or(halves.rest);
                halves.news(*received_at)
            }
            MarketEvent::Spot { index, price, at, .. } => {
                let underlying =
                    Underlying::ALL.into_iter().find(|one| one.index_symbol() == index.as_str())?;
                Some(News::Index(underlying, Spot { price: *price, at: *at }))
            }
            MarketEvent::Product { symbol, news } => {
                let halves = self.contracts.get_mut(symbol)?;
                halves.status = news.trading_status.unwrap_or(halves.status);
                None
            }
            _ => None,
        }
    }
}

impl Halves {
    fn news(&self, received_at: DateTime<Utc>) -> Option<News> {
        let (book, book_at) = self.book?;
        let (mark, mark_at) = self.mark?;
        let level = |level: crate::clients::delta::wire::Level| strangle_engine::quote::Level {
            price: level.price,
            size: level.size,
        };
        let quote = Quote {
            bid: book.bid.map(level),
            ask: book.ask.map(level),
            mark,
            last: self.rest.and_then(|rest| rest.last),
            mark_iv: self.rest.and_then(|rest| rest.mark_iv),
            greeks: self.rest.and_then(|rest| rest.greeks),
            band: self.rest.and_then(|rest| rest.band),
            exchange_at: book_at.min(mark_at),
            received_at,
            source: Source::Stream,
        };
        Some(News::Quote(self.product_id, Box::new(quote)))
    }
}

fn newer<T: Copy>(
    known: Option<(T, DateTime<Utc>)>,
    heard: (T, DateTime<Utc>),
) -> (T, DateTime<Utc>) {
    known.filter(|known| known.1 > heard.1).unwrap_or(heard)
}
