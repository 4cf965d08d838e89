//! What a short option blocks as margin: an estimate only.
//!
//! ```text
//! margin = size · contract value · (index · rate + mark)
//! rate   = initial margin % + scaling factor · max(0, position notional − max leverage notional)
//! ```
//!
//! The exchange's `insufficient_margin` and its balances are the truth.

use rust_decimal::Decimal;

use crate::instrument::{Contract, MarginTerms};

/// The rate when the exchange's terms are not known, in percent.
const UNKNOWN_RATE_PCT: Decimal = Decimal::from_parts(10, 0, 0, false, 0);

/// Returns the initial margin of a position, in percent of its notional.
#[must_use]
pub fn initial_margin_rate_pct(terms: Option<&MarginTerms>, notional: Decimal) -> Decimal {
    let Some(terms) = terms else { return UNKNOWN_RATE_PCT };
    let above = (notional - terms.max_leverage_notional).max(Decimal::ZERO);
    let scaled = terms.initial_margin_scaling_factor.checked_mul(above).unwrap_or(Decimal::MAX);
    terms.initial_margin_pct.saturating_add(scaled)
}

/// Returns the margin of `size` short contracts, in USD.
#[must_use]
pub fn leg_margin(contract: &Contract, size: i64, index: Decimal, mark: Decimal) -> Decimal {
    let units = contract.multiplier(size);
    let notional = units.saturating_mul(index);
    let rate_pct = initial_margin_rate_pct(contract.margin.as_ref(), notional);
    let initial = notional.saturating_mul(rate_pct / Decimal::ONE_HUNDRED);
    initial.saturating_add(units.saturating_mul(mark))
}
