//! How long the rules take that run with every tick. `cargo bench -p strangle-engine --bench ticks`.

use chrono::{DateTime, TimeDelta, Utc};
use divan::{Bencher, black_box};
use rust_decimal::{Decimal, dec};
use strangle_engine::exit::{Confirmation, Limits, Sight};
use strangle_engine::intent::Side;
use strangle_engine::pnl::{LegBook, LegFill};
use strangle_engine::schedule::ExitBound;
use strangle_engine::trailing::{Plan, Trail};

#[global_allocator]
static ALLOCATIONS: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

/// Result of two legs, percentage, trailing stop and all exit rules.
#[divan::bench]
fn one_tick(bencher: Bencher<'_, '_>) {
    let (call, put) = (sold(dec!(302)), sold(dec!(332.5)));
    let basis = call.premium_of(10) + put.premium_of(10);
    let plan = Plan::standard();
    let (mut trail, mut losses) = (Trail::default(), Confirmation::default());
    let limits = limits();
    let (mut now, mut mark) = (limits.exit_at - TimeDelta::hours(3), dec!(250.1));
    bencher.bench_local(|| {
        now += TimeDelta::nanoseconds(1);
        mark = dec!(550.3) - mark;
        let result = call.at_mark(black_box(mark)).plus(&put.at_mark(black_box(mark)));
        let net_pct = result.net_pct(basis);
        let observed = trail.observe(&plan, result.net(), net_pct.unwrap_or(f64::NAN));
        let sight = Sight {
            now,
            panic: false,
            kill_switch: false,
            net_pct,
            worst_leg_multiple: None,
            trailing_level_pct: trail.level_pct,
        };
        (observed, limits.decide(&sight, &mut losses))
    });
}

fn sold(price: Decimal) -> LegBook {
    let mut leg = LegBook::new(dec!(0.001));
    let fill = LegFill { side: Side::Sell, price, size: 10, fee: dec!(0.05) };
    leg.apply(&fill).ok();
    leg
}

fn limits() -> Limits {
    Limits {
        max_loss_pct: Some(40.0),
        max_profit_pct: Some(80.0),
        leg_stop_multiple: None,
        exit_at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000),
        exit_bound: ExitBound::TimeExit,
        confirm_samples: 1,
        confirm_within_seconds: 3,
    }
}
