//! The picture of the desk that people watch.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use strangle_engine::pricing;
use strangle_engine::profile::Profile;
use strangle_engine::schedule::next_ist_midnight;
use strangle_engine::session::{LegView, SessionState, SessionView, World};

use crate::clients::delta::FeedStatus;
use crate::domain::actions::{Situation, allowed};
use crate::domain::number::{exact, number, rounded};
use crate::domain::runtime::{
    Alert, ConfigBrief, DataQuality, DeskStatus, Entry, Greeks, Guard, Limits, Margin,
    ReconciliationBrief, Risk, Runtime, Schedule, SelectedContract, Spot, Totals, Trailing,
};

/// For how long a desk shows the session that has just ended.
pub(super) const COOLDOWN: TimeDelta = TimeDelta::seconds(60);

/// Everything a picture is made of.
pub(super) struct Scene<'a> {
    pub(super) now: DateTime<Utc>,
    pub(super) environment: &'a str,
    pub(super) account: &'a str,
    pub(super) may_trade: bool,
    pub(super) mode_reason: Option<&'a str>,
    /// The session that is open or has just ended.
    pub(super) session: Option<(SessionView, &'a Profile)>,
    /// The profile that would be started.
    pub(super) config: Option<ConfigBrief>,
    pub(super) world: &'a World,
    pub(super) market: FeedStatus,
    pub(super) private: FeedStatus,
    pub(super) quota_used: Option<f64>,
    /// The index where no session watches one.
    pub(super) index: Option<(String, Decimal, DateTime<Utc>)>,
}

impl Scene<'_> {
    /// Takes the picture.
    pub(super) fn picture(self) -> Runtime {
        let view = self.session.as_ref().map(|(view, _)| view);
        let open = view.is_some_and(|view| !view.state.is_over());
        let state = view.map(|view| view.state);
        let status = match view {
            Some(view) => status(view.status),
            None => DeskStatus::Idle,
        };
        let situation = Situation {
            state: state.filter(|_| open).map(SessionState::as_str),
            trading_state: self.world.trading_state.as_str(),
            may_trade: self.may_trade,
            open_legs: open && view.is_some_and(|view| view.legs.iter().any(|leg| leg.open != 0)),
            has_profile: self.config.is_some(),
        };
        let allowed_actions = allowed(situation);
        let profile = self.session.as_ref().map(|(_, profile)| *profile);
        Runtime {
            status,
            state: state.map(|state| state.as_str().to_owned()),
            mode: if self.environment == "prod" { "live" } else { "simulation" }.to_owned(),
            environment: self.environment.to_owned(),
            account: self.account.to_owned(),
            mode_reason: self.mode_reason.map(str::to_owned),
            active: open,
            strategy_id: view.map(|view| view.strategy_id.clone()),
            session_id: view.map(|view| i64::try_from(view.number).unwrap_or(i64::MAX)),
            generated_at: self.now,
            schedule: view.map(|view| schedule(view, self.now)).unwrap_or_default(),
            entry: view.map_or_else(idle_entry, entry),
            positions: view
                .map(|view| view.legs.iter().map(|leg| super::legs::position(view, leg)).collect())
                .unwrap_or_default(),
            totals: view.map(totals).unwrap_or_default(),
            limits: view
                .zip(profile)
                .map(|(view, profile)| limits(view, profile))
                .unwrap_or_default(),
            trailing: view
                .zip(profile)
                .map(|(view, profile)| trailing(view, profile))
                .unwrap_or_default(),
            spot: self.spot(),
            greeks: view.and_then(|view| view.greeks).map(greeks),
            margin: Some(Margin {
                balance: None,
                available: self.world.available_balance.map(number),
                blocked: view.and_then(|view| view.margin_estimate).map(number),
                estimated: true,
            }),
            data_quality: self.data_quality(),
            risk: Risk {
                trading_state: self.world.trading_state.as_str().to_owned(),
                guards: guards(self.world, view, self.now),
            },
            reconciliation: ReconciliationBrief {
                last_at: view.and_then(|view| view.reconciliation.last_at),
                differences: view.map_or(0, |view| {
                    i64::try_from(view.reconciliation.differences.len()).unwrap_or(i64::MAX)
                }),
            },
            exit_reason: view
                .and_then(|view| view.exit_reason)
                .map(|reason| reason.as_str().to_owned()),
            alerts: view.map(alerts).unwrap_or_default(),
            config: self.config.clone(),
            allowed_actions,
        }
    }

    fn spot(&self) -> Spot {
        let view = self.session.as_ref().map(|(view, _)| view);
        let seen = view.map(|view| view.spot).unwrap_or_default();
        let index = self.index.as_ref();
        Spot {
            symbol: index.map(|(symbol, ..)| symbol.clone()),
            entry: seen.entry.map(number),
            exit: seen.exit.map(number),
            last: seen
                .last
                .map(|spot| spot.price)
                .or(index.map(|(_, price, _)| *price))
                .map(number),
            high: seen.high.map(number),
            low: seen.low.map(number),
            updated_at: seen.last.map(|spot| spot.at).or(index.map(|(.., at)| *at)),
        }
    }

    fn data_quality(&self) -> DataQuality {
        let legs = self.session.iter().flat_map(|(view, _)| &view.legs).filter(|leg| leg.open != 0);
        let mut ages = BTreeMap::new();
        let mut stale = Vec::new();
        let mut rest_fallback = false;
        for leg in legs {
            let symbol = leg.contract.symbol.as_str().to_owned();
            if let Some(age) = leg.quote_age_ms {
                ages.insert(symbol.clone(), age);
            }
            rest_fallback |=
                leg.quote.is_some_and(|quote| quote.source == strangle_engine::quote::Source::Rest);
            if leg.stale {
                stale.push(symbol);
            }
        }
        DataQuality {
            quote_age_ms: ages,
            ws_connected: self.market.is_connected,
            private_connected: self.private.is_connected,
            rest_fallback,
            stale,
            clock_skew_ms: Some(self.world.clock_skew_ms),
            quota_used: self.quota_used.map(rounded),
        }
    }
}

fn status(word: &str) -> DeskStatus {
    match word {
        "waiting" => DeskStatus::Waiting,
        "entering" => DeskStatus::Entering,
        "live" => DeskStatus::Live,
        "exiting" => DeskStatus::Exiting,
        "cooldown" => DeskStatus::Cooldown,
        "unresolved" => DeskStatus::Unresolved,
        _ => DeskStatus::Idle,
    }
}

fn schedule(view: &SessionView, now: DateTime<Utc>) -> Schedule {
    let left = |at: DateTime<Utc>| Some((at - now).num_seconds().max(0));
    let over = view.state.is_over();
    let waits = view.legs.is_empty() && !over;
    Schedule {
        scheduled_entry_at: Some(view.schedule.entry_at),
        time_to_entry_seconds: left(view.schedule.entry_at).filter(|_| waits),
        planned_exit_at: Some(view.schedule.exit_at),
        exit_bound: Some(super::rows::word(&view.schedule.exit_bound)),
        time_to_exit_seconds: left(view.schedule.exit_at).filter(|_| !over),
    }
}

fn idle_entry() -> Entry {
    Entry { status: "idle".to_owned(), ..Entry::default() }
}

fn entry(view: &SessionView) -> Entry {
    let entry = &view.entry;
    let chosen = entry.selection.as_ref();
    Entry {
        status: match entry.status {
            "pending" => "waiting",
            "done" => "completed",
            other => other,
        }
        .to_owned(),
        started_at: entry.started_at,
        completed_at: entry.completed_at,
        target_expiry: chosen.map(|chosen| strangle_engine::instrument::expires_at(chosen.expiry)),
        selected_contracts: chosen
            .map(|chosen| vec![selected(&chosen.call), selected(&chosen.put)])
            .unwrap_or_default(),
        selection_strategy: chosen.map(|chosen| super::rows::word(&chosen.mode)),
        legs: view.legs.iter().map(super::legs::entry_leg).collect(),
        reason: entry.refusal.as_ref().map(ToString::to_string).or_else(|| entry.held_by.clone()),
    }
}

/// Shows a contract that was chosen.
pub(super) fn selected(leg: &strangle_engine::selection::SelectedLeg) -> SelectedContract {
    SelectedContract {
        kind: leg.contract.kind.as_str().to_owned(),
        symbol: leg.contract.symbol.as_str().to_owned(),
        strike: number(leg.contract.strike),
        delta: leg.delta.map(rounded),
        mid: leg.mid.map(number),
        iv: leg.iv.map(rounded),
        spread_pct: leg.spread_pct.map(number),
        distance_pct: Some(number(leg.distance_pct)),
    }
}

fn totals(view: &SessionView) -> Totals {
    let totals = &view.totals;
    let notional = totals.notional.unwrap_or_default();
    Totals {
        realized: number(totals.realized),
        unrealized: number(totals.unrealized),
        pnl_before_fees: number(totals.gross),
        fees: number(totals.fees),
        total_pnl: number(totals.net),
        total_pnl_pct: totals.net_pct.map(rounded).unwrap_or_default(),
        basis: totals.basis.map(number).unwrap_or_default(),
        notional: number(notional),
        realized_exact: exact(totals.realized),
        unrealized_exact: exact(totals.unrealized),
        pnl_before_fees_exact: exact(totals.gross),
        fees_exact: exact(totals.fees),
        total_pnl_exact: exact(totals.net),
        notional_exact: exact(notional),
    }
}

fn limits(view: &SessionView, profile: &Profile) -> Limits {
    let fields = profile.fields();
    let max_loss = Some(fields.max_loss_pct);
    let level = view.extremes.level_pct;
    Limits {
        max_profit_pct: Some(fields.max_profit_pct),
        max_loss_pct: max_loss,
        effective_loss_pct: match (max_loss, level) {
            (Some(loss), Some(level)) => Some(rounded(loss.min(-level))),
            (loss, _) => loss,
        },
        trailing_enabled: fields.trailing_sl_enabled,
        trailing_level_pct: level.map(rounded),
    }
}

fn trailing(view: &SessionView, profile: &Profile) -> Trailing {
    let trail = &view.extremes;
    Trailing {
        enabled: profile.fields().trailing_sl_enabled,
        armed: trail.level_pct.is_some(),
        level_pct: trail.level_pct.map(rounded),
        max_profit_seen: number(trail.max_profit),
        max_profit_seen_pct: rounded(trail.max_profit_pct),
        max_drawdown_seen: number(trail.max_drawdown),
        max_drawdown_seen_pct: rounded(trail.max_drawdown_pct),
    }
}

/// Shows sensitivities.
pub(super) fn greeks(greeks: pricing::Greeks) -> Greeks {
    Greeks {
        delta: rounded(greeks.delta),
        gamma: rounded(greeks.gamma),
        vega: rounded(greeks.vega),
        theta: rounded(greeks.theta),
    }
}

fn alerts(view: &SessionView) -> Vec<Alert> {
    let alert = |alert: &strangle_engine::session::AlertView| Alert {
        code: alert.code.clone(),
        severity: match alert.severity {
            strangle_engine::session::Severity::Info => "info",
            strangle_engine::session::Severity::Warning => "warning",
            strangle_engine::session::Severity::Critical => "critical",
        }
        .to_owned(),
        message: alert.message.clone(),
        at: alert.since,
    };
    view.alerts.iter().map(alert).collect()
}

/// Shows the guards. The session that runs counts among those of today as soon as it has sold
/// something; its own entry is not held back by itself.
fn guards(world: &World, view: Option<&SessionView>, now: DateTime<Utc>) -> Vec<Guard> {
    let limits = &world.limits;
    let mut guards = Vec::new();
    if let Some(limit) = limits.max_daily_loss {
        let used = (-world.daily_realized).max(Decimal::ZERO);
        guards.push(guard("daily_loss", number(used), number(limit), "net loss of today, USD"));
    }
    if let Some(limit) = limits.max_sessions_per_day {
        let midnight = next_ist_midnight(now) - TimeDelta::days(1);
        let sold = |leg: &LegView| leg.opened_at.is_some_and(|at| at >= midnight);
        let this_one = view.is_some_and(|view| view.legs.iter().any(sold));
        let used = f64::from(world.sessions_today) + f64::from(u8::from(this_one));
        guards.push(guard("sessions_per_day", used, f64::from(limit), "sessions today (IST)"));
    }
    guards.push(guard(
        "orders_per_minute",
        f64::from(world.orders_last_minute),
        f64::from(limits.max_orders_per_minute),
        "orders in the last minute",
    ));
    guards
}

fn guard(name: &str, used: f64, limit: f64, what: &str) -> Guard {
    let status = if used >= limit {
        "blocking"
    } else if used >= 0.7 * limit {
        "warning"
    } else {
        "ok"
    };
    Guard {
        name: name.to_owned(),
        status: status.to_owned(),
        used: Some(rounded(used)),
        limit: Some(rounded(limit)),
        message: format!("{} of {} {what}", rounded(used), rounded(limit)),
    }
}
