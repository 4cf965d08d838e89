//! What a deal consists of.
//!
//! | module | decides |
//! |---|---|
//! | `formula` | expressions over the deal's own numbers |
//! | `dates` | when collections end and payments fall |
//! | `parts` | pools, accounts, ledgers, fees, triggers, tests, calls |
//! | `bond` | what a bond is owed |
//! | `step` | one instruction of a waterfall |
//!
//! Everything here is data: JSON, the text form and the builder of the console are three views of
//! these types, and none of them holds more than the others.

mod bond;
mod dates;
mod formula;
mod parts;
mod step;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::bond::{Bond, BondKind, Coupon, InterestOnInterest};
pub use self::dates::{DealDates, Frequency};
pub use self::formula::{Binary, Expr, Formula, Object, ObjectKind, Unary};
pub use self::parts::{
    Account, Call, Comparison, Cure, Effect, Fee, FeeKind, Ledger, Moment, Pool, Test, TestKind,
    Trigger, Variable,
};
pub use self::step::{Action, Allocation, InterestPart, PrincipalAllocation, Side, Source, Step};

/// A structured deal.
///
/// Names of pools, accounts, ledgers, fees, bonds, variables, triggers, tests and calls are at most
/// 64 characters; within one kind a name stands once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deal {
    /// What people call it.
    pub name: String,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// When things happen.
    pub dates: DealDates,
    /// The collateral; one pool called `pool` if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<Pool>,
    /// Where cash lies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Account>,
    /// Amounts that are remembered and are not cash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ledgers: Vec<Ledger>,
    /// What the deal costs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Fee>,
    /// What the deal issued, senior first.
    pub bonds: Vec<Bond>,
    /// Named formulas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Variable>,
    /// What changes the deal when a measure crosses a threshold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// Coverage tests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<Test>,
    /// Options to end the deal early.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// Who is paid in which order, by status.
    pub waterfalls: Vec<Waterfall>,
}

/// The order of payments while the deal has a status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Waterfall {
    /// The status; a status without a waterfall of its own uses that of `amortizing`, but a `called`
    /// deal pays fees, interest and principal in the order of the deal and the rest to equity.
    pub status: Status,
    /// What is done, in this order.
    pub steps: Vec<Step>,
}

/// The state of a deal.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = DealStatus)]
pub enum Status {
    /// Principal buys new assets.
    Revolving,
    /// Principal repays bonds.
    #[default]
    Amortizing,
    /// As amortizing, before its time.
    EarlyAmortization,
    /// All cash repays the senior bonds first.
    Accelerated,
    /// An event of default happened.
    Defaulted,
    /// A call was exercised: everything is repaid at once.
    Called,
}
