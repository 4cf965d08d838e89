//! What the desk remembers. Each function takes the caller's transaction; those that answer a person
//! ask for the tenant, so that nobody finds another tenant's rows.

pub(crate) mod analytics_snapshots;
pub(crate) mod config_versions;
pub(crate) mod configs;
pub(crate) mod day;
pub(crate) mod feature_flags;
pub(crate) mod fee_schedules;
pub(crate) mod fills;
pub(crate) mod intents;
pub(crate) mod legs;
pub(crate) mod operations;
pub(crate) mod orders;
pub(crate) mod pnl_points;
pub(crate) mod positions;
pub(crate) mod reconciliation_reports;
pub(crate) mod risk_events;
pub(crate) mod risk_limits;
pub(crate) mod runtime_snapshots;
pub(crate) mod session_events;
pub(crate) mod session_list;
pub(crate) mod sessions;
pub(crate) mod sim;
pub(crate) mod timeline;
pub(crate) mod trading_state;

#[cfg(test)]
mod tests;
