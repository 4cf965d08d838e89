//! How long valuations take. `cargo bench -p strangle-engine --bench pricing`.
//!
//! Everything runs on one thread.

mod options;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use strangle_engine::pricing::{ChainValues, implied_volatility};

use self::options::{chain, options};

fn main() {
    divan::main();
}

/// Price and five greeks of every option.
#[divan::bench(args = [16, 200, 10_000])]
fn a_chain(bencher: Bencher<'_, '_>, count: u32) {
    let (chain, mut values) = (chain(count), ChainValues::default());
    bencher
        .counter(ItemsCount::new(count))
        .bench_local(|| black_box(&chain).value(black_box(&mut values)));
}

/// The same, one at a time.
#[divan::bench]
fn one_by_one(bencher: Bencher<'_, '_>) {
    let options = options(1_000);
    bencher.counter(ItemsCount::new(options.len())).bench_local(|| {
        for terms in &options {
            black_box(black_box(terms).valuation());
        }
    });
}

#[divan::bench]
fn implied_volatilities(bencher: Bencher<'_, '_>) {
    let options = options(1_000);
    let prices: Vec<f64> = options.iter().map(|terms| terms.valuation().price).collect();
    bencher.counter(ItemsCount::new(options.len())).bench_local(|| {
        for (terms, price) in options.iter().zip(&prices) {
            let _ = black_box(implied_volatility(black_box(terms), *price));
        }
    });
}
