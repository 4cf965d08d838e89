//! From the rows of all paths to the answer.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use credit_engine::risk::sample::{self, percentile, sorted, summary};
use credit_engine::risk::tail::{capital, tail};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::block::Block;
use super::drivers::{Drivers, Effect, Sensitivity};
use super::model::Subject;
use super::path::{FAN_SERIES, PathRow, known};
use super::plan::{Plan, Repair};
use crate::domain::analysis::{ENGINE_VERSION, Note};

/// Bars of a histogram.
const BARS: usize = 50;
/// Points of the convergence chart.
const CONVERGENCE_POINTS: usize = 40;
/// Percentiles by period.
const FAN_LEVELS: [(&str, f64); 5] =
    [("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)];

/// What a simulation found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SimulationReport)]
pub struct Report {
    /// How many paths.
    pub paths: u32,
    /// The seed.
    pub seed: u64,
    /// The release of the arithmetic.
    pub engine_version: String,
    /// What is outstanding today.
    pub balance: f64,
    /// The rate at which cash is discounted before shocks.
    pub discount_rate: f64,
    /// The present value of the plain analysis.
    pub base_value: Option<f64>,
    /// The loss of the plain analysis.
    pub base_loss: f64,
    /// The value against which a path gains or loses.
    pub reference: f64,
    /// Distributions: `value`, `gain` (value less reference), `loss`, `loss_percent`, `default`,
    /// `prepayment`, `weighted_average_life`, `irr`.
    pub measures: BTreeMap<String, Measure>,
    /// The bad tail of `gain`, as positive losses.
    pub value_tails: Vec<TailView>,
    /// The bad tail of `loss`, the credit losses of the pool.
    pub loss_tails: Vec<TailView>,
    /// The square root of the mean square of what gains fall short of 0.
    pub downside_deviation: Option<f64>,
    /// Percentiles by period.
    pub fan: Fan,
    /// How the mean value settled.
    pub convergence: Vec<ConvergencePoint>,
    /// Whether the standard error of the mean value is below half a per cent of it.
    pub converged: bool,
    /// The paths asked for, one by one.
    pub chosen_paths: Vec<ChosenPath>,
    /// What was drawn.
    pub variables: Vec<VariableReport>,
    /// The correlations used.
    pub correlations: Vec<Vec<f64>>,
    /// What was changed to make the correlations possible.
    pub correlation_repair: Option<Repair>,
    /// What variables did to speeds and rates.
    pub sensitivities_used: BTreeMap<String, Sensitivity>,
    /// What the caller should know.
    pub warnings: Vec<Note>,
}

/// A distribution in figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Measure {
    /// Paths that have the figure.
    pub count: usize,
    /// The mean.
    pub mean: f64,
    /// Half of the paths lie below.
    pub median: f64,
    /// The standard deviation.
    pub standard_deviation: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// Skewness, `g1`.
    pub skewness: Option<f64>,
    /// Excess kurtosis, `g2`.
    pub excess_kurtosis: Option<f64>,
    /// The standard error of the mean.
    pub standard_error: f64,
    /// The standard error of the mean from batches.
    pub batch_standard_error: Option<f64>,
    /// Whether the standard error is below half a per cent of the mean.
    pub converged: bool,
    /// Percentiles, by their level in per cent.
    pub percentiles: BTreeMap<String, f64>,
    /// For a chart: limits of the bars.
    pub histogram_edges: Vec<f64>,
    /// Paths in each bar.
    pub histogram_counts: Vec<usize>,
}

/// The bad tail beyond a level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TailView {
    /// The share of paths that are no worse.
    pub level: f64,
    /// The loss that is exceeded with what is left.
    pub value_at_risk: f64,
    /// The mean loss beyond.
    pub expected_shortfall: f64,
    /// The lower end of the 95 % confidence interval of the value at risk.
    pub confidence_low: Option<f64>,
    /// The upper end.
    pub confidence_high: Option<f64>,
    /// The mean loss.
    pub expected_loss: f64,
    /// The standard deviation of the loss.
    pub unexpected_loss: f64,
    /// Value at risk less expected loss.
    pub economic_capital: f64,
}

/// Percentiles by period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fan {
    /// The 1-based periods.
    pub periods: Vec<usize>,
    /// Their ends.
    pub dates: Vec<NaiveDate>,
    /// `balance`, `cash` and `cumulative_loss`, each with `p5` to `p95` by period.
    pub series: BTreeMap<String, BTreeMap<String, Vec<f64>>>,
}

/// The mean value after some paths.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConvergencePoint {
    /// How many paths.
    pub paths: usize,
    /// Their mean value.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// A path that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChosenPath {
    /// Its number.
    pub path: u32,
    /// What was drawn.
    pub variables: BTreeMap<String, f64>,
    /// What moved its projection.
    pub drivers: Drivers,
    /// Its present value.
    pub value: f64,
    /// Its loss.
    pub loss: f64,
    /// Its return.
    pub irr: Option<f64>,
    /// The series of the fan chart.
    pub series: BTreeMap<String, Vec<f64>>,
}

/// What was drawn of a variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VariableReport {
    /// Its name.
    pub name: String,
    /// The mean of its distribution, with the shift of the scenario.
    pub mean: f64,
    /// The standard deviation, with the multiplier of the scenario.
    pub standard_deviation: f64,
    /// The share of paths in which its clamp held it.
    pub clamped_share: f64,
}

/// Makes the answer of blocks that hold all paths, in their order.
#[must_use]
pub fn report(plan: &Plan, subject: &Subject, blocks: &[Block]) -> Report {
    let rows: Vec<&PathRow> = blocks.iter().flat_map(|block| &block.rows).collect();
    let base = subject.base();
    let metrics = base.metrics.as_ref();
    let base_value = metrics.and_then(|metrics| metrics.npv);
    let reference = plan.reference.or(base_value).unwrap_or(0.0);
    let column = |of: fn(&PathRow) -> f64| rows.iter().map(|row| of(row)).collect::<Vec<f64>>();
    let values = column(|row| row.value);
    let losses = column(|row| row.loss);
    let gains: Vec<f64> = values.iter().map(|value| value - reference).collect();
    let shortfalls: Vec<f64> = gains.iter().map(|gain| -gain).collect();
    let percent: Vec<f64> = losses.iter().map(|loss| 100.0 * loss / base.balance).collect();
    let convergence = convergence(&values);
    let named = [
        ("value", &values),
        ("gain", &gains),
        ("loss", &losses),
        ("loss_percent", &percent),
        ("default", &column(|row| row.default)),
        ("prepayment", &column(|row| row.prepayment)),
        ("weighted_average_life", &column(|row| row.life)),
        ("irr", &column(|row| row.irr)),
    ];
    let measures: BTreeMap<String, Measure> = named
        .into_iter()
        .filter_map(|(name, sample)| Some((name.to_owned(), measure(plan, sample)?)))
        .collect();
    Report {
        paths: plan.paths,
        seed: plan.seed,
        engine_version: ENGINE_VERSION.to_owned(),
        balance: base.balance,
        discount_rate: base.discount_rate,
        base_value,
        base_loss: metrics.map_or(0.0, |metrics| metrics.total_loss),
        reference,
        converged: measures.get("value").is_some_and(|value| value.converged),
        measures,
        value_tails: tails(plan, &shortfalls),
        loss_tails: tails(plan, &losses),
        downside_deviation: sample::downside_deviation(&gains, 0.0),
        fan: fan(subject, &rows),
        convergence,
        chosen_paths: chosen(plan, &rows),
        variables: variables(plan, blocks),
        correlations: plan.correlation.clone(),
        correlation_repair: plan.repair,
        sensitivities_used: sensitivities(plan),
        warnings: warnings(plan, subject, blocks),
    }
}

fn measure(plan: &Plan, sample: &[f64]) -> Option<Measure> {
    let sample: Vec<f64> = sample.iter().copied().filter(|value| value.is_finite()).collect();
    let found = summary(&sample)?;
    let rising = sorted(&sample);
    let bars = sample::histogram(&sample, BARS)?;
    let level = |level: &f64| Some((level.to_string(), percentile(&rising, level / 100.0)?));
    Some(Measure {
        count: found.count,
        mean: found.mean,
        median: found.median,
        standard_deviation: found.standard_deviation,
        min: found.min,
        max: found.max,
        skewness: found.skewness,
        excess_kurtosis: found.excess_kurtosis,
        standard_error: found.standard_error,
        batch_standard_error: found.batch_standard_error,
        converged: found.converged,
        percentiles: plan.percentiles.iter().filter_map(level).collect(),
        histogram_edges: bars.edges,
        histogram_counts: bars.counts,
    })
}

fn tails(plan: &Plan, losses: &[f64]) -> Vec<TailView> {
    let rising = sorted(losses);
    let at = |level: &f64| {
        let (found, need) = (tail(&rising, *level)?, capital(losses, *level)?);
        Some(TailView {
            level: *level,
            value_at_risk: found.value_at_risk,
            expected_shortfall: found.expected_shortfall,
            confidence_low: found.confidence.map(|[low, _]| low),
            confidence_high: found.confidence.map(|[_, high]| high),
            expected_loss: need.expected_loss,
            unexpected_loss: need.unexpected_loss,
            economic_capital: need.economic_capital,
        })
    };
    plan.levels.iter().filter_map(at).collect()
}

fn fan(subject: &Subject, rows: &[&PathRow]) -> Fan {
    let points = &subject.ruler().points;
    let dates = &subject.base().cashflows.date;
    let mut series = BTreeMap::new();
    for (position, name) in FAN_SERIES.iter().enumerate() {
        let mut by_level: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for point in 0..points.len() {
            let place = position * points.len() + point;
            let mut sample: Vec<f64> =
                rows.iter().filter_map(|row| row.fan.get(place).copied()).collect();
            sample.sort_by(f64::total_cmp);
            for (level, share) in FAN_LEVELS {
                let value = percentile(&sample, share).unwrap_or(0.0);
                by_level.entry(level.to_owned()).or_default().push(value);
            }
        }
        series.insert((*name).to_owned(), by_level);
    }
    Fan {
        periods: points.iter().map(|point| point + 1).collect(),
        dates: points.iter().filter_map(|point| dates.get(*point).copied()).collect(),
        series,
    }
}

/// The running mean and its standard error, by the method of Welford.
fn convergence(values: &[f64]) -> Vec<ConvergencePoint> {
    let every = values.len().div_ceil(CONVERGENCE_POINTS).max(1);
    let (mut mean, mut squares) = (0.0, 0.0);
    let mut points = Vec::new();
    for (number, value) in (1_u32..).zip(values) {
        let count = f64::from(number);
        let before = value - mean;
        mean += before / count;
        squares += before * (value - mean);
        let paths = number as usize;
        if paths.is_multiple_of(every) || paths == values.len() {
            let variance = if number > 1 { squares / (count - 1.0) } else { 0.0 };
            points.push(ConvergencePoint {
                paths,
                mean,
                standard_error: (variance / count).sqrt(),
            });
        }
    }
    points
}

fn chosen(plan: &Plan, rows: &[&PathRow]) -> Vec<ChosenPath> {
    let draws = plan.draws();
    let path = |path: &u32| {
        let row = rows.get(*path as usize)?;
        let draw = draws.path(u64::from(*path));
        let effects = plan.variables.iter().map(|variable| &variable.effect);
        let (drivers, _) = Drivers::of(effects.zip(draw.values.iter().copied()));
        let points = row.fan.len() / FAN_SERIES.len();
        let series = FAN_SERIES.iter().zip(row.fan.chunks_exact(points.max(1)));
        Some(ChosenPath {
            path: *path,
            variables: plan.names().map(str::to_owned).zip(draw.values).collect(),
            drivers,
            value: row.value,
            loss: row.loss,
            irr: known(row.irr),
            series: series.map(|(name, part)| ((*name).to_owned(), part.to_vec())).collect(),
        })
    };
    plan.chosen_paths.iter().filter_map(path).collect()
}

fn variables(plan: &Plan, blocks: &[Block]) -> Vec<VariableReport> {
    let report = |(position, variable): (usize, &super::plan::PlannedVariable)| {
        let held: u32 =
            blocks.iter().filter_map(|block| block.clamped.get(position)).copied().sum();
        VariableReport {
            name: variable.name.clone(),
            mean: variable.distribution.mean() + variable.mean_shift,
            standard_deviation: variable.distribution.standard_deviation()
                * variable.volatility_multiplier,
            clamped_share: f64::from(held) / f64::from(plan.paths.max(1)),
        }
    };
    plan.variables.iter().enumerate().map(report).collect()
}

fn sensitivities(plan: &Plan) -> BTreeMap<String, Sensitivity> {
    let used = plan.variables.iter().filter_map(|variable| match variable.effect {
        Effect::Factor { base, sensitivity } => {
            Some((variable.name.clone(), Sensitivity { base: Some(base), ..sensitivity }))
        }
        _ => None,
    });
    used.collect()
}

fn warnings(plan: &Plan, subject: &Subject, blocks: &[Block]) -> Vec<Note> {
    let mut warnings = subject.base().warnings.clone();
    let held: u32 = blocks.iter().map(|block| block.held).sum();
    if held > 0 {
        let share = 100.0 * f64::from(held) / f64::from(plan.paths.max(1));
        warnings.push(Note {
            code: "driver_clamped".to_owned(),
            message: format!("a driver was out of range and held in {share:.2} % of the paths"),
        });
    }
    if plan.repair.is_some() {
        warnings.push(Note {
            code: "correlations_repaired".to_owned(),
            message: "the correlations contradicted each other and were replaced".to_owned(),
        });
    }
    warnings
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
