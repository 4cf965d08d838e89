//! Whether the pictures of the market can be trusted.
//!
//! A quote that is too old is asked for by REST; if that does not help either, the desk says so,
//! and may close blindly when the profile asks for it.

use chrono::TimeDelta;

use super::io::Act;
use super::state::Severity;
use super::turn::Turn;
use crate::exit::ExitReason;
use crate::quote::Quote;

/// How often a market is asked for by REST.
const REST_PAUSE: TimeDelta = TimeDelta::seconds(5);
/// How long a market may be missing before the desk says so.
const DEGRADED_AFTER: TimeDelta = TimeDelta::seconds(60);

impl Turn<'_> {
    /// Returns the quote of a leg if it may be used for an order.
    pub(super) fn usable_quote(&self, leg: usize) -> Option<&Quote> {
        let limit = self.ledger.spec.settings.stale_quote();
        let index = self.live.spot.map(|spot| spot.price);
        let watch = self.live.legs.get(leg)?;
        if watch.quotes.stale(self.now, limit, index) { None } else { watch.quotes.newest() }
    }

    /// Asks for the market of a leg by REST, now and then.
    pub(super) fn want_quote(&mut self, leg: usize) {
        let now = self.now;
        let Some(symbol) = self.ledger.legs.get(leg).map(|leg| leg.contract.symbol) else { return };
        let Some(watch) = self.live.legs.get_mut(leg) else { return };
        if now < watch.rest.due_at().min(watch.rest.next_at + REST_PAUSE) {
            return;
        }
        watch.rest.answered(now, REST_PAUSE);
        let next_at = watch.rest.next_at;
        self.due(next_at);
        self.act(Act::LoadQuotes { symbols: vec![symbol] });
    }

    /// Looks after the markets of the open legs.
    pub(super) fn look_after_quotes(&mut self) {
        let limit = self.ledger.spec.settings.stale_quote();
        let silence = self.ledger.spec.settings.silence_warning();
        let index = self.live.spot.map(|spot| spot.price);
        let (mut silent, mut degraded, mut longest) = (false, false, TimeDelta::zero());
        for leg in 0..self.ledger.legs.len() {
            let open = self.ledger.legs.get(leg).is_some_and(|leg| !leg.is_closed());
            let Some(watch) = self.live.legs.get_mut(leg).filter(|_| open) else { continue };
            if !watch.quotes.stale(self.now, limit, index) {
                watch.stale_since = None;
                let fresh_until = watch.quotes.newest().map(|quote| quote.exchange_at + limit);
                let check_at = fresh_until.unwrap_or(self.now) + TimeDelta::milliseconds(1);
                self.due(check_at);
                continue;
            }
            let since = *watch.stale_since.get_or_insert(self.now);
            let stale_for = self.now - since;
            silent |= watch.quotes.age(self.now).is_none_or(|age| age > silence);
            degraded |= stale_for >= DEGRADED_AFTER;
            longest = longest.max(stale_for);
            self.due(self.now + TimeDelta::seconds(1));
            self.want_quote(leg);
        }
        self.standing(silent, "websocket_quotes_stale", Severity::Warning, || {
            format!("no quote for more than {} s", silence.num_seconds())
        });
        self.standing(
            longest > TimeDelta::zero(),
            "mark_price_rest_fallback",
            Severity::Info,
            || "quotes are too old and are asked for by REST".to_owned(),
        );
        self.standing(degraded, "market_data_degraded", Severity::Critical, || {
            "quotes are still too old after 60 s; limits cannot be watched".to_owned()
        });
        self.exit_blindly(longest);
    }

    fn standing(
        &mut self,
        holds: bool,
        code: &str,
        severity: Severity,
        message: impl FnOnce() -> String,
    ) {
        if !holds {
            self.clear_alert(code);
        } else if !self.ledger.alerts.contains_key(code) {
            self.alert(code, severity, message());
        }
    }

    fn exit_blindly(&mut self, stale_for: TimeDelta) {
        let Some(after) = self.ledger.profile.fields().blind_exit_after_seconds else { return };
        let decided = self.ledger.exit.is_some() || self.ledger.hands_off;
        if !decided && stale_for >= TimeDelta::seconds(after.into()) {
            self.decide_exit(ExitReason::BlindExit, None);
        }
    }
}
