//! Questions about an account. They never change anything.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Exchange;
use crate::account::{Fill, Position, Transaction, WalletView};
use crate::fees;
use crate::order::{Order, OrderId, UserId};
use crate::product::ProductId;

impl Exchange {
    /// An order of an account.
    #[must_use]
    pub fn order(&self, user_id: UserId, id: OrderId) -> Option<&Order> {
        self.order_of(id).filter(|order| order.user_id == user_id)
    }

    /// The newest order of this name.
    #[must_use]
    pub fn order_by_client_id(&self, user_id: UserId, client_order_id: &str) -> Option<&Order> {
        let id = self.accounts.get(&user_id)?.by_client_id.get(client_order_id)?;
        self.order_of(*id)
    }

    /// All orders of an account, oldest first.
    #[must_use]
    pub fn orders(&self, user_id: UserId) -> impl DoubleEndedIterator<Item = &Order> {
        self.orders.iter().filter(move |order| order.user_id == user_id)
    }

    /// Open orders of an account, oldest first.
    #[must_use]
    pub fn open_orders(&self, user_id: UserId) -> impl DoubleEndedIterator<Item = &Order> {
        let open = self.accounts.get(&user_id).map(|account| account.open.as_slice());
        open.unwrap_or_default().iter().filter_map(|id| self.order_of(*id))
    }

    /// All fills of an account, oldest first.
    #[must_use]
    pub fn fills(&self, user_id: UserId) -> impl DoubleEndedIterator<Item = &Fill> {
        self.fills.iter().filter(move |fill| fill.user_id == user_id)
    }

    /// Open positions at this moment.
    #[must_use]
    pub fn positions(&self, user_id: UserId) -> Vec<Position> {
        let Some(account) = self.accounts.get(&user_id) else { return Vec::new() };
        account.positions.values().filter(|one| one.size != 0).cloned().collect()
    }

    /// The position in one product at this moment, size 0 when it was closed.
    #[must_use]
    pub fn position(&self, user_id: UserId, id: ProductId) -> Option<Position> {
        self.accounts.get(&user_id)?.positions.get(&id).cloned()
    }

    /// Open positions as they were `positions_delay` ago.
    #[must_use]
    pub fn margined_positions(&self, user_id: UserId) -> Vec<Position> {
        let seen = self.now - self.config.positions_delay;
        let steps = self.path.iter().filter(|step| step.user_id == user_id);
        let known: BTreeMap<ProductId, &Position> = steps
            .map(|step| &step.position)
            .take_while(|position| position.updated_at <= seen)
            .map(|position| (position.product_id, position))
            .collect();
        known.into_values().filter(|one| one.size != 0).cloned().collect()
    }

    /// Mark at which a short position is liquidated; none for a long one.
    #[must_use]
    pub fn liquidation_price(&self, position: &Position) -> Option<Decimal> {
        let product = self.listing.get(position.product_id)?;
        let index = self.spot(product.underlying);
        fees::liquidation_price(self.terms(product.underlying), position, index)
    }

    /// Money of an account.
    #[must_use]
    pub fn wallet(&self, user_id: UserId) -> Option<WalletView> {
        let account = self.accounts.get(&user_id)?;
        let position_margin: Decimal = account.positions.values().map(|one| one.margin).sum();
        let order_margin: Decimal =
            self.open_orders(user_id).map(|order| order.reserved_margin).sum();
        Some(WalletView {
            balance: account.balance,
            available_balance: account.balance - position_margin - order_margin,
            position_margin,
            order_margin,
        })
    }

    /// All wallet changes of an account, oldest first.
    #[must_use]
    pub fn transactions(&self, user_id: UserId) -> impl DoubleEndedIterator<Item = &Transaction> {
        self.transactions.iter().filter(move |one| one.user_id == user_id)
    }

    pub(super) fn position_size(&self, user_id: UserId, id: ProductId) -> i64 {
        let account = self.accounts.get(&user_id);
        account.and_then(|account| account.positions.get(&id)).map_or(0, |one| one.size)
    }
}
