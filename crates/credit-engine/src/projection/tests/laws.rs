//! Laws that hold for every pool; `PROPTEST_CASES=10000` runs as many as a release needs.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{set, settings};
use crate::assumptions::{Assumptions, DefaultModel, Order, Prepayment, Severity};
use crate::loan::{Amortization, AssetClass, Loan, LoanStatus, LoanTerms, PaymentFrequency};
use crate::projection::{Columns, Stress, project, project_loans, project_scenarios};

fn loans() -> impl Strategy<Value = Loan> {
    let frequencies = prop::sample::select(vec![
        PaymentFrequency::Monthly,
        PaymentFrequency::Monthly,
        PaymentFrequency::Quarterly,
        PaymentFrequency::SemiAnnual,
        PaymentFrequency::Annual,
    ]);
    // Often enough several loans have the same age, so that they are added up.
    let ages = prop_oneof![0_u16..=2, 0_u16..=240];
    let months = (1_u16..=360, ages);
    (1.0..1e7, 0.0..0.3_f64, months, 0..7_u8, frequencies, 0..20_u8).prop_map(
        |(balance, rate, (remaining, age), kind, frequency, status)| {
            let term = remaining + age;
            let mut terms = LoanTerms::level("a", AssetClass::AutoLoan, balance, rate, term);
            terms.remaining_term_months = Some(remaining);
            terms.frequency = frequency;
            match kind {
                0 => terms.amortization = Amortization::Linear,
                1 => terms.amortization = Amortization::Bullet,
                2 => terms.interest_only_months = (age + remaining / 2).min(term - 1),
                3 => terms.amortization_months = Some((remaining * 2).min(600)),
                4 => terms.balloon_payment = Some(balance * 0.4),
                _ => {}
            }
            terms.status = match status {
                0 => LoanStatus::Defaulted,
                1 => LoanStatus::Prepaid,
                _ => LoanStatus::Current,
            };
            Loan::new(terms).unwrap()
        },
    )
}

fn assumptions() -> impl Strategy<Value = Assumptions> {
    let orders =
        prop::sample::select(vec![Order::Bma, Order::DefaultThenPrepay, Order::PrepayThenDefault]);
    (0.0..=0.6, 0.0..=0.3, 0.0..=1.0, 0_u16..=24, orders, any::<bool>()).prop_map(
        |(cpr, cdr, severity, lag, order, until_the_end)| Assumptions {
            prepayment: Some(Prepayment::Cpr { value: cpr }),
            default: Some(DefaultModel::Cdr { value: cdr }),
            severity: Some(Severity::Constant { value: severity }),
            recovery_lag_months: Some(lag),
            order: Some(order),
            default_free_months: until_the_end.then_some(0),
            ..Assumptions::default()
        },
    )
}

fn outstanding(loans: &[Loan]) -> f64 {
    loans.iter().filter(|loan| loan.status() != LoanStatus::Prepaid).map(Loan::balance).sum()
}

fn amounts(columns: &Columns) -> [&Vec<f64>; 12] {
    [
        &columns.beginning_balance,
        &columns.scheduled_principal,
        &columns.scheduled_interest,
        &columns.prepayment,
        &columns.prepayment_penalty,
        &columns.default,
        &columns.recovery,
        &columns.loss,
        &columns.servicing_fee,
        &columns.balance,
        &columns.foreclosure_balance,
        &columns.interest_lost,
    ]
}

fn sum(column: &[f64]) -> f64 {
    column.iter().sum()
}

proptest! {
    #[test]
    fn principal_is_paid_prepaid_recovered_or_lost(
        loans in vec(loans(), 1..12), given in assumptions(),
    ) {
        let balance = outstanding(&loans);
        let found = project(&loans, &set(given), &settings()).unwrap().pool;

        let accounted = sum(&found.scheduled_principal) + sum(&found.prepayment)
            + sum(&found.recovery) + sum(&found.loss);
        prop_assert!((accounted - balance).abs() <= 1e-9 * balance, "{accounted} {balance}");
        let end = (found.balance.last(), found.foreclosure_balance.last());
        let near_zero = |left: Option<&f64>| left.is_none_or(|left| left.abs() <= 1e-9 * balance);
        prop_assert!(near_zero(end.0) && near_zero(end.1), "{end:?}");
    }

    #[test]
    fn amounts_are_never_negative_and_never_more_than_there_is(
        loans in vec(loans(), 1..12), given in assumptions(),
    ) {
        let balance = outstanding(&loans);
        let found = project(&loans, &set(given), &settings()).unwrap().pool;

        for column in amounts(&found) {
            prop_assert!(column.iter().all(|amount| amount.is_finite() && *amount >= 0.0), "{column:?}");
        }
        for month in 0..found.periods() {
            let gone = found.default[month] + found.prepayment[month] + found.scheduled_principal[month];
            let (before, after) = (found.beginning_balance[month], found.balance[month]);
            prop_assert!(gone <= before + 1e-12 * balance, "month {month}: {gone} of {before}");
            prop_assert!(after <= before + 1e-12 * balance, "month {month}: {after} after {before}");
        }
    }

    #[test]
    fn losses_do_not_fall_when_defaults_rise(
        loans in vec(loans(), 1..8), given in assumptions(), factors in (0.0..5.0, 0.0..5.0),
    ) {
        let stresses = [factors.0, factors.1].map(|factor| Stress { default_multiplier: factor, ..Stress::default() });
        let found = project_scenarios(&loans, &set(given), &settings(), &stresses).unwrap();

        let losses = [&found[0], &found[1]].map(|projection| sum(&projection.pool.loss));
        let (fewer, more) = if factors.0 <= factors.1 { (losses[0], losses[1]) } else { (losses[1], losses[0]) };
        prop_assert!(fewer <= more + 1e-9 * outstanding(&loans), "{losses:?} for {factors:?}");
    }

    #[test]
    fn loans_add_up_to_their_pool(loans in vec(loans(), 1..12), given in assumptions()) {
        let balance = outstanding(&loans);
        let set = set(given);
        let pool = project(&loans, &set, &settings()).unwrap().pool;
        let mut total: [Vec<f64>; 12] = amounts(&pool).map(|column| vec![0.0; column.len()]);

        project_loans(&loans, &set, &settings(), &Stress::default(), |_, columns| {
            for (total, column) in total.iter_mut().zip(amounts(&columns)) {
                total.iter_mut().zip(column).for_each(|(total, amount)| *total += amount);
            }
        })
        .unwrap();

        for (total, column) in total.iter().zip(amounts(&pool)) {
            for (total, amount) in total.iter().zip(column) {
                prop_assert!((total - amount).abs() <= 1e-9 * amount.abs() + 1e-12 * balance, "{total} {amount}");
            }
        }
    }

    #[test]
    fn the_order_of_loans_does_not_matter(mut loans in vec(loans(), 2..12), given in assumptions()) {
        let set = set(given);
        let forward = project(&loans, &set, &settings()).unwrap().pool;
        loans.reverse();
        let backward = project(&loans, &set, &settings()).unwrap().pool;

        for (forward, backward) in amounts(&forward).into_iter().zip(amounts(&backward)) {
            let scale = 1e-12 * sum(forward).abs();
            for (forward, backward) in forward.iter().zip(backward) {
                prop_assert!((forward - backward).abs() <= scale, "{forward} {backward}");
            }
        }
    }
}
