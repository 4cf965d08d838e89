//! How fast the engine of the desk is on the simulator: `cargo bench -p delta-sim --bench desk`.
//!
//! - a simulated year of daily sessions, one-second ticks, through engine and simulator;
//! - the time from a quote at which a rule holds to the order that leaves, signed.

#![expect(clippy::expect_used, reason = "a benchmark may stop")]

mod drive;

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use strangle_engine::session::SessionState;
use strangle_engine::signing::Signed;

use crate::drive::Desk;

const DAYS: i64 = 365;
/// Exits that are measured.
const EXITS: usize = 2_000;

fn main() {
    year();
    exit_latency();
}

/// A session a day from 09:30 to 15:20 IST, and the nights between.
fn year() {
    let begun = Instant::now();
    let before = cpu_seconds();
    let mut desk = Desk::new("2026-01-15T03:59:00Z".parse().expect("an instant"));
    let first = desk.now();
    let mut ended = std::collections::BTreeMap::<String, u32>::new();
    for day in 0..DAYS {
        desk.sleep_until(first + TimeDelta::days(day));
        desk.open();
        while !desk.state().is_over() {
            desk.second();
        }
        *ended.entry(desk.reason()).or_default() += 1;
    }
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), cpu_seconds() - before);
    println!(
        "a simulated year: {DAYS} sessions in {seconds:.2} s, {cpu:.2} s of a processor; {} inputs, \
         {:.2} million a processor second, {} facts; ended by {ended:?}",
        desk.inputs,
        rate(desk.inputs, cpu) / 1e6,
        desk.facts,
    );
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn rate(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds
}

/// The processor time of this thread; Linux counts it in nanoseconds.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux has it");
    let nanoseconds = text.split_whitespace().next().and_then(|first| first.parse::<f64>().ok());
    nanoseconds.expect("the first field is a number") / 1e9
}

/// From the quote at which the loss limit holds to both market orders, with their signatures.
fn exit_latency() {
    let mut desk = Desk::new("2026-01-15T03:59:00Z".parse().expect("an instant"));
    desk.open();
    while desk.state() != SessionState::Live {
        desk.second();
    }
    let mut micros: Vec<f64> = (0..EXITS).map(|_| one_exit(&desk)).collect();
    micros.sort_by(f64::total_cmp);
    let at = |share: usize| micros.get(EXITS * share / 100).copied().unwrap_or_default();
    println!(
        "a quote until its exit orders are signed: median {:.1} µs, 99th percentile {:.1} µs, \
         longest {:.1} µs",
        at(50),
        at(99),
        micros.last().copied().unwrap_or_default(),
    );
}

fn one_exit(desk: &Desk) -> f64 {
    let mut session = desk.session().clone();
    let at: DateTime<Utc> = desk.now() + TimeDelta::seconds(1);
    let (product_id, quote) = desk.ruinous_quote(at);

    let begun = Instant::now();
    let orders = desk.orders_after(&mut session, at, product_id, &quote);
    for order in &orders {
        let body = format!(
            "{{\"product_id\":{},\"size\":{},\"side\":\"buy\",\"order_type\":\"market_order\",\
             \"reduce_only\":\"true\",\"client_order_id\":\"{}\"}}",
            order.product_id.0, order.size, order.client_order_id
        );
        let signed = Signed {
            method: "POST",
            timestamp: at.timestamp(),
            path: "/v2/orders",
            query: "",
            body: &body,
        };
        std::hint::black_box(signed.signature("a secret of the account"));
    }
    let took = begun.elapsed();
    assert_eq!(orders.len(), 2, "both legs are bought back");
    took.as_secs_f64() * 1e6
}
