//! How long virtual time takes.

#![expect(clippy::expect_used, reason = "a bench without its setup measures nothing")]

use delta_sim::{Config, Exchange, Micros, ProductId, Underlying};
use divan::Bencher;

fn main() {
    divan::main();
}

fn exchange() -> Exchange {
    Exchange::new(Config::default()).expect("the default setup is valid")
}

/// A call and a put about 2 % away from the index, expiring tomorrow.
fn strangle(exchange: &Exchange) -> [ProductId; 2] {
    ["C-BTC-102000-160126", "P-BTC-98000-160126"].map(|symbol| {
        exchange.product_by_symbol(symbol).expect("strikes around the index are listed").id
    })
}

#[divan::bench]
fn one_second_nobody_watching(bencher: Bencher) {
    let mut exchange = exchange();
    bencher.bench_local(move || exchange.advance(exchange.now() + Micros::SECOND));
}

#[divan::bench]
fn one_second_two_products_watched(bencher: Bencher) {
    bencher
        .with_inputs(|| {
            let mut exchange = exchange();
            for id in strangle(&exchange) {
                exchange.watch(id);
            }
            exchange.watch_spot(Underlying::Btc);
            exchange
        })
        .bench_local_refs(|exchange| {
            for _ in 0..1_000 {
                exchange.advance(exchange.now() + Micros::SECOND);
                if exchange.now().0 % Micros::MINUTE.0 == 0 {
                    divan::black_box(exchange.take_events());
                }
            }
        });
}

#[divan::bench]
fn one_second_two_quotes_asked(bencher: Bencher) {
    let mut exchange = exchange();
    let [call, put] = strangle(&exchange);
    bencher.bench_local(move || {
        exchange.advance(exchange.now() + Micros::SECOND);
        (exchange.quote(call), exchange.quote(put))
    });
}

/// With two quotes asked for every second of the day, as a desk does.
#[divan::bench(sample_count = 3)]
fn thirty_days_with_a_desk(bencher: Bencher) {
    bencher.with_inputs(exchange).bench_local_refs(|exchange| {
        let [call, put] = strangle(exchange);
        for _ in 0..30 * 86_400 {
            exchange.advance(exchange.now() + Micros::SECOND);
            divan::black_box((exchange.quote(call), exchange.quote(put)));
        }
    });
}

#[divan::bench(sample_count = 3)]
fn one_year_nobody_watching(bencher: Bencher) {
    bencher.with_inputs(exchange).bench_local_refs(|exchange| {
        exchange.advance(exchange.now() + Micros(365 * Micros::DAY.0));
    });
}

#[divan::bench]
fn one_ticker(bencher: Bencher) {
    let exchange = exchange();
    let [call, _] = strangle(&exchange);
    bencher.bench_local(move || exchange.ticker(call));
}

#[divan::bench]
fn snapshot(bencher: Bencher) {
    let exchange = exchange();
    bencher.bench_local(move || exchange.snapshot().len());
}
