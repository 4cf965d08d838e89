//! How long projections take. `cargo bench -p credit-engine --bench projection`.
//!
//! Everything runs on one thread unless its name says otherwise.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the generator makes small numbers"
)]
#![expect(clippy::expect_used, reason = "a benchmark may stop")]

mod pool;

use credit_engine::loan::{Amortization, AssetClass, Loan, LoanTerms};
use credit_engine::projection::{StaticPool, Stress, project, project_loans, project_scenarios};
use divan::Bencher;
use divan::counter::ItemsCount;

use self::pool::{REQUEST, Uniform, assumptions, loans, one_thread, settings};

fn main() {
    divan::main();
}

fn bench(bencher: Bencher<'_, '_>, loans: &[Loan], request: &str) {
    let set = assumptions(request);
    let months: usize = loans.iter().map(|loan| usize::from(loan.remaining_months())).sum();
    let worker = one_thread();
    let run = || project(loans, &set, &settings()).expect("nobody cancels");
    bencher.counter(ItemsCount::new(months)).bench(|| worker.install(run));
}

#[divan::bench]
fn ten_thousand_loans(bencher: Bencher<'_, '_>) {
    bench(bencher, &loans(10_000), REQUEST);
}

#[divan::bench]
fn ten_thousand_loans_on_all_threads(bencher: Bencher<'_, '_>) {
    let (loans, set) = (loans(10_000), assumptions(REQUEST));
    bencher.bench(|| project(&loans, &set, &settings()).expect("nobody cancels"));
}

#[divan::bench(sample_count = 10)]
fn one_hundred_thousand_loans(bencher: Bencher<'_, '_>) {
    bench(bencher, &loans(100_000), REQUEST);
}

#[divan::bench(sample_count = 5)]
fn one_million_loans(bencher: Bencher<'_, '_>) {
    bench(bencher, &loans(1_000_000), REQUEST);
}

/// Hardly any two loans share age and remaining term, so hardly anything can be added up.
#[divan::bench]
fn ten_thousand_loans_of_all_ages(bencher: Bencher<'_, '_>) {
    let mut uniform = Uniform::new();
    let loans: Vec<Loan> = (0..10_000)
        .map(|_| {
            let remaining = 180 + (uniform.next() * 181.0) as u16;
            let age = (uniform.next() * 120.0) as u16;
            let class = AssetClass::ResidentialMortgage;
            let rate = 0.03 + 0.05 * uniform.next();
            let mut terms = LoanTerms::level("a", class, 200_000.0, rate, remaining + age);
            terms.remaining_term_months = Some(remaining);
            Loan::new(terms).expect("the terms are valid")
        })
        .collect();
    bench(bencher, &loans, REQUEST);
}

/// Linear loans go through their own schedule.
#[divan::bench]
fn ten_thousand_linear_loans(bencher: Bencher<'_, '_>) {
    let mut uniform = Uniform::new();
    let loans: Vec<Loan> = (0..10_000)
        .map(|_| {
            let term = 180 + (uniform.next() * 181.0) as u16;
            let class = AssetClass::CommercialLoan;
            let mut terms = LoanTerms::level("a", class, 200_000.0, 0.05, term);
            terms.amortization = Amortization::Linear;
            Loan::new(terms).expect("the terms are valid")
        })
        .collect();
    bench(bencher, &loans, REQUEST);
}

#[divan::bench]
fn ten_thousand_loans_with_principal_and_interest_advanced(bencher: Bencher<'_, '_>) {
    let request = REQUEST.replace(
        "\"recovery_lag_months\":12",
        "\"recovery_lag_months\":12,\"advances\":\"principal_and_interest\"",
    );
    bench(bencher, &loans(10_000), &request);
}

#[divan::bench]
fn seven_scenarios_of_ten_thousand_loans(bencher: Bencher<'_, '_>) {
    let (loans, set) = (loans(10_000), assumptions(REQUEST));
    let scenario = |prepayment_multiplier, default_multiplier, recovery_multiplier| Stress {
        prepayment_multiplier,
        default_multiplier,
        recovery_multiplier,
        ..Stress::default()
    };
    let scenarios = [
        Stress::default(),
        scenario(0.7, 1.2, 1.0),
        scenario(1.5, 0.9, 1.0),
        scenario(0.5, 3.0, 0.6),
        scenario(0.4, 1.8, 1.0),
        scenario(2.0, 0.7, 1.3),
        scenario(0.6, 2.5, 0.5),
    ];
    let worker = one_thread();
    let run = || project_scenarios(&loans, &set, &settings(), &scenarios).expect("nobody cancels");
    bencher.bench(|| worker.install(run));
}

fn stresses(count: usize) -> Vec<Stress> {
    let mut uniform = Uniform::new();
    let mut draw = || Stress {
        prepayment_multiplier: 0.5 + uniform.next(),
        default_multiplier: 0.5 + 2.0 * uniform.next(),
        recovery_multiplier: 0.7 + 0.5 * uniform.next(),
        ..Stress::default()
    };
    (0..count).map(|_| draw()).collect()
}

fn thousand_scenarios(loans: &[Loan], request: &str) -> f64 {
    let set = assumptions(request);
    let settings = settings();
    let pool = StaticPool::new(loans, &set, &settings).expect("nobody cancels");
    let lost = |_, columns: credit_engine::projection::Columns, _| columns.loss.iter().sum::<f64>();
    pool.measure(&stresses(1_000), lost).expect("nobody cancels").iter().sum()
}

#[divan::bench(sample_count = 10)]
fn a_thousand_scenarios_of_ten_thousand_loans(bencher: Bencher<'_, '_>) {
    let (loans, worker) = (loans(10_000), one_thread());
    bencher.bench(|| worker.install(|| thousand_scenarios(&loans, REQUEST)));
}

#[divan::bench(sample_count = 10)]
fn a_thousand_scenarios_of_ten_thousand_loans_on_all_threads(bencher: Bencher<'_, '_>) {
    let loans = loans(10_000);
    bencher.bench(|| thousand_scenarios(&loans, REQUEST));
}

#[divan::bench(sample_count = 10)]
fn a_thousand_scenarios_of_ten_thousand_loans_with_the_defaults_of_their_class(
    bencher: Bencher<'_, '_>,
) {
    let (loans, worker) = (loans(10_000), one_thread());
    bencher.bench(|| worker.install(|| thousand_scenarios(&loans, "{}")));
}

#[divan::bench(sample_count = 10)]
fn ten_thousand_loans_one_by_one(bencher: Bencher<'_, '_>) {
    let (loans, set) = (loans(10_000), assumptions(REQUEST));
    let worker = one_thread();
    let run = || {
        let mut periods = 0;
        project_loans(&loans, &set, &settings(), &Stress::default(), |_, columns| {
            periods += columns.periods();
        })
        .expect("nobody cancels");
        periods
    };
    bencher.bench(|| worker.install(run));
}
