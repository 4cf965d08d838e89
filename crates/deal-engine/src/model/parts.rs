//! Pools, accounts, ledgers, fees, triggers, tests, calls.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Formula, Status, Step};

/// A pool of collateral. What it pays is handed to a run under this name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Unique among pools.
    pub name: String,
}

/// Where cash lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Unique among accounts.
    pub name: String,
    /// Cash at closing; 0 if absent.
    #[serde(default)]
    pub balance: f64,
    /// What a reserve should hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub target: Option<Formula>,
    /// The annual rate its balance earns, ACT/365F; none if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub earns: Option<Formula>,
}

/// An amount that is remembered and is not cash, such as a principal deficiency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// Unique among ledgers.
    pub name: String,
    /// At closing; 0 if absent.
    #[serde(default)]
    pub balance: f64,
    /// The most it can hold; a debit beyond goes to the next ledger named in the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub cap: Option<Formula>,
}

/// What the deal costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Unique among fees.
    pub name: String,
    /// How it accrues.
    pub kind: FeeKind,
    /// The day from which it accrues; closing if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<NaiveDate>,
}

/// How a fee accrues. What is not paid stays due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FeeKind {
    /// Once.
    OneOff {
        /// In the deal's currency.
        amount: f64,
    },
    /// The same on every payment date.
    Fixed {
        /// In the deal's currency.
        amount: f64,
    },
    /// An annual rate on an amount, at the beginning of the period unless the formula says otherwise.
    Rate {
        /// Annual.
        rate: f64,
        /// On what.
        #[schema(value_type = String)]
        base: Formula,
        /// How days become a part of a year; 30/360 if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        day_count: Option<credit_engine::dates::DayCount>,
    },
    /// What a formula says on every payment date.
    Formula {
        /// In the deal's currency.
        #[schema(value_type = String)]
        amount: Formula,
    },
}

/// A named formula. It may use variables, but not in a circle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Unique among variables.
    pub name: String,
    /// What it stands for.
    #[schema(value_type = String)]
    pub value: Formula,
}

/// What changes the deal when a measure crosses a threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Unique among triggers.
    pub name: String,
    /// What is measured.
    #[schema(value_type = String)]
    pub measure: Formula,
    /// How measure and threshold compare when it is breached.
    pub comparison: Comparison,
    /// What it is compared with.
    #[schema(value_type = String)]
    pub threshold: Formula,
    /// When it is tested.
    #[serde(default)]
    pub at: Moment,
    /// The breaches in a row that it takes; 1 if absent.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub consecutive: u16,
    /// Whether it goes away again.
    #[serde(default)]
    pub cure: Cure,
    /// Whether it is tested from the beginning; otherwise another trigger must activate it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dormant: bool,
    /// What happens when it fires.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TriggerComparison)]
pub enum Comparison {
    /// Above.
    #[serde(rename = ">")]
    Above,
    /// At or above.
    #[serde(rename = ">=")]
    AtLeast,
    /// Below.
    #[serde(rename = "<")]
    Below,
    /// At or below.
    #[serde(rename = "<=")]
    AtMost,
}

/// When a trigger is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// At closing, once.
    Closing,
    /// After collections are known and before anything is paid.
    #[default]
    EndOfCollection,
    /// After accruals, as the first thing of the waterfall.
    BeforeWaterfall,
    /// After the last step of the waterfall.
    AfterWaterfall,
    /// Where a step says so.
    InStep,
}

/// Whether a trigger goes away again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cure {
    /// Once breached, always breached.
    #[default]
    Never,
    /// It ends when the test passes again, and with it a status it set.
    WhenPassed,
}

/// What a trigger does when it fires.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Changes the status of the deal.
    Status {
        /// The new one.
        status: Status,
    },
    /// Replaces the target of a reserve.
    ReserveTarget {
        /// Which account.
        account: String,
        /// The new target.
        #[schema(value_type = String)]
        target: Formula,
    },
    /// Replaces the rate of a bond.
    Coupon {
        /// Which bond.
        bond: String,
        /// The new annual rate.
        #[schema(value_type = String)]
        rate: Formula,
    },
    /// Makes a dormant trigger be tested.
    Activate {
        /// Which trigger.
        trigger: String,
    },
    /// Runs steps once, at once.
    Steps {
        /// Which.
        #[schema(no_recursion)]
        steps: Vec<Step>,
    },
}

/// A coverage test: what covers some bonds against those bonds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Unique among tests.
    pub name: String,
    /// What covers.
    pub kind: TestKind,
    /// The class that is tested and those senior to it.
    pub bonds: Vec<String>,
    /// Passed at or above this.
    #[schema(value_type = String)]
    pub threshold: Formula,
}

/// What covers the bonds of a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum TestKind {
    /// Overcollateralisation: an amount over the balance of the bonds.
    Overcollateralization {
        /// Adjusted par; performing pool balance plus principal cash if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        numerator: Option<Formula>,
    },
    /// Interest coverage: an amount over the interest due on the bonds.
    InterestCoverage {
        /// Interest after senior fees; interest collected less fees due if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        numerator: Option<Formula>,
    },
}

/// An option to sell the pool, repay everything and end the deal. It is not exercised unless the
/// proceeds and the cash in the accounts cover bonds, accrued interest and fees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Unique among calls.
    pub name: String,
    /// When it may be exercised, such as `pool.factor < 10%`.
    #[schema(value_type = String)]
    pub when: Formula,
    /// Not before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_date: Option<NaiveDate>,
    /// What the pool is sold for; its performing balance if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub price: Option<Formula>,
}

const fn one() -> u16 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_one(count: &u16) -> bool {
    *count == 1
}
