//! Several loans: each on its own, and all together.

use chrono::NaiveDate;
use credit_engine::valuation::irr::xirr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calculate::{Calculation, LoanSummary, calculate};
use super::data::{LoanData, Valuing};
use crate::domain::analysis::{Bend, Cashflows};
use crate::domain::asset::Issue;

/// What came of several loans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LoanBatch)]
pub struct Batch {
    /// The loans that obey the rules, in the order sent.
    pub results: Vec<BatchResult>,
    /// The others.
    pub errors: Vec<BatchError>,
    /// All good loans together.
    pub portfolio_metrics: Option<Portfolio>,
    /// How many were calculated.
    pub loans_processed: usize,
    /// How many break rules.
    pub loans_failed: usize,
}

/// What came of one loan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LoanBatchResult)]
pub struct BatchResult {
    /// Its position in the request.
    pub index: usize,
    /// What the caller calls it.
    pub loan_id: String,
    /// Its measures, if asked for.
    pub summary_metrics: Option<LoanSummary>,
    /// Its cash flows, if asked for.
    pub projections: Option<Cashflows>,
}

/// Why a loan was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LoanBatchError)]
pub struct BatchError {
    /// Its position in the request.
    pub index: usize,
    /// JSON pointer to the field.
    pub pointer: String,
    /// A stable name of the rule.
    pub code: String,
    /// What is wrong and how to correct it.
    pub message: String,
}

/// Several loans as one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LoanPortfolio)]
pub struct Portfolio {
    /// Outstanding.
    pub total_principal: f64,
    /// Present value of all cash.
    pub npv: f64,
    /// All cash to investors.
    pub total_cashflow: f64,
    /// Gross interest collected.
    pub total_interest: f64,
    /// Lost.
    pub total_loss: f64,
    /// Return per year of the summed cash flows, bought at par; `null` if there is none.
    pub irr: Option<f64>,
    /// Rate, weighted by balance.
    pub weighted_average_rate: f64,
    /// Average life, weighted by balance, years.
    pub weighted_average_life: Option<f64>,
    /// Macaulay duration, weighted by value, years.
    pub duration: Option<f64>,
}

/// What is wanted of a batch.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    projections: bool,
    summaries: bool,
}

/// Calculates loans one after the other; `stop` is asked before each, with how many are done.
/// Returns `None` if it said so.
pub fn batch(
    loans: &[LoanData],
    valuing: Valuing,
    today: NaiveDate,
    (projections, summaries): (bool, bool),
    mut stop: impl FnMut(usize) -> bool,
) -> Option<Batch> {
    let wanted = Wanted { projections, summaries };
    let mut total = Total::default();
    let mut batch = Batch {
        results: Vec::with_capacity(loans.len()),
        errors: Vec::new(),
        portfolio_metrics: None,
        loans_processed: 0,
        loans_failed: 0,
    };
    for (index, data) in loans.iter().enumerate() {
        if stop(index) {
            return None;
        }
        match one(data, index, valuing, today) {
            Ok((found, rate)) => {
                total.add(&found, rate);
                batch.results.push(result(index, found, wanted));
            }
            Err(issues) => {
                batch.loans_failed += 1;
                let error = |issue: Issue| BatchError {
                    index,
                    pointer: issue.pointer,
                    code: issue.code.into_owned(),
                    message: issue.message,
                };
                batch.errors.extend(issues.into_iter().map(error));
            }
        }
    }
    batch.loans_processed = batch.results.len();
    batch.portfolio_metrics = total.portfolio();
    Some(batch)
}

fn one(
    data: &LoanData,
    index: usize,
    valuing: Valuing,
    today: NaiveDate,
) -> Result<(Calculation, f64), Vec<Issue>> {
    let at = format!("/loans/{index}");
    let case = data.case(&at, valuing, today)?;
    let too_large = |_| {
        let message = "is more than can be computed with";
        vec![Issue::new(format!("{at}/principal"), "out_of_range", message)]
    };
    let found = calculate(&case, &[Bend::default()]).map_err(too_large)?;
    let found = found.into_iter().next().ok_or_else(Vec::new)?;
    Ok((found, case.loan.rate()))
}

fn result(index: usize, found: Calculation, wanted: Wanted) -> BatchResult {
    BatchResult {
        index,
        loan_id: found.loan_id,
        summary_metrics: wanted.summaries.then_some(found.summary),
        projections: wanted.projections.then_some(found.outcome.cashflows),
    }
}

/// The loans so far.
#[derive(Debug, Default)]
struct Total {
    principal: f64,
    npv: f64,
    cashflow: f64,
    interest: f64,
    loss: f64,
    rate: f64,
    life: f64,
    duration: f64,
    flows: std::collections::BTreeMap<NaiveDate, f64>,
}

impl Total {
    fn add(&mut self, found: &Calculation, rate: f64) {
        let (metrics, outcome) = (&found.summary.metrics, &found.outcome);
        let npv = metrics.npv.unwrap_or(0.0);
        self.principal += outcome.balance;
        self.npv += npv;
        self.cashflow += metrics.total_cashflow;
        self.interest += metrics.total_interest;
        self.loss += metrics.total_loss;
        self.rate += rate * outcome.balance;
        self.life += metrics.weighted_average_life.unwrap_or(0.0) * outcome.balance;
        self.duration += metrics.duration.unwrap_or(0.0) * npv;
        let flows = &outcome.cashflows;
        if let Some(first) = flows.date.first() {
            let bought = credit_engine::dates::add_months(*first, -1).unwrap_or(*first);
            *self.flows.entry(bought).or_default() -= outcome.balance;
        }
        for (date, cash) in flows.date.iter().zip(flows.cash()) {
            *self.flows.entry(*date).or_default() += cash;
        }
    }

    fn portfolio(&self) -> Option<Portfolio> {
        if self.principal <= 0.0 {
            return None;
        }
        let flows: Vec<(NaiveDate, f64)> =
            self.flows.iter().map(|(date, amount)| (*date, *amount)).collect();
        Some(Portfolio {
            total_principal: self.principal,
            npv: self.npv,
            total_cashflow: self.cashflow,
            total_interest: self.interest,
            total_loss: self.loss,
            irr: xirr(&flows).ok().map(|found| found.rate),
            weighted_average_rate: self.rate / self.principal,
            weighted_average_life: Some(self.life / self.principal),
            duration: (self.npv > 0.0).then(|| self.duration / self.npv),
        })
    }
}
