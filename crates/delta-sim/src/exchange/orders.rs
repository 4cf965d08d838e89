//! Commands of clients: place, edit, cancel.

use rust_decimal::Decimal;

use super::Exchange;
use super::checks::bad;
use crate::account::Role;
use crate::journal::Command;
use crate::matching::{Incoming, Matched, match_order};
use crate::order::{
    CancelFilter, CancelReason, NewOrder, Order, OrderEdit, OrderId, OrderRef, OrderState,
    OrderType, Origin, UserId,
};
use crate::product::{Product, ProductId};
use crate::refusal::Refusal;
use crate::time::Micros;

impl Exchange {
    /// Places an order. What trades at once is in the answer.
    ///
    /// # Errors
    ///
    /// [`Refusal`] when the exchange does not take it; nothing has changed then.
    pub fn place(
        &mut self,
        at: Micros,
        user_id: UserId,
        order: NewOrder,
    ) -> Result<Order, Refusal> {
        let is_outer = self.begin(at);
        let done = self.accept(user_id, &order, Origin::Api);
        self.end(is_outer, done.is_ok().then_some(Command::Place { user_id, order }));
        done
    }

    /// Changes size or price of a resting order. It may trade at once then.
    ///
    /// # Errors
    ///
    /// [`Refusal`] when there is no such order or the new terms are not possible.
    pub fn edit(&mut self, at: Micros, user_id: UserId, edit: OrderEdit) -> Result<Order, Refusal> {
        let is_outer = self.begin(at);
        let done = self.change(user_id, &edit);
        self.end(is_outer, done.is_ok().then_some(Command::Edit { user_id, edit }));
        done
    }

    /// Cancels a resting order.
    ///
    /// # Errors
    ///
    /// [`Refusal::OpenOrderNotFound`] when there is no such open order.
    pub fn cancel(
        &mut self,
        at: Micros,
        user_id: UserId,
        order: OrderRef,
        product_id: Option<ProductId>,
    ) -> Result<Order, Refusal> {
        let is_outer = self.begin(at);
        let done = self.drop_order(user_id, &order, product_id);
        let command = Command::Cancel { user_id, order, product_id };
        self.end(is_outer, done.is_ok().then_some(command));
        done
    }

    /// Cancels all resting orders that fit.
    ///
    /// # Errors
    ///
    /// [`Refusal`] when the account is unknown or the exchange is under maintenance.
    pub fn cancel_all(
        &mut self,
        at: Micros,
        user_id: UserId,
        filter: CancelFilter,
    ) -> Result<Vec<Order>, Refusal> {
        let is_outer = self.begin(at);
        let done = self.drop_orders(user_id, &filter);
        self.end(is_outer, done.is_ok().then_some(Command::CancelAll { user_id, filter }));
        done
    }

    fn drop_order(
        &mut self,
        user_id: UserId,
        order: &OrderRef,
        product_id: Option<ProductId>,
    ) -> Result<Order, Refusal> {
        self.check_open_for_business(user_id)?;
        let id = self.find_open(user_id, order, product_id)?;
        self.end_order(id, CancelReason::CancelledByUser);
        self.report_wallet(user_id);
        self.order_of(id).cloned().ok_or(Refusal::OpenOrderNotFound)
    }

    fn drop_orders(
        &mut self,
        user_id: UserId,
        filter: &CancelFilter,
    ) -> Result<Vec<Order>, Refusal> {
        self.check_open_for_business(user_id)?;
        let is_wanted = |order: &Order| {
            let kind = self.listing.get(order.product_id).map(|one| one.kind);
            filter.product_id.is_none_or(|id| id == order.product_id)
                && (filter.kinds.is_empty()
                    || kind.is_some_and(|kind| filter.kinds.contains(&kind)))
        };
        let open = self.open_orders(user_id).filter(|order| is_wanted(order));
        let ids: Vec<OrderId> = open.map(|order| order.id).collect();
        for id in &ids {
            self.end_order(*id, CancelReason::CancelledByUser);
        }
        if !ids.is_empty() {
            self.report_wallet(user_id);
        }
        Ok(ids.iter().filter_map(|id| self.order_of(*id).cloned()).collect())
    }

    /// Checks an order, matches it, and keeps what is left.
    pub(super) fn accept(
        &mut self,
        user_id: UserId,
        new: &NewOrder,
        origin: Origin,
    ) -> Result<Order, Refusal> {
        self.check_open_for_business(user_id)?;
        let product = self.tradable(new.product_id, new.post_only)?.clone();
        self.check_client_id(user_id, new.client_order_id.as_deref())?;
        let band = self.check_price(&product, new.side, new.limit_price)?;

        let position = self.position_size(user_id, product.id);
        let opposite = self.reachable(&product, new.side, band);
        if new.order_type == OrderType::MarketOrder && opposite.is_empty() {
            return Err(Refusal::OrderSizeExceedAvailable { limit: 0 });
        }
        let matched = match_order(opposite, position, &Incoming::from(new))?;
        let crossed = self.own_crossed(user_id, new, &matched);
        if new.post_only && !crossed.is_empty() {
            return Err(Refusal::SelfMatchingDisruptedPostOnly);
        }
        let reserve = self.check_means(user_id, &product, new, &matched, position, origin)?;

        for id in crossed {
            self.end_order(id, CancelReason::SelfTrade);
        }
        let id = self.keep(user_id, new, &product, &matched, reserve, origin);
        self.take_from_book(&product, new.side, matched.filled);
        for level in &matched.fills {
            self.fill_order(id, *level, Role::Taker);
        }
        if matched.state == OrderState::Cancelled {
            self.mark_cancelled(id, CancelReason::IocUnfilled);
        }
        self.report_order(id, true);
        self.report_wallet(user_id);
        self.order_of(id).cloned().ok_or(Refusal::OpenOrderNotFound)
    }

    /// Adds the order to the books of the exchange, before its first fill.
    fn keep(
        &mut self,
        user_id: UserId,
        new: &NewOrder,
        product: &Product,
        matched: &Matched,
        reserve: Decimal,
        origin: Origin,
    ) -> OrderId {
        let id = self.next_order_id();
        self.orders.push(Order {
            id,
            user_id,
            product_id: product.id,
            product_symbol: product.symbol,
            side: new.side,
            size: matched.size,
            unfilled_size: matched.size,
            order_type: new.order_type,
            limit_price: new.limit_price,
            time_in_force: new.time_in_force,
            post_only: new.post_only,
            reduce_only: new.reduce_only,
            client_order_id: new.client_order_id.clone(),
            state: OrderState::Open,
            average_fill_price: None,
            paid_commission: Decimal::ZERO,
            reserved_margin: reserve,
            cancellation_reason: None,
            origin,
            created_at: self.now,
            updated_at: self.now,
        });
        if let Some(account) = self.accounts.get_mut(&user_id) {
            if let Some(name) = &new.client_order_id {
                account.by_client_id.insert(name.clone(), id);
            }
            account.open.push(id);
        }
        if matched.state == OrderState::Open {
            self.resting.entry(product.id).or_default().push(id);
        }
        id
    }

    /// Replaces a resting order's terms; its time priority is that of the change.
    fn change(&mut self, user_id: UserId, edit: &OrderEdit) -> Result<Order, Refusal> {
        self.check_open_for_business(user_id)?;
        let id = self.find_open(user_id, &edit.order, Some(edit.product_id))?;
        let old = self.order_of(id).cloned().ok_or(Refusal::OpenOrderNotFound)?;
        let product = self.tradable(old.product_id, old.post_only)?.clone();
        let size = edit.size.unwrap_or(old.size);
        if size <= old.filled_size() {
            return Err(bad("size", "must be larger than what is filled"));
        }
        let limit_price = edit.limit_price.or(old.limit_price);
        let band = self.check_price(&product, old.side, limit_price)?;

        let rest = NewOrder {
            product_id: old.product_id,
            side: old.side,
            size: size - old.filled_size(),
            order_type: old.order_type,
            limit_price,
            time_in_force: old.time_in_force,
            post_only: old.post_only,
            reduce_only: old.reduce_only,
            client_order_id: None,
        };
        let position = self.position_size(user_id, product.id);
        let opposite = self.reachable(&product, old.side, band);
        let matched = match_order(opposite, position, &Incoming::from(&rest))?;
        if let Some(order) = self.order_mut(id) {
            order.reserved_margin = Decimal::ZERO;
        }
        let means = self.check_means(user_id, &product, &rest, &matched, position, old.origin);
        let now = self.now;
        let Some(order) = self.order_mut(id) else { return Err(Refusal::OpenOrderNotFound) };
        match means {
            Ok(reserve) => order.reserved_margin = reserve,
            Err(refusal) => {
                order.reserved_margin = old.reserved_margin;
                return Err(refusal);
            }
        }
        order.size = old.filled_size() + matched.size;
        order.unfilled_size = matched.size;
        order.limit_price = limit_price;
        order.updated_at = now;
        if let Some(resting) = self.resting.get_mut(&product.id) {
            resting.retain(|other| *other != id);
            resting.push(id);
        }
        self.take_from_book(&product, old.side, matched.filled);
        for level in &matched.fills {
            self.fill_order(id, *level, Role::Taker);
        }
        self.report_order(id, false);
        self.report_wallet(user_id);
        self.order_of(id).cloned().ok_or(Refusal::OpenOrderNotFound)
    }

    /// Ends an open order and reports it.
    pub(super) fn end_order(&mut self, id: OrderId, reason: CancelReason) {
        self.mark_cancelled(id, reason);
        self.report_order(id, false);
    }

    fn mark_cancelled(&mut self, id: OrderId, reason: CancelReason) {
        let now = self.now;
        if let Some(order) = self.order_mut(id) {
            order.state = OrderState::Cancelled;
            order.cancellation_reason = Some(reason);
            order.reserved_margin = Decimal::ZERO;
            order.updated_at = now;
        }
    }
}
