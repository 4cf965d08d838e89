//! Calls that place, change and cancel orders.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};

use super::answer::{Answer, Refused};
use super::body::Body;
use super::view;
use crate::control::Control;
use crate::exchange::Exchange;
use crate::faults::Action;
use crate::order::{
    CancelFilter, NewOrder, OrderEdit, OrderId, OrderRef, OrderType, TimeInForce, UserId,
};
use crate::product::{OptionKind, ProductId};
use crate::refusal::Refusal;
use crate::venue::Venue;

/// Orders in one batch.
const LARGEST_BATCH: usize = 50;

impl Venue {
    pub(super) fn place_order(
        &mut self,
        user_id: UserId,
        body: &Body,
        fault: Option<&Action>,
    ) -> Result<Answer, Refused> {
        let product_id = body.product(&self.exchange)?;
        let order = new_order(body, product_id)?;
        self.refuse_by_fault(user_id, &order, fault)?;
        self.count_operations(product_id, 1)?;
        let now = self.now();
        let order = self.exchange.place(now, user_id, order)?;
        Ok(Answer::of(view::order(&order)))
    }

    pub(super) fn edit_order(&mut self, user_id: UserId, body: &Body) -> Result<Answer, Refused> {
        let product_id = body.product(&self.exchange)?;
        let edit = order_edit(body, product_id)?;
        self.count_operations(product_id, 1)?;
        let now = self.now();
        let order = self.exchange.edit(now, user_id, edit)?;
        Ok(Answer::of(view::order(&order)))
    }

    pub(super) fn cancel_order(
        &mut self,
        user_id: UserId,
        body: &Body,
        fault: Option<&Action>,
    ) -> Result<Answer, Refused> {
        let order = body.order()?;
        let product_id = body.integer("product_id")?.map(ProductId);
        self.race(user_id, Some(&order), fault);
        let now = self.now();
        let order = self.exchange.cancel(now, user_id, order, product_id)?;
        Ok(Answer::of(view::order(&order)))
    }

    pub(super) fn cancel_all_orders(
        &mut self,
        user_id: UserId,
        body: &Body,
        fault: Option<&Action>,
    ) -> Result<Answer, Refused> {
        let product_id = body.integer("product_id")?.map(ProductId);
        let types = body.text("contract_types")?.unwrap_or_default();
        let kinds: Vec<_> = OptionKind::BOTH
            .into_iter()
            .filter(|kind| types.split(',').any(|word| word.trim() == kind.contract_type()))
            .collect();
        if product_id.is_none() && !types.is_empty() && kinds.is_empty() {
            // Contracts of types that are not listed: there is nothing to cancel.
            return Ok(Answer::of(json!({})));
        }

        self.race(user_id, None, fault);
        let now = self.now();
        let filter = match product_id {
            Some(_) => CancelFilter { product_id, kinds: Vec::new() },
            None => CancelFilter { product_id: None, kinds },
        };
        self.exchange.cancel_all(now, user_id, filter)?;
        Ok(Answer::of(json!({})))
    }

    /// Places a batch. What is refused is left out of the answer without a word.
    pub(super) fn place_batch(
        &mut self,
        user_id: UserId,
        body: &Body,
        fault: Option<&Action>,
    ) -> Result<Answer, Refused> {
        let product_id = body.product(&self.exchange)?;
        let items = batch(body)?;
        let orders = items.iter().map(|item| {
            let order = new_order(item, product_id)?;
            let resting = order.order_type == OrderType::LimitOrder
                && order.time_in_force == TimeInForce::Gtc;
            resting.then_some(order).ok_or_else(|| {
                Refused::schema("orders", "a batch takes limit orders good till cancelled only")
            })
        });
        let orders = orders.collect::<Result<Vec<_>, _>>()?;
        if let Some(first) = orders.first() {
            self.refuse_by_fault(user_id, first, fault)?;
        }
        self.count_operations(product_id, orders.len())?;

        let now = self.now();
        let placed = orders.into_iter().map(|order| self.exchange.place(now, user_id, order));
        Ok(Answer::of(accepted(placed)))
    }

    pub(super) fn edit_batch(&mut self, user_id: UserId, body: &Body) -> Result<Answer, Refused> {
        let product_id = body.product(&self.exchange)?;
        let edits = batch(body)?.into_iter().map(|item| order_edit(&item, product_id));
        let edits = edits.collect::<Result<Vec<_>, _>>()?;
        self.count_operations(product_id, edits.len())?;

        let now = self.now();
        let edited = edits.into_iter().map(|edit| self.exchange.edit(now, user_id, edit));
        Ok(Answer::of(accepted(edited)))
    }

    pub(super) fn cancel_batch(
        &mut self,
        user_id: UserId,
        body: &Body,
        fault: Option<&Action>,
    ) -> Result<Answer, Refused> {
        let product_id = body.product(&self.exchange)?;
        let orders = batch(body)?.iter().map(Body::order).collect::<Result<Vec<_>, _>>()?;
        for order in &orders {
            self.race(user_id, Some(order), fault);
        }
        let now = self.now();
        let cancelled = orders
            .into_iter()
            .map(|order| self.exchange.cancel(now, user_id, order, Some(product_id)));
        Ok(Answer::of(accepted(cancelled)))
    }

    fn count_operations(&mut self, product: ProductId, operations: usize) -> Result<(), Refused> {
        let operations = u32::try_from(operations).unwrap_or(u32::MAX);
        let now = self.now();
        let counted = self.quotas.operate(product, operations, now);
        counted.map_err(|exhausted| Refused::rate_limited(exhausted.resets_in))
    }

    /// The refusals that a fault asks for.
    fn refuse_by_fault(
        &self,
        user_id: UserId,
        order: &NewOrder,
        fault: Option<&Action>,
    ) -> Result<(), Refused> {
        match fault {
            Some(Action::InsufficientMargin {}) => {
                let wallet = self.exchange.wallet(user_id);
                let available_balance =
                    wallet.map_or(Decimal::ZERO, |wallet| wallet.available_balance);
                let required_additional_balance = Decimal::new(12_345, 3);
                let refusal =
                    Refusal::InsufficientMargin { available_balance, required_additional_balance };
                Err(refusal.into())
            }
            Some(Action::PriceBandReject {}) => {
                let ticker = self.exchange.ticker(order.product_id);
                let band = ticker.map(|ticker| (ticker.band.lower, ticker.band.upper));
                let (lower, upper) = band.unwrap_or_default();
                Err(Refusal::PriceOutOfBand { lower, upper }.into())
            }
            _ => Ok(()),
        }
    }

    /// Lets a part of an order, or of all orders, fill just before the cancellation.
    fn race(&mut self, user_id: UserId, order: Option<&OrderRef>, fault: Option<&Action>) {
        let Some(Action::PartialThenCancelRace { fraction }) = fault else { return };
        let open = self.exchange.open_orders(user_id).filter(|open| match order {
            None => true,
            Some(OrderRef::Id(id)) => open.id == *id,
            Some(OrderRef::Client(name)) => open.client_order_id.as_ref() == Some(name),
        });
        let parts: Vec<(OrderId, i64)> =
            open.map(|open| (open.id, part_of(open.unfilled_size, *fraction))).collect();

        let now = self.now();
        for (order_id, size) in parts {
            // An order that cannot fill any more is cancelled as it is.
            let _ = self.exchange.control(now, Control::FillOrder { user_id, order_id, size });
        }
    }
}

/// A part of a size, at least one contract.
fn part_of(size: i64, fraction: f64) -> i64 {
    let fraction = Decimal::try_from(fraction).unwrap_or(Decimal::ONE);
    let part = (Decimal::from(size) * fraction).ceil().to_i64();
    part.unwrap_or(size).clamp(1, size.max(1))
}

/// The views of what was accepted.
fn accepted(outcomes: impl Iterator<Item = Result<crate::order::Order, Refusal>>) -> Value {
    outcomes.filter_map(Result::ok).map(|order| view::order(&order)).collect()
}

fn batch(body: &Body) -> Result<Vec<Body>, Refused> {
    let items = body.list("orders")?;
    if items.is_empty() || items.len() > LARGEST_BATCH {
        return Err(Refused::schema("orders", "must have 1 to 50 orders"));
    }
    items.iter().map(Body::of).collect()
}

fn new_order(body: &Body, product_id: ProductId) -> Result<NewOrder, Refused> {
    for name in ["stop_order_type", "stop_price", "trail_amount"] {
        if body.member(name).is_some() {
            return Err(Refused::unavailable("stop orders"));
        }
    }
    for name in ["bracket_stop_loss_price", "bracket_take_profit_price", "bracket_trail_amount"] {
        if body.member(name).is_some() {
            return Err(Refused::unavailable("bracket orders"));
        }
    }

    let size = match body.integer("size")? {
        Some(size) if size > 0 => size,
        Some(_) => return Err(Refused::schema("size", "must be greater than 0")),
        None => return Err(Refused::schema("size", "is required")),
    };
    let order_type = body.order_type()?;
    let limit_price = match (order_type, body.price("limit_price")?) {
        (OrderType::LimitOrder, None) => {
            return Err(Refused::schema("limit_price", "is required for a limit order"));
        }
        (OrderType::LimitOrder, price) => price,
        (OrderType::MarketOrder, _) => None,
    };
    Ok(NewOrder {
        product_id,
        side: body.side()?,
        size,
        order_type,
        limit_price,
        time_in_force: body.time_in_force()?,
        post_only: body.flag("post_only")?,
        reduce_only: body.flag("reduce_only")?,
        client_order_id: body.client_order_id()?,
    })
}

fn order_edit(body: &Body, product_id: ProductId) -> Result<OrderEdit, Refused> {
    let size = body.integer("size")?;
    if size.is_some_and(|size| size <= 0) {
        return Err(Refused::schema("size", "must be greater than 0"));
    }
    let limit_price = body.price("limit_price")?;
    if size.is_none() && limit_price.is_none() {
        return Err(Refused::schema("limit_price", "limit_price or size is required"));
    }
    Ok(OrderEdit { order: body.order()?, product_id, size, limit_price })
}

/// Finds a product by its number in a path.
pub(super) fn product_in_path(exchange: &Exchange, id: &str) -> Result<ProductId, Refused> {
    let number = id.parse().map_err(|_| Refused::schema("product_id", "must be an integer"))?;
    let known = exchange.product(ProductId(number)).map(|product| product.id);
    known.ok_or_else(|| Refusal::InvalidContract.into())
}
