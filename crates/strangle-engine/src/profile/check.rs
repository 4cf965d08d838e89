//! What makes the fields a profile.

use std::fmt;

use chrono::NaiveTime;
use rust_decimal::Decimal;

use super::Profile;
use super::choices::{
    PercentUnit, StrikeMode, TrailingField, TrailingOtherField, TrailingRuleField,
};
use super::fields::ProfileFields;
use crate::expiry;
use crate::schedule::{LateEntry, parse_time};
use crate::trailing::{self, InvalidPlan, Plan, Rule};

/// The longest name, in letters.
const LONGEST_NAME: usize = 50;
/// The most contracts of a leg a profile may ask for; an account's own limit is usually lower.
const MOST_LOTS: i64 = 100_000;
/// The highest percentage any limit may have.
const HIGHEST_PCT: f64 = 100_000.0;

/// One field that cannot stay as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Where it is.
    pub pointer: &'static str,
    /// What is wrong, for programs.
    pub code: &'static str,
    /// What is wrong and what to write, for people.
    pub message: String,
}

/// Everything that is wrong with a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileFaults(pub Vec<FieldFault>);

impl fmt::Display for ProfileFaults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the profile has faults: ")?;
        for (index, fault) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { "; " };
            write!(formatter, "{gap}{} {}", fault.pointer, fault.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for ProfileFaults {}

/// Checks all fields and makes the profile.
pub(super) fn check(mut fields: ProfileFields) -> Result<Profile, ProfileFaults> {
    let mut faults = Faults::default();
    fields.name = String::from(fields.name.trim());
    check_name(&fields.name, &mut faults);
    check_deltas(&fields, &mut faults);
    check_premiums(&fields, &mut faults);
    check_size(&fields, &mut faults);
    check_limits(&mut fields, &mut faults);
    check_execution(&fields, &mut faults);

    let trade_time = check_time(&fields.trade_time_ist, "/trade_time_ist", &mut faults);
    let exit_time = check_time(&fields.exit_time_ist, "/exit_time_ist", &mut faults);
    if trade_time.is_some() && trade_time == exit_time {
        let message = "the exit must differ from the entry; between them must be time to trade";
        faults.add("/exit_time_ist", "exit_equals_entry", message);
    }
    let late_entry = fields.late_entry_policy.parse::<LateEntry>();
    if let Err(refusal) = &late_entry {
        faults.add("/late_entry_policy", "invalid_late_entry_policy", refusal.to_string());
    }
    let expiry = fields.expiry_date.as_deref().map(expiry::parse);
    if let Some(Err(refusal)) = &expiry {
        faults.add("/expiry_date", refusal.code(), refusal.to_string());
    }
    let expiry = expiry.and_then(Result::ok);
    fields.expiry_date = expiry.map(expiry::normalised).or(fields.expiry_date);
    let trailing = check_trailing(&mut fields, &mut faults);

    match (trade_time, exit_time, late_entry, trailing) {
        (Some(trade_time), Some(exit_time), Ok(late_entry), Some(trailing))
            if faults.0.is_empty() =>
        {
            Ok(Profile { fields, trade_time, exit_time, expiry, late_entry, trailing })
        }
        _ => Err(ProfileFaults(faults.0)),
    }
}

/// Reads a limit in percent points. A value of at most 1 without a unit could mean 1 % or 100 %.
///
/// # Errors
///
/// Refuses such a value with the code `ambiguous_percent`.
///
/// ```
/// use strangle_engine::profile::{PercentUnit, check::percent};
/// assert_eq!(percent("/max_loss_pct", 0.5, None).unwrap_err().code, "ambiguous_percent");
/// assert_eq!(percent("/max_loss_pct", 0.5, Some(PercentUnit::Fraction)).unwrap(), 50.0);
/// assert_eq!(percent("/max_loss_pct", 40.0, None).unwrap(), 40.0);
/// ```
pub fn percent(
    pointer: &'static str,
    value: f64,
    unit: Option<PercentUnit>,
) -> Result<f64, FieldFault> {
    match unit {
        Some(PercentUnit::Fraction) => Ok(value * 100.0),
        None if value > 0.0 && value <= 1.0 => Err(FieldFault {
            pointer,
            code: "ambiguous_percent",
            message: format!(
                "{value} may mean {value} % or {} %; send percent_unit `percent` or `fraction`",
                value * 100.0
            ),
        }),
        Some(PercentUnit::Percent) | None => Ok(value),
    }
}

#[derive(Default)]
struct Faults(Vec<FieldFault>);

impl Faults {
    fn add(&mut self, pointer: &'static str, code: &'static str, message: impl Into<String>) {
        self.0.push(FieldFault { pointer, code, message: message.into() });
    }

    /// Requires a number inside a closed range; NaN is outside of every range.
    fn within(&mut self, pointer: &'static str, value: f64, low: f64, high: f64) {
        if !(low..=high).contains(&value) {
            self.add(pointer, "out_of_range", format!("must lie between {low} and {high}"));
        }
    }
}

fn check_name(name: &str, faults: &mut Faults) {
    let length = name.chars().count();
    if length == 0 || length > LONGEST_NAME {
        faults.add("/name", "invalid_name", "must have 1 to 50 letters");
    } else if name.chars().any(is_invisible) {
        faults.add("/name", "invalid_name", "must not have control or direction characters");
    }
}

/// Says whether a letter changes how text is shown without being seen.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn check_time(text: &str, pointer: &'static str, faults: &mut Faults) -> Option<NaiveTime> {
    let time = parse_time(text);
    if time.is_none() {
        faults.add(pointer, "invalid_time", "must be a time HH:MM from 00:00 to 23:59");
    }
    time
}

fn check_deltas(fields: &ProfileFields, faults: &mut Faults) {
    faults.within("/delta_range_low", fields.delta_range_low, 0.0, 1.0);
    faults.within("/delta_range_high", fields.delta_range_high, 0.0, 1.0);
    if fields.delta_range_low >= fields.delta_range_high {
        let message = "must be above delta_range_low";
        faults.add("/delta_range_high", "delta_range_empty", message);
    }
}

fn check_premiums(fields: &ProfileFields, faults: &mut Faults) {
    let call = (fields.call_option_price_min, fields.call_option_price_max);
    let put = (fields.put_option_price_min, fields.put_option_price_max);
    let bounds = [
        ("/call_option_price_min", call.0),
        ("/call_option_price_max", call.1),
        ("/put_option_price_min", put.0),
        ("/put_option_price_max", put.1),
    ];
    for (pointer, bound) in bounds {
        match bound {
            None if fields.strike_selection_mode == StrikeMode::Price => {
                faults.add(pointer, "required", "must be given in price mode");
            }
            Some(price) if price < Decimal::ZERO => {
                faults.add(pointer, "out_of_range", "must be at least 0");
            }
            _ => {}
        }
    }
    for (pointer, range) in [("/call_option_price_max", call), ("/put_option_price_max", put)] {
        if let (Some(low), Some(high)) = range
            && low > high
        {
            faults.add(
                pointer,
                "price_range_empty",
                format!("must be at least the minimum, {low}"),
            );
        }
    }
}

fn check_size(fields: &ProfileFields, faults: &mut Faults) {
    if !(1..=MOST_LOTS).contains(&fields.quantity) {
        faults.add("/quantity", "out_of_range", format!("must be 1 to {MOST_LOTS} whole lots"));
    }
    if fields.contract_size.is_some_and(|size| size <= Decimal::ZERO) {
        faults.add("/contract_size", "out_of_range", "must be above 0, or absent");
    }
    if fields.skip_dates.len() > 366 {
        faults.add("/skip_dates", "too_many", "must have at most 366 days");
    }
}

fn check_limits(fields: &mut ProfileFields, faults: &mut Faults) {
    let unit = fields.percent_unit;
    match percent("/max_loss_pct", fields.max_loss_pct, unit) {
        Ok(value) => fields.max_loss_pct = value,
        Err(fault) => faults.0.push(fault),
    }
    match percent("/max_profit_pct", fields.max_profit_pct, unit) {
        Ok(value) => fields.max_profit_pct = value,
        Err(fault) => faults.0.push(fault),
    }
    if unit.is_some() {
        fields.percent_unit = Some(PercentUnit::Percent);
    }
    if fields.max_loss_pct <= 0.0 {
        faults.add("/max_loss_pct", "out_of_range", "must be above 0");
    } else {
        faults.within("/max_loss_pct", fields.max_loss_pct, 0.0, HIGHEST_PCT);
    }
    faults.within("/max_profit_pct", fields.max_profit_pct, 0.0, 100.0);
    if !(1..=10).contains(&fields.confirm_samples) {
        faults.add("/confirm_samples", "out_of_range", "must be 1 to 10");
    }
    if let Some(multiple) = fields.leg_stop_multiple
        && !(multiple > 1.0 && multiple <= 1_000.0)
    {
        let message = "must be above 1 and at most 1000, or absent";
        faults.add("/leg_stop_multiple", "out_of_range", message);
    }
}

/// Reads the trailing stop in any accepted form and writes it in the one that is stored.
fn check_trailing(fields: &mut ProfileFields, faults: &mut Faults) -> Option<Plan> {
    const POINTER: &str = "/trailing_rules";
    let plan = match &fields.trailing_rules {
        TrailingField::Ladder(rules) => ladder(rules),
        TrailingField::Other(TrailingOtherField::Distance { start_pct, distance_pct }) => {
            Plan::distance(*start_pct, *distance_pct)
        }
        TrailingField::Other(TrailingOtherField::Fraction { start_pct, fraction }) => {
            Plan::fraction(*start_pct, *fraction)
        }
        TrailingField::Legacy(map) => match trailing::from_map(map) {
            Ok((rules, _)) => Plan::ladder(&rules),
            Err(refusal) => {
                faults.add(POINTER, "invalid_trigger", refusal.to_string());
                return None;
            }
        },
    };
    match plan {
        Ok(plan) => {
            if matches!(fields.trailing_rules, TrailingField::Legacy(_)) {
                let rule =
                    |&Rule { trigger_pct, lock_pct }| TrailingRuleField { trigger_pct, lock_pct };
                let rules = plan.rules().iter().map(rule).collect();
                fields.trailing_rules = TrailingField::Ladder(rules);
            }
            Some(if fields.trailing_sl_enabled { plan } else { Plan::off() })
        }
        Err(refusal) => {
            faults.add(POINTER, refusal.code(), refusal.to_string());
            None
        }
    }
}

fn ladder(rules: &[TrailingRuleField]) -> Result<Plan, InvalidPlan> {
    let rule = |&TrailingRuleField { trigger_pct, lock_pct }| Rule { trigger_pct, lock_pct };
    Plan::ladder(&rules.iter().map(rule).collect::<Vec<_>>())
}

fn check_execution(fields: &ProfileFields, faults: &mut Faults) {
    faults.within("/max_spread_pct", fields.max_spread_pct, 0.0, 200.0);
    faults.within("/max_slippage_pct", fields.max_slippage_pct, 0.0, 100.0);
    let numbers = [
        ("/expiry_buffer_hours", fields.expiry_buffer_hours, 0, 24 * 365),
        ("/max_expiry_slip_days", fields.max_expiry_slip_days, 0, 31),
        ("/expiry_guard_minutes", fields.expiry_guard_minutes, 0, 24 * 60),
        ("/entry_deadline_seconds", fields.entry_deadline_seconds, 10, 3_600),
        ("/blind_exit_after_seconds", fields.blind_exit_after_seconds.unwrap_or(60), 60, 86_400),
    ];
    for (pointer, value, low, high) in numbers {
        if !(low..=high).contains(&value) {
            faults.add(pointer, "out_of_range", format!("must be {low} to {high}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(fields: ProfileFields) -> Vec<(&'static str, &'static str)> {
        let faults = Profile::new(fields).expect_err("refused").0;
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let fields = ProfileFields {
            name: " \u{202e}x".to_owned(),
            delta_range_low: 0.2,
            strike_selection_mode: StrikeMode::Price,
            trade_time_ist: "9.30".to_owned(),
            expiry_date: Some("31-02-2026".to_owned()),
            quantity: -1,
            max_loss_pct: 0.5,
            max_profit_pct: 101.0,
            trailing_rules: TrailingField::Ladder(vec![TrailingRuleField {
                trigger_pct: 20.0,
                lock_pct: 20.0,
            }]),
            late_entry_policy: "perhaps".to_owned(),
            ..ProfileFields::named("x")
        };

        let found = codes(fields);

        for expected in [
            ("/name", "invalid_name"),
            ("/delta_range_high", "delta_range_empty"),
            ("/call_option_price_min", "required"),
            ("/trade_time_ist", "invalid_time"),
            ("/expiry_date", "invalid_expiry"),
            ("/quantity", "out_of_range"),
            ("/max_loss_pct", "ambiguous_percent"),
            ("/max_profit_pct", "out_of_range"),
            ("/late_entry_policy", "invalid_late_entry_policy"),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
        assert!(found.iter().any(|(_, code)| *code == "lock_not_below_trigger"), "{found:?}");
    }

    #[test]
    fn a_number_that_is_none_is_refused() {
        let fields = ProfileFields { max_loss_pct: f64::NAN, ..ProfileFields::named("x") };

        assert_eq!(codes(fields), [("/max_loss_pct", "out_of_range")]);
    }

    #[test]
    fn a_fraction_becomes_percent_once() {
        let fields = ProfileFields {
            max_loss_pct: 0.4,
            max_profit_pct: 0.8,
            percent_unit: Some(PercentUnit::Fraction),
            ..ProfileFields::named("x")
        };

        let profile = Profile::new(fields).unwrap();
        let again = Profile::new(profile.fields().clone()).unwrap();

        assert_eq!((again.fields().max_loss_pct, again.fields().max_profit_pct), (40.0, 80.0));
        assert_eq!(again, profile);
    }

    #[test]
    fn a_profile_survives_json() {
        let fields = ProfileFields {
            expiry_date: Some("2026/01/20".to_owned()),
            ..ProfileFields::named("Paper")
        };
        let profile = Profile::new(fields).unwrap();

        let text = serde_json::to_string(&profile).unwrap();

        assert!(text.contains("20-01-2026"), "{text}");
        assert_eq!(serde_json::from_str::<Profile>(&text).unwrap(), profile);
        assert!(serde_json::from_str::<Profile>(&text.replace(":1,", ":0,")).is_err());
    }
}
