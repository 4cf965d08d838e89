//! How the engine of this process is, for the health page.

use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use platform::health::Finding;

use crate::domain::runtime::Runtime;

/// An engine that was not heard of for so long does not watch its positions.
const SILENT: TimeDelta = TimeDelta::seconds(10);

/// The last sign of life.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    last: RwLock<Option<Beat>>,
}

#[derive(Debug, Clone)]
struct Beat {
    at: DateTime<Utc>,
    is_open: bool,
    open_legs: usize,
    critical: Option<String>,
    /// Since when a socket is not connected.
    deaf_since: Option<DateTime<Utc>>,
}

impl Pulse {
    /// Notes that the engine has worked.
    pub(crate) fn beat(&self, at: DateTime<Utc>, picture: &Runtime) {
        let critical = picture.alerts.iter().find(|alert| alert.severity == "critical");
        let quality = &picture.data_quality;
        let open_legs =
            picture.positions.iter().filter(|position| position.open_quantity != 0).count();

        let mut last = self.last.write().unwrap_or_else(PoisonError::into_inner);
        let is_deaf = !quality.ws_connected || !quality.private_connected;
        let deaf_since = last.as_ref().and_then(|last| last.deaf_since).unwrap_or(at);
        *last = Some(Beat {
            at,
            is_open: picture.active,
            open_legs,
            critical: critical.map(|alert| alert.message.clone()),
            deaf_since: is_deaf.then_some(deaf_since),
        });
    }

    /// Notes that this process does not trade any more.
    pub(crate) fn rest(&self) {
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Says how the desk is.
    pub(crate) fn finding(&self, now: DateTime<Utc>) -> Finding {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(beat) = last else {
            return Finding::healthy("this process does not trade now");
        };
        let silent = now - beat.at;
        if silent > SILENT {
            let seconds = silent.num_seconds();
            let message = format!("{} open legs were not watched for {seconds} s", beat.open_legs);
            return if beat.open_legs > 0 {
                Finding::unhealthy(message)
            } else {
                Finding::degraded(format!("the engine was not heard of for {seconds} s"))
            };
        }
        if beat.deaf_since.is_some_and(|since| now - since > SILENT) {
            return Finding::degraded(
                "a socket to the exchange is not connected; it is asked instead",
            );
        }
        match beat.critical {
            Some(critical) => Finding::degraded(critical),
            None if beat.is_open => {
                Finding::healthy(format!("a session is open with {} open legs", beat.open_legs))
            }
            None => Finding::healthy("no session is open"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beat(at: DateTime<Utc>, open_legs: usize, critical: Option<&str>) -> Pulse {
        let pulse = Pulse::default();
        let critical = critical.map(str::to_owned);
        let beat = Beat { at, is_open: true, open_legs, critical, deaf_since: None };
        *pulse.last.write().unwrap() = Some(beat);
        pulse
    }

    #[test]
    fn open_legs_that_nobody_watches_are_unhealthy() {
        let at: DateTime<Utc> = "2026-01-15T12:00:00Z".parse().unwrap();
        let later = at + TimeDelta::seconds(11);

        assert_eq!(
            beat(at, 2, None).finding(later),
            Finding::unhealthy("2 open legs were not watched for 11 s")
        );
        assert_eq!(
            beat(at, 0, None).finding(later),
            Finding::degraded("the engine was not heard of for 11 s")
        );
        assert_eq!(
            beat(at, 2, None).finding(at),
            Finding::healthy("a session is open with 2 open legs")
        );
        assert_eq!(beat(at, 2, Some("x")).finding(at), Finding::degraded("x"));
        assert_eq!(
            Pulse::default().finding(at),
            Finding::healthy("this process does not trade now")
        );
    }
}
