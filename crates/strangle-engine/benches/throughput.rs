//! Values the shared options again and again on one thread and prints, as JSON, the processor time of
//! one option in a chain and of one by itself, and a sum of every column.
//! `benches/strangle_pricing.sh` sets it against numpy.

#![expect(clippy::expect_used, reason = "a benchmark may stop")]

mod options;

use std::hint::black_box;

use serde_json::json;
use strangle_engine::pricing::ChainValues;

use self::options::{chain, options};

const OPTIONS: u32 = 10_000;
const ROUNDS: u32 = 500;

fn main() {
    let (chain, options) = (chain(OPTIONS), options(OPTIONS));
    let mut values = ChainValues::default();
    chain.value(&mut values);

    let before = cpu_seconds();
    for _ in 0..ROUNDS {
        black_box(&chain).value(black_box(&mut values));
    }
    let in_chain = cpu_seconds() - before;
    let before = cpu_seconds();
    for _ in 0..ROUNDS {
        for terms in &options {
            black_box(black_box(terms).valuation());
        }
    }
    let alone = cpu_seconds() - before;

    let count = f64::from(ROUNDS) * f64::from(OPTIONS);
    println!(
        "{}",
        json!({
            "options": OPTIONS,
            "seconds_in_chain": in_chain / count,
            "seconds_alone": alone / count,
            "columns": values.columns(),
        })
    );
}

/// Returns the processor time of this thread; Linux counts it in nanoseconds.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux has it");
    let nanoseconds = text.split_whitespace().next().and_then(|first| first.parse::<f64>().ok());
    nanoseconds.expect("the first field is a number") / 1e9
}
