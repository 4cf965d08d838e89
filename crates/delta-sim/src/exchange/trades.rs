//! What a fill does to position and money.

use rust_decimal::Decimal;

use super::Exchange;
use crate::account::{
    Fill, FillSource, FillType, Position, PositionStep, Role, Transaction, TransactionType,
};
use crate::event::{EventKind, OrderAction};
use crate::fees::{commission, initial_margin, money};
use crate::order::{Order, OrderId, OrderState, Side, UserId};
use crate::product::ProductId;
use crate::quote::Level;

/// First order number.
const FIRST_ORDER: i64 = 1_000_001;
/// First fill number.
const FIRST_FILL: i64 = 5_000_001;
/// First transaction number.
const FIRST_TRANSACTION: i64 = 7_000_001;

/// The number that comes after `count` earlier ones.
fn number_after(first: i64, count: usize) -> i64 {
    first + i64::try_from(count).unwrap_or(0)
}

/// An execution before it is booked.
pub(super) struct Execution {
    pub(super) user_id: UserId,
    pub(super) product_id: ProductId,
    pub(super) side: Side,
    pub(super) level: Level,
    pub(super) role: Role,
    pub(super) fill_type: FillType,
    pub(super) source: FillSource,
    pub(super) client_order_id: Option<String>,
}

impl Exchange {
    pub(super) fn next_order_id(&self) -> OrderId {
        OrderId(number_after(FIRST_ORDER, self.orders.len()))
    }

    pub(super) fn order_of(&self, id: OrderId) -> Option<&Order> {
        self.orders.get(usize::try_from(id.0 - FIRST_ORDER).ok()?)
    }

    pub(super) fn order_mut(&mut self, id: OrderId) -> Option<&mut Order> {
        self.orders.get_mut(usize::try_from(id.0 - FIRST_ORDER).ok()?)
    }

    /// Fills a part of an order at a level: order, position, money, events.
    pub(super) fn fill_order(&mut self, id: OrderId, level: Level, role: Role) {
        let now = self.now;
        let Some(order) = self.order_mut(id) else { return };
        let execution = Execution {
            user_id: order.user_id,
            product_id: order.product_id,
            side: order.side,
            level,
            role,
            fill_type: FillType::Normal,
            source: FillSource::Order(id),
            client_order_id: order.client_order_id.clone(),
        };
        let paid = self.execute(execution);

        let Some(order) = self.order_mut(id) else { return };
        let (filled, unfilled) = (Decimal::from(order.filled_size()), order.unfilled_size);
        let size = Decimal::from(level.size);
        let value = order.average_fill_price.unwrap_or_default() * filled + level.price * size;
        order.average_fill_price = Some((value / (filled + size)).normalize());
        order.unfilled_size -= level.size;
        order.paid_commission += paid;
        order.reserved_margin = if order.unfilled_size == 0 {
            Decimal::ZERO
        } else {
            let left = Decimal::from(order.unfilled_size) / Decimal::from(unfilled);
            money(order.reserved_margin * left)
        };
        if order.unfilled_size == 0 {
            order.state = OrderState::Closed;
        }
        order.updated_at = now;
    }

    /// Books an execution and returns the commission.
    pub(super) fn execute(&mut self, execution: Execution) -> Decimal {
        let Execution { user_id, product_id, side, level, role, fill_type, .. } = execution;
        let Some(product) = self.listing.get(product_id).cloned() else { return Decimal::ZERO };
        let index = self.spot(product.underlying);
        let terms = self.terms(product.underlying).clone();
        let settles = fill_type == FillType::Settlement;
        let paid = if settles {
            Decimal::ZERO
        } else {
            commission(&terms, role, index, level.price, level.size)
        };
        let units = terms.contract_value;
        let change = side.sign() * level.size;
        let cash = money(-units * level.price * Decimal::from(change));

        let Some(account) = self.accounts.get_mut(&user_id) else { return Decimal::ZERO };
        let position = account
            .positions
            .entry(product_id)
            .or_insert_with(|| Position::none(product_id, product.symbol));
        let opened = position.trade(change, level.price, units);
        if opened < 0 && !settles {
            position.margin += initial_margin(&terms, Side::Sell, index, level.price, -opened);
        }
        position.realized_cashflow += cash;
        position.commission += paid;
        position.updated_at = self.now;
        let position = position.clone();

        let fill = Fill {
            id: number_after(FIRST_FILL, self.fills.len()),
            user_id,
            source: execution.source,
            client_order_id: execution.client_order_id,
            product_id,
            product_symbol: product.symbol,
            side,
            size: level.size,
            price: level.price,
            role,
            commission: paid,
            index_price: index,
            fill_type,
            position_after: position.size,
            created_at: self.now,
        };
        let kind = if settles { TransactionType::Settlement } else { TransactionType::Cashflow };
        self.post(user_id, kind, cash, Some(&fill));
        self.post(user_id, TransactionType::Commission, -paid, Some(&fill));
        self.path.push(PositionStep { user_id, position: position.clone() });
        if self.watches.has(product_id) && !settles {
            let (price, size) = (level.price, level.size);
            let taker = if role == Role::Taker { side } else { side.opposite() };
            self.emit(EventKind::Trade { product_id, price, size, taker });
        }
        self.emit(EventKind::Fill(Box::new(fill.clone())));
        self.fills.push(fill);
        self.traded.insert(product_id);
        self.emit(EventKind::Position { user_id, position: Box::new(position) });
        paid
    }

    /// Posts an amount to the wallet; nothing is posted for zero.
    pub(super) fn post(
        &mut self,
        user_id: UserId,
        transaction_type: TransactionType,
        amount: Decimal,
        fill: Option<&Fill>,
    ) {
        let Some(account) = self.accounts.get_mut(&user_id) else { return };
        if amount.is_zero() {
            return;
        }
        account.balance += amount;
        self.transactions.push(Transaction {
            id: number_after(FIRST_TRANSACTION, self.transactions.len()),
            user_id,
            transaction_type,
            amount,
            balance: account.balance,
            product_id: fill.map(|fill| fill.product_id),
            fill_id: fill.map(|fill| fill.id),
            created_at: self.now,
        });
    }

    /// Reports an order, and takes it off the lists of open orders once it has ended.
    pub(super) fn report_order(&mut self, id: OrderId, created: bool) {
        let Some(order) = self.order_of(id).cloned() else { return };
        let action = match (order.is_open(), created) {
            (true, true) => OrderAction::Create,
            (true, false) => OrderAction::Update,
            (false, _) => OrderAction::Delete,
        };
        if !order.is_open() {
            if let Some(resting) = self.resting.get_mut(&order.product_id) {
                resting.retain(|other| *other != id);
                if resting.is_empty() {
                    self.resting.remove(&order.product_id);
                }
            }
            if let Some(account) = self.accounts.get_mut(&order.user_id) {
                account.open.retain(|other| *other != id);
            }
        }
        self.emit(EventKind::Order { action, order: Box::new(order) });
    }

    pub(super) fn report_wallet(&mut self, user_id: UserId) {
        if let Some(wallet) = self.wallet(user_id) {
            self.emit(EventKind::Wallet { user_id, wallet });
        }
    }
}
