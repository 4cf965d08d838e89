//! What the settings accept.

use platform::settings::Env;

use super::{KillSwitch, Settings, SimSpeed, Venue};

fn read(pairs: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let mut env = Env::new(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())));
    let settings = Settings::read(&mut env);
    env.finish().map(|_| settings).map_err(|problems| problems.0)
}

#[test]
fn without_a_setting_the_desk_trades_on_paper() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.venue.venue, Venue::Sim);
    assert_eq!(settings.account(), "paper");
    assert_eq!(settings.engine.kill_switch, KillSwitch::Off);
    assert_eq!(settings.sim.speed, SimSpeed::Times(1.0));
    assert_eq!(settings.guards.max_lots_per_leg, 500);
}

#[test]
fn every_value_that_cannot_be_is_named() {
    let problems = read(&[
        ("DELTA_ENV", "prod"),
        ("DELTA_API_KEY", "abcdef"),
        ("DELTA_BASE_URL", "http://example.test"),
        ("DELTA_WS_PUBLIC_URL", "ws://example.test"),
        ("DELTA_ORDER_RETRY_ATTEMPTS", "0"),
        ("DELTA_PARTIAL_FILL_THRESHOLD", "1.5"),
        ("DEFAULT_UNDERLYING", "DOGE"),
        ("DEFAULT_DELTA_LOW", "0.4"),
        ("DEFAULT_TRADE_TIME_IST", "9 o'clock"),
        ("ENGINE_TICK_MS", "5"),
        ("MAX_DAILY_LOSS", "-1"),
        ("MAX_SESSIONS_PER_DAY", "0"),
        ("SIM_SPEED", "fast"),
        ("KILL_SWITCH", "maybe"),
    ])
    .unwrap_err();
    for name in [
        "DELTA_API_KEY and DELTA_API_SECRET",
        "DELTA_BASE_URL",
        "DELTA_WS_PUBLIC_URL",
        "DELTA_ORDER_RETRY_ATTEMPTS",
        "DELTA_PARTIAL_FILL_THRESHOLD",
        "DEFAULT_UNDERLYING",
        "DEFAULT_DELTA_LOW",
        "DEFAULT_TRADE_TIME_IST",
        "ENGINE_TICK_MS",
        "MAX_DAILY_LOSS",
        "MAX_SESSIONS_PER_DAY",
        "SIM_SPEED",
        "KILL_SWITCH",
    ] {
        assert!(problems.iter().any(|problem| problem.starts_with(name)), "{name}: {problems:?}");
    }
}

#[test]
fn in_production_live_trading_needs_credentials() {
    let live = [("DELTA_ENV", "prod"), ("DELTA_LIVE_TRADING", "true")];
    assert!(read(&live).is_ok());
    let strict = [&live[..], &[("ENVIRONMENT", "production")]].concat();
    let problems = read(&strict).unwrap_err();
    assert_eq!(problems, ["DELTA_LIVE_TRADING: needs DELTA_API_KEY and DELTA_API_SECRET"]);
}

#[test]
fn an_account_is_named_by_too_little_of_its_key_to_use_it() {
    let keys = [("DELTA_ENV", "prod"), ("DELTA_API_KEY", "abcdef123"), ("DELTA_API_SECRET", "x")];
    let settings = read(&keys).unwrap();
    assert_eq!(settings.account(), "abcdef");
    assert!(!format!("{settings:?}").contains("abcdef123"));
}
