//! When a session ends by rule.
//!
//! The rules are asked in a fixed order and the first that holds is the stored reason: panic, kill
//! switch, maximum loss, leg stop, maximum profit, trailing stop, time, expiry guard. A comparison
//! includes its limit. Deciding allocates nothing.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::schedule::ExitBound;

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitReason {
    /// The operator closed it at once.
    PanicClose,
    /// The desk was switched off.
    KillSwitch,
    /// The net loss reached its limit.
    MaxLoss,
    /// The mark of one leg reached its multiple of the entry.
    LegStop,
    /// The net profit reached its limit.
    MaxProfit,
    /// The net result fell to the trailing level.
    TrailingSl,
    /// The exit time came.
    TimeExit,
    /// The options were about to be settled.
    ExpiryGuard,
    /// The options were settled.
    Settled,
    /// Nothing was seen of the market for too long.
    BlindExit,
    /// Somebody else closed the legs.
    ExternalClose,
    /// The legs were never both sold.
    EntryAborted,
    /// The operator stopped it.
    Manual,
}

impl ExitReason {
    /// Every reason.
    pub const ALL: [Self; 13] = [
        Self::PanicClose,
        Self::KillSwitch,
        Self::MaxLoss,
        Self::LegStop,
        Self::MaxProfit,
        Self::TrailingSl,
        Self::TimeExit,
        Self::ExpiryGuard,
        Self::Settled,
        Self::BlindExit,
        Self::ExternalClose,
        Self::EntryAborted,
        Self::Manual,
    ];

    /// Returns the stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PanicClose => "panic_close",
            Self::KillSwitch => "kill_switch",
            Self::MaxLoss => "max_loss",
            Self::LegStop => "leg_stop",
            Self::MaxProfit => "max_profit",
            Self::TrailingSl => "trailing_sl",
            Self::TimeExit => "time_exit",
            Self::ExpiryGuard => "expiry_guard",
            Self::Settled => "settled",
            Self::BlindExit => "blind_exit",
            Self::ExternalClose => "external_close",
            Self::EntryAborted => "entry_aborted",
            Self::Manual => "manual",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The limits of a session, fixed when it is created.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// The loss that ends it, in percent of the basis, above 0.
    pub max_loss_pct: Option<f64>,
    /// The profit that ends it, in percent of the basis, above 0.
    pub max_profit_pct: Option<f64>,
    /// The multiple of its entry at which the mark of one leg ends it.
    pub leg_stop_multiple: Option<f64>,
    /// When it ends at the latest. It never moves.
    pub exit_at: DateTime<Utc>,
    /// What that instant is.
    pub exit_bound: ExitBound,
    /// How many results in a row must be at the maximum loss.
    pub confirm_samples: u32,
    /// Within which time they must follow each other.
    pub confirm_within_seconds: u32,
}

/// What is seen at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sight {
    /// The moment.
    pub now: DateTime<Utc>,
    /// Whether the operator asked to close at once.
    pub panic: bool,
    /// Whether the desk is switched off and told to be flat.
    pub kill_switch: bool,
    /// The net result in percent of the basis; `None` while no mark can be trusted.
    pub net_pct: Option<f64>,
    /// The highest of mark / entry over the legs; `None` while unknown.
    pub worst_leg_multiple: Option<f64>,
    /// The level of the trailing stop, if it is armed.
    pub trailing_level_pct: Option<f64>,
}

/// Counts results at the maximum loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Confirmation {
    samples: u32,
    last: Option<DateTime<Utc>>,
}

impl Confirmation {
    /// Takes in whether a result is at the limit, and says whether that has been so often enough.
    fn observe(&mut self, now: DateTime<Utc>, at_limit: bool, limits: &Limits) -> bool {
        if !at_limit {
            *self = Self::default();
            return false;
        }
        let window = TimeDelta::seconds(i64::from(limits.confirm_within_seconds));
        let follows = self.last.is_none_or(|last| now - last <= window);
        self.samples = if follows { self.samples.saturating_add(1) } else { 1 };
        self.last = Some(now);
        self.samples >= limits.confirm_samples
    }
}

impl Limits {
    /// Returns the rule that ends the session now, if one does.
    ///
    /// ```
    /// use strangle_engine::exit::{Confirmation, ExitReason, Limits, Sight};
    /// use strangle_engine::schedule::ExitBound;
    /// let exit_at = "2025-10-06T09:50:00Z".parse().unwrap();
    /// let limits = Limits {
    ///     max_loss_pct: Some(40.0),
    ///     max_profit_pct: Some(80.0),
    ///     leg_stop_multiple: None,
    ///     exit_at,
    ///     exit_bound: ExitBound::TimeExit,
    ///     confirm_samples: 1,
    ///     confirm_within_seconds: 3,
    /// };
    /// let sight = Sight {
    ///     now: exit_at,
    ///     panic: false,
    ///     kill_switch: false,
    ///     net_pct: Some(-40.0),
    ///     worst_leg_multiple: None,
    ///     trailing_level_pct: None,
    /// };
    /// let reason = limits.decide(&sight, &mut Confirmation::default());
    /// assert_eq!(reason, Some(ExitReason::MaxLoss));
    /// ```
    pub fn decide(&self, sight: &Sight, losses: &mut Confirmation) -> Option<ExitReason> {
        let net_pct = sight.net_pct.filter(|net| net.is_finite());
        let at_least = |value: Option<f64>, limit: Option<f64>| {
            value.zip(limit).is_some_and(|(value, limit)| value >= limit)
        };
        let at_loss = at_least(net_pct.map(|net| -net), self.max_loss_pct);
        let confirmed_loss = losses.observe(sight.now, at_loss, self);

        if sight.panic {
            Some(ExitReason::PanicClose)
        } else if sight.kill_switch {
            Some(ExitReason::KillSwitch)
        } else if confirmed_loss {
            Some(ExitReason::MaxLoss)
        } else if at_least(sight.worst_leg_multiple, self.leg_stop_multiple) {
            Some(ExitReason::LegStop)
        } else if at_least(net_pct, self.max_profit_pct) {
            Some(ExitReason::MaxProfit)
        } else if at_least(sight.trailing_level_pct, net_pct) {
            Some(ExitReason::TrailingSl)
        } else if sight.now >= self.exit_at {
            Some(match self.exit_bound {
                ExitBound::TimeExit => ExitReason::TimeExit,
                ExitBound::ExpiryGuard => ExitReason::ExpiryGuard,
            })
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> DateTime<Utc> {
        format!("2025-10-06T{time}Z").parse().unwrap()
    }

    fn limits() -> Limits {
        Limits {
            max_loss_pct: Some(40.0),
            max_profit_pct: Some(80.0),
            leg_stop_multiple: Some(3.0),
            exit_at: at("09:50:00"),
            exit_bound: ExitBound::ExpiryGuard,
            confirm_samples: 1,
            confirm_within_seconds: 3,
        }
    }

    fn sight() -> Sight {
        Sight {
            now: at("09:50:00"),
            panic: true,
            kill_switch: true,
            net_pct: Some(-40.0),
            worst_leg_multiple: Some(3.0),
            trailing_level_pct: Some(90.0),
        }
    }

    #[test]
    fn the_first_rule_that_holds_is_the_reason() {
        let mut sight = sight();
        let mut next = |change: fn(&mut Sight)| {
            let reason = limits().decide(&sight, &mut Confirmation::default());
            change(&mut sight);
            reason
        };

        assert_eq!(next(|sight| sight.panic = false), Some(ExitReason::PanicClose));
        assert_eq!(next(|sight| sight.kill_switch = false), Some(ExitReason::KillSwitch));
        assert_eq!(next(|sight| sight.net_pct = Some(80.0)), Some(ExitReason::MaxLoss));
        assert_eq!(next(|sight| sight.worst_leg_multiple = None), Some(ExitReason::LegStop));
        assert_eq!(next(|sight| sight.net_pct = Some(79.0)), Some(ExitReason::MaxProfit));
        assert_eq!(next(|sight| sight.trailing_level_pct = None), Some(ExitReason::TrailingSl));
        assert_eq!(next(|sight| sight.now = at("09:49:59")), Some(ExitReason::ExpiryGuard));
        assert_eq!(next(|_| ()), None);
    }

    #[test]
    fn without_a_trusted_mark_only_time_and_commands_end_a_session() {
        let blind = Sight {
            panic: false,
            kill_switch: false,
            net_pct: None,
            worst_leg_multiple: None,
            ..sight()
        };
        let not_a_number = Sight { net_pct: Some(f64::NAN), ..blind };

        for sight in [blind, not_a_number] {
            let reason = limits().decide(&sight, &mut Confirmation::default());
            assert_eq!(reason, Some(ExitReason::ExpiryGuard));
            let early = Sight { now: at("06:00:00"), ..sight };
            assert_eq!(limits().decide(&early, &mut Confirmation::default()), None);
        }
    }

    #[test]
    fn a_loss_is_confirmed_by_results_that_follow_each_other() {
        let limits = Limits { confirm_samples: 2, ..limits() };
        let mut losses = Confirmation::default();
        let mut seen = |time: &str, net: f64| {
            let sight = Sight {
                now: at(time),
                panic: false,
                kill_switch: false,
                net_pct: Some(net),
                worst_leg_multiple: None,
                trailing_level_pct: None,
            };
            limits.decide(&sight, &mut losses)
        };

        assert_eq!(seen("06:00:00", -41.0), None);
        assert_eq!(seen("06:00:01", -39.0), None);
        assert_eq!(seen("06:00:02", -41.0), None);
        assert_eq!(seen("06:00:06", -41.0), None);
        assert_eq!(seen("06:00:09", -40.0), Some(ExitReason::MaxLoss));
    }

    #[test]
    fn every_reason_is_read_by_the_name_it_is_stored_under() {
        for reason in ExitReason::ALL {
            assert_eq!(ExitReason::of(reason.as_str()), Some(reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
    }
}
