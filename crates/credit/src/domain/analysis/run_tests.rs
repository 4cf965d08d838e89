//! Analyses of small pools.

use credit_engine::loan::LoanTerms;

use super::*;
use crate::domain::analysis::{AnalysisRequest, TermsDefaults};

fn terms(text: &str) -> Terms {
    let request: AnalysisRequest = serde_json::from_str(text).unwrap();
    request.terms(TermsDefaults { today: "2025-03-31".parse().unwrap() }).unwrap()
}

fn loans() -> Vec<Loan> {
    let loan = |id: &str, class, balance, term| {
        Loan::new(LoanTerms::level(id, class, balance, 0.065, term)).unwrap()
    };
    vec![
        loan("a", AssetClass::ResidentialMortgage, 300_000.0, 360),
        loan("b", AssetClass::AutoLoan, 20_000.0, 60),
    ]
}

#[test]
fn month_ends_stay_month_ends() {
    let outcome = analyze(&loans(), &terms("{}"), Control::default()).unwrap();

    let dates: Vec<String> = outcome.cashflows.date.iter().map(ToString::to_string).collect();
    assert_eq!(dates[..3], ["2025-04-30", "2025-05-31", "2025-06-30"]);
    assert_eq!((dates[10].as_str(), dates[34].as_str()), ("2026-02-28", "2028-02-29"));
    assert!(outcome.cashflows.date.iter().all(|date| is_month_end(*date)));
}

#[test]
fn the_parts_add_up_to_the_pool() {
    for by in ["class", "asset", "selector"] {
        let terms = terms(&format!(
            r#"{{"group_by":"{by}","assumptions":{{"selectors":[{{"name":"cars","when":[{{"field":"asset_class","op":"eq","value":"auto_loan"}}],"assumptions":{{}}}}]}}}}"#
        ));
        let outcome = analyze(&loans(), &terms, Control::default()).unwrap();
        let parts = if by == "class" { &outcome.by_class } else { &outcome.groups };

        let metrics = outcome.metrics.unwrap();
        let sum: f64 = parts.iter().map(|part| part.metrics.npv.unwrap()).sum();
        assert_eq!(parts.len(), 2, "{by}");
        assert!((sum / metrics.npv.unwrap() - 1.0).abs() < 1e-9, "{by}");
    }
}

#[test]
fn a_price_above_the_value_returns_less_than_the_discount_rate() {
    let at = |price: &str| {
        let terms = terms(&format!(r#"{{"discount_rate":0.05,"price":{price}}}"#));
        analyze(&loans(), &terms, Control::default()).unwrap().metrics.unwrap()
    };
    let model = at("100");
    let fair = at(&model.price.unwrap().to_string());

    assert!((fair.irr.unwrap() - 0.05).abs() < 1e-9);
    assert!(at("120").irr.unwrap() < 0.05 && at("80").irr.unwrap() > 0.05);
    let growth = 1.0 + 0.05;
    assert!((fair.effective_duration.unwrap() - fair.duration.unwrap() / growth).abs() < 0.02);
}

#[test]
fn a_pool_without_performing_balance_has_no_yield() {
    let mut sold = LoanTerms::level("x", AssetClass::AutoLoan, 1_000.0, 0.05, 12);
    sold.status = LoanStatus::Prepaid;

    let outcome = analyze(&[Loan::new(sold).unwrap()], &terms("{}"), Control::default()).unwrap();

    let metrics = outcome.metrics.unwrap();
    assert_eq!((metrics.npv, metrics.irr, metrics.weighted_average_life), (None, None, None));
}
