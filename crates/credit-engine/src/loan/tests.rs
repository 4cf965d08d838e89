use super::*;

fn terms() -> LoanTerms {
    LoanTerms::level("l-1", AssetClass::ResidentialMortgage, 250_000.0, 0.05, 360)
}

fn codes(terms: LoanTerms) -> Vec<(String, &'static str)> {
    let violations = Loan::new(terms).unwrap_err();
    violations.into_iter().map(|violation| (violation.path, violation.code)).collect()
}

#[test]
fn a_plain_loan_is_accepted_and_small() {
    let loan = Loan::new(terms()).unwrap();

    assert_eq!(loan.remaining_months(), 360);
    assert!((loan.original_balance() - 250_000.0).abs() < f64::EPSILON);
    assert!(loan.resident_bytes() <= 136, "{} bytes", loan.resident_bytes());
}

#[test]
fn a_loan_with_overrides_and_drivers_stays_below_two_hundred_bytes() {
    let mut terms = terms();
    terms.overrides.prepayment_speed = Some(0.06);

    let loan = Loan::new(terms).unwrap();

    assert!(loan.resident_bytes() <= 200, "{} bytes", loan.resident_bytes());
}

#[test]
fn a_rate_in_per_cent_is_answered_with_the_decimal() {
    let refused = Loan::new(LoanTerms { rate: 5.0, ..terms() }).unwrap_err();

    let message = &refused.first().unwrap().message;
    assert!(message.contains("send 0.05 for 5%"), "{message}");
}

#[test]
fn every_broken_rule_is_reported_at_once() {
    let broken = LoanTerms {
        balance: -1.0,
        rate: f64::NAN,
        term_months: 12,
        remaining_term_months: Some(13),
        interest_only_months: 12,
        ..terms()
    };

    let expected = [
        ("/balance", "out_of_range"),
        ("/remaining_term_months", "remaining_above_term"),
        ("/interest_only_period_months", "interest_only_above_term"),
        ("/rate", "out_of_range"),
    ];
    assert_eq!(codes(broken), expected.map(|(path, code)| (path.to_owned(), code)));
}

#[test]
fn a_maturity_more_than_a_month_off_the_term_is_refused() {
    let date = |year| NaiveDate::from_ymd_opt(year, 1, 1);
    let dated = |maturity| LoanTerms {
        origination_date: date(2020),
        maturity_date: date(maturity),
        ..terms()
    };

    assert!(Loan::new(dated(2050)).is_ok());
    assert_eq!(codes(dated(2049)), [("/maturity_date".to_owned(), "maturity_disagrees")]);
}

#[test]
fn a_scheduled_loan_needs_its_vector() {
    let scheduled = LoanTerms { amortization: Amortization::Scheduled, ..terms() };

    assert_eq!(codes(scheduled), [("/schedule".to_owned(), "empty_vector")]);
}

#[test]
fn a_floating_loan_needs_its_reset_frequency() {
    let floating = LoanTerms { rate_type: RateType::Floating, ..terms() };

    assert_eq!(codes(floating), [("/reset_frequency_months".to_owned(), "missing")]);
}

#[test]
fn the_next_reset_follows_from_its_date_or_from_the_age() {
    let mut terms = LoanTerms { rate_type: RateType::Hybrid, ..terms() };
    terms.rate_terms.reset_every_months = 12;
    terms.rate_terms.fixed_months = 60;
    terms.remaining_term_months = Some(290);
    terms.first_payment_date = NaiveDate::from_ymd_opt(2020, 2, 1);
    let next = |terms: &LoanTerms| Loan::new(terms.clone()).unwrap().months_to_next_reset();

    assert_eq!(next(&terms), Some(2), "the loan is 70 months old; resets come at 60, 72, …");
    terms.rate_terms.next_reset_date = NaiveDate::from_ymd_opt(2026, 2, 1);
    assert_eq!(next(&terms), Some(3), "interest accrues from November 2025");
    terms.rate_terms.next_reset_date = NaiveDate::from_ymd_opt(2025, 9, 1);
    assert_eq!(next(&terms), Some(10), "the last reset was two months ago");
}

#[test]
fn shares_of_the_balance_become_money() {
    let scheduled = LoanTerms {
        amortization: Amortization::Scheduled,
        schedule: vec![0.25, 0.75],
        schedule_unit: ScheduleUnit::ShareOfBalance,
        ..terms()
    };

    let loan = Loan::new(scheduled).unwrap();

    assert_eq!(loan.repayment().unwrap().schedule, [62_500.0, 187_500.0]);
}

#[test]
fn seasoning_uses_up_the_interest_only_months() {
    let seasoned =
        LoanTerms { remaining_term_months: Some(340), interest_only_months: 36, ..terms() };

    let loan = Loan::new(seasoned).unwrap();

    assert_eq!((loan.age_months(), loan.interest_only_months_left()), (20, 16));
}
