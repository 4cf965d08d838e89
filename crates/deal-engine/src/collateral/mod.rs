//! What the pools of a deal pay.
//!
//! | module | decides |
//! |---|---|
//! | `flows` | rows of a pool, by hand or from a projection |
//! | `periods` | which rows are distributed on which payment date |
//! | `planned` | the schedules of PAC and TAC bonds |
//!
//! Rows belong to the deal if they are dated after the cut-off; each is distributed on the first
//! payment date whose collection period reaches it, and never again.

mod flows;
mod periods;
mod planned;
#[cfg(test)]
mod tests;

pub use self::flows::{Collateral, FlowRow, PoolFlows};
pub(crate) use self::periods::{Collected, PeriodRow};
pub use self::planned::{Schedules, planned, planned_speeds};
