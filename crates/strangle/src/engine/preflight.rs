//! Whether trading could begin: each thing that must be true, and what to do if it is not.

use strangle_engine::risk::TradingState;
use strangle_engine::session::World;

use super::exchange::Exchange;
use crate::Strangle;
use crate::clients::delta::{FeedStatus, ReadError};
use crate::domain::market::{CheckStatus, Preflight, PreflightCheck};
use crate::settings::Venue;

/// The largest difference of the clocks with which entries are sent, in milliseconds.
const MAX_SKEW_MS: i64 = 2_000;

/// Looks at everything an entry needs.
pub(super) async fn preflight(
    strangle: &Strangle,
    exchange: &Exchange,
    world: &World,
    market: FeedStatus,
    private: FeedStatus,
) -> Preflight {
    let delta = exchange.delta();
    let mut checks = vec![credentials(strangle, exchange).await];
    checks.push(match delta.clock_skew() {
        Some(skew) if skew.num_milliseconds().abs() <= MAX_SKEW_MS => {
            pass("clock_skew", format!("{} ms from the exchange", skew.num_milliseconds()))
        }
        Some(skew) => fail(
            "clock_skew",
            format!(
                "this clock is {} ms from the exchange's; synchronise it (NTP)",
                skew.num_milliseconds()
            ),
        ),
        None => warn("clock_skew", "the exchange has not told its time yet".to_owned()),
    });
    checks.push(match exchange.available_balance().await {
        Ok(Some(available)) if available > rust_decimal::Decimal::ZERO => {
            pass("balance", format!("{} USD can be blocked as margin", available.round_dp(2)))
        }
        Ok(_) => {
            fail("balance", "the account has no USD that could be blocked as margin".to_owned())
        }
        Err(error) => fail("balance", format!("the balances cannot be read: {error}")),
    });
    checks.push(match delta.margin_mode().await {
        Ok(mode) if mode == "isolated" => pass("margin_mode", "isolated".to_owned()),
        Ok(mode) => fail(
            "margin_mode",
            format!("the account uses {mode} margin; only isolated margin is supported"),
        ),
        Err(error) => fail("margin_mode", format!("it cannot be read: {error}")),
    });
    checks.push(match exchange.products().await {
        Ok(products) if !products.is_empty() => {
            pass("products", format!("{} options are listed", products.len()))
        }
        Ok(_) => fail("products", "the exchange lists no options".to_owned()),
        Err(error) => fail("products", format!("they cannot be read: {error}")),
    });
    checks.push(socket("market_socket", market));
    checks.push(socket("private_socket", private));
    checks.push(if world.lease_held {
        pass("lease", format!("held, fencing token {}", world.fencing_token))
    } else {
        fail("lease", "this process does not lead".to_owned())
    });
    checks.push(match world.trading_state {
        TradingState::Active => pass("trading_state", "active".to_owned()),
        other => {
            fail("trading_state", format!("{}; resume trading on the risk page", other.as_str()))
        }
    });
    Preflight {
        generated_at: delta.now(),
        environment: strangle.environment().to_owned(),
        account: strangle.account.to_string(),
        passed: checks.iter().all(|check| check.status != CheckStatus::Fail),
        checks,
    }
}

async fn credentials(strangle: &Strangle, exchange: &Exchange) -> PreflightCheck {
    let delta = exchange.delta();
    if !delta.has_credentials() {
        return fail(
            "credentials",
            "set DELTA_API_KEY and DELTA_API_SECRET, or their _FILE forms".to_owned(),
        );
    }
    if strangle.settings.venue.venue == Venue::Prod && !strangle.settings.venue.live_trading {
        return fail(
            "credentials",
            "set DELTA_LIVE_TRADING=true to trade with real money".to_owned(),
        );
    }
    match delta.profile().await {
        Ok(profile) => pass("credentials", format!("accepted for account {}", profile.user_id)),
        Err(ReadError::Refused(refusal)) if refusal.code.contains("ip_not_whitelisted") => fail(
            "ip_allowed",
            "the exchange does not accept the key from this address; allow it there".to_owned(),
        ),
        Err(error) => fail("credentials", format!("the exchange does not accept them: {error}")),
    }
}

fn socket(name: &str, status: FeedStatus) -> PreflightCheck {
    if status.is_connected {
        pass(name, "connected".to_owned())
    } else {
        fail(name, "not connected; it is being tried again".to_owned())
    }
}

fn pass(name: &str, message: String) -> PreflightCheck {
    PreflightCheck { name: name.to_owned(), status: CheckStatus::Pass, message }
}

fn warn(name: &str, message: String) -> PreflightCheck {
    PreflightCheck { name: name.to_owned(), status: CheckStatus::Warn, message }
}

fn fail(name: &str, message: String) -> PreflightCheck {
    PreflightCheck { name: name.to_owned(), status: CheckStatus::Fail, message }
}
