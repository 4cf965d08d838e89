//! What a trade costs and what a position must be backed by.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::account::{Position, Role};
use crate::order::Side;
use crate::product::Terms;

/// Commission of one fill, tax included: `min(S·cv·q·rate, premium·cv·q·cap)·(1 + gst)`, rounded
/// half to even to 12 decimals.
///
/// ```
/// use delta_sim::{Role, Terms, Underlying, commission};
/// let terms = Terms::of(Underlying::Btc);
/// let fee = commission(&terms, Role::Taker, 26_200.into(), 15.into(), 300);
/// assert_eq!(fee.to_string(), "0.2655");
/// ```
#[must_use]
pub fn commission(
    terms: &Terms,
    role: Role,
    index: Decimal,
    premium: Decimal,
    size: i64,
) -> Decimal {
    let rate = match role {
        Role::Taker => terms.taker_commission_rate,
        Role::Maker => terms.maker_commission_rate,
    };
    let units = terms.contract_value * Decimal::from(size);
    let fee = (index * units * rate).min(premium * units * terms.premium_cap_rate);
    money(fee * (Decimal::ONE + terms.gst_rate))
}

/// A sum of money as it is posted: 12 decimals, half to even.
pub(crate) fn money(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(12, RoundingStrategy::MidpointNearestEven).normalize()
}

/// Share of the index blocked for a position of this notional, as a fraction.
///
/// `percent + scaling·max(0, notional − max_leverage_notional)`, over 100.
fn margin_rate(percent: Decimal, scaling: Decimal, terms: &Terms, notional: Decimal) -> Decimal {
    let excess = (notional - terms.max_leverage_notional).max(Decimal::ZERO);
    (percent + scaling * excess) / Decimal::ONE_HUNDRED
}

/// Margin of an isolated position or order that opens contracts: a buyer blocks the
/// premium, a seller `contracts·cv·(S·im_rate + price)`.
///
/// ```
/// use delta_sim::{Side, Terms, Underlying, initial_margin};
/// let terms = Terms::of(Underlying::Btc);
/// let sell = initial_margin(&terms, Side::Sell, 100_000.into(), 150.into(), 10);
/// assert_eq!(sell.to_string(), "11.5");
/// ```
#[must_use]
pub fn initial_margin(
    terms: &Terms,
    side: Side,
    index: Decimal,
    price: Decimal,
    contracts: i64,
) -> Decimal {
    let units = terms.contract_value * Decimal::from(contracts);
    match side {
        Side::Buy => money(units * price),
        Side::Sell => {
            let rate = margin_rate(
                terms.initial_margin,
                terms.initial_margin_scaling_factor,
                terms,
                units * index,
            );
            money(units * (index * rate + price))
        }
    }
}

/// Mark at which an isolated short position is liquidated: where its margin no longer covers
/// `size·cv·(S·mm_rate + mark)`. None for a long position, which cannot lose more than it paid.
#[must_use]
pub fn liquidation_price(terms: &Terms, position: &Position, index: Decimal) -> Option<Decimal> {
    if position.size >= 0 {
        return None;
    }
    let units = terms.contract_value * Decimal::from(-position.size);
    let rate = margin_rate(
        terms.maintenance_margin,
        terms.maintenance_margin_scaling_factor,
        terms,
        units * index,
    );
    let price = position.margin / units - index * rate;
    Some(price.max(Decimal::ZERO).round_dp(8).normalize())
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;
    use crate::product::Underlying;

    #[test]
    fn the_cap_binds_for_cheap_options_and_makes_worthless_ones_free() {
        let terms = Terms::of(Underlying::Btc);
        let fee = |premium| commission(&terms, Role::Taker, dec!(114778), premium, 10);
        assert_eq!(fee(dec!(105.5)), dec!(0.062245));
        assert_eq!(fee(dec!(0)), dec!(0));
        assert_eq!(fee(dec!(5000)), dec!(0.172167) * dec!(1.18));
    }

    #[test]
    fn margin_grows_with_the_notional_beyond_the_threshold() {
        let terms = Terms::of(Underlying::Btc);
        let margin = |size| initial_margin(&terms, Side::Sell, dec!(100000), dec!(0), size);
        assert_eq!(margin(2_000), dec!(2000));
        assert_eq!(margin(4_000), dec!(4000) * dec!(1.4));
    }
}
