//! The figures beyond the eighteen.

use std::collections::BTreeMap;

use chrono::{Datelike, TimeZone, Timelike};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::metrics::{Metrics, by_day};
use super::{ClosedSession, mean};
use crate::pnl::percent_of;

/// Days of a year in the yearly ratios; the market never closes.
const YEAR_DAYS: f64 = 365.0;

/// Figures about the quality of the results. What cannot be computed is absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Ratios {
    /// What was won, per USD lost.
    pub profit_factor: Option<f64>,
    /// The mean net result of a session, in USD.
    pub expectancy: Option<f64>,
    /// The mean win, per USD of the mean loss.
    pub payoff_ratio: Option<f64>,
    /// Mean over deviation of the daily results, times √365. Every calendar day from the first to
    /// the last counts; the deviation is that of a sample.
    pub sharpe: Option<f64>,
    /// The same over the deviation of the days below 0.
    pub sortino: Option<f64>,
    /// The result of a year at this pace, per USD of the deepest drawdown.
    pub calmar: Option<f64>,
    /// How long a session held its legs on average, in seconds.
    pub average_hold_seconds: Option<i64>,
    /// What the fills lost against the middle of the book on average, in USD.
    pub average_slippage: Option<Decimal>,
    /// The same of all sessions together, in percent of the middle of the book.
    pub slippage_pct: Option<f64>,
    /// The fees in percent of the result before fees, if that is above 0.
    pub fee_drag_pct: Option<f64>,
    /// Results by the reason of the exit.
    pub by_exit_reason: BTreeMap<String, Share>,
    /// Results by the weekday of the close, 1 for Monday.
    pub by_weekday: BTreeMap<u32, Share>,
    /// Results by the hour of the close.
    pub by_hour: BTreeMap<u32, Share>,
}

/// The part of the sessions that have something in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Share {
    /// How many.
    pub count: usize,
    /// How many of them won.
    pub wins: usize,
    /// Their net result, in USD.
    pub net: Decimal,
}

impl Share {
    fn add(&mut self, net: Decimal) {
        self.count += 1;
        self.wins += usize::from(net > Decimal::ZERO);
        self.net += net;
    }
}

impl Ratios {
    /// Returns the figures of sessions, in any order; days, weekdays and hours are those of `zone`.
    #[must_use]
    pub fn of<Zone: TimeZone>(sessions: &[ClosedSession], zone: &Zone) -> Self {
        let metrics = Metrics::of(sessions, zone);
        let won = metrics.average_win * Decimal::from(metrics.win_count);
        let lost = -metrics.average_loss * Decimal::from(metrics.loss_count);
        let days = daily_results(sessions, zone);

        let mut ratios = Self {
            profit_factor: ratio(won, lost),
            expectancy: metrics.average_pnl.to_f64().filter(|_| !sessions.is_empty()),
            payoff_ratio: ratio(metrics.average_win, -metrics.average_loss),
            sharpe: sharpe(&days),
            sortino: sortino(&days),
            calmar: ratio(metrics.net_pnl, metrics.max_drawdown)
                .map(|pace| pace * YEAR_DAYS / float(days.len())),
            fee_drag_pct: ratio(metrics.fees_total, metrics.pnl_before_fees)
                .map(|part| part * 100.0),
            average_hold_seconds: average_hold(sessions),
            average_slippage: average_slippage(sessions),
            slippage_pct: slippage_pct(sessions),
            ..Self::default()
        };
        for session in sessions {
            let (net, closed) = (session.net(), session.closed_at.with_timezone(zone));
            let reason = session.exit_reason.map_or("unknown", |reason| reason.as_str());
            ratios.by_exit_reason.entry(reason.to_owned()).or_default().add(net);
            let weekday = closed.weekday().number_from_monday();
            ratios.by_weekday.entry(weekday).or_default().add(net);
            ratios.by_hour.entry(closed.hour()).or_default().add(net);
        }
        ratios
    }
}

fn average_hold(sessions: &[ClosedSession]) -> Option<i64> {
    let held = sessions.iter().filter_map(|session| Some(session.closed_at - session.opened_at?));
    let seconds: Vec<i64> = held.map(|held| held.num_seconds()).collect();
    seconds.iter().sum::<i64>().checked_div(i64::try_from(seconds.len()).ok()?)
}

fn average_slippage(sessions: &[ClosedSession]) -> Option<Decimal> {
    let known: Vec<Decimal> = sessions.iter().filter_map(|session| session.slippage).collect();
    (!known.is_empty()).then(|| mean(known.iter().sum(), known.len()))
}

fn slippage_pct(sessions: &[ClosedSession]) -> Option<f64> {
    let known = sessions.iter().filter_map(|session| session.slippage.zip(session.slippage_base));
    let (lost, base) =
        known.fold((Decimal::ZERO, Decimal::ZERO), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    percent_of(lost, base)
}

/// Returns the result of every calendar day from the first to the last.
fn daily_results<Zone: TimeZone>(sessions: &[ClosedSession], zone: &Zone) -> Vec<f64> {
    let days = by_day(sessions, zone);
    let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value())
    else {
        return Vec::new();
    };
    let of_day = |day| days.get(&day).and_then(Decimal::to_f64).unwrap_or(0.0);
    first.iter_days().take_while(|day| day <= last).map(of_day).collect()
}

fn sharpe(days: &[f64]) -> Option<f64> {
    let mean = days.iter().sum::<f64>() / float(days.len());
    let squares: f64 = days.iter().map(|day| (day - mean).powi(2)).sum();
    let deviation = (squares / float(days.len().checked_sub(1).filter(|left| *left > 0)?)).sqrt();
    (deviation > 0.0).then(|| mean / deviation * YEAR_DAYS.sqrt())
}

fn sortino(days: &[f64]) -> Option<f64> {
    let count = float(days.len());
    let squares: f64 = days.iter().map(|day| day.min(0.0).powi(2)).sum();
    let deviation = (squares / count).sqrt();
    (deviation > 0.0).then(|| days.iter().sum::<f64>() / count / deviation * YEAR_DAYS.sqrt())
}

fn ratio(part: Decimal, whole: Decimal) -> Option<f64> {
    let whole = whole.to_f64().filter(|whole| *whole > 0.0)?;
    Some(part.to_f64()? / whole)
}

fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
