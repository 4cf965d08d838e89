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
use super::request::{GroupBy, Terms};

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
    months.saturating_mul(passes).saturating_mul(per_asset)
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
    let set = AssumptionSet::new(terms.assumptions.clone()).map_err(|_| AnalysisError::Terms)?;
    let compounding = Compounding::parse(&terms.compounding).map_err(|_| AnalysisError::Terms)?;
    let indices = terms
        .indices
        .iter()
        .fold(Indices::unchanged(), |indices, (name, values)| indices.with(name, values.clone()));
    let dates = payment_dates(terms.analysis_date);
    let first = dates.first().copied().unwrap_or(terms.analysis_date);
    let base = Settings {
        first_payment_date: first,
        indices: &indices,
        group_by: EngineGroups::None,
        control,
    };
    let by = if terms.group_by == GroupBy::Selector {
        EngineGroups::Selector
    } else {
        EngineGroups::Class
    };
    let projected = projection::project(loans, &set, &Settings { group_by: by, ..base })?;

    let rate = terms.discount_rate.unwrap_or_else(|| default_discount_rate(loans));
    let valuation = Valuation {
        dates: &dates,
        pricing_date: terms.pricing_date,
        time_basis: terms.time_basis,
        rate,
        compounding,
        price: terms.price,
    };
    let balance = outstanding(loans.iter());
    let mut metrics = None;
    if terms.include_metrics {
        let mut measured = valuation.metrics(&projected.pool, balance);
        facts(&mut measured, loans);
        let move_rates = |shift: f64| -> Result<f64, AnalysisError> {
            if loans.iter().all(|loan| loan.rate_type() == RateType::Fixed)
                || terms.indices.is_empty()
            {
                return Ok(valuation.value(&projected.pool, shift));
            }
            let moved = indices.shifted(shift);
            let again = projection::project(loans, &set, &Settings { indices: &moved, ..base })?;
            Ok(valuation.value(&again.pool, shift))
        };
        let value = measured.npv.unwrap_or(0.0);
        if let Some((duration, convexity)) =
            effective(value, move_rates(-SHIFT)?, move_rates(SHIFT)?)
        {
            measured.effective_duration = Some(duration);
            measured.effective_convexity = Some(convexity);
        }
        metrics = Some(measured);
    }
    let mut groups = Vec::new();
    if terms.group_by == GroupBy::Asset {
        groups = by_asset(loans, &set, &base, &valuation)?;
    }
    let mut by_class = Vec::new();
    if terms.include_metrics {
        if by == EngineGroups::Class {
            by_class = parts(&projected, loans, &valuation);
        } else {
            groups = selector_parts(&projected, &valuation);
        }
    }
    Ok(Outcome {
        discount_rate: rate,
        balance,
        assets: loans.len(),
        metrics,
        by_class,
        groups,
        analytics: pool_facts(loans),
        assumptions_used: serde_json::to_value(&projected.assumptions_used).unwrap_or(Json::Null),
        warnings: projected
            .warnings
            .iter()
            .map(|warning| Note { code: warning.code.to_owned(), message: warning.message.clone() })
            .collect(),
        cashflows: Cashflows::new(&dates, projected.pool),
    })
}

/// The ends of the periods after `start`; those of a month end are month ends.
fn payment_dates(start: NaiveDate) -> Vec<NaiveDate> {
    let last_day = is_month_end(start);
    let date = |months| {
        add_months(start, months).map(|date| if last_day { month_end(date) } else { date })
    };
    (1..=LONGEST).map_while(date).collect()
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
    valuation: &Valuation<'_>,
) -> Result<Vec<Part>, AnalysisError> {
    let mut parts = Vec::with_capacity(loans.len());
    projection::project_loans(loans, set, settings, &Stress::default(), |loan, columns| {
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
mod tests {
    use credit_engine::loan::LoanTerms;

    use super::*;
    use crate::domain::analysis::{AnalysisRequest, TermsDefaults};

    fn terms(text: &str) -> Terms {
        let request: AnalysisRequest = serde_json::from_str(text).unwrap();
        request.terms(TermsDefaults { today: "2025-03-31".parse().unwrap() }).unwrap()
    }

    fn loans() -> Vec<Loan> {
        let loan = |id: &str, class, balance, term| {
            Loan::new(LoanTerms::level(id, class, balance, 0.065, term)).unwrap()
        };
        vec![
            loan("a", AssetClass::ResidentialMortgage, 300_000.0, 360),
            loan("b", AssetClass::AutoLoan, 20_000.0, 60),
        ]
    }

    #[test]
    fn month_ends_stay_month_ends() {
        let outcome = analyze(&loans(), &terms("{}"), Control::default()).unwrap();

        let dates: Vec<String> = outcome.cashflows.date.iter().map(ToString::to_string).collect();
        assert_eq!(dates[..3], ["2025-04-30", "2025-05-31", "2025-06-30"]);
        assert_eq!((dates[10].as_str(), dates[34].as_str()), ("2026-02-28", "2028-02-29"));
        assert!(outcome.cashflows.date.iter().all(|date| is_month_end(*date)));
    }

    #[test]
    fn the_parts_add_up_to_the_pool() {
        for by in ["class", "asset", "selector"] {
            let terms = terms(&format!(
                r#"{{"group_by":"{by}","assumptions":{{"selectors":[{{"name":"cars","when":[{{"field":"asset_class","op":"eq","value":"auto_loan"}}],"assumptions":{{}}}}]}}}}"#
            ));
            let outcome = analyze(&loans(), &terms, Control::default()).unwrap();
            let parts = if by == "class" { &outcome.by_class } else { &outcome.groups };

            let metrics = outcome.metrics.unwrap();
            let sum: f64 = parts.iter().map(|part| part.metrics.npv.unwrap()).sum();
            assert_eq!(parts.len(), 2, "{by}");
            assert!((sum / metrics.npv.unwrap() - 1.0).abs() < 1e-9, "{by}");
        }
    }

    #[test]
    fn a_price_above_the_value_returns_less_than_the_discount_rate() {
        let at = |price: &str| {
            let terms = terms(&format!(r#"{{"discount_rate":0.05,"price":{price}}}"#));
            analyze(&loans(), &terms, Control::default()).unwrap().metrics.unwrap()
        };
        let model = at("100");
        let fair = at(&model.price.unwrap().to_string());

        assert!((fair.irr.unwrap() - 0.05).abs() < 1e-9);
        assert!(at("120").irr.unwrap() < 0.05 && at("80").irr.unwrap() > 0.05);
        let growth = 1.0 + 0.05;
        assert!((fair.effective_duration.unwrap() - fair.duration.unwrap() / growth).abs() < 0.02);
    }

    #[test]
    fn a_pool_without_performing_balance_has_no_yield() {
        let mut sold = LoanTerms::level("x", AssetClass::AutoLoan, 1_000.0, 0.05, 12);
        sold.status = LoanStatus::Prepaid;

        let outcome =
            analyze(&[Loan::new(sold).unwrap()], &terms("{}"), Control::default()).unwrap();

        let metrics = outcome.metrics.unwrap();
        assert_eq!((metrics.npv, metrics.irr, metrics.weighted_average_life), (None, None, None));
    }
}
