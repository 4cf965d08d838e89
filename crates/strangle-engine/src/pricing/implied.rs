//! The volatility that a price implies.

use super::{Terms, direction};

/// Where the volatility is looked for.
pub const VOLATILITY_BRACKET: (f64, f64) = (1e-4, 8.0);

/// Why a price implies no volatility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImpliedVolatilityError {
    /// The option has no time left.
    #[error("the option has expired")]
    Expired,
    /// Exercising at once would pay more than the price.
    #[error("the price is below the intrinsic value")]
    BelowIntrinsic,
    /// No volatility makes the option worth so much.
    #[error("the price is at or above what any volatility can reach")]
    AboveBound,
    /// Price, index or strike is not a positive number.
    #[error("price, index and strike must be numbers, index and strike above zero")]
    NotANumber,
}

impl ImpliedVolatilityError {
    /// Returns the stable name of this refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::BelowIntrinsic => "below_intrinsic",
            Self::AboveBound => "above_bound",
            Self::NotANumber => "not_a_number",
        }
    }
}

/// Returns the volatility at which the option is worth `price`; the volatility in `terms` is not
/// read.
///
/// The side of the option that is out of the money is solved for, by Newton's method on the
/// logarithm of the price within a bracket that halves when a step leaves it. A price of exactly
/// the intrinsic value gives the lower end of the bracket.
///
/// # Errors
///
/// Fails if no volatility in the bracket gives the price.
///
/// ```
/// use strangle_engine::instrument::OptionKind;
/// use strangle_engine::pricing::{Terms, YEAR_SECONDS, implied_volatility};
/// let terms = Terms {
///     kind: OptionKind::Put,
///     spot: 100_000.0,
///     strike: 94_000.0,
///     years: 95_400.0 / YEAR_SECONDS,
///     volatility: 0.0,
/// };
/// assert!((implied_volatility(&terms, 11.290_613).unwrap() - 0.5).abs() < 1e-6);
/// ```
pub fn implied_volatility(terms: &Terms, price: f64) -> Result<f64, ImpliedVolatilityError> {
    let numbers = price.is_finite() && terms.spot.is_finite() && terms.strike.is_finite();
    if !numbers || terms.spot <= 0.0 || terms.strike <= 0.0 {
        return Err(ImpliedVolatilityError::NotANumber);
    }
    if terms.years <= 0.0 || terms.years.is_nan() {
        return Err(ImpliedVolatilityError::Expired);
    }
    let intrinsic = terms.intrinsic();
    if price < intrinsic {
        return Err(ImpliedVolatilityError::BelowIntrinsic);
    }
    let bound = if direction(terms.kind) > 0.0 { terms.spot } else { terms.strike };
    if price >= bound {
        return Err(ImpliedVolatilityError::AboveBound);
    }

    let kind = if intrinsic > 0.0 { terms.kind.other() } else { terms.kind };
    solve(&Terms { kind, ..*terms }, price - intrinsic)
}

/// Solves for an option that is out of the money.
fn solve(terms: &Terms, price: f64) -> Result<f64, ImpliedVolatilityError> {
    const MOST_STEPS: u32 = 100;

    let at = |volatility: f64| Terms { volatility, ..*terms };
    let (mut low, mut high) = VOLATILITY_BRACKET;
    if at(high).valuation().price < price {
        return Err(ImpliedVolatilityError::AboveBound);
    }
    if at(low).valuation().price >= price {
        return Ok(low);
    }

    let log_price = price.ln();
    let inflection = (2.0 * (terms.spot / terms.strike).ln().abs() / terms.years).sqrt();
    let mut volatility = inflection.clamp(low, high);
    for _ in 0..MOST_STEPS {
        let value = at(volatility).valuation();
        let too_high = value.price > price;
        if too_high {
            high = volatility;
        } else {
            low = volatility;
        }

        let slope = value.greeks.vega * 100.0;
        let step = (log_price - value.price.ln()) * value.price / slope;
        let newton = volatility + step;
        let inside = newton > low && newton < high;
        let next = if inside { newton } else { f64::midpoint(low, high) };
        // The error of the next step is of the order of the square of this one.
        if (next - volatility).abs() <= 1e-9 * volatility {
            return Ok(next);
        }
        volatility = next;
    }
    Ok(volatility)
}
