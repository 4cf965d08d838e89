//! Which edits of a profile only reduce risk.
//!
//! While a session is open its profile may only be made stricter: a smaller loss limit, a smaller
//! profit limit, a nearer trailing level, an earlier exit, a larger guard. Everything else would
//! change what was already sold, or give back protection.

use std::fmt;

use super::{Profile, ProfileFields};

/// The fields whose change is no tightening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loosened(pub Vec<&'static str>);

impl fmt::Display for Loosened {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(", "))
    }
}

impl std::error::Error for Loosened {}

impl Profile {
    /// Checks that going from this profile to another only reduces risk. The name, the recurrence
    /// and the skipped days do not touch an open session and may change freely.
    ///
    /// # Errors
    ///
    /// Returns the pointers of all fields that add risk or change what is already sold.
    pub fn only_tightens_to(&self, new: &Self) -> Result<(), Loosened> {
        let (old_fields, new_fields) = (&self.fields, &new.fields);
        let mut loosened = Vec::new();
        let mut require = |holds: bool, pointer: &'static str| {
            if !holds {
                loosened.push(pointer);
            }
        };
        require(new_fields.max_loss_pct <= old_fields.max_loss_pct, "/max_loss_pct");
        require(no_later(new.max_profit_pct(), self.max_profit_pct()), "/max_profit_pct");
        require(
            no_later(new_fields.leg_stop_multiple, old_fields.leg_stop_multiple),
            "/leg_stop_multiple",
        );
        require(new_fields.confirm_samples <= old_fields.confirm_samples, "/confirm_samples");
        require(self.trailing_never_lower_in(new), "/trailing_rules");
        require(
            new_fields.expiry_guard_minutes >= old_fields.expiry_guard_minutes,
            "/expiry_guard_minutes",
        );
        require(
            no_later(new_fields.blind_exit_after_seconds, old_fields.blind_exit_after_seconds),
            "/blind_exit_after_seconds",
        );
        for pointer in changed_terms(old_fields, new_fields) {
            require(false, pointer);
        }
        if loosened.is_empty() { Ok(()) } else { Err(Loosened(loosened)) }
    }

    /// Says whether the other trailing stop is at every peak at least as high. Levels change at
    /// triggers only, or grow with the peak; so the triggers of both and a grid decide.
    fn trailing_never_lower_in(&self, new: &Self) -> bool {
        let triggers = |profile: &Self| {
            profile.trailing().rules().iter().map(|rule| rule.trigger_pct).collect::<Vec<_>>()
        };
        let grid = (0..=400).map(|step| f64::from(step) * 0.25);
        triggers(self).into_iter().chain(triggers(new)).chain(grid).all(|peak| {
            match (self.trailing().level_at(peak), new.trailing().level_at(peak)) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(old), Some(new)) => new >= old,
            }
        })
    }
}

/// Says whether a limit that may be absent acts at least as early as another.
fn no_later<T: PartialOrd>(new: Option<T>, old: Option<T>) -> bool {
    match (new, old) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(new), Some(old)) => new <= old,
    }
}

/// Returns the fields that must stay as they are while a session is open and have changed.
fn changed_terms(old: &ProfileFields, new: &ProfileFields) -> Vec<&'static str> {
    let same = [
        ("/underlying", old.underlying == new.underlying),
        ("/strike_selection_mode", old.strike_selection_mode == new.strike_selection_mode),
        ("/delta_range_low", same_number(old.delta_range_low, new.delta_range_low)),
        ("/delta_range_high", same_number(old.delta_range_high, new.delta_range_high)),
        ("/delta_pick", old.delta_pick == new.delta_pick),
        ("/call_option_price_min", old.call_option_price_min == new.call_option_price_min),
        ("/call_option_price_max", old.call_option_price_max == new.call_option_price_max),
        ("/put_option_price_min", old.put_option_price_min == new.put_option_price_min),
        ("/put_option_price_max", old.put_option_price_max == new.put_option_price_max),
        ("/price_fallback", old.price_fallback == new.price_fallback),
        ("/trade_time_ist", old.trade_time_ist == new.trade_time_ist),
        ("/exit_time_ist", old.exit_time_ist == new.exit_time_ist),
        ("/expiry_date", old.expiry_date == new.expiry_date),
        ("/expiry_buffer_hours", old.expiry_buffer_hours == new.expiry_buffer_hours),
        ("/max_expiry_slip_days", old.max_expiry_slip_days == new.max_expiry_slip_days),
        ("/quantity", old.quantity == new.quantity),
        ("/contract_size", old.contract_size == new.contract_size),
        ("/limits_basis", old.limits_basis == new.limits_basis),
        ("/late_entry_policy", old.late_entry_policy == new.late_entry_policy),
        ("/max_spread_pct", same_number(old.max_spread_pct, new.max_spread_pct)),
        ("/require_bid_size", old.require_bid_size == new.require_bid_size),
        ("/require_otm", old.require_otm == new.require_otm),
        ("/max_slippage_pct", same_number(old.max_slippage_pct, new.max_slippage_pct)),
        ("/limit_price_policy", old.limit_price_policy == new.limit_price_policy),
        ("/entry_market_fallback", old.entry_market_fallback == new.entry_market_fallback),
        ("/balance_policy", old.balance_policy == new.balance_policy),
        ("/entry_deadline_seconds", old.entry_deadline_seconds == new.entry_deadline_seconds),
    ];
    same.into_iter().filter(|(_, same)| !same).map(|(pointer, _)| pointer).collect()
}

fn same_number(one: f64, other: f64) -> bool {
    one.to_bits() == other.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{TrailingField, TrailingRuleField};

    fn loosened(change: impl Fn(&mut ProfileFields)) -> Vec<&'static str> {
        let old = Profile::new(ProfileFields::named("x")).unwrap();
        let mut fields = old.fields().clone();
        change(&mut fields);
        let new = Profile::new(fields).unwrap();
        old.only_tightens_to(&new).map_or_else(|loosened| loosened.0, |()| Vec::new())
    }

    #[test]
    fn stricter_limits_may_be_set_at_any_time() {
        assert!(loosened(|_| {}).is_empty());
        assert!(loosened(|fields| fields.name = "other".to_owned()).is_empty());
        assert!(loosened(|fields| fields.max_loss_pct = 50.0).is_empty());
        assert!(loosened(|fields| fields.max_profit_pct = 50.0).is_empty());
        assert!(loosened(|fields| fields.leg_stop_multiple = Some(2.0)).is_empty());
        assert!(loosened(|fields| fields.expiry_guard_minutes = 60).is_empty());
    }

    #[test]
    fn looser_limits_and_other_terms_must_wait() {
        assert_eq!(loosened(|fields| fields.max_loss_pct = 81.0), ["/max_loss_pct"]);
        assert_eq!(loosened(|fields| fields.max_profit_pct = 0.0), ["/max_profit_pct"]);
        assert_eq!(loosened(|fields| fields.quantity = 2), ["/quantity"]);
        assert_eq!(loosened(|fields| fields.trailing_sl_enabled = false), ["/trailing_rules"]);
    }

    #[test]
    fn a_ladder_may_only_rise() {
        let with = |trigger_pct, lock_pct| {
            loosened(|fields| {
                if let TrailingField::Ladder(rules) = &mut fields.trailing_rules {
                    rules.push(TrailingRuleField { trigger_pct, lock_pct });
                }
            })
        };
        assert!(with(25.0, 5.0).is_empty());
        assert!(
            loosened(|fields| {
                if let TrailingField::Ladder(rules) = &mut fields.trailing_rules {
                    rules.remove(0);
                }
            })
            .contains(&"/trailing_rules")
        );
    }
}
