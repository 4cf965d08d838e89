//! What the service remembers. Each function takes the caller's transaction and asks for the
//! tenant, so that nobody finds another tenant's rows; `objects` asks for all.

pub(crate) mod curves;
pub(crate) mod deal_access;
pub(crate) mod deal_runs;
pub(crate) mod deal_versions;
pub(crate) mod deals;
pub(crate) mod forecasts;
pub(crate) mod loans;
pub(crate) mod mappings;
pub(crate) mod objects;
pub(crate) mod pools;
pub(crate) mod runs;
pub(crate) mod scenarios;
pub(crate) mod simulation_scenarios;
pub(crate) mod simulations;
pub(crate) mod stress_runs;
pub(crate) mod versions;
