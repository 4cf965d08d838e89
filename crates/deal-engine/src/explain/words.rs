//! How amounts, rates and steps are written.

use crate::model::Step;

/// Writes an amount with two decimals and commas between thousands.
pub(super) fn money(amount: f64) -> String {
    let text = format!("{:.2}", amount.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut grouped = String::new();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if amount < 0.0 && text != "0.00" { "-" } else { "" };
    format!("{sign}{grouped}.{cents}")
}

/// Writes an annual rate in per cent, without needless zeros.
pub(super) fn percent(rate: f64) -> String {
    let text = format!("{:.5}", rate * 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{}%", if text == "-0" { "0" } else { text })
}

/// Writes a number that may be an amount or a ratio.
pub(super) fn number(value: f64) -> String {
    if value.abs() < 10.0 { format!("{value:.4}") } else { money(value) }
}

/// Writes a step as the text form does.
pub(super) fn step(step: &Step) -> String {
    match &step.label {
        Some(label) => label.clone(),
        None => crate::text::step(step),
    }
}

/// Names a step that a deal without a waterfall for calls runs when it is called.
pub(super) fn repayment(place: &str) -> String {
    let number = place.rsplit('/').next().unwrap_or_default();
    format!("repayment after the call, step {number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_commas_and_cents() {
        assert_eq!(money(0.0), "0.00");
        assert_eq!(money(999.994), "999.99");
        assert_eq!(money(1_234_567.5), "1,234,567.50");
        assert_eq!(money(-1_000.0), "-1,000.00");
        assert_eq!(money(-0.001), "0.00");
    }

    #[test]
    fn rates_have_no_needless_zeros() {
        assert_eq!(percent(0.04), "4%");
        assert_eq!(percent(0.061_25), "6.125%");
        assert_eq!(percent(0.0), "0%");
    }
}
