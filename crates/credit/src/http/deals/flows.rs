//! Cash flows of a pool by hand.

use chrono::NaiveDate;
use credit_engine::dates::add_months;
use deal_engine::collateral::{Collateral, FlowRow};
use deal_engine::model::{Deal, Frequency};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::asset::Issue;

/// The most rows of a pool by hand.
const MOST_ROWS: usize = 2_000;

/// Cash flows of a pool by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DealFlows)]
pub(crate) struct FlowsBody {
    /// Performing balance before the first row.
    #[schema(example = 1_000.0)]
    pub(crate) balance: f64,
    /// What factors are measured against; `balance` if absent.
    pub(crate) original_balance: Option<f64>,
    /// One entry a collection period.
    pub(crate) rows: Vec<FlowRowBody>,
}

/// One collection period of a pool by hand. What is absent is 0.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = DealFlowRow)]
pub(crate) struct FlowRowBody {
    /// The end of the collection period; that of the payment in the same place if absent.
    pub(crate) date: Option<NaiveDate>,
    /// Performing balance before; the one after the previous row if absent.
    pub(crate) begin_balance: Option<f64>,
    /// Interest that reaches the deal.
    pub(crate) interest: f64,
    /// Scheduled principal.
    pub(crate) principal: f64,
    /// Principal repaid early.
    pub(crate) prepayment: f64,
    /// What liquidation brought.
    pub(crate) recovery: f64,
    /// Owed for repaying early.
    pub(crate) penalty: f64,
    /// New defaults.
    #[serde(rename = "default")]
    pub(crate) defaults: f64,
    /// Principal lost.
    pub(crate) loss: f64,
    /// Performing balance after; what the other columns leave if absent.
    #[serde(alias = "end")]
    pub(crate) balance: Option<f64>,
}

impl FlowsBody {
    /// The pool, every row with its date.
    pub(crate) fn pool(&self, deal: &Deal, field: &str, issues: &mut Vec<Issue>) -> Collateral {
        if self.rows.is_empty() || self.rows.len() > MOST_ROWS {
            let message = format!("must be 1 to {MOST_ROWS} rows, has {}", self.rows.len());
            issues.push(Issue::new(format!("{field}/rows"), "length", message));
            return Collateral::default();
        }
        let mut rows = Vec::with_capacity(self.rows.len());
        for (i, row) in self.rows.iter().enumerate() {
            let Some(date) = row.date.or_else(|| collection_end(deal, i)) else {
                let message = "is missing and does not follow from the payment dates";
                issues.push(Issue::new(format!("{field}/rows/{i}/date"), "missing", message));
                continue;
            };
            rows.push((date, row.row()));
        }
        let mut pool = Collateral::from_rows("", self.balance, &rows);
        if let Some(original) = self.original_balance {
            pool.original_balance = Some(original);
        }
        let amounts = [Some(self.balance), self.original_balance];
        if amounts.into_iter().flatten().any(|amount| !amount.is_finite() || amount < 0.0) {
            let message = "must be a finite amount of 0 or more";
            issues.push(Issue::new(format!("{field}/balance"), "out_of_range", message));
        }
        for fault in pool.faults().into_iter().take(20) {
            let message =
                format!("{fault} must be a finite amount of 0 or more, and dates must rise");
            issues.push(Issue::new(format!("{field}/rows"), "out_of_range", message));
        }
        pool
    }
}

impl FlowRowBody {
    const fn row(&self) -> FlowRow {
        FlowRow {
            begin_balance: self.begin_balance,
            interest: self.interest,
            principal: self.principal,
            prepayment: self.prepayment,
            recovery: self.recovery,
            penalty: self.penalty,
            default: self.defaults,
            loss: self.loss,
            balance: self.balance,
        }
    }
}

/// The last day whose collections belong to the payment in place `position`.
fn collection_end(deal: &Deal, position: usize) -> Option<NaiveDate> {
    let months: i32 = match deal.dates.frequency {
        Frequency::Monthly => 1,
        Frequency::Quarterly => 3,
        Frequency::SemiAnnual => 6,
        Frequency::Annual => 12,
    };
    let payment =
        add_months(deal.dates.first_payment, months.checked_mul(i32::try_from(position).ok()?)?)?;
    payment.checked_sub_days(chrono::Days::new(u64::from(deal.dates.collection_lag_days)))
}
