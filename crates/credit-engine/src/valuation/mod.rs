//! What cash flows are worth and what they return.
//!
//! | module | decides |
//! |---|---|
//! | [`discounting`] | compounding conventions and zero curves |
//! | [`npv`](mod@npv) | present value on dates or on periods |
//! | [`irr`](mod@irr) | internal rates of return, every one of them |
//! | [`bey`] | bond-equivalent and mortgage yield, average life, duration, convexity |
//! | [`fixed_bond`] | street-convention analytics of a bond with a fixed coupon |
//! | [`spread`] | discount margin, Z-spread, effective duration from prices, DV01 |
//! | [`key_rates`] | durations by key rate |
//! | [`pass_through`] | the cash flows of a level-pay pool without defaults |
//! | [`total_return`] | the return of a holding period |
//! | [`tables`] | price, yield and decrement tables |
//! | [`root`] | zeros of a function |
//!
//! Times are years from settlement. Measures that do not exist are errors or `None`, never 0.

pub mod bey;
pub mod discounting;
pub mod fixed_bond;
pub mod irr;
pub mod key_rates;
pub mod npv;
pub mod pass_through;
pub mod root;
pub mod spread;
pub mod tables;
pub mod total_return;

pub use self::bey::{BondAnalytics, analytics, average_life, mortgage_yield};
pub use self::discounting::{Compounding, ZeroCurve};
pub use self::irr::{Irr, IrrError, irr, xirr};
pub use self::npv::{npv, xnpv};

/// Cash at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CashFlow {
    /// Years from settlement.
    pub time: f64,
    /// Positive if received.
    pub amount: f64,
}

/// Returns flows at the ends of equal periods, `per_year` of them in a year.
#[must_use]
pub fn periodic(amounts: &[f64], per_year: u16) -> Vec<CashFlow> {
    let years = 1.0 / f64::from(per_year.max(1));
    let flows = (1_u32..).zip(amounts);
    flows
        .map(|(period, amount)| CashFlow { time: f64::from(period) * years, amount: *amount })
        .collect()
}
