//! One pool under several scenarios.

use credit_engine::loan::Loan;
use credit_engine::projection::Control;
use serde::{Deserialize, Serialize};

use super::report::{self, Report};
use super::scenario::StressScenario;
use crate::domain::analysis::{
    AnalysisError, Bend, Cashflows, Outcome, Terms, analyze_under, follows_an_index, values_under,
};

/// What is computed beside the measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Whether the cash flows of every scenario are kept.
    pub include_cashflows: bool,
    /// Whether every factor is moved on its own too.
    pub sensitivity: bool,
}

/// A scenario and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioOutcome {
    /// The scenario.
    pub scenario: StressScenario,
    /// What came of it.
    pub outcome: Outcome,
}

/// All scenarios, `base` first, and their comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StressOutcome {
    /// What came of each.
    pub scenarios: Vec<ScenarioOutcome>,
    /// How they compare.
    pub report: Report,
}

/// How often the schedules of the loans are computed, for deciding where it may run.
#[must_use]
pub fn passes(loans: &[Loan], scenarios: &[StressScenario], options: Options) -> u64 {
    let floating = follows_an_index(loans);
    let mut distinct: Vec<Bend> = Vec::new();
    for bend in scenarios.iter().map(StressScenario::bend) {
        if !distinct.iter().any(|other| other.shares_schedules(&bend, floating)) {
            distinct.push(bend);
        }
    }
    let alone = if options.sensitivity && floating { 2 } else { 0 };
    u64::try_from(distinct.len() + alone).unwrap_or(u64::MAX)
}

/// Analyses the loans under every scenario and compares the results.
///
/// # Errors
///
/// Returns [`AnalysisError::Stopped`] when `control` says so.
pub fn run(
    loans: &[Loan],
    terms: &Terms,
    scenarios: &[StressScenario],
    options: Options,
    control: Control<'_>,
) -> Result<StressOutcome, AnalysisError> {
    let bends: Vec<Bend> = scenarios.iter().map(StressScenario::bend).collect();
    let mut outcomes = analyze_under(loans, terms, &bends, control)?;
    let base = outcomes.first().and_then(|base| base.metrics.as_ref()?.npv);
    for outcome in outcomes.iter_mut().skip(1) {
        compare(outcome, base);
        if !options.include_cashflows {
            outcome.cashflows = Cashflows::default();
        }
    }
    let mut found: Vec<ScenarioOutcome> = scenarios
        .iter()
        .cloned()
        .zip(outcomes)
        .map(|(scenario, outcome)| ScenarioOutcome { scenario, outcome })
        .collect();
    let mut bars = Vec::new();
    if options.sensitivity
        && let Some(base) = base
    {
        let moves = report::moves(scenarios);
        let bends: Vec<Bend> = moves.iter().map(|one| one.bend).collect();
        let values = values_under(loans, terms, &bends, control)?;
        bars = report::tornado(&moves, &values, base);
    }
    let report = Report::new(terms, &found, bars);
    if !options.include_cashflows
        && let Some(base) = found.first_mut()
    {
        base.outcome.cashflows = Cashflows::default();
    }
    Ok(StressOutcome { scenarios: found, report })
}

fn compare(outcome: &mut Outcome, base: Option<f64>) {
    let Some(metrics) = &mut outcome.metrics else { return };
    let change = metrics.npv.zip(base).map(|(npv, base)| npv - base);
    metrics.npv_change = change;
    metrics.npv_change_percent =
        change.zip(base.filter(|base| *base != 0.0)).map(|(change, base)| 100.0 * change / base);
}
