//! What a run needs besides the deal.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use credit_engine::dates::month_number;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::collateral::{Collateral, PoolFlows, Schedules};

/// What a run needs besides the deal.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Inputs {
    /// What the pools pay. A deal with one pool takes the only entry whatever its name.
    pub pools: Vec<Collateral>,
    /// What the indices of floating bonds will be, by name.
    #[schema(value_type = std::collections::HashMap<String, IndexPath>)]
    pub indices: BTreeMap<String, IndexPath>,
    /// Planned balances of PAC and TAC bonds that have a band or a speed, from
    /// [`crate::collateral::planned`].
    #[schema(value_type = std::collections::HashMap<String, Vec<f64>>)]
    pub schedules: Schedules,
    /// By pool, the monthly flows of the assets that a `buy` step adds, from the month after the
    /// purchase on; they are scaled to the balance that is bought.
    #[schema(value_type = std::collections::HashMap<String, PoolFlows>)]
    pub replacements: BTreeMap<String, PoolFlows>,
    /// How amounts of money are rounded.
    pub rounding: Rounding,
    /// Whether every step is written down.
    pub keep_log: bool,
}

/// Future values of an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum IndexPath {
    /// The same always.
    Constant(f64),
    /// By whole months since closing; the last one persists.
    Monthly(Vec<f64>),
    /// From these days on, in rising order; the first one holds before its day too.
    Dated(Vec<(NaiveDate, f64)>),
}

/// How amounts of money are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Not at all.
    #[default]
    None,
    /// Accruals to the nearest cent, half to even; parts of a sum to whole cents that add up, the
    /// largest remainders first.
    Cents,
}

impl IndexPath {
    /// Returns the value on a day; `None` if there is none at all.
    pub(crate) fn on(&self, date: NaiveDate, closing: NaiveDate) -> Option<f64> {
        match self {
            Self::Constant(value) => Some(*value),
            Self::Monthly(values) => {
                let months = usize::try_from(month_number(date) - month_number(closing));
                values.get(months.unwrap_or(0)).or(values.last()).copied()
            }
            Self::Dated(values) => {
                let later = values.partition_point(|(from, _)| *from <= date);
                values.get(later.saturating_sub(1)).map(|(_, value)| *value)
            }
        }
    }
}

impl Rounding {
    /// Rounds an accrued amount.
    pub(super) fn accrued(self, amount: f64) -> f64 {
        match self {
            Self::None => amount,
            Self::Cents => (amount * 100.0).round_ties_even() / 100.0,
        }
    }

    /// Rounds what can be paid down.
    pub(super) fn payable(self, amount: f64) -> f64 {
        match self {
            Self::None => amount,
            // A sum of cents may lie a few bits below the whole cent that it is.
            Self::Cents => (amount * 100.0 + 1e-7).floor() / 100.0,
        }
    }
}
