//! Projects the shared pool of 10,000 loans again and again on one thread and prints, as JSON, the
//! best wall time, the mean processor time and the columns. `benches/compare.sh` sets it against numpy.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the generator makes small numbers"
)]
#![expect(clippy::expect_used, reason = "a benchmark may stop")]

mod pool;

use std::time::Instant;

use credit_engine::projection::{Projection, project};
use serde_json::json;

use self::pool::{REQUEST, assumptions, loans, one_thread, settings};

const ROUNDS: usize = 300;

fn main() {
    let (loans, set) = (loans(10_000), assumptions(REQUEST));
    let loan_months: usize = loans.iter().map(|loan| usize::from(loan.remaining_months())).sum();
    let run = || project(&loans, &set, &settings()).expect("nobody cancels");
    let mut wall = f64::INFINITY;
    let (projection, cpu) = one_thread().install(|| {
        let mut last = run();
        let cpu_before = cpu_seconds();
        for _ in 0..ROUNDS {
            let before = Instant::now();
            last = run();
            wall = wall.min(before.elapsed().as_secs_f64());
        }
        (last, (cpu_seconds() - cpu_before) / ROUNDS as f64)
    });
    println!("{}", report(&projection, loan_months, wall, cpu));
}

fn report(projection: &Projection, loan_months: usize, wall: f64, cpu: f64) -> serde_json::Value {
    let pool = &projection.pool;
    json!({
        "loan_months": loan_months,
        "wall_seconds": wall,
        "cpu_seconds": cpu,
        "columns": {
            "beginning_balance": pool.beginning_balance,
            "scheduled_principal": pool.scheduled_principal,
            "scheduled_interest": pool.scheduled_interest,
            "prepayment": pool.prepayment,
            "default": pool.default,
            "recovery": pool.recovery,
            "loss": pool.loss,
            "balance": pool.balance,
        },
    })
}

/// Returns the processor time of this thread; Linux counts it in nanoseconds.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux has it");
    let nanoseconds = text.split_whitespace().next().and_then(|first| first.parse::<f64>().ok());
    nanoseconds.expect("the first field is a number") / 1e9
}
