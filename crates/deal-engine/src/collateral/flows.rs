//! Rows of a pool, by hand or from a projection.

use chrono::NaiveDate;
use credit_engine::projection::Columns;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A pool and what it pays.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Collateral {
    /// The name of the pool in the deal.
    pub name: String,
    /// What `pool.factor` is measured against; the balance before the first row of the deal if
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_balance: Option<f64>,
    /// The ends of the collection months, in order.
    pub dates: Vec<NaiveDate>,
    /// What was collected in them.
    pub flows: PoolFlows,
}

/// Amounts of a pool, one vector per column, one entry per date. A missing entry is 0; a missing
/// balance follows from the principal, the prepayments and the defaults.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PoolFlows {
    /// Performing balance before.
    pub begin_balance: Vec<f64>,
    /// Interest that reaches the deal: gross, less what the servicer keeps, plus advances.
    pub interest: Vec<f64>,
    /// Scheduled principal, and principal that is advanced.
    pub principal: Vec<f64>,
    /// Principal repaid early.
    pub prepayment: Vec<f64>,
    /// What liquidation brought.
    pub recovery: Vec<f64>,
    /// Owed for repaying early.
    pub penalty: Vec<f64>,
    /// New defaults.
    pub default: Vec<f64>,
    /// Principal lost.
    pub loss: Vec<f64>,
    /// Performing balance after.
    pub balance: Vec<f64>,
    /// Annual gross rate on the balance before; what the interest says if empty.
    pub wac: Vec<f64>,
}

/// One row of a pool given by hand.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FlowRow {
    /// Performing balance before; the one after the previous row if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begin_balance: Option<f64>,
    /// Interest that reaches the deal.
    pub interest: f64,
    /// Scheduled principal.
    pub principal: f64,
    /// Principal repaid early.
    pub prepayment: f64,
    /// What liquidation brought.
    pub recovery: f64,
    /// Owed for repaying early.
    pub penalty: f64,
    /// New defaults.
    pub default: f64,
    /// Principal lost.
    pub loss: f64,
    /// Performing balance after; what the other columns leave if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<f64>,
}

impl Collateral {
    /// Takes over a projection. Advanced principal counts as principal; interest that was
    /// capitalised lowers the interest instead of the principal; amounts below 0 become 0.
    #[must_use]
    pub fn from_columns(name: &str, dates: &[NaiveDate], columns: &Columns) -> Self {
        let mut flows = PoolFlows::default();
        let count = columns.periods().min(dates.len());
        for period in 0..count {
            let at = |column: &[f64]| column.get(period).copied().unwrap_or(0.0);
            let advanced = at(&columns.amortization_from_defaults);
            let principal = at(&columns.scheduled_principal) + advanced;
            let interest = at(&columns.scheduled_interest) - at(&columns.servicing_fee)
                + at(&columns.advances)
                - advanced;
            flows.begin_balance.push(at(&columns.beginning_balance));
            flows.interest.push((interest + principal.min(0.0)).max(0.0));
            flows.principal.push(principal.max(0.0));
            flows.prepayment.push(at(&columns.prepayment));
            flows.recovery.push(at(&columns.recovery));
            flows.penalty.push(at(&columns.prepayment_penalty));
            flows.default.push(at(&columns.default));
            flows.loss.push(at(&columns.loss));
            flows.balance.push(at(&columns.balance));
            flows.wac.push(at(&columns.wac));
        }
        let dates = dates.iter().take(count).copied().collect();
        Self { name: name.to_owned(), original_balance: None, dates, flows }
    }

    /// Takes over rows given by hand; `balance` is the performing balance before the first one.
    #[must_use]
    pub fn from_rows(name: &str, balance: f64, rows: &[(NaiveDate, FlowRow)]) -> Self {
        let mut flows = PoolFlows::default();
        let mut performing = balance;
        for (_, row) in rows {
            let begin = row.begin_balance.unwrap_or(performing);
            let left = begin - row.principal - row.prepayment - row.default;
            performing = row.balance.unwrap_or_else(|| left.max(0.0));
            flows.begin_balance.push(begin);
            flows.interest.push(row.interest);
            flows.principal.push(row.principal);
            flows.prepayment.push(row.prepayment);
            flows.recovery.push(row.recovery);
            flows.penalty.push(row.penalty);
            flows.default.push(row.default);
            flows.loss.push(row.loss);
            flows.balance.push(performing);
        }
        let dates = rows.iter().map(|(date, _)| *date).collect();
        Self { name: name.to_owned(), original_balance: Some(balance), dates, flows }
    }

    /// Returns the numbers of a row that are missing, not finite or below 0, as `column[row]`.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, column) in self.flows.columns() {
            for (row, value) in column.iter().enumerate() {
                if !value.is_finite() || *value < 0.0 {
                    faults.push(format!("{name}[{row}]"));
                }
            }
        }
        let pairs = self.dates.iter().zip(self.dates.iter().skip(1));
        faults.extend(
            pairs
                .enumerate()
                .filter(|(_, (date, next))| date >= next)
                .map(|(row, _)| format!("dates[{}]", row + 1)),
        );
        faults
    }
}

impl PoolFlows {
    fn columns(&self) -> [(&'static str, &Vec<f64>); 10] {
        [
            ("begin_balance", &self.begin_balance),
            ("interest", &self.interest),
            ("principal", &self.principal),
            ("prepayment", &self.prepayment),
            ("recovery", &self.recovery),
            ("penalty", &self.penalty),
            ("default", &self.default),
            ("loss", &self.loss),
            ("balance", &self.balance),
            ("wac", &self.wac),
        ]
    }
}
