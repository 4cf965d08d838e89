//! What an order must satisfy before it is taken.

use rust_decimal::Decimal;

use super::Exchange;
use crate::account::Role;
use crate::book::Half;
use crate::config::DuplicatePolicy;
use crate::control::SystemStatus;
use crate::fees::{commission, initial_margin};
use crate::matching::{Matched, is_reached};
use crate::order::{NewOrder, Order, OrderId, OrderRef, Origin, Side, UserId};
use crate::product::{Product, ProductId, ProductState, TradingStatus};
use crate::quote::{Level, PriceBand};
use crate::refusal::Refusal;

/// Longest client order id.
const LONGEST_CLIENT_ID: usize = 32;
/// Highest limit price, in USD.
const HIGHEST_PRICE: Decimal = Decimal::from_parts(10_000_000, 0, 0, false, 0);

impl Exchange {
    pub(super) fn check_open_for_business(&self, user_id: UserId) -> Result<(), Refusal> {
        if !self.accounts.contains_key(&user_id) {
            return Err(Refusal::UnknownAccount);
        }
        if self.status == SystemStatus::Maintenance {
            return Err(Refusal::Unavailable);
        }
        Ok(())
    }

    pub(super) fn find_open(
        &self,
        user_id: UserId,
        wanted: &OrderRef,
        product_id: Option<ProductId>,
    ) -> Result<OrderId, Refusal> {
        let found = match wanted {
            OrderRef::Id(id) => self.order(user_id, *id),
            OrderRef::Client(name) => self.order_by_client_id(user_id, name),
        };
        found
            .filter(|order| order.is_open())
            .filter(|order| product_id.is_none_or(|id| id == order.product_id))
            .map(|order| order.id)
            .ok_or(Refusal::OpenOrderNotFound)
    }

    pub(super) fn tradable(&self, id: ProductId, post_only: bool) -> Result<&Product, Refusal> {
        let product = self.listing.get(id).ok_or(Refusal::InvalidContract)?;
        if product.state == ProductState::Expired || product.expiry <= self.now {
            return Err(Refusal::InvalidContract);
        }
        match product.trading_status {
            TradingStatus::Operational => Ok(product),
            TradingStatus::DisruptedPostOnly if post_only => Ok(product),
            TradingStatus::DisruptedPostOnly => Err(Refusal::MarketDisruptedPostOnlyMode),
            _ => Err(Refusal::MarketDisruptedCancelOnlyMode),
        }
    }

    pub(super) fn check_client_id(
        &self,
        user_id: UserId,
        name: Option<&str>,
    ) -> Result<(), Refusal> {
        let Some(name) = name else { return Ok(()) };
        if name.is_empty() || name.chars().count() > LONGEST_CLIENT_ID {
            return Err(bad("client_order_id", "must have 1 to 32 characters"));
        }
        let earlier = self.order_by_client_id(user_id, name);
        let refused = match self.config.duplicate_policy {
            DuplicatePolicy::Allow => false,
            DuplicatePolicy::RejectOpen => earlier.is_some_and(Order::is_open),
            DuplicatePolicy::RejectEver => earlier.is_some(),
        };
        if refused {
            return Err(Refusal::DuplicateClientOrderId { client_order_id: name.to_owned() });
        }
        Ok(())
    }

    /// Checks a limit price against tick and band; returns the band.
    pub(super) fn check_price(
        &self,
        product: &Product,
        side: Side,
        price: Option<Decimal>,
    ) -> Result<PriceBand, Refusal> {
        let band = self.band(product);
        let Some(price) = price else { return Ok(band) };
        let tick = self.terms(product.underlying).tick_size;
        if price <= Decimal::ZERO || price > HIGHEST_PRICE || !(price % tick).is_zero() {
            return Err(bad(
                "limit_price",
                "must be a positive multiple of the tick size, at most 10000000",
            ));
        }
        let outside = match side {
            Side::Buy => price > band.upper,
            Side::Sell => price < band.lower,
        };
        if outside {
            return Err(Refusal::PriceOutOfBand { lower: band.lower, upper: band.upper });
        }
        Ok(band)
    }

    /// Levels of the other side inside the band.
    pub(super) fn reachable(&self, product: &Product, side: Side, band: PriceBand) -> Vec<Level> {
        let (half, worst) = match side {
            Side::Buy => (Half::Asks, band.upper),
            Side::Sell => (Half::Bids, band.lower),
        };
        let Some(book) = self.tradable_book(product) else { return Vec::new() };
        book.levels(half).take_while(|level| is_reached(side, Some(worst), level.price)).collect()
    }

    /// Own resting orders on the other side that the order would trade with.
    pub(super) fn own_crossed(
        &self,
        user_id: UserId,
        new: &NewOrder,
        matched: &Matched,
    ) -> Vec<OrderId> {
        let last = matched.fills.last().map(|fill| fill.price);
        let Some(worst) = new.limit_price.or(last) else { return Vec::new() };
        self.open_orders(user_id)
            .filter(|order| order.product_id == new.product_id && order.side != new.side)
            .filter(|order| {
                order.limit_price.is_some_and(|price| is_reached(new.side, Some(worst), price))
            })
            .map(|order| order.id)
            .collect()
    }

    /// Checks position limit and margin; returns the margin to reserve for the whole order.
    pub(super) fn check_means(
        &self,
        user_id: UserId,
        product: &Product,
        new: &NewOrder,
        matched: &Matched,
        position: i64,
        origin: Origin,
    ) -> Result<Decimal, Refusal> {
        let terms = self.terms(product.underlying);
        let closes = (-position * new.side.sign()).clamp(0, matched.size);
        let opens = matched.size - closes;
        if opens == 0 {
            return Ok(Decimal::ZERO);
        }
        let after = position.saturating_add(new.side.sign() * matched.size);
        if after.abs() > terms.position_size_limit {
            return Err(Refusal::RiskLimitsBreached { limit: terms.position_size_limit });
        }

        let index = self.spot(product.underlying);
        let price = new.limit_price.or(matched.average_fill_price).unwrap_or_default();
        let reserve = initial_margin(terms, new.side, index, price, opens);
        let fee = commission(terms, Role::Taker, index, price, matched.size);
        let available =
            self.wallet(user_id).map(|wallet| wallet.available_balance).unwrap_or_default();
        if origin == Origin::Api && reserve + fee > available {
            return Err(Refusal::InsufficientMargin {
                available_balance: available,
                required_additional_balance: reserve + fee - available,
            });
        }
        Ok(reserve)
    }
}

pub(super) fn bad(field: &str, message: &str) -> Refusal {
    Refusal::BadSchema { field: field.to_owned(), message: message.to_owned() }
}
