//! Where limit orders are priced.

use rust_decimal::Decimal;

use crate::intent::Side;
use crate::profile::LimitPricePolicy;
use crate::quote::Quote;
use crate::tick::{self, Intent as Rounding};

/// Returns the price of a limit attempt, on the grid and inside the exchange's band; `None` if
/// there is nothing to price from.
///
/// `touch` takes the other side's best price, `mid` the middle, `ladder` goes from the middle to
/// the touch in equal steps over the attempts. If the other side is missing, the order goes one
/// tick inside its own side, else to the mark.
#[must_use]
pub fn limit_price(
    quote: &Quote,
    tick_size: Decimal,
    side: Side,
    policy: LimitPricePolicy,
    attempt: u32,
    attempts: u32,
) -> Option<Decimal> {
    let (theirs, ours) = match side {
        Side::Sell => (quote.bid, quote.ask),
        Side::Buy => (quote.ask, quote.bid),
    };
    let inside = match side {
        Side::Sell => -tick_size,
        Side::Buy => tick_size,
    };
    let (price, aggressive) = match (theirs, ours) {
        (Some(touch), Some(_)) => {
            let mid = quote.mid()?;
            let share = ladder_share(policy, attempt, attempts);
            let price = mid + (touch.price - mid).checked_mul(share)?;
            (price, share == Decimal::ONE)
        }
        (Some(touch), None) => (touch.price, true),
        (None, Some(own)) => (own.price + inside, false),
        (None, None) => (quote.mark, false),
    };
    let rounding = match (side, aggressive) {
        (Side::Sell, true) => Rounding::SellAggressive,
        (Side::Sell, false) => Rounding::SellPassive,
        (Side::Buy, true) => Rounding::BuyAggressive,
        (Side::Buy, false) => Rounding::BuyPassive,
    };
    let price = tick::round(price, tick_size, rounding).ok()?;
    Some(inside_band(quote, tick_size, price))
}

/// Returns the lowest price at which an entry may sell: the mark less the slippage, rounded up to
/// the grid.
#[must_use]
pub fn collar_price(
    quote: &Quote,
    tick_size: Decimal,
    max_slippage_pct: Decimal,
) -> Option<Decimal> {
    let kept = Decimal::ONE - max_slippage_pct / Decimal::ONE_HUNDRED;
    let lowest = quote.mark.checked_mul(kept)?;
    let price = tick::round(lowest, tick_size, Rounding::SellPassive).ok()?;
    Some(inside_band(quote, tick_size, price))
}

/// The share of the way from the middle to the touch: 0 is the middle, 1 the touch.
fn ladder_share(policy: LimitPricePolicy, attempt: u32, attempts: u32) -> Decimal {
    match policy {
        LimitPricePolicy::Touch => Decimal::ONE,
        LimitPricePolicy::Mid => Decimal::ZERO,
        LimitPricePolicy::Ladder if attempts <= 1 => Decimal::ONE,
        LimitPricePolicy::Ladder => {
            let step = Decimal::from(attempt.clamp(1, attempts) - 1);
            step / Decimal::from(attempts - 1)
        }
    }
}

/// Also drops the zeros that arithmetic leaves behind the last digit: prices are written down.
fn inside_band(quote: &Quote, tick_size: Decimal, price: Decimal) -> Decimal {
    let Some(band) = quote.band else { return price.normalize() };
    let low = tick::round(band.low, tick_size, Rounding::SellPassive).unwrap_or(band.low);
    let high = tick::round(band.high, tick_size, Rounding::BuyPassive).unwrap_or(band.high);
    price.min(high).max(low).normalize()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rust_decimal::dec;

    use super::*;
    use crate::quote::{Level, PriceBand, Source};

    fn quote(bid: Option<Decimal>, ask: Option<Decimal>) -> Quote {
        let level = |price| Level { price, size: 10 };
        let at = DateTime::from_timestamp(1_760_000_000, 0).unwrap();
        Quote {
            bid: bid.map(level),
            ask: ask.map(level),
            mark: dec!(302.3),
            last: None,
            mark_iv: None,
            greeks: None,
            band: None,
            exchange_at: at,
            received_at: at,
            source: Source::Stream,
        }
    }

    #[test]
    fn a_policy_decides_between_middle_and_touch() {
        use LimitPricePolicy::{Ladder, Mid, Touch};

        let quote = quote(Some(dec!(300)), Some(dec!(305)));
        for (side, policy, attempt, price) in [
            (Side::Sell, Touch, 1, dec!(300)),
            (Side::Buy, Touch, 1, dec!(305)),
            (Side::Sell, Mid, 3, dec!(302.5)),
            (Side::Sell, Ladder, 1, dec!(302.5)),
            (Side::Sell, Ladder, 2, dec!(302.0)),
            (Side::Sell, Ladder, 4, dec!(300)),
            (Side::Buy, Ladder, 1, dec!(302.5)),
            (Side::Buy, Ladder, 4, dec!(305)),
        ] {
            let found = limit_price(&quote, dec!(0.5), side, policy, attempt, 4);
            assert_eq!(found, Some(price), "{side:?} {policy:?} {attempt}");
        }
    }

    #[test]
    fn a_missing_side_is_replaced_by_what_is_known() {
        let touch = LimitPricePolicy::Touch;
        let price = |quote: &Quote, side| limit_price(quote, dec!(0.5), side, touch, 1, 4);

        assert_eq!(price(&quote(None, Some(dec!(305))), Side::Sell), Some(dec!(304.5)));
        assert_eq!(price(&quote(Some(dec!(300)), None), Side::Buy), Some(dec!(300.5)));
        assert_eq!(price(&quote(None, None), Side::Sell), Some(dec!(302.5)));
        assert_eq!(price(&quote(None, None), Side::Buy), Some(dec!(302.0)));
    }

    #[test]
    fn no_price_leaves_the_band_or_the_grid() {
        let mut quote = quote(Some(dec!(300)), Some(dec!(305)));
        quote.band = Some(PriceBand { low: dec!(301.2), high: dec!(304.9) });
        let touch = LimitPricePolicy::Touch;

        let sell = limit_price(&quote, dec!(0.5), Side::Sell, touch, 1, 4);
        let buy = limit_price(&quote, dec!(0.5), Side::Buy, touch, 1, 4);

        assert_eq!((sell, buy), (Some(dec!(301.5)), Some(dec!(304.5))));
        quote.band = None;
        assert_eq!(collar_price(&quote, dec!(0.5), dec!(20)), Some(dec!(242.0)));
    }
}
