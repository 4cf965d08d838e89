//! What an account owns: fills, positions, money.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::fees::money;
use crate::order::{OrderId, Side, UserId};
use crate::product::{ProductId, Symbol};
use crate::time::Micros;

/// Whether a fill took liquidity or gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Rested in the book.
    Maker,
    /// Came to the book.
    Taker,
}

/// What brought a fill about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillType {
    /// A trade.
    Normal,
    /// Auto-deleveraging.
    Adl,
    /// Liquidation.
    Liquidation,
    /// Expiry.
    Settlement,
    /// Off the book.
    Otc,
}

/// What a fill belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillSource {
    /// An order.
    Order(OrderId),
    /// The settlement of a product; a UUID.
    Settlement(String),
}

/// One execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fill {
    /// Rising with time, unique on the exchange.
    pub id: i64,
    /// Owner.
    pub user_id: UserId,
    /// Order or settlement.
    pub source: FillSource,
    /// The client's name of the order.
    pub client_order_id: Option<String>,
    /// What was traded.
    pub product_id: ProductId,
    /// Its symbol.
    pub product_symbol: Symbol,
    /// Buy or sell.
    pub side: Side,
    /// Contracts.
    pub size: i64,
    /// USD per unit of underlying.
    pub price: Decimal,
    /// Maker or taker.
    pub role: Role,
    /// Fee paid, tax included.
    pub commission: Decimal,
    /// The index at the moment of the fill, which the fee is computed from.
    pub index_price: Decimal,
    /// What brought it about.
    pub fill_type: FillType,
    /// Position after this fill.
    pub position_after: i64,
    /// When.
    pub created_at: Micros,
}

/// An open or closed position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// What is held.
    pub product_id: ProductId,
    /// Its symbol.
    pub product_symbol: Symbol,
    /// Contracts, negative when short.
    pub size: i64,
    /// Average price of the open part.
    pub entry_price: Decimal,
    /// Margin blocked for it.
    pub margin: Decimal,
    /// Profit of the closed part, before fees.
    pub realized_pnl: Decimal,
    /// Premium received less premium paid.
    pub realized_cashflow: Decimal,
    /// Fees paid on it.
    pub commission: Decimal,
    /// When it last changed.
    pub updated_at: Micros,
}

impl Position {
    /// Nothing held.
    pub(crate) fn none(product_id: ProductId, product_symbol: Symbol) -> Self {
        Self {
            product_id,
            product_symbol,
            size: 0,
            entry_price: Decimal::ZERO,
            margin: Decimal::ZERO,
            realized_pnl: Decimal::ZERO,
            realized_cashflow: Decimal::ZERO,
            commission: Decimal::ZERO,
            updated_at: Micros::ZERO,
        }
    }

    /// Books a trade of `change` contracts: first it closes what is open on the other side, at
    /// the average entry price, then it opens. Returns the contracts opened, signed.
    pub(crate) fn trade(&mut self, change: i64, price: Decimal, units: Decimal) -> i64 {
        let against = self.size.signum() * change.signum() < 0;
        let closed = if against { self.size.abs().min(change.abs()) } else { 0 };
        if closed > 0 {
            let held = Decimal::from(self.size.abs());
            let part = Decimal::from(closed);
            let gain = (price - self.entry_price) * Decimal::from(self.size.signum());
            self.realized_pnl = money(self.realized_pnl + gain * units * part);
            self.margin = money(self.margin - self.margin * part / held);
        }

        let opened = change - change.signum() * closed;
        self.size += change;
        if opened != 0 {
            let kept = Decimal::from((self.size - opened).abs());
            let added = Decimal::from(opened.abs());
            let value = self.entry_price * kept + price * added;
            self.entry_price = (value / (kept + added)).normalize();
        } else if self.size == 0 {
            self.entry_price = Decimal::ZERO;
        }
        opened
    }
}

/// Why the wallet changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionType {
    /// Money paid in at the start or by control.
    Deposit,
    /// Premium of a trade.
    Cashflow,
    /// Fee of a trade, tax included.
    Commission,
    /// Payoff at expiry.
    Settlement,
}

/// One change of the wallet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// Rising with time, unique on the exchange.
    pub id: i64,
    /// Owner.
    pub user_id: UserId,
    /// Why.
    pub transaction_type: TransactionType,
    /// Signed amount in USD.
    pub amount: Decimal,
    /// Balance after it.
    pub balance: Decimal,
    /// The product concerned.
    pub product_id: Option<ProductId>,
    /// The fill concerned.
    pub fill_id: Option<i64>,
    /// When.
    pub created_at: Micros,
}

/// Money of an account at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WalletView {
    /// Cash.
    pub balance: Decimal,
    /// Cash not blocked.
    pub available_balance: Decimal,
    /// Margin of positions.
    pub position_margin: Decimal,
    /// Margin of open orders.
    pub order_margin: Decimal,
}

/// One step of the position path, for the independent checker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PositionStep {
    /// Owner.
    pub user_id: UserId,
    /// The position from its `updated_at` on.
    #[serde(flatten)]
    pub position: Position,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn realized_profit_is_the_cash_once_everything_is_closed(
            trades in prop::collection::vec((-50_i64..50, 1_i64..90_000), 1..20),
        ) {
            let units = Decimal::new(1, 3);
            let symbol = Symbol::new("C-BTC-100000-160126").unwrap();
            let mut position = Position::none(ProductId(1), symbol);
            let mut cash = Decimal::ZERO;
            let last = (-trades.iter().map(|(size, _)| size).sum::<i64>(), 777);
            for (size, ticks) in trades.into_iter().chain([last]) {
                let price = Decimal::new(ticks, 1);
                let before = position.size;
                let opened = position.trade(size, price, units);
                cash -= price * units * Decimal::from(size);
                prop_assert_eq!(position.size, before + size);
                prop_assert!(opened.abs() <= size.abs());
            }
            prop_assert_eq!(position.size, 0);
            prop_assert!((position.realized_pnl - cash).abs() < Decimal::new(1, 8));
            prop_assert_eq!(position.margin, Decimal::ZERO);
        }
    }
}
