//! The comparison of scenarios.

use chrono::NaiveDate;
use credit_engine::scenarios::MarketFactors;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::run::ScenarioOutcome;
use super::scenario::{FactorsBody, StressScenario};
use crate::domain::analysis::{Bend, Note, Terms};

/// The comparison of scenarios.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = StressReport)]
pub struct Report {
    /// The day from which cash flows are counted.
    pub analysis_date: NaiveDate,
    /// The day to which they are discounted.
    pub pricing_date: NaiveDate,
    /// What is outstanding.
    pub balance: f64,
    /// Number of assets.
    pub asset_count: usize,
    /// One row a scenario, `base` first.
    pub matrix: Vec<Row>,
    /// The scenario that costs most, if any costs something.
    pub worst: Option<String>,
    /// The scenario that gains most, if any gains something.
    pub best: Option<String>,
    /// Every factor moved on its own, the widest first.
    pub tornado: Vec<Bar>,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StressReportFormat)]
pub enum ReportFormat {
    /// For programs.
    #[default]
    Json,
    /// A page to read and to print.
    Html,
    /// Text with commas.
    Csv,
}

impl std::str::FromStr for ReportFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "json" => Ok(Self::Json),
            "html" => Ok(Self::Html),
            "csv" => Ok(Self::Csv),
            _ => Err("must be json, html or csv"),
        }
    }
}

/// One scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = StressReportRow)]
pub struct Row {
    /// A stable name.
    pub scenario: String,
    /// The name that people read.
    pub title: String,
    /// What happens.
    pub description: String,
    /// How far markets and speeds move.
    pub market_factors: FactorsBody,
    /// Present value of the cash to investors.
    pub npv: Option<f64>,
    /// Its change against `base`.
    pub npv_change: Option<f64>,
    /// The same per 100 of the base value.
    pub npv_change_percent: Option<f64>,
    /// Present value per 100 of balance.
    pub price: Option<f64>,
    /// Return per year, bought at the purchase price.
    pub irr: Option<f64>,
    /// Average time to principal, years.
    pub weighted_average_life: Option<f64>,
    /// Macaulay duration, years.
    pub duration: Option<f64>,
    /// New defaults.
    pub total_default: Option<f64>,
    /// Recovered from defaults.
    pub total_recovery: Option<f64>,
    /// Lost.
    pub total_loss: Option<f64>,
    /// Lost per 100 of balance.
    pub loss_percent: Option<f64>,
    /// What the reader should know.
    pub warnings: Vec<Note>,
}

/// One factor moved on its own, as far as the scenarios move it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = TornadoBar)]
pub struct Bar {
    /// The factor.
    #[schema(example = "default_multiplier")]
    pub factor: String,
    /// At its lowest value, if a scenario lowers it.
    pub low: Option<End>,
    /// At its highest value, if a scenario raises it.
    pub high: Option<End>,
}

/// An end of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = TornadoEnd)]
pub struct End {
    /// The value of the factor.
    pub value: f64,
    /// Present value.
    pub npv: f64,
    /// Its change against `base`.
    pub npv_change: f64,
    /// The same per 100 of the base value.
    pub npv_change_percent: Option<f64>,
}

/// A factor and the value it is moved to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    factor: &'static str,
    value: f64,
    high: bool,
    pub(super) bend: Bend,
}

impl Report {
    pub(super) fn new(terms: &Terms, found: &[ScenarioOutcome], tornado: Vec<Bar>) -> Self {
        let matrix: Vec<Row> = found.iter().map(Row::of).collect();
        let change = |row: &&Row| row.npv_change.unwrap_or(0.0);
        let by_change = |a: &&Row, b: &&Row| change(a).total_cmp(&change(b));
        let worst = matrix.iter().min_by(by_change).filter(|row| change(row) < 0.0);
        let best = matrix.iter().max_by(by_change).filter(|row| change(row) > 0.0);
        let (worst, best) =
            (worst.map(|row| row.scenario.clone()), best.map(|row| row.scenario.clone()));
        let base = found.first();
        Self {
            analysis_date: terms.analysis_date,
            pricing_date: terms.pricing_date,
            balance: base.map_or(0.0, |base| base.outcome.balance),
            asset_count: base.map_or(0, |base| base.outcome.assets),
            matrix,
            worst,
            best,
            tornado,
        }
    }
}

impl Row {
    fn of(found: &ScenarioOutcome) -> Self {
        let StressScenario { name, title, description, market_factors, .. } = &found.scenario;
        let metrics = found.outcome.metrics.as_ref();
        let is_base = name == "base";
        let no_change = |npv: Option<f64>| npv.filter(|_| is_base).map(|_| 0.0);
        let npv = metrics.and_then(|m| m.npv);
        Self {
            scenario: name.clone(),
            title: title.clone(),
            description: description.clone(),
            market_factors: *market_factors,
            npv,
            npv_change: metrics.and_then(|m| m.npv_change).or(no_change(npv)),
            npv_change_percent: metrics.and_then(|m| m.npv_change_percent).or(no_change(npv)),
            price: metrics.and_then(|m| m.price),
            irr: metrics.and_then(|m| m.irr),
            weighted_average_life: metrics.and_then(|m| m.weighted_average_life),
            duration: metrics.and_then(|m| m.duration),
            total_default: metrics.map(|m| m.total_default),
            total_recovery: metrics.map(|m| m.total_recovery),
            total_loss: metrics.map(|m| m.total_loss),
            loss_percent: metrics.and_then(|m| m.loss_percent),
            warnings: found.outcome.warnings.clone(),
        }
    }
}

type Factor = (&'static str, fn(&mut MarketFactors) -> &mut f64);

/// The factors that can be moved on their own.
const FACTORS: [Factor; 7] = [
    ("interest_rate_shock", |factors| &mut factors.interest_rate_shock),
    ("discount_rate_shock", |factors| &mut factors.discount_rate_shock),
    ("spread_widening", |factors| &mut factors.spread_widening),
    ("default_multiplier", |factors| &mut factors.default_multiplier),
    ("prepayment_multiplier", |factors| &mut factors.prepayment_multiplier),
    ("recovery_multiplier", |factors| &mut factors.recovery_multiplier),
    ("property_value_decline", |factors| &mut factors.property_value_decline),
];

/// Every factor alone, at the lowest and the highest value that the scenarios give it.
pub(super) fn moves(scenarios: &[StressScenario]) -> Vec<Move> {
    let mut moves = Vec::new();
    for (factor, field) in FACTORS {
        let mut neutral = MarketFactors::NONE;
        let unmoved = *field(&mut neutral);
        let value = |scenario: &StressScenario| *field(&mut scenario.market_factors.into());
        let lowest = scenarios.iter().map(value).fold(unmoved, f64::min);
        let highest = scenarios.iter().map(value).fold(unmoved, f64::max);
        for (value, high) in [(lowest, false), (highest, true)] {
            if value.total_cmp(&unmoved).is_eq() {
                continue;
            }
            let mut factors = MarketFactors::NONE;
            *field(&mut factors) = value;
            let bend = Bend { factors, ..Bend::default() };
            moves.push(Move { factor, value, high, bend });
        }
    }
    moves
}

/// Puts the values of the moves side by side, the widest bar first.
pub(super) fn tornado(moves: &[Move], values: &[f64], base: f64) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    for (one, npv) in moves.iter().zip(values) {
        let npv_change = npv - base;
        let end = End {
            value: one.value,
            npv: *npv,
            npv_change,
            npv_change_percent: (base != 0.0).then(|| 100.0 * npv_change / base),
        };
        let known = bars.iter().position(|bar| bar.factor == one.factor);
        let at = known.unwrap_or_else(|| {
            bars.push(Bar { factor: one.factor.to_owned(), low: None, high: None });
            bars.len() - 1
        });
        if let Some(bar) = bars.get_mut(at) {
            *(if one.high { &mut bar.high } else { &mut bar.low }) = Some(end);
        }
    }
    bars.sort_by(|a, b| b.width().total_cmp(&a.width()));
    bars
}

impl Bar {
    /// From the lowest to the highest change, 0 included.
    #[must_use]
    pub fn width(&self) -> f64 {
        let changes = [self.low, self.high].map(|end| end.map_or(0.0, |end| end.npv_change));
        let lowest = changes.iter().copied().fold(0.0, f64::min);
        let highest = changes.iter().copied().fold(0.0, f64::max);
        highest - lowest
    }
}
