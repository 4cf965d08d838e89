//! Prices on the exchange's grid.
//!
//! A price is a multiple of the tick. Which neighbour is taken depends on what the order wants: an
//! aggressive order rounds towards the other side of the book so that it still trades (a sell
//! down, a buy up), a passive one away from it. The result is never below one tick.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What an order wants from its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// To sell now: round down.
    SellAggressive,
    /// To buy now: round up.
    BuyAggressive,
    /// To sell if somebody comes: round up.
    SellPassive,
    /// To buy if somebody comes: round down.
    BuyPassive,
}

/// A step that is no step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tick size is above zero, not {0}")]
pub struct InvalidTick(Decimal);

/// Returns the price on the grid, at least one tick.
///
/// Rounding is idempotent: a price on the grid stays.
///
/// # Errors
///
/// Refuses a tick that is not above zero, and a price so large that the grid cannot hold it.
///
/// ```
/// use rust_decimal::dec;
/// use strangle_engine::tick::{Intent, round};
/// assert_eq!(round(dec!(100.3), dec!(0.5), Intent::SellAggressive).unwrap(), dec!(100.0));
/// assert_eq!(round(dec!(100.3), dec!(0.5), Intent::BuyAggressive).unwrap(), dec!(100.5));
/// assert_eq!(round(dec!(0.2), dec!(0.5), Intent::SellAggressive).unwrap(), dec!(0.5));
/// ```
pub fn round(price: Decimal, tick: Decimal, intent: Intent) -> Result<Decimal, InvalidTick> {
    if tick <= Decimal::ZERO {
        return Err(InvalidTick(tick));
    }
    let below = price.checked_rem(tick).and_then(|rest| {
        let rest = if rest < Decimal::ZERO { rest + tick } else { rest };
        Some((price.checked_sub(rest)?, rest))
    });
    let (floor, rest) = below.ok_or(InvalidTick(tick))?;

    let up = matches!(intent, Intent::BuyAggressive | Intent::SellPassive);
    let rounded = if up && !rest.is_zero() { floor + tick } else { floor };
    Ok(rounded.max(tick))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::dec;

    use super::*;

    const INTENTS: [Intent; 4] =
        [Intent::SellAggressive, Intent::BuyAggressive, Intent::SellPassive, Intent::BuyPassive];

    #[test]
    fn a_tick_above_one_is_a_grid_too() {
        let rounded = INTENTS.map(|intent| round(dec!(103), dec!(5), intent).unwrap());

        assert_eq!(rounded, [dec!(100), dec!(105), dec!(105), dec!(100)]);
    }

    #[test]
    fn nothing_is_priced_below_one_tick() {
        for price in [dec!(0), dec!(-3), dec!(0.04)] {
            for intent in INTENTS {
                assert_eq!(round(price, dec!(0.1), intent).unwrap(), dec!(0.1));
            }
        }
    }

    #[test]
    fn a_tick_that_is_not_above_zero_is_refused() {
        assert!(round(dec!(1), dec!(0), Intent::BuyPassive).is_err());
        assert!(round(dec!(1), dec!(-0.1), Intent::BuyPassive).is_err());
    }

    proptest! {
        #[test]
        fn rounding_is_idempotent_on_the_grid_and_within_a_tick(
            cents in 0_i64..100_000_000, tick in 1_i64..1_000, which in 0_usize..4,
        ) {
            let (price, tick) = (Decimal::new(cents, 2), Decimal::new(tick, 2));
            let intent = INTENTS[which];

            let once = round(price, tick, intent).unwrap();

            prop_assert_eq!(round(once, tick, intent).unwrap(), once);
            prop_assert!((once % tick).is_zero());
            prop_assert!(once >= tick);
            prop_assert!((once - price).abs() < tick || once == tick);
        }
    }
}
