//! Cash flows by column, and as rows.

use chrono::NaiveDate;
use credit_engine::projection::Columns;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The columns after `period` and `date`, in the order of exports.
pub const NAMES: [&str; 18] = [
    "beginning_balance",
    "scheduled_principal",
    "scheduled_interest",
    "prepayment",
    "prepayment_penalty",
    "default",
    "recovery",
    "loss",
    "servicing_fee",
    "advances",
    "advances_reimbursed",
    "balance",
    "foreclosure_balance",
    "cumulative_default",
    "cumulative_loss",
    "wac",
    "smm",
    "mdr",
];

/// Cash flows by column, one entry a period.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "the columns of the engine, see its documentation")]
pub struct Cashflows {
    pub period: Vec<u32>,
    pub date: Vec<NaiveDate>,
    pub beginning_balance: Vec<f64>,
    pub scheduled_principal: Vec<f64>,
    pub scheduled_interest: Vec<f64>,
    pub prepayment: Vec<f64>,
    pub prepayment_penalty: Vec<f64>,
    pub default: Vec<f64>,
    pub recovery: Vec<f64>,
    pub loss: Vec<f64>,
    pub servicing_fee: Vec<f64>,
    pub advances: Vec<f64>,
    pub advances_reimbursed: Vec<f64>,
    pub balance: Vec<f64>,
    pub foreclosure_balance: Vec<f64>,
    pub cumulative_default: Vec<f64>,
    pub cumulative_loss: Vec<f64>,
    pub wac: Vec<f64>,
    pub smm: Vec<f64>,
    pub mdr: Vec<f64>,
}

/// The cash flows of one period.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the columns of the engine, see its documentation")]
pub struct Row {
    pub period: u32,
    pub date: NaiveDate,
    pub beginning_balance: f64,
    pub scheduled_principal: f64,
    pub scheduled_interest: f64,
    pub prepayment: f64,
    pub prepayment_penalty: f64,
    pub default: f64,
    pub recovery: f64,
    pub loss: f64,
    pub servicing_fee: f64,
    pub advances: f64,
    pub advances_reimbursed: f64,
    pub balance: f64,
    pub foreclosure_balance: f64,
    pub cumulative_default: f64,
    pub cumulative_loss: f64,
    pub wac: f64,
    pub smm: f64,
    pub mdr: f64,
}

impl Cashflows {
    /// Puts dates to the columns of the engine.
    #[must_use]
    pub fn new(dates: &[NaiveDate], columns: Columns) -> Self {
        let periods = columns.periods();
        Self {
            period: (1..).take(periods).collect(),
            date: dates.iter().copied().take(periods).collect(),
            beginning_balance: columns.beginning_balance,
            scheduled_principal: columns.scheduled_principal,
            scheduled_interest: columns.scheduled_interest,
            prepayment: columns.prepayment,
            prepayment_penalty: columns.prepayment_penalty,
            default: columns.default,
            recovery: columns.recovery,
            loss: columns.loss,
            servicing_fee: columns.servicing_fee,
            advances: columns.advances,
            advances_reimbursed: columns.advances_reimbursed,
            balance: columns.balance,
            foreclosure_balance: columns.foreclosure_balance,
            cumulative_default: columns.cumulative_default,
            cumulative_loss: columns.cumulative_loss,
            wac: columns.wac,
            smm: columns.smm,
            mdr: columns.mdr,
        }
    }

    /// Number of periods.
    #[must_use]
    pub fn periods(&self) -> usize {
        self.period.len()
    }

    /// The columns of [`NAMES`].
    #[must_use]
    pub fn columns(&self) -> [&[f64]; NAMES.len()] {
        [
            &self.beginning_balance,
            &self.scheduled_principal,
            &self.scheduled_interest,
            &self.prepayment,
            &self.prepayment_penalty,
            &self.default,
            &self.recovery,
            &self.loss,
            &self.servicing_fee,
            &self.advances,
            &self.advances_reimbursed,
            &self.balance,
            &self.foreclosure_balance,
            &self.cumulative_default,
            &self.cumulative_loss,
            &self.wac,
            &self.smm,
            &self.mdr,
        ]
    }

    /// The cash to investors in every period.
    #[must_use]
    pub fn cash(&self) -> Vec<f64> {
        let mut cash: Vec<f64> = self.servicing_fee.iter().map(|fee| -fee).collect();
        for column in [
            &self.scheduled_principal,
            &self.scheduled_interest,
            &self.prepayment,
            &self.prepayment_penalty,
            &self.recovery,
            &self.advances,
        ] {
            for (sum, amount) in cash.iter_mut().zip(column) {
                *sum += amount;
            }
        }
        cash
    }

    /// The same as rows.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let at = |column: &[f64], i: usize| column.get(i).copied().unwrap_or(0.0);
        let row = |(i, (period, date)): (usize, (&u32, &NaiveDate))| Row {
            period: *period,
            date: *date,
            beginning_balance: at(&self.beginning_balance, i),
            scheduled_principal: at(&self.scheduled_principal, i),
            scheduled_interest: at(&self.scheduled_interest, i),
            prepayment: at(&self.prepayment, i),
            prepayment_penalty: at(&self.prepayment_penalty, i),
            default: at(&self.default, i),
            recovery: at(&self.recovery, i),
            loss: at(&self.loss, i),
            servicing_fee: at(&self.servicing_fee, i),
            advances: at(&self.advances, i),
            advances_reimbursed: at(&self.advances_reimbursed, i),
            balance: at(&self.balance, i),
            foreclosure_balance: at(&self.foreclosure_balance, i),
            cumulative_default: at(&self.cumulative_default, i),
            cumulative_loss: at(&self.cumulative_loss, i),
            wac: at(&self.wac, i),
            smm: at(&self.smm, i),
            mdr: at(&self.mdr, i),
        };
        self.period.iter().zip(&self.date).enumerate().map(row).collect()
    }
}
