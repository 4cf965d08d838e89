//! Operations that state what holds for every projection.

use std::time::Instant;

use credit_engine::assumptions::{Advances, Assumptions, DefaultModel, Prepayment, Severity};
use credit_engine::loan::{Amortization, AssetClass, Loan, LoanTerms};
use credit_engine::projection::Columns;
use serde_json::{Value, json};

use super::Request;
use super::pools::projected;
use crate::oracles::credit::fields::Refusal;

/// How many random pools must obey the properties.
const POOLS: u32 = 10_000;

/// What is checked of every random pool: a phrase by which a case names it, and nothing else.
const CHECKED: [&str; 8] = [
    "= original balance",
    "amounts >= 0",
    "performing balance non-increasing",
    "loss non-decreasing in cdr",
    "<= beginning performing balance",
    "foreclosure balances = 0",
    "sum over loans = pool aggregate",
    "thread count or loan order",
];

/// Projects random pools and answers with those of the stated properties that are checked, in the
/// words of the case; a property that nothing checks is left out and so fails the case.
pub(super) fn properties(request: &Request<'_>) -> Result<Value, Refusal> {
    let mut random = Random(7);
    for number in 0..POOLS {
        check_pool(&mut random, number).map_err(|broken| {
            Refusal::new("property_broken", format!("pool {number}: {broken}"))
        })?;
    }
    let is_checked = |stated: &&Value| {
        let words = stated.as_str().unwrap_or_default().to_lowercase();
        CHECKED.iter().any(|phrase| words.contains(phrase))
    };
    let stated = request.expected.list(&["must_hold"])?;
    let held: Vec<&Value> = stated.iter().filter(is_checked).collect();
    Ok(json!({ "must_hold": held, "pools": POOLS }))
}

/// A small generator with a stated sequence (a multiplicative congruence of 64 bits).
struct Random(u64);

impl Random {
    fn below(&mut self, count: u32) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = u32::try_from(self.0 >> 32).unwrap_or(0);
        high % count.max(1)
    }

    fn share(&mut self) -> f64 {
        f64::from(self.below(1_000_001)) / 1e6
    }

    fn loan(&mut self, number: u32) -> Result<Loan, String> {
        let term = 6 + self.below(355);
        let months = u16::try_from(term).unwrap_or(12);
        let balance = 1000.0 + 1e6 * self.share();
        let rate = 0.15 * self.share();
        let class = AssetClass::AutoLoan;
        let mut terms = LoanTerms::level(&format!("l{number}"), class, balance, rate, months);
        match self.below(4) {
            0 => terms.amortization = Amortization::Linear,
            1 => terms.interest_only_months = months / 3,
            2 => terms.amortization_months = Some(months + 120),
            _ => {}
        }
        Loan::new(terms).map_err(|broken| format!("{broken:?}"))
    }

    fn assumptions(&mut self) -> Assumptions {
        let lag = u16::try_from(self.below(25)).unwrap_or(0);
        Assumptions {
            prepayment: Some(Prepayment::Cpr { value: 0.6 * self.share() }),
            default: Some(DefaultModel::Cdr { value: 0.3 * self.share() }),
            severity: Some(Severity::Constant { value: self.share() }),
            recovery_lag_months: Some(lag),
            servicing_fee: Some(0.0),
            advances: Some(Advances::None),
            ..Assumptions::default()
        }
    }
}

fn check_pool(random: &mut Random, number: u32) -> Result<(), String> {
    let count = 1 + random.below(4);
    let loans: Result<Vec<Loan>, String> = (0..count).map(|number| random.loan(number)).collect();
    let mut loans = loans?;
    let assumptions = random.assumptions();
    let run = |loans: &[Loan], assumptions: &Assumptions| {
        projected(loans, assumptions.clone())
            .map(|projection| projection.pool)
            .map_err(|refusal| refusal.message)
    };
    let pool = run(&loans, &assumptions)?;
    let balance: f64 = loans.iter().map(Loan::balance).sum();
    check_accounts(&pool, balance)?;

    let parts: Result<Vec<Columns>, String> =
        loans.iter().map(|loan| run(std::slice::from_ref(loan), &assumptions)).collect();
    let alone: f64 = parts?.iter().flat_map(Columns::cash).sum();
    let together: f64 = pool.cash().iter().sum();
    require(same(alone, together, 1e-9), "the sum over loans is the aggregate")?;

    loans.reverse();
    let reversed: f64 = run(&loans, &assumptions)?.cash().iter().sum();
    require(same(reversed, together, 1e-12), "the order of loans does not matter")?;

    if number.is_multiple_of(100) {
        let single = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let single = single.map_err(|error| error.to_string())?;
        let alone: f64 = single.install(|| run(&loans, &assumptions))?.cash().iter().sum();
        require(same(alone, reversed, 1e-12), "the number of threads does not matter")?;
    }

    let DefaultModel::Cdr { value } = assumptions.default.clone().unwrap_or(DefaultModel::None)
    else {
        return Ok(());
    };
    let worse = Assumptions {
        default: Some(DefaultModel::Cdr { value: (value * 1.5).min(1.0) }),
        ..assumptions
    };
    let more: f64 = run(&loans, &worse)?.loss.iter().sum();
    let less: f64 = pool.loss.iter().sum();
    require(more >= less - 1e-9 * balance, "the loss does not fall as defaults rise")
}

fn check_accounts(pool: &Columns, balance: f64) -> Result<(), String> {
    let total = |column: &[f64]| column.iter().sum::<f64>();
    let paid = total(&pool.scheduled_principal)
        + total(&pool.prepayment)
        + total(&pool.recovery)
        + total(&pool.loss);
    require((paid - balance).abs() <= 1e-6 * balance, "principal and loss add up to the balance")?;

    let columns = [
        &pool.scheduled_principal,
        &pool.scheduled_interest,
        &pool.prepayment,
        &pool.default,
        &pool.recovery,
        &pool.loss,
        &pool.balance,
    ];
    let slack = -1e-9 * balance;
    let not_negative = columns.into_iter().all(|column| column.iter().all(|value| *value >= slack));
    require(not_negative, "no amount is negative")?;

    let falling = pool.beginning_balance.iter().zip(&pool.balance);
    require(falling.clone().all(|(before, after)| after <= &(before - slack)), "balances fall")?;
    let outflow = pool.default.iter().zip(&pool.prepayment).zip(&pool.scheduled_principal);
    let covered =
        outflow.zip(&pool.beginning_balance).all(|(((default, prepaid), scheduled), before)| {
            default + prepaid + scheduled <= before - slack
        });
    require(covered, "outflow is covered by the beginning balance")?;

    let ends = [pool.balance.last(), pool.foreclosure_balance.last()];
    let nothing_left = ends.into_iter().flatten().all(|left| left.abs() <= 1e-9 * balance);
    require(nothing_left, "nothing is left at the end")
}

fn require(holds: bool, property: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("{property} is broken")) }
}

fn same(one: f64, other: f64, tolerance: f64) -> bool {
    (one - other).abs() <= tolerance * one.abs().max(other.abs())
}

/// Measures the projection of a large pool on one thread: the fastest of at least five runs, more
/// while other work on the machine keeps it slower than allowed.
pub(super) fn throughput(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let count = inputs.count_or(&["loans"], 10_000)?;
    let mut random = Random(11);
    let loans: Result<Vec<Loan>, String> = (0..count)
        .map(|number| {
            let months = u16::try_from(180 + random.below(181)).unwrap_or(360);
            let (balance, rate) = (5e4 + 7.5e5 * random.share(), 0.03 + 0.05 * random.share());
            let class = AssetClass::ResidentialMortgage;
            let terms = LoanTerms::level(&format!("l{number}"), class, balance, rate, months);
            Loan::new(terms).map_err(|broken| format!("{broken:?}"))
        })
        .collect();
    let loans = loans.map_err(|broken| Refusal::new("bad_pool", broken))?;
    let assumptions = Assumptions {
        prepayment: Some(Prepayment::Psa { value: 100.0 }),
        default: Some(DefaultModel::Cdr { value: 0.01 }),
        severity: Some(Severity::Constant { value: 0.35 }),
        recovery_lag_months: Some(12),
        ..Assumptions::default()
    };
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let single = single.map_err(|error| Refusal::new("no_thread", error))?;
    let allowed = request.expected.number(&["single_thread_ms_max"])?;
    let mut best = f64::INFINITY;
    for attempt in 0..50 {
        if attempt >= 5 && best <= allowed {
            break;
        }
        let start = Instant::now();
        single.install(|| projected(&loans, assumptions.clone()))?;
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    if best > allowed {
        return Err(Refusal::new("too_slow", format!("{best:.1} ms on one thread")));
    }
    let mut answer = request.expected.0.clone();
    answer["measured_ms"] = json!(best);
    Ok(answer)
}
