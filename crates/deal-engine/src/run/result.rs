//! What a run says.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::log::Log;
use crate::model::Status;

/// A run of a deal: one vector per column, one entry per payment date.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct DealRun {
    /// Payment dates.
    pub dates: Vec<NaiveDate>,
    /// The status whose waterfall ran.
    pub status: Vec<Status>,
    /// In the order of the deal.
    pub bonds: Vec<BondColumns>,
    /// In the order of the deal.
    pub fees: Vec<FeeColumns>,
    /// In the order of the deal.
    pub accounts: Vec<AccountColumns>,
    /// In the order of the deal.
    pub ledgers: Vec<LedgerColumns>,
    /// In the order of the deal.
    pub triggers: Vec<TriggerColumns>,
    /// In the order of the deal.
    pub tests: Vec<TestColumns>,
    /// In the order of the deal.
    pub pools: Vec<PoolColumns>,
    /// What `inspect` steps wrote down, in the order of first use.
    pub inspections: Vec<InspectionColumns>,
    /// Cash in and out of the deal.
    pub cash: CashColumns,
    /// Calls that were exercised.
    pub calls: Vec<CallExercised>,
    /// The whole run in a few numbers.
    pub summary: Summary,
    /// Every step, if it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<Log>,
    /// What the reader should know.
    pub warnings: Vec<RunWarning>,
}

/// What a bond was owed and paid.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct BondColumns {
    /// Its name.
    pub name: String,
    /// Its kind, such as `ordinary` or `z_accrual`.
    pub kind: String,
    /// Principal at closing; of an interest-only bond the first notional amount.
    pub original_balance: f64,
    /// Days of accrual as its day count counts them.
    pub accrual_days: Vec<i32>,
    /// Before the payment; of an interest-only bond the notional amount.
    pub begin: Vec<f64>,
    /// The annual rate.
    pub rate: Vec<f64>,
    /// Interest that fell due for the period.
    pub interest_due: Vec<f64>,
    /// Interest paid: current, overdue, on interest and carried over.
    pub interest_paid: Vec<f64>,
    /// Interest owed after the payment.
    pub interest_overdue: Vec<f64>,
    /// Principal paid.
    pub principal: Vec<f64>,
    /// Principal drawn.
    pub drawn: Vec<f64>,
    /// Written down; negative if written up.
    pub write_down: Vec<f64>,
    /// Interest added to the balance.
    pub accreted: Vec<f64>,
    /// Interest above the rate cap that is owed after the payment.
    pub carryover: Vec<f64>,
    /// Paid beyond interest and principal.
    pub residual: Vec<f64>,
    /// The planned balance of scheduled bonds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<f64>,
    /// After the payment; 0 for interest-only bonds.
    pub balance: Vec<f64>,
    /// Balance over original balance; 0 without an original balance.
    pub factor: Vec<f64>,
}

/// What a fee cost.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct FeeColumns {
    /// Its name.
    pub name: String,
    /// Fell due for the period.
    pub due: Vec<f64>,
    /// Paid.
    pub paid: Vec<f64>,
    /// Owed after the payment.
    pub overdue: Vec<f64>,
}

/// What happened in an account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct AccountColumns {
    /// Its name.
    pub name: String,
    /// Before the collections.
    pub begin: Vec<f64>,
    /// Came in, without what it earned.
    #[serde(rename = "in")]
    pub into: Vec<f64>,
    /// Went out.
    pub out: Vec<f64>,
    /// Earned since the payment before.
    pub earned: Vec<f64>,
    /// After the payment.
    pub balance: Vec<f64>,
    /// What it should hold; null without a target.
    pub target: Vec<Option<f64>>,
}

/// What a ledger held.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct LedgerColumns {
    /// Its name.
    pub name: String,
    /// Added.
    pub debit: Vec<f64>,
    /// Taken away.
    pub credit: Vec<f64>,
    /// After the payment.
    pub balance: Vec<f64>,
}

/// What a trigger measured.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct TriggerColumns {
    /// Its name.
    pub name: String,
    /// The measure; null where it was not tested.
    pub value: Vec<Option<f64>>,
    /// The threshold; null where it was not tested.
    pub threshold: Vec<Option<f64>>,
    /// How far the measure is from the threshold on the safe side; negative beyond it.
    pub headroom: Vec<Option<f64>>,
    /// Whether the measure crossed the threshold on this date.
    pub breached: Vec<bool>,
    /// Whether its effects hold.
    pub active: Vec<bool>,
}

/// What a coverage test measured after all cash was collected and before any was paid.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct TestColumns {
    /// Its name.
    pub name: String,
    /// The ratio; null if nothing has to be covered.
    pub value: Vec<Option<f64>>,
    /// Passed at or above this.
    pub threshold: Vec<f64>,
    /// Whether it was passed.
    pub passed: Vec<bool>,
    /// The principal that would cure it.
    pub cure: Vec<f64>,
}

/// What a pool paid and what became of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct PoolColumns {
    /// Its name.
    pub name: String,
    /// What its factor is measured against.
    pub original_balance: f64,
    /// Performing balance before the collection period.
    pub begin: Vec<f64>,
    /// Performing balance after it and after purchases and sales.
    pub balance: Vec<f64>,
    /// Interest collected.
    pub interest: Vec<f64>,
    /// Scheduled principal collected.
    pub principal: Vec<f64>,
    /// Prepayments collected.
    pub prepayment: Vec<f64>,
    /// Recoveries collected.
    pub recovery: Vec<f64>,
    /// Penalties collected.
    pub penalty: Vec<f64>,
    /// New defaults.
    pub default: Vec<f64>,
    /// Losses.
    pub loss: Vec<f64>,
    /// Balance bought.
    pub bought: Vec<f64>,
    /// What its sale brought.
    pub sold: Vec<f64>,
}

/// A number written down by `inspect` steps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct InspectionColumns {
    /// Its name.
    pub name: String,
    /// Null where no step wrote it down.
    pub value: Vec<Option<f64>>,
}

/// Cash in and out of the deal. On every date `collected + earned + sold + drawn` equals
/// `fees + interest + principal + residual + bought` plus the change of all accounts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct CashColumns {
    /// From the pools.
    pub collected: Vec<f64>,
    /// Earned by accounts.
    pub earned: Vec<f64>,
    /// For pools that were sold.
    pub sold: Vec<f64>,
    /// From bonds that were drawn.
    pub drawn: Vec<f64>,
    /// Fees paid.
    pub fees: Vec<f64>,
    /// Interest paid.
    pub interest: Vec<f64>,
    /// Principal paid.
    pub principal: Vec<f64>,
    /// Paid beyond interest and principal.
    pub residual: Vec<f64>,
    /// Spent on new assets.
    pub bought: Vec<f64>,
}

/// A call that was exercised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallExercised {
    /// Its name.
    pub name: String,
    /// When.
    pub date: NaiveDate,
    /// What the pool was sold for.
    pub price: f64,
}

/// A run in a few numbers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = DealRunTotals)]
pub struct Summary {
    /// In the order of the deal.
    pub bonds: Vec<BondSummary>,
    /// The first interest that was not paid in full on the day it was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_unpaid: Option<FirstUnpaid>,
    /// Fees paid.
    pub total_fees: f64,
    /// Cash that stayed in the accounts.
    pub cash_left: f64,
}

/// A bond in a few numbers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct BondSummary {
    /// Its name.
    pub name: String,
    /// Average life in years from closing, months of 30 days: principal less what was added to the
    /// balance on the same date, where it is positive. Null if no principal is paid.
    pub wal: Option<f64>,
    /// The first and the last payment date with principal, counted from 1.
    #[schema(value_type = Option<Vec<u32>>)]
    pub window: Option<(u32, u32)>,
    /// The same as dates.
    #[schema(value_type = Option<Vec<NaiveDate>>)]
    pub window_dates: Option<(NaiveDate, NaiveDate)>,
    /// Interest paid.
    pub total_interest: f64,
    /// Principal paid.
    pub total_principal: f64,
    /// Paid beyond interest and principal.
    pub residual: f64,
    /// Written down at the end.
    pub written_down: f64,
    /// Interest owed at the end.
    pub shortfall: f64,
    /// Balance at the end.
    pub balance: f64,
    /// Whether a balance was left at its maturity, or at the end of the run.
    pub maturity_hit: bool,
}

/// The first interest that was not paid in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FirstUnpaid {
    /// The bond.
    pub bond: String,
    /// The payment date.
    pub date: NaiveDate,
    /// What was missing.
    pub amount: f64,
}

/// Something the reader should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunWarning {
    /// A stable name.
    pub code: String,
    /// What happened.
    pub message: String,
}
