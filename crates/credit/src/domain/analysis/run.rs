//! From loans and terms to the answer.

use chrono::NaiveDate;
use credit_engine::assumptions::{AssumptionSet, class_defaults};
use credit_engine::dates::{add_months, is_month_end, month_end};
use credit_engine::loan::{AssetClass, Loan, LoanStatus, RateType};
use credit_engine::projection::{
    self, Columns, Control, GroupBy as EngineGroups, Indices, Projection, ProjectionError,
    Settings, Stress,
};
use credit_engine::statistics::{LoanFacts, pool_statistics};
use credit_engine::valuation::Compounding;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::cashflows::Cashflows;
use super::metrics::{Metrics, SHIFT, Valuation, effective};
use super::request::{Anchor, GroupBy, Terms};
use super::scenarios::{Bend, analyze_under};

/// The most periods of a projection: a 600-month loan and its recoveries.
const LONGEST: i32 = 1_300;

/// What an analysis found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The rate at which cash was discounted.
    pub discount_rate: f64,
    /// What is outstanding, prepaid assets left out.
    pub balance: f64,
    /// Number of assets.
    pub assets: usize,
    /// The measures, if asked for.
    pub metrics: Option<Metrics>,
    /// The cash flows of the pool.
    pub cashflows: Cashflows,
    /// The parts by class.
    pub by_class: Vec<Part>,
    /// The parts by asset or selector, if asked for.
    pub groups: Vec<Part>,
    /// Facts about the pool.
    pub analytics: Json,
    /// The assumptions that were used, and for how many assets.
    pub assumptions_used: Json,
    /// What the caller should know.
    pub warnings: Vec<Note>,
    /// The comparison of stress scenarios, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stress_tests: Option<crate::domain::stress::Report>,
}

/// A part of the pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// The class, selector or asset.
    pub name: String,
    /// Number of assets.
    pub asset_count: usize,
    /// What is outstanding.
    pub balance: f64,
    /// Its measures.
    pub metrics: Metrics,
}

/// Something the caller should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Note {
    /// A stable name.
    pub code: String,
    /// What happened.
    pub message: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// The caller stopped it, or its time was up.
    #[error("the analysis was stopped")]
    Stopped,
    /// The numbers do not add up to something finite.
    #[error("the balances are too large to add up")]
    TooLarge,
    /// The terms were not checked.
    #[error("the terms are not acceptable")]
    Terms,
}

impl From<ProjectionError> for AnalysisError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Cancelled => Self::Stopped,
            ProjectionError::TooLarge => Self::TooLarge,
        }
    }
}

/// The work of an analysis in loan-months, for deciding where it may run.
#[must_use]
pub fn work(loans: &[Loan], terms: &Terms) -> u64 {
    let months: u64 = loans.iter().map(|loan| u64::from(loan.remaining_months())).sum();
    let floating = loans.iter().any(|loan| loan.rate_type() != RateType::Fixed);
    let passes = if floating && terms.include_metrics { 3 } else { 1 };
    let per_asset = if terms.group_by == GroupBy::Asset { 20 } else { 1 };
    let stressed = if terms.include_stress_tests { 2 * passes } else { 1 };
    months.saturating_mul(passes).saturating_mul(per_asset).saturating_mul(stressed)
}

/// Projects the loans and measures the result.
///
/// # Errors
///
/// Returns [`AnalysisError::Stopped`] when `control` says so.
pub fn analyze(
    loans: &[Loan],
    terms: &Terms,
    control: Control<'_>,
) -> Result<Outcome, AnalysisError> {
    let mut outcomes = analyze_under(loans, terms, &[Bend::default()], control)?;
    outcomes.pop().ok_or(AnalysisError::Terms)
}

/// What all scenarios of an analysis share.
pub(super) struct Bench<'a> {
    loans: &'a [Loan],
    terms: &'a Terms,
    dates: Vec<NaiveDate>,
    rate: f64,
    compounding: Compounding,
    balance: f64,
    facts: Json,
    control: Control<'a>,
}

/// What the projections of some scenarios share.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) set: &'a AssumptionSet,
    pub(super) indices: &'a Indices,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        loans: &'a [Loan],
        terms: &'a Terms,
        control: Control<'a>,
    ) -> Result<Self, AnalysisError> {
        Ok(Self {
            loans,
            terms,
            dates: terms.anchor.map_or_else(|| payment_dates(terms.analysis_date), anchored_dates),
            rate: terms.discount_rate.unwrap_or_else(|| default_discount_rate(loans)),
            compounding: Compounding::parse(&terms.compounding)
                .map_err(|_| AnalysisError::Terms)?,
            balance: outstanding(loans.iter()),
            facts: pool_facts(loans),
            control,
        })
    }

    fn settings<'s>(&'s self, indices: &'s Indices, group_by: EngineGroups) -> Settings<'s> {
        let first = self.dates.first().copied().unwrap_or(self.terms.analysis_date);
        Settings { first_payment_date: first, indices, group_by, control: self.control }
    }

    fn groups(&self) -> EngineGroups {
        if self.terms.group_by == GroupBy::Selector {
            return EngineGroups::Selector;
        }
        EngineGroups::Class
    }

    /// Projects the loans under several multipliers at once.
    pub(super) fn project(
        &self,
        run: Run<'_>,
        stresses: &[Stress],
    ) -> Result<Vec<Projection>, AnalysisError> {
        let settings = self.settings(run.indices, self.groups());
        Ok(projection::project_scenarios(self.loans, run.set, &settings, stresses)?)
    }

    /// The present value of a projection alone.
    pub(super) fn value(&self, projected: &Projection, bend: &Bend) -> f64 {
        self.valuation(bend).value(&projected.pool, 0.0)
    }

    fn valuation(&self, bend: &Bend) -> Valuation<'_> {
        Valuation {
            dates: &self.dates,
            pricing_date: self.terms.pricing_date,
            time_basis: self.terms.time_basis,
            rate: bend.factors.discount_rate(self.rate),
            compounding: self.compounding,
            price: self.terms.price,
        }
    }

    /// Measures a projection.
    pub(super) fn measure(
        &self,
        run: Run<'_>,
        projected: Projection,
        bend: &Bend,
    ) -> Result<Outcome, AnalysisError> {
        let (loans, terms) = (self.loans, self.terms);
        let valuation = self.valuation(bend);
        let mut metrics = None;
        if terms.include_metrics {
            let mut measured = valuation.metrics(&projected.pool, self.balance);
            facts(&mut measured, loans);
            let moved = |shift| self.value_with_rates_moved(run, &projected, bend, shift);
            let value = measured.npv.unwrap_or(0.0);
            if let Some((duration, convexity)) = effective(value, moved(-SHIFT)?, moved(SHIFT)?) {
                measured.effective_duration = Some(duration);
                measured.effective_convexity = Some(convexity);
            }
            metrics = Some(measured);
        }
        let mut groups = Vec::new();
        if terms.group_by == GroupBy::Asset {
            let settings = self.settings(run.indices, EngineGroups::None);
            groups = by_asset(loans, run.set, &settings, &bend.factors.stress(), &valuation)?;
        }
        let mut by_class = Vec::new();
        if terms.include_metrics {
            if self.groups() == EngineGroups::Class {
                by_class = parts(&projected, loans, &valuation);
            } else {
                groups = selector_parts(&projected, &valuation);
            }
        }
        let note = |warning: &projection::Warning| Note {
            code: warning.code.to_owned(),
            message: warning.message.clone(),
        };
        Ok(Outcome {
            discount_rate: valuation.rate,
            balance: self.balance,
            assets: loans.len(),
            metrics,
            by_class,
            groups,
            analytics: self.facts.clone(),
            assumptions_used: serde_json::to_value(&projected.assumptions_used)
                .unwrap_or(Json::Null),
            warnings: projected.warnings.iter().map(note).collect(),
            cashflows: Cashflows::new(&self.dates, projected.pool),
            stress_tests: None,
        })
    }

    fn value_with_rates_moved(
        &self,
        run: Run<'_>,
        projected: &Projection,
        bend: &Bend,
        shift: f64,
    ) -> Result<f64, AnalysisError> {
        let valuation = self.valuation(bend);
        let fixed = self.loans.iter().all(|loan| loan.rate_type() == RateType::Fixed);
        if fixed || self.terms.indices.is_empty() {
            return Ok(valuation.value(&projected.pool, shift));
        }
        let moved = run.indices.shifted(shift);
        let settings = self.settings(&moved, EngineGroups::None);
        let again = projection::project_scenarios(
            self.loans,
            run.set,
            &settings,
            &[bend.factors.stress()],
        )?;
        Ok(again.first().map_or(0.0, |again| valuation.value(&again.pool, shift)))
    }
}

/// The ends of the periods after `start`; those of a month end are month ends.
fn payment_dates(start: NaiveDate) -> Vec<NaiveDate> {
    let last_day = is_month_end(start);
    let date = |months| {
        add_months(start, months).map(|date| if last_day { month_end(date) } else { date })
    };
    (1..=LONGEST).map_while(date).collect()
}

/// The ends of the periods, of which one is known.
fn anchored_dates(anchor: Anchor) -> Vec<NaiveDate> {
    (1..=LONGEST).map_while(|period| add_months(anchor.date, period - anchor.period)).collect()
}

/// What is outstanding: prepaid assets owe nothing.
fn outstanding<'a>(loans: impl Iterator<Item = &'a Loan>) -> f64 {
    loans.filter(|loan| loan.status() != LoanStatus::Prepaid).map(Loan::balance).sum()
}

/// The discount rates of the classes, weighted by balance.
fn default_discount_rate(loans: &[Loan]) -> f64 {
    let (mut weighted, mut total) = (0.0, 0.0);
    for loan in loans {
        weighted += loan.balance() * class_defaults(loan.asset_class()).discount_rate;
        total += loan.balance();
    }
    if total > 0.0 { weighted / total } else { 0.05 }
}

fn facts(metrics: &mut Metrics, loans: &[Loan]) {
    let facts: Vec<LoanFacts> = loans.iter().map(LoanFacts::of).collect();
    if let Some(averages) = pool_statistics(&facts) {
        metrics.wac = Some(averages.wac);
        metrics.wam = Some(averages.wam);
        metrics.wala = Some(averages.wala);
    }
}

fn pool_facts(loans: &[Loan]) -> Json {
    let facts: Vec<LoanFacts> = loans.iter().map(LoanFacts::of).collect();
    let Some(pool) = pool_statistics(&facts) else { return Json::Null };
    json!({
        "pool": {
            "asset_count": pool.count,
            "balance": pool.total_balance,
            "original_balance": pool.total_original_balance,
            "average_balance": pool.average_balance,
            "factor": pool.factor,
            "wac": pool.wac,
            "wam": pool.wam,
            "wala": pool.wala,
            "original_term": pool.original_term,
            "lowest_rate": pool.lowest_rate,
            "highest_rate": pool.highest_rate,
            "largest_share": pool.largest_share,
            "herfindahl": pool.herfindahl,
        }
    })
}

/// The classes of a projection that was divided by class.
fn parts(projected: &Projection, loans: &[Loan], valuation: &Valuation<'_>) -> Vec<Part> {
    let part = |name: &str, columns: &Columns| {
        let class = AssetClass::parse(name).ok()?;
        let members: Vec<&Loan> = loans.iter().filter(|loan| loan.asset_class() == class).collect();
        let balance = outstanding(members.iter().copied());
        let mut metrics = valuation.metrics(columns, balance);
        let facts: Vec<LoanFacts> = members.iter().map(|loan| LoanFacts::of(loan)).collect();
        if let Some(averages) = pool_statistics(&facts) {
            metrics.wac = Some(averages.wac);
            metrics.wam = Some(averages.wam);
            metrics.wala = Some(averages.wala);
        }
        Some(Part { name: name.to_owned(), asset_count: members.len(), balance, metrics })
    };
    projected.groups.iter().filter_map(|group| part(&group.name, &group.columns)).collect()
}

/// The selectors of a projection that was divided by selector.
fn selector_parts(projected: &Projection, valuation: &Valuation<'_>) -> Vec<Part> {
    let part = |group: &projection::GroupProjection| {
        let balance = group.columns.beginning_balance.first().copied().unwrap_or(0.0);
        let metrics = valuation.metrics(&group.columns, balance);
        Part { name: group.name.clone(), asset_count: 0, balance, metrics }
    };
    projected.groups.iter().map(part).collect()
}

fn by_asset(
    loans: &[Loan],
    set: &AssumptionSet,
    settings: &Settings<'_>,
    stress: &Stress,
    valuation: &Valuation<'_>,
) -> Result<Vec<Part>, AnalysisError> {
    let mut parts = Vec::with_capacity(loans.len());
    projection::project_loans(loans, set, settings, stress, |loan, columns| {
        let balance = outstanding(std::iter::once(loan));
        let mut metrics = valuation.metrics(&columns, balance);
        metrics.wac = Some(loan.rate());
        metrics.wam = Some(f64::from(loan.remaining_months()));
        metrics.wala = Some(f64::from(loan.age_months()));
        parts.push(Part { name: loan.id().to_owned(), asset_count: 1, balance, metrics });
    })?;
    Ok(parts)
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
