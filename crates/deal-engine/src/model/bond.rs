//! What a bond is owed.

use chrono::NaiveDate;
use credit_engine::dates::DayCount;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Formula;

/// A bond, note, certificate or class of equity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bond {
    /// Unique among bonds.
    pub name: String,
    /// Principal at closing, in the deal's currency.
    pub original_balance: f64,
    /// Principal today; the original one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<f64>,
    /// The annual rate.
    #[serde(default)]
    pub coupon: Coupon,
    /// How days become a part of a year; 30/360 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "ACT/360")]
    pub day_count: Option<DayCount>,
    /// Days between the end of an accrual period and its payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_days: Option<u16>,
    /// The day from which the first interest accrues; closing if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accrues_from: Option<NaiveDate>,
    /// How principal and interest come to it.
    #[serde(default)]
    pub kind: BondKind,
    /// Bonds that are named together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// No principal before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lockout_until: Option<NaiveDate>,
    /// The highest rate that is paid, such as the net rate of the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub rate_cap: Option<Formula>,
    /// Whether interest above `rate_cap` is owed later, and accrues at the uncapped rate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub carryover: bool,
    /// Whether unpaid interest is added to the balance instead of being owed beside it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferrable: bool,
    /// What unpaid interest earns.
    #[serde(default)]
    pub interest_on_interest: InterestOnInterest,
    /// The day by which it must be repaid; the deal's maturity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maturity: Option<NaiveDate>,
    /// What an agency says, for the eye only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<String>,
}

/// The annual rate of a bond.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Coupon {
    /// No interest.
    #[default]
    None,
    /// The same rate always.
    Fixed {
        /// 0.05 is 5 %.
        rate: f64,
    },
    /// Index times multiplier plus spread, between floor and cap; reset on every payment date.
    /// A negative multiplier makes an inverse floater.
    Floating {
        /// The name of the index, such as `SOFR`.
        index: String,
        /// Added after the multiplication.
        spread: f64,
        /// 1 if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        multiplier: Option<f64>,
        /// The lowest rate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        floor: Option<f64>,
        /// The highest rate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<f64>,
    },
    /// A rate, and higher ones from later days on.
    StepUp {
        /// The rate at first.
        rate: f64,
        /// Days and the rates from then on, in rising order.
        steps: Vec<(NaiveDate, f64)>,
    },
    /// Whatever a formula says at the beginning of the accrual period.
    Formula {
        /// An annual rate.
        #[schema(value_type = String)]
        rate: Formula,
    },
}

/// How principal and interest come to a bond.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum BondKind {
    /// As the waterfall says.
    #[default]
    Ordinary,
    /// Principal on a schedule that holds while speeds stay inside a band.
    Pac {
        /// Lowest and highest PSA speed, 100 is 100 %; the schedule is the lower of the
        /// principal at both.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        band: Option<(f64, f64)>,
        /// The balance planned after each payment, if it is given instead of a band.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        planned: Vec<f64>,
    },
    /// Principal on the schedule of one speed.
    Tac {
        /// PSA speed, 100 is 100 %.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        speed: Option<f64>,
        /// The balance planned after each payment, if it is given instead of a speed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        planned: Vec<f64>,
    },
    /// Takes the principal that scheduled bonds do not.
    Support,
    /// Its interest is added to its balance until its turn comes, and repays others meanwhile.
    ZAccrual,
    /// Interest on a notional amount, no principal.
    InterestOnly {
        /// The amount interest is counted on.
        #[schema(value_type = String)]
        notional: Formula,
    },
    /// Principal, no interest.
    PrincipalOnly,
    /// What is left.
    Equity,
}

/// What unpaid interest earns.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum InterestOnInterest {
    /// Nothing.
    #[default]
    None,
    /// The rate of the bond.
    OwnRate,
    /// A rate of its own.
    Fixed {
        /// Annual.
        rate: f64,
    },
}
