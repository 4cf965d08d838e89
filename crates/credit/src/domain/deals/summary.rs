//! A run in a few numbers, for lists and comparisons.

use chrono::NaiveDate;
use deal_engine::run::{CallExercised, DealRun, RunWarning, Summary as EngineSummary};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::compute::{Results, ScenarioRun};

/// A run in a few numbers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = DealRunSummary)]
pub struct RunSummary {
    /// One entry a scenario; the first is the base.
    pub scenarios: Vec<ScenarioSummary>,
}

/// A scenario in a few numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DealScenarioSummary)]
pub struct ScenarioSummary {
    /// A stable name.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Bonds, fees, what was left.
    pub summary: EngineSummary,
    /// Calls that were exercised.
    pub calls: Vec<CallExercised>,
    /// Triggers that fired, and when first.
    pub triggers: Vec<FirstBreach>,
    /// The last payment date.
    pub last_date: Option<NaiveDate>,
    /// What the reader should know.
    pub warnings: Vec<RunWarning>,
}

/// A trigger that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DealFirstBreach)]
pub struct FirstBreach {
    /// Its name.
    pub trigger: String,
    /// The first date on which it was breached.
    pub date: NaiveDate,
}

impl RunSummary {
    /// Adds up results.
    #[must_use]
    pub fn of(results: &Results) -> Self {
        Self { scenarios: results.scenarios.iter().map(ScenarioSummary::of).collect() }
    }
}

impl ScenarioSummary {
    fn of(scenario: &ScenarioRun) -> Self {
        let run = &scenario.run;
        Self {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            summary: run.summary.clone(),
            calls: run.calls.clone(),
            triggers: breaches(run),
            last_date: run.dates.last().copied(),
            warnings: run.warnings.clone(),
        }
    }
}

fn breaches(run: &DealRun) -> Vec<FirstBreach> {
    let first = |trigger: &deal_engine::run::TriggerColumns| {
        let position = trigger.breached.iter().position(|breached| *breached)?;
        let date = run.dates.get(position).copied()?;
        Some(FirstBreach { trigger: trigger.name.clone(), date })
    };
    run.triggers.iter().filter_map(first).collect()
}
