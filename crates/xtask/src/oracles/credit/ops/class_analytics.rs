//! Operations on pools of one class.

use credit_engine::class_analytics::clo::{
    Backing, Collateral, Tranche, capital_structure, collateral_quality, rating_factor,
};
use credit_engine::class_analytics::commercial::{
    CommercialLoan, PropertyStress, RefinanceTerms, commercial_analytics,
};
use credit_engine::class_analytics::consumer::{
    Applicant, ConsumerLoan, assess, consumer_analytics as consumer_of, expected_loss_rate,
};
use serde_json::{Value, json};

use super::Request;
use crate::oracles::credit::fields::{Fields, Refusal};

/// The score card.
pub(super) fn risk_assessment(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let single = [inputs.0.clone()];
    let cases = inputs.get(&["cases"]).and_then(Value::as_array);
    let mut results = Vec::new();
    for case in cases.map_or(single.as_slice(), Vec::as_slice) {
        let case = Fields(case);
        let found = assess(&Applicant {
            fico_score: case.number(&["fico_score", "fico"])?,
            dti_ratio: case.number(&["dti_ratio", "debt_to_income", "dti"])?,
            delinquency_history: case
                .count_or(&["delinquency_history", "delinquencies", "times_30_dpd"], 0)?,
            loan_type: case.text(&["loan_type"]).unwrap_or("other"),
        });
        results.push(json!({
            "risk_score": found.risk_score, "score": found.risk_score,
            "risk_category": found.risk_category, "category": found.risk_category,
            "default_probability": found.default_probability,
            "components": found.components, "weights": found.weights,
        }));
    }
    match (results.as_slice(), cases) {
        ([single], None) => Ok(single.clone()),
        _ => Ok(json!({ "results": results })),
    }
}

/// Segments and expected losses.
pub(super) fn consumer_analytics(request: &Request<'_>) -> Result<Value, Refusal> {
    let mut loans = Vec::new();
    for loan in request.inputs.list(&["loans", "assets", "cases"])? {
        let fields = Fields(loan);
        loans.push(ConsumerLoan {
            balance: fields.number_or(&["balance"], 1.0)?,
            fico_score: fields.months(&["fico_score", "fico"])?,
            debt_to_income: fields.optional(&["debt_to_income", "dti_ratio", "dti"])?,
            is_secured: fields.get(&["is_secured", "secured"]).and_then(Value::as_bool),
            purpose: fields.text(&["loan_purpose", "purpose"]),
            loan_type: fields.text(&["loan_type"]),
        });
    }
    let found = consumer_of(&loans);
    let rates: Vec<f64> = loans
        .iter()
        .map(|loan| expected_loss_rate(loan.fico_score, loan.is_secured.unwrap_or(false)).1)
        .collect();
    let named = |slices: &[credit_engine::class_analytics::Slice],
                 of: fn(&credit_engine::class_analytics::Slice) -> f64| {
        slices
            .iter()
            .map(|slice| (slice.name.clone(), json!(of(slice))))
            .collect::<serde_json::Map<String, Value>>()
    };
    Ok(json!({
        "risk_segments": named(&found.risk_segments, |slice| slice.balance),
        "risk_segment_shares": named(&found.risk_segments, |slice| slice.share),
        "segments": found.risk_segments, "purposes": named(&found.purposes, |slice| slice.share),
        "secured_share": found.secured_share, "fico_score": found.fico_score,
        "wa_fico": found.fico_score, "expected_loss": found.expected_loss,
        "expected_loss_rate": found.expected_loss_rate, "expected_loss_rates": rates,
        "expected_loss_by_band": found.expected_loss_by_band,
    }))
}

fn commercial_loan(loan: &Value) -> Result<CommercialLoan<'_>, Refusal> {
    let fields = Fields(loan);
    let months =
        fields.count(&["remaining_term_months", "term_months", "term", "remaining_term"])?;
    let all_interest = fields.flag(&["io", "interest_only", "is_interest_only"]);
    let interest_only = fields.count_or(&["io_months", "interest_only_period_months"], 0)?;
    let date = fields.optional_date(&["maturity_date"])?;
    let year = fields.optional_count(&["maturity_year"])?.and_then(|year| i32::try_from(year).ok());
    Ok(CommercialLoan {
        id: fields.text(&["id", "loan_id", "name"]).unwrap_or_default(),
        balance: fields.number(&["balance"])?,
        rate: fields.number(&["rate", "coupon"])?,
        remaining_months: months,
        amortization_months: fields.optional_count(&["amortization_months", "amort_months"])?,
        interest_only_months: if all_interest { months } else { interest_only },
        noi: fields.optional(&["noi", "net_operating_income"])?,
        value: fields.optional(&["value", "property_value", "appraisal_value"])?,
        stated_dscr: fields.optional(&["dscr"])?,
        stated_ltv: fields.optional(&["ltv", "ltv_ratio"])?,
        property_type: fields.text(&["property_type"]),
        maturity_year: date.map(|date| chrono::Datelike::year(&date)).or(year),
    })
}

/// Coverage, leverage, concentration, balloons and refinancing.
pub(super) fn commercial(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let given = inputs.list(&["loans", "assets"])?;
    let loans = given.iter().map(commercial_loan).collect::<Result<Vec<_>, _>>()?;
    let stress = PropertyStress {
        noi_decline: inputs.number_or(&["noi_decline", "noi_shock"], 0.0)?,
        value_decline: inputs.number_or(&["value_decline", "property_value_decline"], 0.0)?,
        rate_shock: inputs.number_or(&["rate_shock", "interest_rate_shock"], 0.0)?,
    };
    let loans: Vec<_> = loans.iter().map(|loan| loan.stressed(&stress)).collect();
    let defaults = RefinanceTerms::default();
    let terms = RefinanceTerms {
        rate: inputs.number_or(&["refinance_rate", "stressed_rate", "refi_rate"], defaults.rate)?,
        dscr: inputs.number_or(&["refinance_dscr", "required_dscr", "refi_dscr"], defaults.dscr)?,
        amortization_months: inputs.count_or(
            &["refinance_amortization_months", "refi_amortization_months"],
            defaults.amortization_months,
        )?,
        ltv: inputs.optional(&["refinance_ltv", "max_ltv"])?,
    };
    let refinance: Vec<_> = loans.iter().map(|loan| loan.refinance(&terms)).collect();
    let found = commercial_analytics(&loans);
    let each =
        |of: fn(&credit_engine::class_analytics::commercial::CommercialMeasures) -> Option<f64>| {
            found.loans.iter().map(of).collect::<Vec<_>>()
        };
    Ok(json!({
        "dscr": each(|loan| loan.dscr), "icr": each(|loan| loan.icr),
        "ltv": each(|loan| loan.ltv), "debt_yield": each(|loan| loan.debt_yield),
        "annual_debt_service": each(|loan| Some(loan.annual_debt_service)),
        "balloon_balances": each(|loan| Some(loan.balloon_balance)),
        "shares": each(|loan| Some(loan.share)),
        "wa_dscr_by_balance": found.dscr, "wa_dscr": found.dscr,
        "wa_ltv": found.ltv, "wa_debt_yield": found.debt_yield,
        "balloon_share": found.balloon_share, "hhi": found.herfindahl,
        "herfindahl": found.herfindahl, "large_loans_5pct": found.large_loans,
        "large_loans": found.large_loans, "maturity_wall": found.maturity_wall,
        "property_mix": found.property_types, "property_types": found.property_types,
        "refinance": refinance,
        "supportable_loan": refinance.iter().map(|one| one.supportable).collect::<Vec<_>>(),
        "supportable": refinance.iter().map(|one| one.supportable).collect::<Vec<_>>(),
        "refinance_gap": refinance.iter().map(|one| one.gap).collect::<Vec<_>>(),
        "refinance_passes": refinance.iter().map(|one| one.passes).collect::<Vec<_>>(),
    }))
}

/// Tranches and collateral of a CLO.
pub(super) fn clo(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let mut assets = Vec::new();
    let names = ["assets", "collateral", "loans", "holdings"];
    let listed = inputs.get(&names).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for asset in listed {
        let fields = Fields(asset);
        assets.push(Collateral {
            par: fields.number(&["par", "balance", "par_amount"])?,
            rate: fields.number_or(&["rate", "coupon"], 0.0)?,
            rating: fields.text(&["rating", "moodys_rating"]),
            spread: fields.optional(&["spread", "margin"])?,
            obligor: fields.text(&["obligor", "issuer"]),
            industry: fields.text(&["industry", "sector"]),
        });
    }
    let quality = collateral_quality(&assets);
    let stated =
        inputs.optional(&["collateral_balance", "collateral_pool_balance", "collateral_par"])?;
    let wac = inputs.optional(&["collateral_wac", "collateral_pool_wac", "wac"])?.or(quality.wac);
    let backing = Backing { par: stated.unwrap_or(quality.par), wac: wac.unwrap_or(0.0) };
    let mut tranches = Vec::new();
    let listed = inputs.get(&["tranches"]).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (tranche, place) in listed.iter().zip(1..) {
        let fields = Fields(tranche);
        tranches.push(Tranche {
            name: fields.text(&["name", "id"]).unwrap_or_default(),
            balance: fields.number(&["balance"])?,
            rate: fields.number_or(&["rate", "coupon", "spread"], 0.0)?,
            seniority: fields.count_or(&["seniority"], place)?,
        });
    }
    let structure = capital_structure(&tranches, backing);
    let each = |of: fn(&credit_engine::class_analytics::clo::TrancheMeasures) -> Option<f64>| {
        structure.tranches.iter().map(of).collect::<Vec<_>>()
    };
    let factors: Vec<Option<f64>> =
        assets.iter().map(|asset| asset.rating.and_then(rating_factor)).collect();
    Ok(json!({
        "warf": quality.warf, "was": quality.was, "wac": quality.wac,
        "rating_factors": factors, "diversity_score": quality.diversity,
        "diversity": quality.diversity, "ccc_share": quality.ccc_share,
        "industries": quality.industries, "industry_hhi": quality.industry_herfindahl,
        "tranche_shares": each(|one| Some(one.share)), "shares": each(|one| Some(one.share)),
        "subordination": each(|one| Some(one.subordination)),
        "enhancement": each(|one| Some(one.enhancement)),
        "credit_enhancement": each(|one| Some(one.enhancement)),
        "oc": each(|one| one.overcollateralization),
        "oc_ratios": each(|one| one.overcollateralization),
        "weighted_cost": structure.weighted_cost,
        "weighted_average_cost": structure.weighted_cost,
        "excess_spread": structure.excess_spread,
        "excess_interest": structure.excess_interest,
    }))
}
