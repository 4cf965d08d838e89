//! Terms of loans and names of conventions as case files write them.

use credit_engine::dates::{BusinessDayConvention, Calendar, DayCount};
use credit_engine::loan::{
    Amortization, AssetClass, Loan, LoanTerms, MoneyRounding, PaymentFrequency, RateBasis,
    RateStep, RateType, ScheduleUnit, UnknownName,
};
use credit_engine::speeds::SpeedUnit;
use credit_engine::speeds::coupon::RateRounding;
use serde_json::Value;

use crate::oracles::credit::fields::{Fields, Refusal};

/// Reads a speed unit.
pub(super) fn unit(name: &str) -> Result<SpeedUnit, Refusal> {
    SpeedUnit::parse(name).map_err(unknown)
}

/// Reads a day count.
pub(super) fn day_count(name: &str) -> Result<DayCount, Refusal> {
    DayCount::parse(name).map_err(unknown)
}

/// Reads the months between payments.
pub(super) fn every_months(inputs: Fields<'_>) -> Result<u16, Refusal> {
    if let Some(months) = inputs.months(&["every_months", "months_per_period", "step_months"])? {
        return Ok(months);
    }
    match inputs.get(&["frequency", "payment_frequency"]) {
        None => Ok(1),
        Some(Value::String(name)) => Ok(PaymentFrequency::parse(name).map_err(unknown)?.months()),
        Some(_) => {
            let per_year = inputs.months(&["frequency", "payment_frequency"])?.unwrap_or(12);
            12_u16.checked_div(per_year).ok_or_else(|| Refusal::new("out_of_range", "frequency"))
        }
    }
}

/// Reads a calendar, or several to be joined.
pub(super) fn calendar(inputs: Fields<'_>) -> Result<Calendar, Refusal> {
    let names = ["calendar", "calendars"];
    let mut members = Vec::new();
    if inputs.get(&names).is_some() {
        for name in inputs.list(&names)? {
            members.push(Calendar::parse(name.as_str().unwrap_or_default()).map_err(unknown)?);
        }
    }
    if inputs.get(&["holidays"]).is_some() {
        members.push(Calendar::Custom(inputs.dates(&["holidays"])?));
    }
    match members.len() {
        0 => Ok(Calendar::None),
        1 => Ok(members.swap_remove(0)),
        _ => Ok(Calendar::Joint(members)),
    }
}

/// Reads a business-day convention.
pub(super) fn convention(inputs: Fields<'_>) -> Result<BusinessDayConvention, Refusal> {
    let names = ["business_day_convention", "convention", "roll", "roll_convention", "adjustment"];
    inputs.text(&names).map_or(Ok(BusinessDayConvention::Unadjusted), |name| {
        BusinessDayConvention::parse(name).map_err(unknown)
    })
}

/// Reads a loan.
pub(super) fn loan(inputs: Fields<'_>) -> Result<Loan, Refusal> {
    let mut terms = plain(inputs)?;
    repayment(inputs, &mut terms)?;
    rates(inputs, &mut terms)?;
    Loan::new(terms).map_err(|violations| {
        let first = violations.first();
        let code = first.map_or("invalid", |violation| violation.code);
        let all: Vec<String> = violations
            .iter()
            .map(|violation| format!("{} {}", violation.path, violation.message))
            .collect();
        Refusal::new(code, all.join("; "))
    })
}

fn plain(inputs: Fields<'_>) -> Result<LoanTerms, Refusal> {
    let balance = inputs.number(&["balance", "principal"])?;
    let rate = inputs.number(&["rate", "initial_rate", "wac"])?;
    let term = inputs.months(&["term_months", "term", "months"])?;
    let term = term.ok_or_else(|| Refusal::new("missing", "term_months is missing"))?;
    let mut terms = LoanTerms::level("case", AssetClass::ResidentialMortgage, balance, rate, term);
    terms.original_balance = inputs.optional(&["original_balance"])?;
    terms.remaining_term_months = inputs.months(&["remaining_term_months", "remaining_term"])?;
    terms.origination_date = inputs.optional_date(&[
        "origination_date",
        "start_date",
        "start",
        "funding_date",
        "accrual_start",
    ])?;
    terms.first_payment_date = inputs.optional_date(&["first_payment_date", "first_payment"])?;
    terms.frequency = match every_months(inputs)? {
        1 => PaymentFrequency::Monthly,
        3 => PaymentFrequency::Quarterly,
        6 => PaymentFrequency::SemiAnnual,
        12 => PaymentFrequency::Annual,
        other => return Err(Refusal::new("frequency", format!("{other} months"))),
    };
    if let Some(name) = inputs.text(&["rounding", "money_rounding"]) {
        terms.rounding = MoneyRounding::parse(name).map_err(unknown)?;
    }
    if let Some(name) = inputs.text(&["day_count", "accrual"]) {
        terms.day_count = match day_count(name)? {
            DayCount::Thirty360Bond | DayCount::Thirty360Us | DayCount::Thirty360Bma => None,
            actual => Some(actual),
        };
    }
    if inputs.text(&["rate_basis"]) == Some("effective") {
        terms.rate_basis = RateBasis::Effective;
    }
    Ok(terms)
}

fn repayment(inputs: Fields<'_>, terms: &mut LoanTerms) -> Result<(), Refusal> {
    terms.amortization = match inputs.text(&["amortization", "amortization_type"]) {
        None => Amortization::Level,
        Some(name) => match name.to_ascii_lowercase().as_str() {
            "annuity" | "level_pay" | "level_payment" | "balloon" => Amortization::Level,
            "io" => Amortization::InterestOnly,
            "gpm" | "graduated_payment" => Amortization::Graduated,
            "even" | "even_principal" | "constant_principal" | "equal_principal" => {
                Amortization::Linear
            }
            "schedule" => Amortization::Scheduled,
            other => Amortization::parse(other).map_err(unknown)?,
        },
    };
    let io = ["io_months", "interest_only_months", "interest_only_period_months", "io_period"];
    terms.interest_only_months = inputs.months(&io)?.unwrap_or(0);
    if terms.interest_only_months >= terms.term_months {
        terms.interest_only_months = 0;
        terms.amortization = Amortization::InterestOnly;
    }
    terms.amortization_months =
        inputs.months(&["amortization_months", "amortization_term_months"])?;
    let balloon = ["balloon_amount", "balloon_payment", "residual", "balloon", "residual_value"];
    terms.balloon_payment = inputs.optional(&balloon)?;
    terms.payment_cap = inputs.optional(&["payment_cap", "payment_cap_percent"])?;
    let limit = inputs.optional(&[
        "negative_amortization_limit",
        "negative_amortization_cap",
        "neg_am_limit",
        "neg_am_cap",
        "balance_cap",
        "recast_limit",
        "max_balance_ratio",
        "negative_amortization_max",
    ])?;
    let from_share = |limit: f64| if limit < 1.0 { 1.0 + limit } else { limit };
    terms.negative_amortization_limit = limit.map(from_share);
    let growth = [
        "payment_growth",
        "growth",
        "annual_growth",
        "growth_rate",
        "graduation_rate",
        "payment_growth_per_year",
        "g",
    ];
    terms.payment_growth = inputs.optional(&growth)?;
    terms.growth_years = inputs.months(&["growth_years", "graduation_years", "growth_periods"])?;
    let shares = ["schedule_percent", "principal_percent", "percentages", "principal_shares"];
    if inputs.get(&shares).is_some() {
        terms.schedule = inputs.numbers(&shares)?;
        terms.schedule_unit = ScheduleUnit::ShareOfBalance;
    } else if inputs.get(&["schedule", "principal_schedule", "principal_vector"]).is_some() {
        terms.schedule = inputs.numbers(&["schedule", "principal_schedule", "principal_vector"])?;
        let names_share = |unit: &str| unit.contains("percent") || unit.contains("share");
        if inputs.text(&["schedule_unit", "schedule_type", "unit"]).is_some_and(names_share) {
            terms.schedule_unit = ScheduleUnit::ShareOfBalance;
        }
    }
    Ok(())
}

fn rates(inputs: Fields<'_>, terms: &mut LoanTerms) -> Result<(), Refusal> {
    if inputs.get(&["steps", "rate_steps"]).is_some() {
        terms.rate_type = RateType::Step;
        let steps = inputs.list(&["steps", "rate_steps"])?;
        let durations = are_durations(steps, terms);
        let mut elapsed = 0_u16;
        for step in steps {
            let step = Fields(step);
            let stated = step.months(&["after_months", "months"])?;
            let after = match (stated, step.months(&["from_period", "period"])?) {
                (Some(months), _) if durations => {
                    elapsed = elapsed.saturating_add(months);
                    elapsed - months
                }
                (Some(months), _) => months,
                (None, Some(period)) => period.saturating_sub(1),
                (None, None) => step_start(step, terms)?,
            };
            let rate = step.number(&["rate"])?;
            terms.rate_terms.steps.push(RateStep { after_months: after, rate });
        }
    }
    let reset = inputs.months(&["reset_every_months", "reset_frequency_months"])?;
    let Some(reset) = reset else { return Ok(()) };
    terms.rate_type = RateType::Floating;
    let rate = &mut terms.rate_terms;
    rate.reset_every_months = reset;
    let fixed = inputs.months(&["first_reset_after_months", "fixed_months"])?.unwrap_or(0);
    if fixed > 0 {
        terms.rate_type = RateType::Hybrid;
        rate.fixed_months = fixed;
    }
    rate.margin = inputs.number_or(&["margin", "spread"], 0.0)?;
    rate.periodic_cap = inputs.optional(&["periodic_cap"])?;
    rate.first_periodic_cap =
        inputs.optional(&["first_cap", "initial_cap", "first_periodic_cap", "first_reset_cap"])?;
    let above = inputs.optional(&["lifetime_cap_over_initial"])?;
    let above = above.map(|above| above + terms.rate);
    rate.lifetime_cap = inputs.optional(&["lifetime_cap"])?.or(above);
    rate.lifetime_floor = inputs.optional(&["lifetime_floor", "floor"])?;
    rate.index_floor = inputs.optional(&["index_floor"])?;
    rate.rounding = if let Some(step) = inputs.optional(&["round_up_to"])? {
        RateRounding::Up(step)
    } else if let Some(step) = inputs.optional(&["rate_rounding", "round_to"])? {
        RateRounding::Nearest(step)
    } else {
        RateRounding::None
    };
    Ok(())
}

/// Tells whether the months of steps say how long each rate lasts, not when it begins: they fill
/// the term, or the first one has the rate of today.
fn are_durations(steps: &[Value], terms: &LoanTerms) -> bool {
    let months = |step: &Value| step.get("months").and_then(Value::as_u64);
    let total: u64 = steps.iter().filter_map(months).sum();
    let first = steps.first().and_then(|step| step.get("rate")).and_then(Value::as_f64);
    let first_is_today = first.is_some_and(|rate| rate.total_cmp(&terms.rate).is_eq());
    steps.iter().all(|step| months(step).is_some())
        && (total == u64::from(terms.term_months) || first_is_today)
}

/// Reads when a rate begins: a 1-based period or a date.
fn step_start(step: Fields<'_>, terms: &LoanTerms) -> Result<u16, Refusal> {
    if !step.get(&["from"]).is_some_and(Value::is_string) {
        return Ok(step.months(&["from"])?.unwrap_or(1).saturating_sub(1));
    }
    let date = step.date(&["from"])?;
    let start = terms
        .origination_date
        .ok_or_else(|| Refusal::new("missing", "a step with a date needs the origination date"))?;
    let months =
        credit_engine::dates::month_number(date) - credit_engine::dates::month_number(start);
    u16::try_from(months).map_err(|_| Refusal::new("date_order", date))
}

/// Turns an unknown name into a refusal.
pub(super) fn unknown(error: UnknownName) -> Refusal {
    Refusal::new("unknown_name", error)
}
