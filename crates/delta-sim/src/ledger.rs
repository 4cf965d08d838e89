//! Ground truth for an independent checker.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::account::{Fill, FillSource, PositionStep, Transaction, TransactionType};
use crate::order::{Order, OrderId, OrderState, UserId};
use crate::product::ProductId;
use crate::time::Micros;

/// Everything that ever happened on the accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// Virtual time of the report.
    pub at: Micros,
    /// Seed of the run.
    pub seed: u64,
    /// All orders by number.
    pub orders: Vec<Order>,
    /// All fills by number.
    pub fills: Vec<Fill>,
    /// Every change of every position, oldest first.
    pub positions: Vec<PositionStep>,
    /// All wallet changes, oldest first.
    pub transactions: Vec<Transaction>,
    /// Balance of each account.
    pub balances: Vec<(UserId, Decimal)>,
}

/// A rule of the ledger that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// A balance is not the sum of its transactions, or one in between is not.
    #[error("balance of account {0:?} is not the sum of its transactions")]
    Balance(UserId),
    /// The position after a fill is not that of the fills so far, or the path tells otherwise.
    #[error("position after fill {0} is not the sum of the fills")]
    Position(i64),
    /// A fill and its transactions disagree.
    #[error("money of fill {0} is not in the wallet")]
    Money(i64),
    /// What an order says it filled is not what its fills say.
    #[error("order {0:?} and its fills disagree")]
    Order(OrderId),
    /// Fills, transactions or steps are not in order of time.
    #[error("entries are not in order of time")]
    Time,
}

impl Ledger {
    /// Checks that money and contracts are conserved:
    ///
    /// - every balance is the sum of the transactions before it;
    /// - every position is the sum of the fills before it, and the path says the same;
    /// - every commission is in the wallet;
    /// - every order has filled what its fills say, and is closed when that is all of it.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] with the first rule that does not hold.
    pub fn verify(&self) -> Result<(), LedgerError> {
        self.verify_money()?;
        self.verify_positions()?;
        self.verify_orders()?;
        let in_time = self.fills.is_sorted_by_key(|fill| fill.created_at)
            && self.transactions.is_sorted_by_key(|one| one.created_at)
            && self.positions.is_sorted_by_key(|step| step.position.updated_at);
        if in_time { Ok(()) } else { Err(LedgerError::Time) }
    }

    fn verify_money(&self) -> Result<(), LedgerError> {
        let mut balances: BTreeMap<UserId, Decimal> = BTreeMap::new();
        let mut commissions: BTreeMap<i64, Decimal> = BTreeMap::new();
        for one in &self.transactions {
            let balance = balances.entry(one.user_id).or_default();
            *balance += one.amount;
            if *balance != one.balance {
                return Err(LedgerError::Balance(one.user_id));
            }
            if let (TransactionType::Commission, Some(fill)) = (one.transaction_type, one.fill_id) {
                *commissions.entry(fill).or_default() -= one.amount;
            }
        }
        for (user_id, balance) in &self.balances {
            if balances.get(user_id).copied().unwrap_or_default() != *balance {
                return Err(LedgerError::Balance(*user_id));
            }
        }
        for fill in &self.fills {
            if commissions.get(&fill.id).copied().unwrap_or_default() != fill.commission {
                return Err(LedgerError::Money(fill.id));
            }
        }
        Ok(())
    }

    fn verify_positions(&self) -> Result<(), LedgerError> {
        let mut held: BTreeMap<(UserId, ProductId), i64> = BTreeMap::new();
        let mut steps = self.positions.iter();
        for fill in &self.fills {
            let size = held.entry((fill.user_id, fill.product_id)).or_default();
            *size += fill.side.sign() * fill.size;
            let agrees = steps.next().is_some_and(|step| {
                step.user_id == fill.user_id
                    && step.position.product_id == fill.product_id
                    && step.position.size == *size
                    && (*size != 0 || step.position.margin.is_zero())
            });
            if *size != fill.position_after || !agrees {
                return Err(LedgerError::Position(fill.id));
            }
        }
        Ok(())
    }

    fn verify_orders(&self) -> Result<(), LedgerError> {
        let mut filled: BTreeMap<OrderId, (i64, Decimal)> = BTreeMap::new();
        for fill in &self.fills {
            if let FillSource::Order(id) = fill.source {
                let (size, paid) = filled.entry(id).or_default();
                *size += fill.size;
                *paid += fill.commission;
            }
        }
        for order in &self.orders {
            let (size, paid) = filled.get(&order.id).copied().unwrap_or_default();
            let is_full = order.unfilled_size == 0;
            let agrees = order.filled_size() == size
                && order.paid_commission == paid
                && is_full == (order.state == OrderState::Closed)
                && (order.is_open() || order.reserved_margin.is_zero());
            if !agrees {
                return Err(LedgerError::Order(order.id));
            }
        }
        Ok(())
    }

    /// Every change of an account's position in one product, oldest first.
    pub fn path(
        &self,
        user_id: UserId,
        product_id: ProductId,
    ) -> impl Iterator<Item = (Micros, i64)> {
        self.positions
            .iter()
            .filter(move |step| step.user_id == user_id && step.position.product_id == product_id)
            .map(|step| (step.position.updated_at, step.position.size))
    }
}
