//! Money as JSON: a number to draw with, and its exact text.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// The decimals of a number in JSON.
const PLACES: u32 = 8;

/// Returns the number for JSON, at most eight decimals.
#[must_use]
pub fn number(exact: Decimal) -> f64 {
    exact.round_dp(PLACES).to_f64().unwrap_or_default()
}

/// Returns the exact text, without zeros at the end.
#[must_use]
pub fn exact(value: Decimal) -> String {
    value.normalize().to_string()
}

/// Rounds a computed number to eight decimals; what is no number is zero.
#[must_use]
pub fn rounded(value: f64) -> f64 {
    if !value.is_finite() {
        return 0.0;
    }
    let scaled = (value * 1e8).round() / 1e8;
    if scaled == 0.0 { 0.0 } else { scaled }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "rounding makes these exact")]
    fn a_number_has_at_most_eight_decimals_and_its_text_has_all() {
        let value: Decimal = "0.1234567891".parse().unwrap();
        assert_eq!(number(value), 0.123_456_79);
        assert_eq!(exact(value), "0.1234567891");
        assert_eq!(exact("6.3450".parse().unwrap()), "6.345");
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "zero is exact")]
    fn what_is_no_number_and_a_negative_zero_are_zero() {
        assert_eq!(rounded(f64::NAN), 0.0);
        assert!(rounded(-0.000_000_000_1).is_sign_positive());
    }
}
