//! The scenarios that come with the engine.

use super::{FixedSpeeds, MarketFactors, Scenario};
use crate::loan::AssetClass;

const NONE: MarketFactors = MarketFactors::NONE;

const fn scenario(
    name: &'static str,
    title: &'static str,
    description: &'static str,
    factors: MarketFactors,
) -> Scenario {
    Scenario { name, title, description, factors, speeds: FixedSpeeds::NONE }
}

const fn fixed(
    name: &'static str,
    title: &'static str,
    description: &'static str,
    factors: MarketFactors,
    speeds: [Option<f64>; 3],
) -> Scenario {
    let [cdr, cpr, recovery_rate] = speeds;
    let speeds = FixedSpeeds { cdr, cpr, recovery_rate };
    Scenario { name, title, description, factors, speeds }
}

const fn speeds(default: f64, prepayment: f64, recovery: f64) -> MarketFactors {
    MarketFactors {
        default_multiplier: default,
        prepayment_multiplier: prepayment,
        recovery_multiplier: recovery,
        ..NONE
    }
}

const fn discount(factors: MarketFactors, shock: f64) -> MarketFactors {
    MarketFactors { discount_rate_shock: shock, ..factors }
}

const fn rates(factors: MarketFactors, shock: f64) -> MarketFactors {
    MarketFactors { interest_rate_shock: shock, ..factors }
}

const fn lasting(factors: MarketFactors, months: u16) -> MarketFactors {
    MarketFactors { duration_months: Some(months), ..factors }
}

/// The scenarios for any pool; the first is the base.
pub(super) const PREDEFINED: [Scenario; 7] = [
    scenario("base", "Base", "As assumed.", NONE),
    scenario(
        "rate_shock_up",
        "Rates up",
        "Rates rise by 3 points: fewer prepayments, somewhat more defaults.",
        rates(speeds(1.2, 0.7, 1.0), 0.03),
    ),
    scenario(
        "rate_shock_down",
        "Rates down",
        "Rates fall by 2 points: more prepayments, somewhat fewer defaults.",
        rates(speeds(0.9, 1.5, 1.0), -0.02),
    ),
    scenario(
        "credit_crisis",
        "Credit crisis",
        "Three times the defaults, 40 % less recovery, half the prepayments, rates 1 point up.",
        rates(speeds(3.0, 0.5, 0.6), 0.01),
    ),
    scenario(
        "liquidity_crisis",
        "Liquidity crisis",
        "Buyers ask for 5 points more; prepayments dry up and defaults rise.",
        MarketFactors { spread_widening: 0.05, ..speeds(1.8, 0.4, 1.0) },
    ),
    scenario(
        "housing_boom",
        "Housing boom",
        "Twice the prepayments, fewer defaults, better recoveries.",
        speeds(0.7, 2.0, 1.3),
    ),
    scenario(
        "housing_bust",
        "Housing bust",
        "Many more defaults, half the recovery, fewer prepayments.",
        speeds(2.5, 0.6, 0.5),
    ),
];

/// Shocks of the past: a shock of `s` is a multiplier of `1 + s` while it lasts.
pub(super) const HISTORICAL: [Scenario; 3] = [
    scenario(
        "historical_2008_crisis",
        "2008 crisis",
        "For 24 months: rates 3 points up, half the prepayments, six times the defaults, 30 % less \
         recovery.",
        lasting(rates(speeds(6.0, 0.5, 0.7), 0.03), 24),
    ),
    scenario(
        "historical_rising_rates",
        "Rising rates",
        "For 12 months: rates 5 points up, 70 % fewer prepayments, half as many defaults again, \
         10 % less recovery.",
        lasting(rates(speeds(1.5, 0.3, 0.9), 0.05), 12),
    ),
    scenario(
        "historical_credit_crisis",
        "Credit crisis of the past",
        "For 18 months: rates 2 points up, 30 % fewer prepayments, four times the defaults, 40 % \
         less recovery.",
        lasting(rates(speeds(4.0, 0.7, 0.6), 0.02), 18),
    ),
];

const MORTGAGES: [Scenario; 3] = [
    scenario("high_default", "High Default", "Twice the defaults.", speeds(2.0, 1.0, 1.0)),
    scenario("high_prepayment", "High Prepayment", "Twice the prepayments.", speeds(1.0, 2.0, 1.0)),
    fixed(
        "severe",
        "Severe",
        "Three times the defaults, half the prepayments, a recovery of 40 %.",
        speeds(3.0, 0.5, 1.0),
        [None, None, Some(0.40)],
    ),
];

const AUTO_LOANS: [Scenario; 3] = [
    fixed(
        "economic_downturn",
        "Economic Downturn",
        "CDR 2 %, CPR 4 %, recovery 40 %.",
        NONE,
        [Some(0.02), Some(0.04), Some(0.40)],
    ),
    fixed("rising_rates", "Rising Rates", "CPR 12 %.", NONE, [None, Some(0.12), None]),
    fixed(
        "severe_recession",
        "Severe Recession",
        "CDR 3 %, CPR 3 %, recovery 35 %.",
        NONE,
        [Some(0.03), Some(0.03), Some(0.35)],
    ),
];

const CONSUMER_CREDIT: [Scenario; 4] = [
    scenario(
        "high_default",
        "High default",
        "Twice the defaults, a fifth fewer prepayments.",
        speeds(2.0, 0.8, 1.0),
    ),
    scenario(
        "extreme_default",
        "Extreme default",
        "Three times the defaults, half the prepayments.",
        speeds(3.0, 0.5, 1.0),
    ),
    scenario(
        "interest_rate_shock",
        "Interest rate shock",
        "Discounted at 3 points more.",
        discount(NONE, 0.03),
    ),
    scenario(
        "combined",
        "Combined",
        "Twice the defaults, discounted at 2 points more.",
        discount(speeds(2.0, 1.0, 1.0), 0.02),
    ),
];

const COMMERCIAL_LOANS: [Scenario; 4] = [
    scenario(
        "cap_rate_expansion",
        "Cap rate expansion",
        "Half as many defaults again, a fifth less recovery.",
        speeds(1.5, 1.0, 0.8),
    ),
    scenario(
        "vacancy_increase",
        "Vacancy increase",
        "Twice the defaults, a tenth less recovery.",
        speeds(2.0, 1.0, 0.9),
    ),
    scenario(
        "interest_rate_shock",
        "Interest rate shock",
        "Discounted at 2 points more.",
        discount(NONE, 0.02),
    ),
    scenario(
        "severe_recession",
        "Severe recession",
        "Three times the defaults, 30 % less recovery, discounted at 1 point more.",
        discount(speeds(3.0, 1.0, 0.7), 0.01),
    ),
];

const CLO_CDO: [Scenario; 4] = [
    fixed(
        "high_defaults",
        "High defaults",
        "CDR 4 %, CPR 8 %, recovery 50 %.",
        NONE,
        [Some(0.04), Some(0.08), Some(0.50)],
    ),
    fixed(
        "low_recovery",
        "Low recovery",
        "CDR 3 %, CPR 10 %, recovery 40 %.",
        NONE,
        [Some(0.03), Some(0.10), Some(0.40)],
    ),
    scenario(
        "interest_rate_shock",
        "Interest rate shock",
        "Discounted at 2 points more.",
        discount(NONE, 0.02),
    ),
    fixed(
        "severe",
        "Severe",
        "CDR 6 %, CPR 5 %, recovery 30 %, discounted at 1 point more.",
        discount(NONE, 0.01),
        [Some(0.06), Some(0.05), Some(0.30)],
    ),
];

/// The scenarios for the pools of one class.
pub(super) const fn of_class(class: AssetClass) -> &'static [Scenario] {
    match class {
        AssetClass::ResidentialMortgage => &MORTGAGES,
        AssetClass::AutoLoan => &AUTO_LOANS,
        AssetClass::ConsumerCredit => &CONSUMER_CREDIT,
        AssetClass::CommercialLoan => &COMMERCIAL_LOANS,
        AssetClass::CloCdo => &CLO_CDO,
    }
}
