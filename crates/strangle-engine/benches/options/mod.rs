//! The options that the benchmarks value.

use strangle_engine::instrument::OptionKind;
use strangle_engine::pricing::{Chain, Terms, YEAR_SECONDS};

/// Returns the `count` options of a fixed, even mixture: calls and puts within 30 % of the index, an
/// hour to ninety days, 20 % to 120 % volatility. `benches/strangle_pricing.py` makes the same.
pub(crate) fn options(count: u32) -> Vec<Terms> {
    (0..count)
        .map(|place| {
            let part = |step: u32, of: u32| f64::from(place * step % of) / f64::from(of);
            Terms {
                kind: if place % 2 == 0 { OptionKind::Call } else { OptionKind::Put },
                spot: 100_000.0,
                strike: 70_000.0 + 60_000.0 * part(37, 1_009),
                years: (3_600.0 + 7_772_400.0 * part(17, 499)) / YEAR_SECONDS,
                volatility: 0.2 + part(29, 211),
            }
        })
        .collect()
}

/// Returns the same options as columns.
pub(crate) fn chain(count: u32) -> Chain {
    options(count).iter().collect()
}
