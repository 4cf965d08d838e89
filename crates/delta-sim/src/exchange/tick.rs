//! The market moves on: resting orders fill, products settle, watched products are published.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Exchange;
use crate::account::{FillSource, FillType, Role};
use crate::book::{Book, Half, Maker, published};
use crate::control::SystemStatus;
use crate::event::{EventKind, ProductChange};
use crate::market::Frame;
use crate::matching::is_reached;
use crate::order::{CancelReason, OrderId, Side, UserId};
use crate::product::{OptionKind, Product, ProductId, ProductState, TradingStatus, Underlying};
use crate::quote::Level;
use crate::rng::Stream;
use crate::time::Micros;

use super::trades::Execution;

/// Chance per second that somebody trades at the touch.
const TOUCH_CHANCE: f64 = 0.2;
/// Typical size of such a trade, in contracts.
const FLOW_SIZE: f64 = 25.0;
/// Deviation of the logarithm of such a size.
const FLOW_DEVIATION: f64 = 0.9;
/// How often marks are published.
const MARK_EVERY: Micros = Micros(2 * Micros::SECOND.0);
/// How often tickers are published.
const TICKER_EVERY: Micros = Micros(5 * Micros::SECOND.0);

/// Who is looked at. Volatile: no part of the state.
#[derive(Debug, Clone, Default)]
pub(super) struct Watches {
    products: BTreeMap<ProductId, Watched>,
    spots: BTreeSet<Underlying>,
}

#[derive(Debug, Clone)]
struct Watched {
    maker: Maker,
    last: Option<(Option<Level>, Option<Level>)>,
    last_at: Micros,
}

impl Watches {
    pub(super) fn has(&self, id: ProductId) -> bool {
        self.products.contains_key(&id)
    }

    fn is_empty(&self) -> bool {
        self.products.is_empty() && self.spots.is_empty()
    }
}

impl Exchange {
    /// From now on top of book, mark, ticker and trades of this product are published.
    pub fn watch(&mut self, id: ProductId) {
        let Some(product) = self.listing.get(id) else { return };
        if product.state == ProductState::Live {
            let maker = self.maker(product);
            let watched = Watched { maker, last: None, last_at: Micros::ZERO };
            self.watches.products.entry(id).or_insert(watched);
        }
    }

    /// Ends [`Exchange::watch`].
    pub fn unwatch(&mut self, id: ProductId) {
        self.watches.products.remove(&id);
    }

    /// From now on the index of this coin is published.
    pub fn watch_spot(&mut self, underlying: Underlying) {
        self.watches.spots.insert(underlying);
    }

    /// Ends [`Exchange::watch_spot`].
    pub fn unwatch_spot(&mut self, underlying: Underlying) {
        self.watches.spots.remove(&underlying);
    }

    /// One tick: index, resting orders, settlement, publication.
    pub(super) fn tick(&mut self) {
        self.market.step();
        let at = self.market.at;
        self.now = self.now.max(at);
        if !self.distorted.is_empty() {
            self.distorted.retain(|one| one.until > at);
        }

        if at >= self.market.next_noon {
            self.settle_day();
        }
        if at.0 % Micros::HOUR.0 == 0 {
            self.listing.follow(&self.market);
        }
        if !self.resting.is_empty() && self.status != SystemStatus::Maintenance {
            self.fill_resting();
        }
        if !self.watches.is_empty() {
            self.publish();
        }
    }

    fn publish(&mut self) {
        let at = self.market.at;
        for underlying in Underlying::ALL {
            if self.watches.spots.contains(&underlying) {
                let price = self.spot(underlying);
                self.emit(EventKind::Spot { underlying, price });
            }
        }
        if self.watches.products.is_empty() {
            return;
        }

        let frames = Underlying::ALL.map(|one| self.market.frame(one));
        let mut products = std::mem::take(&mut self.watches.products);
        for (id, watched) in &mut products {
            let book = self.shown_book(*id, &watched.maker, &frames);
            let (bid, ask) = self.shown_touch(*id, &book);
            let repeat = at - watched.last_at >= TICKER_EVERY;
            if repeat || watched.last != Some((bid, ask)) {
                watched.last = Some((bid, ask));
                watched.last_at = at;
                self.emit(EventKind::L1 { product_id: *id, bid, ask });
            }
            if at.0 % MARK_EVERY.0 == 0 {
                self.emit(EventKind::Mark { product_id: *id, price: book.mark() });
            }
            if at.0 % TICKER_EVERY.0 == 0 {
                self.emit(EventKind::Ticker(*id));
            }
        }
        self.watches.products = products;
    }

    fn shown_book(&self, id: ProductId, maker: &Maker, frames: &[Frame; 2]) -> Book {
        let live = match maker.claim.underlying {
            Underlying::Btc => &frames[0],
            Underlying::Eth => &frames[1],
        };
        let frozen = self.frozen_frame(id, maker.claim.underlying);
        maker.book(frozen.unwrap_or(live), self.taken.get(&id))
    }

    fn fill_resting(&mut self) {
        let ids: Vec<ProductId> = self.resting.keys().copied().collect();
        for id in ids {
            let Some(product) = self.listing.get(id).cloned() else { continue };
            if product.trading_status != TradingStatus::Operational {
                continue;
            }
            for side in [Side::Buy, Side::Sell] {
                self.fill_resting_side(&product, side);
            }
        }
    }

    /// Fills own resting orders of one side, by price and then by time.
    fn fill_resting_side(&mut self, product: &Product, side: Side) {
        let queue = self.queue(product.id, side);
        if queue.is_empty() {
            return;
        }
        let Some(book) = self.tradable_book(product) else { return };
        let (own, opposite) = match side {
            Side::Buy => (Half::Bids, Half::Asks),
            Side::Sell => (Half::Asks, Half::Bids),
        };
        let touch = book.best(own).map(|level| level.price);
        let levels: Vec<Level> = book.levels(opposite).collect();
        let mut flow = self.flow(product, side);
        let mut crossed = 0;
        let mut reported = BTreeSet::new();

        for (id, price) in queue {
            let Some(mut left) = self.fillable(id) else { continue };
            let reached = levels.iter().filter(|level| is_reached(side, Some(price), level.price));
            let available = reached.map(|level| level.size).sum::<i64>() - crossed;
            let crossing = available.clamp(0, left);
            crossed += crossing;
            left -= crossing;
            let joins = touch.is_none_or(|touch| match side {
                Side::Buy => price >= touch,
                Side::Sell => price <= touch,
            });
            let touching = if joins { flow.min(left) } else { 0 };
            flow -= touching;

            self.take_from_book(product, side, crossing);
            let filled = crossing + touching;
            if filled > 0 {
                self.fill_order(id, Level { price, size: filled }, Role::Maker);
                self.report_order(id, false);
                reported.extend(self.order_of(id).map(|order| order.user_id));
            }
        }
        for user_id in reported {
            self.report_wallet(user_id);
        }
    }

    /// Own resting orders of one side with their prices, first to fill first.
    fn queue(&self, id: ProductId, side: Side) -> Vec<(OrderId, Decimal)> {
        let resting = self.resting.get(&id).map(Vec::as_slice).unwrap_or_default();
        let mut queue: Vec<(OrderId, Decimal)> = resting
            .iter()
            .filter_map(|id| self.order_of(*id))
            .filter(|order| order.side == side)
            .filter_map(|order| Some((order.id, order.limit_price?)))
            .collect();
        // The list is in time order and the sort is stable.
        queue.sort_by(|(_, first), (_, second)| match side {
            Side::Buy => second.cmp(first),
            Side::Sell => first.cmp(second),
        });
        queue
    }

    /// Contracts of a resting order that may fill; ends a reduce-only order with nothing left to
    /// reduce.
    pub(super) fn fillable(&mut self, id: OrderId) -> Option<i64> {
        let order = self.order_of(id).filter(|order| order.is_open())?;
        if !order.reduce_only {
            return Some(order.unfilled_size);
        }
        let position = self.position_size(order.user_id, order.product_id);
        let reducible = -position * order.side.sign();
        let left = order.unfilled_size.min(reducible);
        if left > 0 {
            return Some(left);
        }
        self.end_order(id, CancelReason::ReduceOnly);
        None
    }

    /// Contracts that others trade at the touch of one side during this tick, mostly none.
    #[expect(clippy::cast_possible_truncation, reason = "sizes are far below 2^63")]
    fn flow(&self, product: &Product, side: Side) -> i64 {
        let stream = Stream::of(self.config.seed, "flow", product.symbol.as_str());
        let tick = self.config.tick.0.max(1);
        let number = self.market.at.0.div_euclid(tick).unsigned_abs() * 4
            + if side == Side::Buy { 0 } else { 2 };
        let seconds = self.config.tick.as_seconds();
        let chance = 1.0 - libm::pow(1.0 - TOUCH_CHANCE, seconds);
        if stream.unit(number) >= chance {
            return 0;
        }
        let contracts = FLOW_SIZE * libm::exp(FLOW_DEVIATION * stream.normal(number + 1));
        contracts.max(1.0) as i64
    }

    /// Settles what expires today, lists what comes next.
    fn settle_day(&mut self) {
        let prices = Underlying::ALL
            .map(|one| self.market.window_mean(one).unwrap_or_else(|| self.market.index(one)));
        for id in self.listing.due(self.market.at) {
            let coin = self.listing.get(id).map(|one| one.underlying);
            let price = if coin == Some(Underlying::Eth) { prices[1] } else { prices[0] };
            self.settle(id, published(price));
        }
        self.market.settled();

        self.listing.forget(self.market.at - self.config.keep_expired, &self.traded);
        self.taken.clear();
        for underlying in Underlying::ALL {
            self.listing.extend(&self.market, underlying);
        }
    }

    /// Settles one product on a price of its underlying.
    pub(super) fn settle(&mut self, id: ProductId, price: Decimal) {
        let Some(product) = self.listing.get(id).cloned() else { return };
        let strike = Decimal::from(product.strike);
        let payoff = match product.kind {
            OptionKind::Call => price - strike,
            OptionKind::Put => strike - price,
        };
        let payoff = payoff.max(Decimal::ZERO).normalize();
        for order in self.resting.get(&id).cloned().unwrap_or_default() {
            self.end_order(order, CancelReason::ProductExpired);
        }
        let users: Vec<UserId> = self.accounts.keys().copied().collect();
        for user_id in users {
            let size = self.position_size(user_id, id);
            if size == 0 {
                continue;
            }
            self.execute(Execution {
                user_id,
                product_id: id,
                side: if size > 0 { Side::Sell } else { Side::Buy },
                level: Level { price: payoff, size: size.abs() },
                role: Role::Taker,
                fill_type: FillType::Settlement,
                source: FillSource::Settlement(self.settlement_number(&product, user_id)),
                client_order_id: None,
            });
            self.report_wallet(user_id);
        }
        if let Some(product) = self.listing.get_mut(id) {
            product.state = ProductState::Expired;
            product.settlement_price = Some(payoff);
        }
        let is_known = self.traded.contains(&id) || self.watches.has(id);
        self.unwatch(id);
        if is_known {
            let change = ProductChange::Settled(payoff);
            self.emit(EventKind::Product { product_id: id, change });
        }
    }

    /// A UUID that belongs to one account and product.
    fn settlement_number(&self, product: &Product, user_id: UserId) -> String {
        let name = format!("settlement:{}:{}", product.symbol, user_id.0);
        let stream = Stream::new(self.config.seed, &name);
        let (high, low) = (stream.word(0), stream.word(1));
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            ((low >> 48) & 0x3fff) | 0x8000,
            low & 0xffff_ffff_ffff
        )
    }
}
