use proptest::prelude::*;

use super::*;
use crate::loan::{AssetClass, LoanTerms, MoneyRounding, PaymentFrequency, RateStep, RateType};

fn level(balance: f64, rate: f64, term: u16) -> LoanTerms {
    LoanTerms::level("l", AssetClass::AutoLoan, balance, rate, term)
}

fn run(terms: LoanTerms) -> Schedule {
    schedule(&Loan::new(terms).unwrap(), IndexPath::Unchanged)
}

fn close(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance, "got {got}, expected {expected}");
}

#[test]
fn cents_are_rounded_each_period_and_the_last_payment_clears_the_balance() {
    let rounded =
        run(LoanTerms { rounding: MoneyRounding::HalfUpCents, ..level(25_000.0, 0.0725, 60) });

    close(rounded.payments()[0].total(), 497.98, 1e-9);
    close(rounded.payments()[59].total(), 498.27, 1e-9);
    close(rounded.total_interest(), 4_879.09, 1e-6);
}

#[test]
fn a_quarterly_loan_pays_a_quarter_of_the_rate() {
    let quarterly =
        run(LoanTerms { frequency: PaymentFrequency::Quarterly, ..level(1000.0, 0.08, 24) });

    assert_eq!(quarterly.payments().len(), 8);
    close(quarterly.payments()[0].interest, 20.0, 1e-12);
    close(quarterly.payments()[0].total(), level_payment(1000.0, 0.02, 8), 1e-9);
}

#[test]
fn a_graduated_loan_grows_every_year_and_ends_at_zero() {
    let terms = LoanTerms {
        amortization: Amortization::Graduated,
        payment_growth: Some(0.075),
        growth_years: Some(5),
        ..level(100_000.0, 0.1, 360)
    };

    let graduated = run(terms);

    let payments: Vec<f64> = graduated.payments().iter().map(Payment::total).collect();
    close(payments[12] / payments[11], 1.075, 1e-12);
    close(payments[60] / payments[59], 1.075, 1e-12);
    close(payments[72] / payments[71], 1.0, 1e-12);
    close(payments[359], payments[358], 1e-6);
    assert!(graduated.payments()[0].principal < 0.0, "the first payments do not cover interest");
}

#[test]
fn a_payment_cap_capitalises_interest_up_to_the_limit() {
    let mut terms = level(100_000.0, 0.04, 360);
    terms.rate_type = RateType::Floating;
    terms.rate_terms.reset_every_months = 12;
    terms.payment_cap = Some(0.075);
    terms.negative_amortization_limit = Some(1.01);
    let loan = Loan::new(terms).unwrap();

    let capped = schedule(&loan, IndexPath::AtResets(&[0.12]));

    let payments = capped.payments();
    close(payments[12].total(), payments[11].total() * 1.075, 1e-9);
    assert!(payments[12].principal < 0.0);
    let highest = payments.iter().map(|payment| payment.balance).fold(0.0, f64::max);
    close(highest, 101_000.0, 1e-6);
    let (position, _) = payments.iter().enumerate().find(|(_, p)| p.balance > 100_999.999).unwrap();
    let left = u32::try_from(359 - position).unwrap();
    close(payments[position + 1].total(), level_payment(101_000.0, 0.01, left), 1e-6);
}

#[test]
fn a_step_loan_is_recast_at_every_step() {
    let mut terms = level(12_000.0, 0.0, 24);
    terms.rate_type = RateType::Step;
    terms.rate_terms.steps = vec![RateStep { after_months: 12, rate: 0.12 }];

    let stepped = run(terms);

    close(stepped.payments()[11].total(), 500.0, 1e-9);
    close(stepped.payments()[12].total(), level_payment(6000.0, 0.01, 12), 1e-9);
}

#[test]
fn actual_days_change_interest_but_not_the_payment() {
    let mut terms = level(10_000.0, 0.06, 12);
    terms.day_count = Some(crate::dates::DayCount::Act365Fixed);
    terms.first_payment_date = chrono::NaiveDate::from_ymd_opt(2023, 2, 1);

    let dated = run(terms);

    close(dated.payments()[0].interest, 10_000.0 * 0.06 * 31.0 / 365.0, 1e-9);
    close(dated.payments()[3].total(), level_payment(10_000.0, 0.005, 12), 1e-9);
}

#[test]
fn a_schedule_vector_is_paid_and_the_rest_is_due_at_the_end() {
    let terms = LoanTerms {
        amortization: Amortization::Scheduled,
        schedule: vec![100.0, 300.0],
        ..level(1000.0, 0.12, 4)
    };

    let principal: Vec<f64> =
        run(terms).payments().iter().map(|payment| payment.principal).collect();

    assert_eq!(principal, [100.0, 300.0, 0.0, 600.0]);
}

fn any_terms() -> impl Strategy<Value = LoanTerms> {
    let kinds = prop::sample::select(vec![
        Amortization::Level,
        Amortization::Linear,
        Amortization::InterestOnly,
        Amortization::Bullet,
        Amortization::Graduated,
    ]);
    let rounding = prop::sample::select(vec![MoneyRounding::None, MoneyRounding::HalfEvenCents]);
    let frequency =
        prop::sample::select(vec![PaymentFrequency::Monthly, PaymentFrequency::Quarterly]);
    (kinds, rounding, frequency, 100.0..1e6, 0.0..0.3, 2_u16..480, 0_u16..100, 0_u16..120).prop_map(
        |(amortization, rounding, frequency, balance, rate, term, io_share, longer)| LoanTerms {
            amortization,
            rounding,
            frequency,
            interest_only_months: u16::try_from(u32::from(term) * u32::from(io_share) / 100)
                .unwrap(),
            amortization_months: (longer > 60).then_some(term + longer),
            payment_growth: Some(0.02),
            ..level(f64::round(balance * 100.0) / 100.0, rate, term)
        },
    )
}

proptest! {
    #[test]
    fn principal_adds_up_to_the_balance_and_nothing_is_left(terms in any_terms()) {
        let balance = terms.balance;
        let paid = run(terms);

        prop_assert!((paid.total_principal() - balance).abs() <= 1e-9 * balance);
        prop_assert!(paid.payments().last().unwrap().balance == 0.0);
        prop_assert!(paid.payments().iter().all(|payment| payment.interest >= 0.0));
        prop_assert!(paid.payments().iter().all(|payment| payment.balance >= 0.0));
    }
}
