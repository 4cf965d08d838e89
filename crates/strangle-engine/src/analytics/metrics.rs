//! The eighteen figures.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeZone};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ClosedSession, in_order, mean};

/// The figures of a range, in the order in which they are shown and exported. Money is in USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Metrics {
    /// Days on which a session closed.
    pub days_running: usize,
    /// Sessions.
    pub trade_count: usize,
    /// Those with a net result above 0.
    pub win_count: usize,
    /// Those with one below 0.
    pub loss_count: usize,
    /// The mean net result.
    pub average_pnl: Decimal,
    /// The mean of those above 0.
    pub average_win: Decimal,
    /// The mean of those below 0.
    pub average_loss: Decimal,
    /// The part of all that is above 0, in percent.
    pub win_rate: Decimal,
    /// The longest run above 0; a 0 ends it.
    pub consecutive_wins: usize,
    /// The longest run below 0; a 0 ends it.
    pub consecutive_losses: usize,
    /// The highest net result, at least 0.
    pub max_gain: Decimal,
    /// The lowest net result, at most 0.
    pub max_loss: Decimal,
    /// The deepest fall of the running sum from its highest value, which is at first 0.
    pub max_drawdown: Decimal,
    /// The sum of the net results.
    pub net_pnl: Decimal,
    /// The sum of the results before fees.
    pub pnl_before_fees: Decimal,
    /// The sum of the fees.
    pub fees_total: Decimal,
    /// The mean fee.
    pub average_fee: Decimal,
    /// Days whose sessions made more than 0 together.
    pub profitable_days: usize,
}

/// The value of one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// How many.
    Count(usize),
    /// An amount or a percentage.
    Amount(Decimal),
}

impl Metrics {
    /// Returns the figures of sessions, in any order; days are those of `zone`.
    #[must_use]
    pub fn of<Zone: TimeZone>(sessions: &[ClosedSession], zone: &Zone) -> Self {
        let mut metrics = Self { trade_count: sessions.len(), ..Self::default() };
        let (mut won, mut lost) = (Decimal::ZERO, Decimal::ZERO);
        let (mut highest, mut wins, mut losses) = (Decimal::ZERO, 0, 0);
        for session in in_order(sessions) {
            let net = session.net();
            wins = if net > Decimal::ZERO { wins + 1 } else { 0 };
            losses = if net < Decimal::ZERO { losses + 1 } else { 0 };
            metrics.win_count += usize::from(wins > 0);
            metrics.loss_count += usize::from(losses > 0);
            metrics.consecutive_wins = metrics.consecutive_wins.max(wins);
            metrics.consecutive_losses = metrics.consecutive_losses.max(losses);

            won += net.max(Decimal::ZERO);
            lost += net.min(Decimal::ZERO);
            metrics.max_gain = metrics.max_gain.max(net);
            metrics.max_loss = metrics.max_loss.min(net);
            metrics.net_pnl += net;
            metrics.pnl_before_fees += session.gross;
            metrics.fees_total += session.fees;
            highest = highest.max(metrics.net_pnl);
            metrics.max_drawdown = metrics.max_drawdown.max(highest - metrics.net_pnl);
        }

        metrics.average_pnl = mean(metrics.net_pnl, metrics.trade_count);
        metrics.average_win = mean(won, metrics.win_count);
        metrics.average_loss = mean(lost, metrics.loss_count);
        metrics.average_fee = mean(metrics.fees_total, metrics.trade_count);
        let wins_in_percent = Decimal::from(metrics.win_count) * Decimal::ONE_HUNDRED;
        metrics.win_rate = mean(wins_in_percent, metrics.trade_count);
        let days = by_day(sessions, zone);
        metrics.days_running = days.len();
        metrics.profitable_days = days.values().filter(|net| **net > Decimal::ZERO).count();
        metrics
    }

    /// Returns every figure with its name, in order.
    #[must_use]
    pub const fn figures(&self) -> [(&'static str, Figure); 18] {
        use Figure::{Amount, Count};
        [
            ("days_running", Count(self.days_running)),
            ("trade_count", Count(self.trade_count)),
            ("win_count", Count(self.win_count)),
            ("loss_count", Count(self.loss_count)),
            ("average_pnl", Amount(self.average_pnl)),
            ("average_win", Amount(self.average_win)),
            ("average_loss", Amount(self.average_loss)),
            ("win_rate", Amount(self.win_rate)),
            ("consecutive_wins", Count(self.consecutive_wins)),
            ("consecutive_losses", Count(self.consecutive_losses)),
            ("max_gain", Amount(self.max_gain)),
            ("max_loss", Amount(self.max_loss)),
            ("max_drawdown", Amount(self.max_drawdown)),
            ("net_pnl", Amount(self.net_pnl)),
            ("pnl_before_fees", Amount(self.pnl_before_fees)),
            ("fees_total", Amount(self.fees_total)),
            ("average_fee", Amount(self.average_fee)),
            ("profitable_days", Count(self.profitable_days)),
        ]
    }
}

/// Returns the net result of every day of `zone` on which a session closed.
#[must_use]
pub fn by_day<Zone: TimeZone>(
    sessions: &[ClosedSession],
    zone: &Zone,
) -> BTreeMap<NaiveDate, Decimal> {
    let mut days = BTreeMap::new();
    for session in sessions {
        let day = session.closed_at.with_timezone(zone).date_naive();
        *days.entry(day).or_default() += session.net();
    }
    days
}
