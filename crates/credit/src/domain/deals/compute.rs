//! From a plan and its loans to the results: projects the pools under every scenario, then runs the
//! deal on what they pay.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use credit_engine::assumptions::{AssumptionSet, AssumptionSetDraft};
use credit_engine::dates::{add_months, is_month_end, month_end, month_number};
use credit_engine::loan::Loan;
use credit_engine::projection::{
    self, Columns, Control, GroupBy, Indices, ProjectionError, Settings, Stress,
};
use credit_engine::scenarios::MarketFactors;
use deal_engine::collateral::{Collateral, PoolFlows, planned, planned_speeds};
use deal_engine::model::Deal;
use deal_engine::run::{DealRun, IndexPath, Inputs, RunError, RunWarning, run};
use serde::{Deserialize, Serialize};

use super::plan::{PoolSource, RunPlan, ScenarioPlan, SourceKind, at_speed};

/// The most periods of a projection: a 600-month loan and its recoveries.
const LONGEST: i32 = 1_300;

/// What a run found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The deal as it was.
    pub deal: Deal,
    /// The day prices are quoted for.
    pub pricing_date: NaiveDate,
    /// What indices were, by name.
    pub indices: BTreeMap<String, IndexPath>,
    /// One entry a scenario; the first is the base.
    pub scenarios: Vec<ScenarioRun>,
}

/// What one scenario gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioRun {
    /// A stable name.
    pub name: String,
    /// What people read.
    pub title: String,
    /// What happened.
    pub run: DealRun,
}

/// Why there are no results.
#[derive(Debug, thiserror::Error)]
pub enum ComputeError {
    /// The caller stopped it, or its time was up.
    #[error("the run was stopped")]
    Stopped,
    /// The balances do not add up to a finite number.
    #[error("the balances are too large to add up")]
    TooLarge,
    /// The plan was not checked.
    #[error("the plan is not acceptable")]
    Plan,
    /// The deal cannot be run on these collections.
    #[error("the deal cannot be run")]
    Run(#[from] RunError),
}

impl From<ProjectionError> for ComputeError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Cancelled => Self::Stopped,
            ProjectionError::TooLarge => Self::TooLarge,
        }
    }
}

/// The loans of one source, empty where it has none.
pub type SourceLoans = Vec<Loan>;

/// What all pools pay under one scenario or speed.
type Pools = Vec<Collateral>;

/// Computes everything that a plan asks for. `loans` has one entry a source; `progress` is told the
/// share that is done.
///
/// # Errors
///
/// Returns [`ComputeError`]; a formula without a value is named with its place and date.
pub fn compute(
    plan: &RunPlan,
    loans: &[SourceLoans],
    control: Control<'_>,
    progress: &dyn Fn(f64),
) -> Result<Results, ComputeError> {
    let mut pools: Vec<Pools> = plan.scenarios.iter().map(|_| Pools::new()).collect();
    let speeds = planned_speeds(&plan.deal);
    let mut bands: Vec<(f64, Pools)> = speeds.iter().map(|psa| (*psa, Pools::new())).collect();
    let mut replacements = BTreeMap::new();
    let none = SourceLoans::new();
    let all = u32::try_from(plan.sources.len() + plan.scenarios.len()).unwrap_or(u32::MAX);
    let mut steps = Steps { done: 0, all, progress };
    for (source, loans) in plan.sources.iter().zip(loans.iter().chain(std::iter::repeat(&none))) {
        let projector = Projector { plan, source, loans, control };
        for (pool, under) in projector.scenarios()?.into_iter().zip(&mut pools) {
            under.push(pool);
        }
        if !loans.is_empty() {
            for (psa, at) in &mut bands {
                at.push(projector.at_speed(*psa)?);
            }
        }
        if plan.buys() {
            let pool = replacement(&projector, pools.first())?;
            replacements.insert(name_of(source, &plan.deal), pool);
        }
        steps.next();
    }
    bands.retain(|(_, at)| !at.is_empty());
    let schedules = planned(&plan.deal, &bands)?;

    let mut scenarios = Vec::with_capacity(plan.scenarios.len());
    for (position, (scenario, pools)) in plan.scenarios.iter().zip(pools).enumerate() {
        let keep_log = position < plan.logs();
        let inputs = Inputs {
            pools,
            indices: indices(plan, scenario),
            schedules: schedules.clone(),
            replacements: replacements.clone(),
            rounding: plan.rounding,
            keep_log,
        };
        let mut run = run(&plan.deal, &inputs, control)?;
        run.warnings.extend(warnings(plan, scenario, keep_log));
        scenarios.push(ScenarioRun {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            run,
        });
        steps.next();
    }
    Ok(Results {
        deal: plan.deal.clone(),
        pricing_date: plan.pricing_date,
        indices: plan.indices.clone(),
        scenarios,
    })
}

/// How far a computation is.
struct Steps<'a> {
    done: u32,
    all: u32,
    progress: &'a dyn Fn(f64),
}

impl Steps<'_> {
    fn next(&mut self) {
        self.done += 1;
        (self.progress)(f64::from(self.done) / f64::from(self.all.max(1)));
    }
}

fn warnings(plan: &RunPlan, scenario: &ScenarioPlan, kept_log: bool) -> Vec<RunWarning> {
    let mut found = Vec::new();
    let mut warn = |code: &str, message: &str| {
        found.push(RunWarning { code: code.to_owned(), message: message.to_owned() });
    };
    let by_hand = plan.sources.iter().any(|s| matches!(s.kind, SourceKind::Flows(_)));
    if by_hand && scenario.name != "base" {
        warn("flows_by_hand", "Cash flows given by hand are the same in every scenario.");
    }
    if plan.keep_log && !kept_log {
        warn("log_left_out", "The logs would be too long together; this scenario has none.");
    }
    found
}

/// What is bought while the deal revolves: loans of their own, or more of the same pool.
fn replacement(projector: &Projector<'_>, base: Option<&Pools>) -> Result<PoolFlows, ComputeError> {
    let Some(bought) = &projector.source.replacement else {
        let pool = base.and_then(|pools| pools.last());
        return Ok(pool.map(|pool| pool.flows.clone()).unwrap_or_default());
    };
    let loans = vec![bought.loan("").map_err(|_| ComputeError::Plan)?];
    let mut source = projector.source.clone();
    source.assumptions.request.servicing_fee =
        bought.fee().or(source.assumptions.request.servicing_fee);
    let projector = Projector { source: &source, loans: &loans, ..*projector };
    let columns = projector.project(&source.assumptions, &MarketFactors::NONE)?;
    Ok(projector.collateral(&columns).flows)
}

/// The name under which a source is handed to the deal.
fn name_of(source: &PoolSource, deal: &Deal) -> String {
    if !source.name.is_empty() {
        return source.name.clone();
    }
    deal.pools.first().map_or_else(|| "pool".to_owned(), |pool| pool.name.clone())
}

/// Projects the loans of one source.
#[derive(Clone, Copy)]
struct Projector<'a> {
    plan: &'a RunPlan,
    source: &'a PoolSource,
    loans: &'a [Loan],
    control: Control<'a>,
}

impl Projector<'_> {
    /// What the pool pays under every scenario of the plan.
    fn scenarios(&self) -> Result<Vec<Collateral>, ComputeError> {
        if let SourceKind::Flows(collateral) = &self.source.kind {
            let pool = Collateral {
                name: name_of(self.source, &self.plan.deal),
                ..(**collateral).clone()
            };
            return Ok(self.plan.scenarios.iter().map(|_| pool.clone()).collect());
        }
        // Scenarios that move speeds only are projected in one pass.
        let simple = |scenario: &&ScenarioPlan| {
            !scenario.factors.moves_indices()
                && scenario.speeds == credit_engine::scenarios::FixedSpeeds::NONE
        };
        let stresses: Vec<Stress> =
            self.plan.scenarios.iter().filter(simple).map(|s| s.factors.stress()).collect();
        let set = set_of(&self.source.assumptions)?;
        let indices = self.base_indices();
        let settings = self.settings(&indices);
        let together = projection::project_scenarios(self.loans, &set, &settings, &stresses)?;
        let mut together = together.into_iter();
        let mut pools = Vec::with_capacity(self.plan.scenarios.len());
        for scenario in &self.plan.scenarios {
            let columns = if simple(&scenario) {
                together.next().map(|projection| projection.pool).unwrap_or_default()
            } else {
                let assumed = scenario.speeds.applied_to(&self.source.assumptions);
                self.project(&assumed, &scenario.factors)?
            };
            pools.push(self.collateral(&columns));
        }
        Ok(pools)
    }

    /// What the pool pays at one standard speed without defaults.
    fn at_speed(&self, psa: f64) -> Result<Collateral, ComputeError> {
        let assumed = at_speed(&self.source.assumptions, psa);
        Ok(self.collateral(&self.project(&assumed, &MarketFactors::NONE)?))
    }

    fn project(
        &self,
        assumed: &AssumptionSetDraft,
        factors: &MarketFactors,
    ) -> Result<Columns, ComputeError> {
        let set = set_of(assumed)?;
        let indices = factors.indices(&self.base_indices());
        let settings = self.settings(&indices);
        let mut projected =
            projection::project_scenarios(self.loans, &set, &settings, &[factors.stress()])?;
        Ok(projected.pop().map(|projection| projection.pool).unwrap_or_default())
    }

    fn base_indices(&self) -> Indices {
        let cutoff = self.plan.deal.dates.cutoff;
        self.plan.indices.iter().fold(Indices::unchanged(), |indices, (name, path)| {
            indices.with(name, monthly(path, cutoff, 1))
        })
    }

    fn settings<'s>(&'s self, indices: &'s Indices) -> Settings<'s> {
        let cutoff = self.plan.deal.dates.cutoff;
        Settings {
            first_payment_date: month_after(cutoff, 1).unwrap_or(cutoff),
            indices,
            group_by: GroupBy::None,
            control: self.control,
        }
    }

    fn collateral(&self, columns: &Columns) -> Collateral {
        let cutoff = self.plan.deal.dates.cutoff;
        let dates: Vec<NaiveDate> =
            (1..=LONGEST).map_while(|months| month_after(cutoff, months)).collect();
        Collateral::from_columns(&name_of(self.source, &self.plan.deal), &dates, columns)
    }
}

fn set_of(assumed: &AssumptionSetDraft) -> Result<AssumptionSet, ComputeError> {
    AssumptionSet::new(assumed.clone()).map_err(|_| ComputeError::Plan)
}

/// The end of a month after `start`; those of a month end are month ends.
fn month_after(start: NaiveDate, months: i32) -> Option<NaiveDate> {
    let date = add_months(start, months)?;
    Some(if is_month_end(start) { month_end(date) } else { date })
}

/// A path by months from `first` months after `start` on, of which the last value persists.
fn monthly(path: &IndexPath, start: NaiveDate, first: i32) -> Vec<f64> {
    match path {
        IndexPath::Constant(value) => vec![*value],
        IndexPath::Monthly(values) => values.clone(),
        IndexPath::Dated(values) => {
            let last = values.last().map_or(start, |(date, _)| *date);
            let months = (month_number(last) - month_number(start)).clamp(0, LONGEST) + 1;
            let at = |months| {
                let date = add_months(start, months)?;
                let later = values.partition_point(|(from, _)| *from <= date);
                values.get(later.saturating_sub(1)).map(|(_, value)| *value)
            };
            (first..=months.max(first)).map_while(at).collect()
        }
    }
}

/// The indices of the bonds under a scenario.
fn indices(plan: &RunPlan, scenario: &ScenarioPlan) -> BTreeMap<String, IndexPath> {
    if !scenario.factors.moves_indices() {
        return plan.indices.clone();
    }
    let closing = plan.deal.dates.closing;
    let stress = scenario.factors.stress();
    let moved = |path: &IndexPath| {
        let values = monthly(path, closing, 0);
        let last = values.last().copied().unwrap_or(0.0);
        let turn = u16::try_from(values.len()).unwrap_or(u16::MAX);
        let end = stress.duration_months.map_or(0, |months| months.saturating_add(1));
        let shifted = |month: u16| {
            let value = values.get(usize::from(month)).copied().unwrap_or(last);
            value + scenario.factors.interest_rate_shock * stress.share_in_force(month)
        };
        IndexPath::Monthly((0..=turn.max(end).max(stress.ramp_months)).map(shifted).collect())
    };
    plan.indices.iter().map(|(name, path)| (name.clone(), moved(path))).collect()
}
