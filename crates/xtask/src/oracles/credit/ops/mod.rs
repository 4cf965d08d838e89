//! Which part of the engine answers an operation.

mod amortization;
mod class_analytics;
mod dates;
mod distributions;
mod pools;
mod pricing;
mod properties;
mod returns;
mod risk;
mod speeds;
mod stress;
mod terms;
mod waterfall;

use serde_json::{Value, json};

use super::case::Case;
use super::fields::{Fields, Refusal};

/// What became of a case.
#[derive(Debug)]
pub(super) enum Answer {
    /// The engine answered, or refused with `error` and `http_status`.
    Got(Value),
    /// The part of the service it belongs to is not built.
    NotYet,
    /// Nothing answers to the operation.
    Unknown,
}

/// The areas that are built.
const BUILT: [&str; 11] = [
    "prepayment",
    "default",
    "projection",
    "amortization",
    "dates",
    "pricing",
    "floating",
    "risk",
    "class_analytics",
    "stress",
    "waterfall",
];

/// Operations of built areas that are not built yet.
const NOT_BUILT: [&str; 1] = ["hedges"];

/// An operation: from a case to the answer.
type Operation = fn(&Request<'_>) -> Result<Value, Refusal>;

/// What an operation is given.
#[derive(Debug, Clone, Copy)]
struct Request<'a> {
    inputs: Fields<'a>,
    convention: Fields<'a>,
    expected: Fields<'a>,
}

/// Answers a case.
pub(super) fn answer(case: &Case) -> Answer {
    let Some(operation) = operation(&case.area, &case.op) else {
        let built = BUILT.contains(&case.area.as_str()) && !NOT_BUILT.contains(&case.op.as_str());
        return if built { Answer::Unknown } else { Answer::NotYet };
    };
    let request = Request {
        inputs: Fields(&case.inputs),
        convention: Fields(&case.convention),
        expected: Fields(&case.expected),
    };
    Answer::Got(operation(&request).unwrap_or_else(|refusal| refused(&refusal)))
}

fn operation(area: &str, name: &str) -> Option<Operation> {
    Some(match name {
        "properties" | "throughput" if !matches!(area, "projection" | "performance") => {
            return None;
        }
        "speed_convert" => speeds::speed_convert,
        "psa_vector" => speeds::psa_vector,
        "ppc_vector" => speeds::ppc_vector,
        "abs_to_smm" => speeds::abs_to_smm,
        "historical_speed" | "historical_abs" | "average_speed" | "historical_speeds" => {
            speeds::historical_speed
        }
        "sda_vector" => speeds::sda_vector,
        "vector_extend" => speeds::vector_extend,
        "roll_rates" => speeds::roll_rates,
        "floating_coupon" => speeds::floating_coupon,
        "rate_linked_prepayment" | "rate_linked_cpr" | "refinancing_curve" | "prepayment_curve" => {
            speeds::rate_linked
        }
        "simple_incentive" => speeds::simple_incentive,
        "ltv_severity" | "severity_ltv" | "severity" => speeds::ltv_severity,
        "schedule" => amortization::schedule,
        "arm_schedule" => amortization::arm_schedule,
        "schedule_dates" | "payment_dates" => dates::schedule_dates,
        "adjust_dates" | "business_day_adjust" | "business_days" => dates::adjust_dates,
        "day_count" => dates::day_count,
        "day_count_icma" => dates::day_count_icma,
        "holidays" => dates::holidays,
        "mbs_settlement" | "settlement" | "accrued_interest" => dates::settlement,
        "overnight_compounding"
        | "compound_overnight"
        | "sofr_compounding"
        | "compounded_in_arrears" => dates::overnight,
        "mbs_analytics" => pricing::mbs_analytics,
        "total_return" => pricing::total_return,
        "key_rate_durations" => pricing::key_rate_durations,
        "fixed_bond" => pricing::fixed_bond,
        "effective_from_prices" => returns::effective_from_prices,
        "average_life" => returns::average_life,
        "xirr_xnpv" | "xirr" | "xnpv" => returns::xirr_xnpv,
        "irr" => returns::irr,
        "npv" => returns::npv,
        "discount_margin" | "floater_margin" | "floater" => returns::discount_margin,
        "z_spread" => returns::z_spread,
        "pool_statistics" => pools::pool_statistics,
        "project_pool" => pools::project_pool,
        "pass_through_month" => pools::pass_through_month,
        "cumulative_default_matrix" => pools::cumulative_default_matrix,
        "var_es"
        | "var"
        | "expected_shortfall"
        | "var_confidence_interval"
        | "var_ci"
        | "risk_measures"
        | "economic_capital" => risk::var_es,
        "statistics"
        | "sample_statistics"
        | "percentile"
        | "percentiles"
        | "quantiles"
        | "path_statistics"
        | "simulation_statistics" => risk::statistics,
        "vasicek" | "large_pool" | "vasicek_quantiles" => risk::vasicek,
        "tranche_expected_loss" | "vasicek_tranche" | "tranche_loss" => risk::tranche_expected_loss,
        "irb_capital" | "irb_k" | "irb" | "regulatory_capital" | "regulatory_k" => {
            risk::irb_capital
        }
        "cholesky" | "correlation_factor" => risk::cholesky,
        "nearest_correlation" | "correlation_repair" | "repair_correlation" | "psd_repair" => {
            risk::nearest_correlation
        }
        "transition_matrix" | "matrix_power" | "pd_by_state" => risk::transition_matrix,
        "distribution" | "distributions" | "distribution_quantiles" => distributions::distributions,
        "portfolio_loss" | "gaussian_copula" | "copula_portfolio" | "credit_portfolio" => {
            risk::portfolio
        }
        "consumer_risk_assessment" | "score_card" | "risk_assessment" => {
            class_analytics::risk_assessment
        }
        "consumer_analytics" | "consumer_expected_loss" | "fico_bands" => {
            class_analytics::consumer_analytics
        }
        "commercial_analytics" | "refinance_test" | "commercial_stress" => {
            class_analytics::commercial
        }
        "clo_analytics" | "warf" | "clo_collateral" | "diversity_score" | "tranche_enhancement" => {
            class_analytics::clo
        }
        "stress_run" | "stress" | "stress_test" | "historical_stress" => stress::stress_run,
        "properties" => properties::properties,
        "throughput" => properties::throughput,
        other => return waterfall::operation(other),
    })
}

/// Writes a refusal.
fn refused(refusal: &Refusal) -> Value {
    json!({ "error": refusal.code, "message": refusal.message, "http_status": 422 })
}
