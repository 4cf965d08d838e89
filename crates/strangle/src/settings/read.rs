//! Reads the settings, one group a function.

use std::sync::Arc;
use std::time::Duration;

use platform::settings::Env;
use rust_decimal::Decimal;

use super::words::{ClockTime, Venue};
use super::{
    Credentials, EngineSettings, Guards, OrderSettings, ProfileDefaults, SimSettings, VenueSettings,
};
use crate::engine::CrashPlan;

pub(super) fn venue(env: &mut Env) -> VenueSettings {
    let venue = env.var(
        "DELTA_ENV",
        "sim",
        "Which exchange: sim (the built-in simulator), testnet or prod.",
    );
    let live_trading = env.flag(
        "DELTA_LIVE_TRADING",
        "false",
        "Whether real orders may leave; they also need DELTA_ENV other than sim, and credentials.",
    );
    let key = env.secret("DELTA_API_KEY", "Key of the exchange's account.");
    let secret = env.secret("DELTA_API_SECRET", "Secret of the exchange's account.");
    let base_url: String =
        env.var("DELTA_BASE_URL", "https://api.india.delta.exchange", "Address of the exchange.");
    let testnet_url: String = env.var(
        "DELTA_TESTNET_URL",
        "https://cdn-ind.testnet.deltaex.org",
        "Address of the exchange's demonstration venue.",
    );
    let ws_public_url = env.optional(
        "DELTA_WS_PUBLIC_URL",
        "Address of the public socket; that of DELTA_ENV if not set.",
    );
    let ws_private_url = env.optional(
        "DELTA_WS_PRIVATE_URL",
        "Address of the private socket; that of DELTA_ENV if not set.",
    );
    let debug_verbose = env.flag(
        "DELTA_DEBUG_VERBOSE",
        "false",
        "Whether each exchange call is logged with its body, secrets masked.",
    );
    let debug_max_body_bytes = env.var(
        "DELTA_DEBUG_MAX_BODY_BYTES",
        "2048",
        "The longest body in such a log line, bytes.",
    );

    if key.is_some() != secret.is_some() {
        env.problem("DELTA_API_KEY and DELTA_API_SECRET: set both or neither");
    }
    let credentials = key.zip(secret).map(|(key, secret)| Credentials { key, secret });
    if live_trading && venue != Venue::Sim && credentials.is_none() && env.environment().is_strict()
    {
        env.problem("DELTA_LIVE_TRADING: needs DELTA_API_KEY and DELTA_API_SECRET");
    }
    let addresses: [(&str, Option<&String>, &str); 4] = [
        ("DELTA_BASE_URL", Some(&base_url), "https://"),
        ("DELTA_TESTNET_URL", Some(&testnet_url), "https://"),
        ("DELTA_WS_PUBLIC_URL", ws_public_url.as_ref(), "wss://"),
        ("DELTA_WS_PRIVATE_URL", ws_private_url.as_ref(), "wss://"),
    ];
    for (name, url, scheme) in addresses {
        if venue != Venue::Sim && url.is_some_and(|url: &String| !url.starts_with(scheme)) {
            env.problem(format!("{name}: must begin with {scheme} unless DELTA_ENV is sim"));
        }
    }
    VenueSettings {
        venue,
        live_trading,
        credentials,
        base_url,
        testnet_url,
        ws_public_url,
        ws_private_url,
        debug_verbose,
        debug_max_body_bytes,
    }
}

pub(super) fn orders(env: &mut Env) -> OrderSettings {
    let retry_attempts = env.var(
        "DELTA_ORDER_RETRY_ATTEMPTS",
        "4",
        "Limit orders for each leg before the market order, 1 to 20.",
    );
    let delay: f64 =
        env.var("DELTA_ORDER_RETRY_DELAY_SECONDS", "2.0", "Pause between them, seconds.");
    let partial_fill_threshold = env.var(
        "DELTA_PARTIAL_FILL_THRESHOLD",
        "0.10",
        "Filled share at which waiting for an order ends early, 0 to 1.",
    );
    let timeout: f64 =
        env.var("DELTA_ORDER_TIMEOUT_SECONDS", "30", "How long to wait for each order, seconds.");

    between(env, "DELTA_ORDER_RETRY_ATTEMPTS", f64::from(retry_attempts), 1.0, 20.0);
    let one = partial_fill_threshold <= Decimal::ONE && partial_fill_threshold >= Decimal::ZERO;
    if !one {
        env.problem("DELTA_PARTIAL_FILL_THRESHOLD: must be 0 to 1");
    }
    OrderSettings {
        retry_attempts,
        retry_delay: seconds(env, "DELTA_ORDER_RETRY_DELAY_SECONDS", delay, 0.0, 60.0),
        partial_fill_threshold,
        timeout: seconds(env, "DELTA_ORDER_TIMEOUT_SECONDS", timeout, 1.0, 600.0),
    }
}

pub(super) fn defaults(env: &mut Env) -> ProfileDefaults {
    let underlying: String = env.var("DEFAULT_UNDERLYING", "BTC", "BTC or ETH.");
    let delta_low: Decimal =
        env.var("DEFAULT_DELTA_LOW", "0.10", "Lower end of the delta band, 0 to 1.");
    let delta_high = env.var("DEFAULT_DELTA_HIGH", "0.15", "Upper end of the delta band, 0 to 1.");
    let trade_time: ClockTime =
        env.var("DEFAULT_TRADE_TIME_IST", "09:30", "Entry, Indian time, HH:MM.");
    let exit_time: ClockTime =
        env.var("DEFAULT_EXIT_TIME_IST", "15:20", "Exit, Indian time, HH:MM.");
    let expiry_buffer_hours = env.var(
        "DEFAULT_EXPIRY_BUFFER_HOURS",
        "24",
        "The automatic expiry is the first listed one at least so many hours ahead.",
    );
    let contract_size: Option<Decimal> = env.optional(
        "DEFAULT_CONTRACT_SIZE",
        "Underlying in one contract, such as 0.001; a contract of another size is refused. Any size \
         if not set.",
    );
    let trailing_enabled =
        env.flag("TRAILING_SL_ENABLED", "true", "Whether the trailing stop is on.");

    if !["BTC", "ETH"].contains(&underlying.as_str()) {
        env.problem(format!("DEFAULT_UNDERLYING: must be BTC or ETH, was `{underlying}`"));
    }
    if !(Decimal::ZERO <= delta_low && delta_low < delta_high && delta_high <= Decimal::ONE) {
        env.problem("DEFAULT_DELTA_LOW and DEFAULT_DELTA_HIGH: must be 0 ≤ low < high ≤ 1");
    }
    if contract_size.is_some_and(|size| size <= Decimal::ZERO) {
        env.problem("DEFAULT_CONTRACT_SIZE: must be above 0");
    }
    ProfileDefaults {
        underlying,
        delta_low,
        delta_high,
        trade_time: trade_time.0,
        exit_time: exit_time.0,
        expiry_buffer_hours,
        contract_size,
        trailing_enabled,
    }
}

pub(super) fn engine(env: &mut Env) -> EngineSettings {
    let enabled = env.flag(
        "STRANGLE_ENGINE_ENABLED",
        "true",
        "Whether this process trades when it leads; false leaves it to others.",
    );
    let tick: u64 = env.var(
        "ENGINE_TICK_MS",
        "1000",
        "How often a session is looked at without an event, milliseconds.",
    );
    let stale_quote: f64 =
        env.var("STALE_QUOTE_SECONDS", "15", "A quote older than this opens nothing, seconds.");
    let stale_mark: f64 = env.var(
        "ANALYTICS_QUOTE_STALE_SECONDS",
        "45",
        "A quote older than this is shown as stale, seconds.",
    );
    let silence: f64 = env.var(
        "TICK_STALE_WARNING_SECONDS",
        "60",
        "A feed that is silent for so long is warned about, seconds.",
    );
    let debug_sample_rate = env.var(
        "ENGINE_DEBUG_SAMPLE_RATE",
        "5",
        "One of so many engine cycles is logged at debug level.",
    );
    let tick_log_sample_rate = env.var(
        "TICK_LOG_SAMPLE_RATE",
        "50",
        "One of so many market ticks is logged at debug level.",
    );
    let on_shutdown = env.var(
        "ON_SHUTDOWN",
        "resume",
        "What happens to open positions when the process stops: resume or flatten.",
    );
    let kill_switch = env.var(
        "KILL_SWITCH",
        "off",
        "off, halt or halt_and_flatten; as long as it is set nobody can trade again.",
    );

    if !(50..=60_000).contains(&tick) {
        env.problem("ENGINE_TICK_MS: must be 50 to 60000");
    }
    EngineSettings {
        enabled,
        tick: Duration::from_millis(tick),
        stale_quote: seconds(env, "STALE_QUOTE_SECONDS", stale_quote, 1.0, 600.0),
        stale_mark: seconds(env, "ANALYTICS_QUOTE_STALE_SECONDS", stale_mark, 1.0, 3_600.0),
        silence_warning: seconds(env, "TICK_STALE_WARNING_SECONDS", silence, 1.0, 3_600.0),
        debug_sample_rate: at_least_one(env, "ENGINE_DEBUG_SAMPLE_RATE", debug_sample_rate),
        tick_log_sample_rate: at_least_one(env, "TICK_LOG_SAMPLE_RATE", tick_log_sample_rate),
        on_shutdown,
        kill_switch,
    }
}

pub(super) fn guards(env: &mut Env) -> Guards {
    let max_daily_loss: Option<Decimal> = env.optional(
        "MAX_DAILY_LOSS",
        "No new session on a day that has lost this much, USD; off if not set.",
    );
    let max_sessions_per_day = env.var("MAX_SESSIONS_PER_DAY", "3", "Sessions a day, Indian time.");
    let max_orders_per_minute = env.var("MAX_ORDERS_PER_MINUTE", "60", "Orders in a minute.");
    let max_lots_per_leg = env.var("MAX_LOTS_PER_LEG", "500", "Contracts in one leg.");
    if max_daily_loss.is_some_and(|loss| loss <= Decimal::ZERO) {
        env.problem("MAX_DAILY_LOSS: must be above 0");
    }
    Guards {
        max_daily_loss,
        max_sessions_per_day: at_least_one(env, "MAX_SESSIONS_PER_DAY", max_sessions_per_day),
        max_orders_per_minute: at_least_one(env, "MAX_ORDERS_PER_MINUTE", max_orders_per_minute),
        max_lots_per_leg: at_least_one(env, "MAX_LOTS_PER_LEG", max_lots_per_leg),
    }
}

pub(super) fn sim(env: &mut Env) -> SimSettings {
    SimSettings {
        seed: env.var(
            "SIM_SEED",
            "42",
            "Seed of the simulated market; equal seeds make equal markets.",
        ),
        speed: env.var("SIM_SPEED", "1", "Simulated seconds a second, or max."),
        scenario: env.var(
            "SIM_SCENARIO",
            "calm",
            "calm, trend, crash, melt-up, chop, vol-spike, gap or weekend.",
        ),
        start: env.var(
            "SIM_START",
            "now",
            "Where the simulator's calendar begins: now, or an instant.",
        ),
        url: sim_url(env),
        listen: env.optional(
            "SIM_LISTEN",
            "Address at which the simulator also answers like the exchange; off if not set.",
        ),
    }
}

fn sim_url(env: &mut Env) -> Option<String> {
    let url: Option<String> = env.optional(
        "SIM_URL",
        "Address of a simulator in another process (`quintet strangle sim-exchange`), such as \
         http://127.0.0.1:9900; SIM_SPEED must be the one it runs at.",
    );
    let is_near = |url: &String| {
        let rest = url.strip_prefix("http://").unwrap_or_default();
        rest.starts_with("127.0.0.1:")
            || rest.starts_with("localhost:")
            || rest.starts_with("[::1]:")
    };
    if url.as_ref().is_some_and(|url| !is_near(url)) {
        env.problem(
            "SIM_URL: must be an http address of this machine, such as http://127.0.0.1:9900",
        );
    }
    url
}

pub(super) fn instance(env: &mut Env) -> String {
    let name: String = env.var(
        "DESK_INSTANCE_ID",
        "quintet-1",
        "Marks the orders of this desk on the exchange. Processes of one desk share it, desks on one \
         account must not; it must not change while something is open.",
    );
    if name.is_empty() || name.len() > 64 {
        env.problem("DESK_INSTANCE_ID: must have 1 to 64 characters");
    }
    name
}

pub(super) fn crash(env: &mut Env, venue: Venue) -> Arc<CrashPlan> {
    let text: String = env.var(
        "CRASH_AT",
        "",
        "For tests on the simulator: `name:n` ends the process at the n-th pass of a place.",
    );
    if !text.is_empty() && venue != Venue::Sim {
        env.problem("CRASH_AT: only with DELTA_ENV=sim");
    }
    match CrashPlan::parse(&text) {
        Ok(plan) => Arc::new(plan),
        Err(error) => {
            env.problem(format!("CRASH_AT: {error}"));
            Arc::default()
        }
    }
}

fn seconds(env: &mut Env, name: &str, value: f64, low: f64, high: f64) -> Duration {
    between(env, name, value, low, high);
    Duration::try_from_secs_f64(value).unwrap_or_default()
}

fn between(env: &mut Env, name: &str, value: f64, low: f64, high: f64) {
    if !(low..=high).contains(&value) {
        env.problem(format!("{name}: must be {low} to {high}, was {value}"));
    }
}

fn at_least_one(env: &mut Env, name: &str, value: u32) -> u32 {
    if value == 0 {
        env.problem(format!("{name}: must be at least 1"));
    }
    value.max(1)
}
