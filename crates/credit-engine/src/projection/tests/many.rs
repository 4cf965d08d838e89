//! Many scenarios at once.

use super::{request, settings};
use crate::loan::{AssetClass, Loan, LoanStatus, LoanTerms, PrepaymentPenalty};
use crate::projection::{
    Control, ProjectionError, Settings, StaticPool, Stress, project_scenarios,
};

/// Loans of all kinds: some share groups, some stand alone, some are in default.
fn mixed(count: u16) -> Vec<Loan> {
    let loan = |number: u16| {
        let class = AssetClass::ALL[usize::from(number) % AssetClass::ALL.len()];
        let rate = 0.03 + f64::from(number % 17) / 400.0;
        let mut terms = LoanTerms::level("a", class, 1_000.0 + f64::from(number), rate, 120);
        terms.remaining_term_months = Some(120 - number % 61);
        match number % 11 {
            0 => terms.status = LoanStatus::Defaulted,
            1 => terms.prepayment_penalty = PrepaymentPenalty::Lockout { months: 24 },
            _ => {}
        }
        Loan::new(terms).unwrap()
    };
    (0..count).map(loan).collect()
}

fn stresses() -> Vec<Stress> {
    let of = |number: u8| Stress {
        prepayment_multiplier: 0.5 + f64::from(number) / 20.0,
        default_multiplier: f64::from(number) / 10.0,
        recovery_multiplier: 1.2 - f64::from(number) / 50.0,
        duration_months: number.is_multiple_of(3).then_some(18),
        ramp_months: u16::from(number % 5),
        ..Stress::default()
    };
    (0..40).map(of).collect()
}

#[test]
fn a_scenario_has_the_same_bits_alone_and_among_many() {
    let loans = mixed(700);
    for text in [
        "{}",
        r#"{"prepayment":{"model":"psa","value":150},"default":{"model":"sda","value":200}}"#,
        r#"{"advances":"principal_and_interest"}"#,
    ] {
        let set = request(text);
        let settings = settings();
        let pool = StaticPool::new(&loans, &set, &settings).unwrap();

        let found = pool.measure(&stresses(), |_, columns, clamped| (columns, clamped)).unwrap();

        for (stress, (columns, clamped)) in stresses().iter().zip(found) {
            let alone = project_scenarios(&loans, &set, &settings, &[*stress]).unwrap();
            assert_eq!(alone[0].pool, columns, "{text}");
            let warned = alone[0].warnings.iter().any(|one| one.code == "rate_clamped");
            assert_eq!(warned, clamped);
        }
    }
}

#[test]
fn loans_of_all_ages_share_speeds_that_do_not_depend_on_age() {
    let loans = mixed(700);
    let together = StaticPool::new(&loans, &request("{}"), &settings()).unwrap().group_months();
    let by_age = request(r#"{"prepayment":{"model":"psa","value":100}}"#);

    let apart = StaticPool::new(&loans, &by_age, &settings()).unwrap().group_months();

    assert!(together <= apart, "{together} {apart}");
}

#[test]
fn a_cancelled_pool_measures_nothing() {
    let stop = std::sync::atomic::AtomicBool::new(false);
    let loans = mixed(20);
    let control = Control { cancelled: Some(&stop), progress: None };
    let (set, settings) = (request("{}"), Settings { control, ..settings() });
    let pool = StaticPool::new(&loans, &set, &settings).unwrap();
    stop.store(true, std::sync::atomic::Ordering::Relaxed);

    let found = pool.measure(&stresses(), |position, _, _| position);

    assert_eq!(found, Err(ProjectionError::Cancelled));
}
