//! Which options are listed.
//!
//! Expiries, all at 12:00 UTC: the next three days, the next three Fridays, and the last Fridays
//! of the running and the next month. Strikes cover what has an absolute delta between 0.02 and
//! 0.98, every 200 (BTC) or 20 (ETH) within 8 % of the index for expiries within eight days, every
//! 1,000 or 100 otherwise. Strikes are added when the index has moved by 2 %, and never taken
//! away before expiry.
//!
//! A product's number is `90000 + FNV-1a64(symbol) mod 110000`, or the next free one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};
use strangle_engine::pricing::YEAR_SECONDS;

use crate::market::Market;
use crate::product::{
    OptionKind, Product, ProductId, ProductState, Symbol, TradingStatus, Underlying,
};
use crate::rng::fnv1a;
use crate::time::Micros;
use crate::vol;

/// First product number and how many there are.
const NUMBERS: (i64, u64) = (90_000, 110_000);
/// Standard deviations that an absolute delta of 0.02 lies away, with room for the smile.
const REACH: f64 = 2.054 * 1.5;
/// Movement of the index after which strikes are added.
const MOVED: f64 = 0.02;

/// All products, live and lately expired.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Listing {
    products: BTreeMap<ProductId, Product>,
    #[serde(skip)]
    by_symbol: HashMap<Symbol, ProductId>,
    #[serde(skip)]
    strikes: BTreeMap<(Underlying, Micros), BTreeSet<i64>>,
    #[serde(with = "crate::bits")]
    btc_reference: f64,
    #[serde(with = "crate::bits")]
    eth_reference: f64,
}

impl Listing {
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Product> {
        self.products.values()
    }

    pub(crate) fn get(&self, id: ProductId) -> Option<&Product> {
        self.products.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: ProductId) -> Option<&mut Product> {
        self.products.get_mut(&id)
    }

    pub(crate) fn by_symbol(&self, symbol: &str) -> Option<&Product> {
        let id = self.by_symbol.get(&Symbol::new(symbol).ok()?)?;
        self.products.get(id)
    }

    /// Rebuilds what is not kept in a snapshot.
    pub(crate) fn index(&mut self) {
        for one in self.products.values() {
            self.by_symbol.insert(one.symbol, one.id);
            self.strikes.entry((one.underlying, one.expiry)).or_default().insert(one.strike);
        }
    }

    /// Live products that settle at or before `at`.
    pub(crate) fn due(&self, at: Micros) -> Vec<ProductId> {
        let due = |one: &&Product| one.state == ProductState::Live && one.expiry <= at;
        self.products.values().filter(due).map(|one| one.id).collect()
    }

    /// Drops products that expired before `before`, except those in `keep`.
    pub(crate) fn forget(&mut self, before: Micros, keep: &BTreeSet<ProductId>) {
        self.strikes.retain(|(_, expiry), _| *expiry >= before);
        let by_symbol = &mut self.by_symbol;
        self.products.retain(|id, one| {
            let kept = one.state == ProductState::Live || one.expiry >= before || keep.contains(id);
            if !kept {
                by_symbol.remove(&one.symbol);
            }
            kept
        });
    }

    /// Lists what is missing for the coins whose index has left the strikes' reference.
    pub(crate) fn follow(&mut self, market: &Market) {
        for underlying in Underlying::ALL {
            let index = market.index(underlying);
            let reference = *self.reference(underlying);
            if (index - reference).abs() > reference * MOVED {
                self.extend(market, underlying);
            }
        }
    }

    /// Lists what is missing at this moment.
    pub(crate) fn extend(&mut self, market: &Market, underlying: Underlying) {
        for date in expiries(market.at) {
            let expiry = expiry_of(date);
            let listed = self.strikes.entry((underlying, expiry)).or_default();
            let wanted = strikes(market, underlying, expiry);
            let missing: Vec<i64> = wanted.difference(listed).copied().collect();
            listed.extend(&missing);
            for strike in missing {
                for kind in OptionKind::BOTH {
                    self.add(underlying, kind, strike, date, market.at);
                }
            }
        }
        *self.reference(underlying) = market.index(underlying);
    }

    const fn reference(&mut self, underlying: Underlying) -> &mut f64 {
        match underlying {
            Underlying::Btc => &mut self.btc_reference,
            Underlying::Eth => &mut self.eth_reference,
        }
    }

    fn add(
        &mut self,
        underlying: Underlying,
        kind: OptionKind,
        strike: i64,
        date: NaiveDate,
        now: Micros,
    ) {
        let Ok(symbol) = Symbol::option(kind, underlying, strike.into(), date) else { return };
        let id = self.free_number(symbol.as_str());
        let product = Product {
            id,
            symbol,
            underlying,
            kind,
            strike,
            expiry: expiry_of(date),
            listed_at: now,
            state: ProductState::Live,
            trading_status: TradingStatus::Operational,
            settlement_price: None,
        };
        self.products.insert(id, product);
        self.by_symbol.insert(symbol, id);
    }

    fn free_number(&self, symbol: &str) -> ProductId {
        let (first, count) = NUMBERS;
        let wanted = fnv1a(symbol.as_bytes()) % count;
        let number =
            |offset: u64| ProductId(first + i64::try_from((wanted + offset) % count).unwrap_or(0));
        (0..count).map(number).find(|id| !self.products.contains_key(id)).unwrap_or(number(0))
    }
}

/// The settlement instant of a date.
fn expiry_of(date: NaiveDate) -> Micros {
    let midnight = date.and_time(NaiveTime::MIN).and_utc();
    Micros::at(midnight) + crate::market::NOON
}

/// Dates on which options expire, seen from `now`, in order.
fn expiries(now: Micros) -> BTreeSet<NaiveDate> {
    let today = now.instant().date_naive();
    let first = if now < expiry_of(today) { today } else { next(today) };
    let days = first.iter_days();
    let mut dates: BTreeSet<NaiveDate> = days.take(3).collect();
    let fridays = || first.iter_days().filter(|day| day.weekday() == Weekday::Fri);
    dates.extend(fridays().take(3));
    let is_last = |day: &NaiveDate| (*day + Days::new(7)).month() != day.month();
    dates.extend(fridays().filter(is_last).take(2));
    dates
}

fn next(date: NaiveDate) -> NaiveDate {
    date.succ_opt().unwrap_or(date)
}

/// The strikes of an expiry around the index of this moment.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "strikes are far below 2^53"
)]
fn strikes(market: &Market, underlying: Underlying, expiry: Micros) -> BTreeSet<i64> {
    let frame = market.frame(underlying);
    let left = (expiry - market.at).as_seconds();
    let years = left.max(3_600.0) / YEAR_SECONDS;
    let deviation = vol::smile(&frame, underlying, years).atm * years.sqrt();
    let low = frame.index * libm::exp(-REACH * deviation);
    let high = frame.index * libm::exp(REACH * deviation);

    let (near, far) = match underlying {
        Underlying::Btc => (200, 1_000),
        Underlying::Eth => (20, 100),
    };
    let grid = |low: f64, high: f64, step: i64| {
        let first = (low / step as f64).floor().max(1.0) as i64;
        let last = (high / step as f64).ceil() as i64;
        (first..=last).map(move |number| number * step)
    };
    let mut strikes: BTreeSet<i64> = grid(low, high, far).collect();
    if left <= 8.0 * 86_400.0 {
        strikes.extend(grid(low.max(frame.index * 0.92), high.min(frame.index * 1.08), near));
    }
    strikes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn listed() -> (Market, Listing) {
        let market = Market::new(&Config::default());
        let mut listing = Listing::default();
        for underlying in Underlying::ALL {
            listing.extend(&market, underlying);
        }
        (market, listing)
    }

    #[test]
    fn every_expiry_covers_the_deltas_from_two_to_98_percent() {
        let (market, listing) = listed();
        for underlying in Underlying::ALL {
            let frame = market.frame(underlying);
            for date in expiries(market.at) {
                let deltas: Vec<f64> = listing
                    .iter()
                    .filter(|one| one.underlying == underlying && one.expiry == expiry_of(date))
                    .map(|one| vol::Claim::of(one).value(&frame).value.greeks.delta.abs())
                    .collect();
                let low = deltas.iter().copied().fold(1.0, f64::min);
                let high = deltas.iter().copied().fold(0.0, f64::max);
                assert!(low < 0.02 && high > 0.98, "{underlying} {date} {low} {high}");
            }
        }
    }

    #[test]
    fn dates_are_three_days_three_fridays_and_two_month_ends() {
        // Thursday 2026-01-15, noon exactly: today's options have just settled.
        let dates = expiries(Micros(1_768_478_400_000_000));
        let dates: Vec<String> = dates.iter().map(ToString::to_string).collect();
        let days = ["2026-01-16", "2026-01-17", "2026-01-18"];
        let fridays = ["2026-01-23", "2026-01-30"];
        assert_eq!(dates, [&days[..], &fridays[..], &["2026-02-27"]].concat());
    }

    #[test]
    fn numbers_and_symbols_are_unique_and_stable() {
        let (_, listing) = listed();
        let (_, again) = listed();
        let ids = |listing: &Listing| {
            listing.iter().map(|one| (one.id, one.symbol)).collect::<BTreeMap<_, _>>()
        };
        assert_eq!(ids(&listing), ids(&again));
        assert_eq!(listing.by_symbol.len(), listing.products.len());
        assert!(listing.iter().all(|one| (90_000..200_000).contains(&one.id.0)));
        for one in listing.iter() {
            assert_eq!(listing.by_symbol(one.symbol.as_str()).map(|found| found.id), Some(one.id));
        }
    }
}
