//! The settings of the desk.

mod read;
mod words;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveTime;
use platform::settings::{Env, Secret};
use rust_decimal::Decimal;

use crate::engine::CrashPlan;

pub(crate) use words::{KillSwitch, OnShutdown, SimSpeed, SimStart, Venue};

/// The access to the exchange's account.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    pub(crate) key: Secret,
    pub(crate) secret: Secret,
}

/// How the exchange is reached.
#[derive(Debug, Clone)]
pub(crate) struct VenueSettings {
    pub(crate) venue: Venue,
    pub(crate) live_trading: bool,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) base_url: String,
    pub(crate) testnet_url: String,
    pub(crate) ws_public_url: Option<String>,
    pub(crate) ws_private_url: Option<String>,
    pub(crate) debug_verbose: bool,
    pub(crate) debug_max_body_bytes: usize,
}

/// How orders are worked.
#[derive(Debug, Clone)]
pub(crate) struct OrderSettings {
    pub(crate) retry_attempts: u32,
    pub(crate) retry_delay: Duration,
    pub(crate) partial_fill_threshold: Decimal,
    pub(crate) timeout: Duration,
}

/// What a profile says that says nothing.
#[derive(Debug, Clone)]
pub(crate) struct ProfileDefaults {
    pub(crate) underlying: String,
    pub(crate) delta_low: Decimal,
    pub(crate) delta_high: Decimal,
    pub(crate) trade_time: NaiveTime,
    pub(crate) exit_time: NaiveTime,
    pub(crate) expiry_buffer_hours: u32,
    pub(crate) contract_size: Option<Decimal>,
    pub(crate) trailing_enabled: bool,
}

/// How the engine watches.
#[derive(Debug, Clone)]
pub(crate) struct EngineSettings {
    pub(crate) enabled: bool,
    pub(crate) tick: Duration,
    pub(crate) stale_quote: Duration,
    pub(crate) stale_mark: Duration,
    pub(crate) silence_warning: Duration,
    pub(crate) debug_sample_rate: u32,
    pub(crate) tick_log_sample_rate: u32,
    pub(crate) on_shutdown: OnShutdown,
    pub(crate) kill_switch: KillSwitch,
}

/// The account's guards until somebody changes them.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "the names are those of the settings")]
pub(crate) struct Guards {
    pub(crate) max_daily_loss: Option<Decimal>,
    pub(crate) max_sessions_per_day: u32,
    pub(crate) max_orders_per_minute: u32,
    pub(crate) max_lots_per_leg: u32,
}

/// The simulator.
#[derive(Debug, Clone)]
pub(crate) struct SimSettings {
    pub(crate) seed: u64,
    pub(crate) speed: SimSpeed,
    pub(crate) scenario: String,
    pub(crate) start: SimStart,
    pub(crate) listen: Option<SocketAddr>,
    /// Where a simulator of another process answers.
    pub(crate) url: Option<String>,
}

/// See the help texts in the `read`.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Whose desk this is; other tenants have profiles and history, but no desk.
    pub(crate) tenant: String,
    /// Names this desk on its orders; processes of one desk share it.
    pub(crate) instance: String,
    /// Where a test ends the process.
    pub(crate) crash: Arc<CrashPlan>,
    pub(crate) venue: VenueSettings,
    pub(crate) orders: OrderSettings,
    pub(crate) defaults: ProfileDefaults,
    pub(crate) engine: EngineSettings,
    pub(crate) guards: Guards,
    pub(crate) sim: SimSettings,
}

impl Settings {
    /// Reads the settings and notes what is wrong with them.
    pub(crate) fn read(env: &mut Env) -> Self {
        env.group("Strangle: exchange");
        let tenant = env.var("STRANGLE_TENANT", "default", "The tenant whose desk this is.");
        let instance = read::instance(env);
        let venue = read::venue(env);
        env.group("Strangle: orders");
        let orders = read::orders(env);
        env.group("Strangle: defaults of a profile");
        let defaults = read::defaults(env);
        env.group("Strangle: engine");
        let engine = read::engine(env);
        env.group("Strangle: guards of the account");
        let guards = read::guards(env);
        env.group("Strangle: simulator");
        let sim = read::sim(env);
        let crash = read::crash(env, venue.venue);
        Self { tenant, instance, crash, venue, orders, defaults, engine, guards, sim }
    }

    /// Names the account: its positions, its session and its guards belong together.
    pub(crate) fn account(&self) -> String {
        match (&self.venue.credentials, self.venue.venue) {
            (_, Venue::Sim) => "paper".to_owned(),
            (Some(credentials), _) => {
                // Enough of the key to tell two accounts apart, too little to use it.
                credentials.key.reveal().chars().take(6).collect()
            }
            (None, _) => "none".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
