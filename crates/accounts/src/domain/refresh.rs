//! What a refresh token that somebody presents means.
//!
//! A refresh token is good once. Whoever presents a used one is either a second tab of the same
//! browser, a moment late, or a thief (or the victim of one). A second tab gets nothing but advice:
//! its browser already holds, or is about to receive, the successor as a cookie. So the grace opens
//! no hole: it never yields a token; it only delays the revocation of the family until the grace is
//! over or the successor has been used.

use chrono::{DateTime, TimeDelta, Utc};

/// How long a used token may come from a second tab.
pub(crate) const GRACE: TimeDelta = TimeDelta::seconds(10);

/// What is known of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Presented {
    /// Until when it is good.
    pub(crate) expires_at: DateTime<Utc>,
    /// When it was exchanged.
    pub(crate) used_at: Option<DateTime<Utc>>,
    /// Whether the token it was exchanged for has been exchanged, too.
    pub(crate) successor_used: bool,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Exchange it.
    Exchange,
    /// Refuse it, and let the second tab try again with what the first has received.
    Superseded,
    /// Refuse it and revoke the whole family: it is in the wrong hands.
    Reused,
    /// Refuse it: too old.
    Expired,
}

impl Presented {
    /// Decides about the token at `now`.
    pub(crate) fn verdict(self, now: DateTime<Utc>) -> Verdict {
        match self.used_at {
            Some(used) if now < used + GRACE && !self.successor_used => Verdict::Superseded,
            Some(_) => Verdict::Reused,
            None if now >= self.expires_at => Verdict::Expired,
            None => Verdict::Exchange,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(used: Option<i64>, successor_used: bool, now: i64) -> Verdict {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        Presented { expires_at: at(100), used_at: used.map(at), successor_used }.verdict(at(now))
    }

    #[test]
    fn a_token_is_good_once_and_until_it_expires() {
        assert_eq!(verdict(None, false, 99), Verdict::Exchange);
        assert_eq!(verdict(None, false, 100), Verdict::Expired);
    }

    #[test]
    fn a_second_tab_gets_advice_and_never_a_token() {
        assert_eq!(verdict(Some(50), false, 59), Verdict::Superseded);
        assert_eq!(verdict(Some(50), false, 60), Verdict::Reused);
    }

    #[test]
    fn the_grace_ends_when_the_successor_is_used() {
        assert_eq!(verdict(Some(50), true, 51), Verdict::Reused);
    }
}
