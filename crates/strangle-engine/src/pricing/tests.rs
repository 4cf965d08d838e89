use proptest::prelude::*;

use super::*;

/// The table of `tests/reference/pricing_reference.py`.
fn reference() -> Vec<(Terms, Valuation)> {
    let rows = include_str!("../../tests/reference/pricing_reference.csv").lines().skip(1);
    let row = |line: &str| {
        let mut cells = line.split(',');
        let kind = if cells.next() == Some("call") { OptionKind::Call } else { OptionKind::Put };
        let numbers: Vec<f64> = cells.map(|cell| cell.parse().unwrap()).collect();
        let [spot, strike, seconds, volatility, price, delta, gamma, vega, theta, rho] =
            numbers[..].try_into().unwrap();
        let years = seconds / YEAR_SECONDS;
        let terms = Terms { kind, spot, strike, years, volatility };
        (terms, Valuation { price, greeks: Greeks { delta, gamma, vega, theta, rho } })
    };
    rows.map(row).collect()
}

fn columns(value: &Valuation) -> [f64; 6] {
    let Greeks { delta, gamma, vega, theta, rho } = value.greeks;
    [value.price, delta, gamma, vega, theta, rho]
}

#[test]
fn every_number_of_the_reference_table_agrees_to_ten_digits() {
    let table = reference();
    let mut worst: f64 = 0.0;
    for (terms, expected) in &table {
        let got = columns(&terms.valuation());
        for (got, expected) in got.into_iter().zip(columns(expected)) {
            if expected.abs() > 1e-30 {
                worst = worst.max((got - expected).abs() / expected.abs());
            }
        }
    }

    assert!(table.len() > 400);
    assert!(worst < 1e-10, "{worst:e}");
}

#[test]
fn many_options_at_once_give_the_same_bits_as_one_by_one() {
    let table = reference();
    for length in [0, 1, 7, 8, 9, table.len()] {
        let chain: Chain = table[..length].iter().map(|(terms, _)| terms).collect();
        let mut values = ChainValues::default();

        chain.value(&mut values);

        for (option, (terms, _)) in table[..length].iter().enumerate() {
            assert_eq!(values.get(option), Some(terms.valuation()), "{terms:?}");
        }
        assert_eq!(values.get(length), None);
    }
}

#[test]
fn the_normal_distribution_is_right_to_fifteen_digits() {
    // mpmath, 60 digits
    let known = [
        (0.0, 0.5),
        (0.5, 0.691_462_461_274_013_1),
        (-0.5, 0.308_537_538_725_986_9),
        (-1.0, 0.158_655_253_931_457_05),
        (1.959_963_984_540_054, 0.975),
        (-3.0, 0.001_349_898_031_630_094_6),
        (-6.0, 9.865_876_450_376_982e-10),
        (-10.0, 7.619_853_024_160_527e-24),
        (8.0, 0.999_999_999_999_999_4),
        (-38.0, 0.0),
        (f64::INFINITY, 1.0),
        (f64::NEG_INFINITY, 0.0),
    ];
    for (x, expected) in known {
        let got = normal_cdf(x);
        assert!((got - expected).abs() <= 1e-14 * expected, "N({x}) = {got}, not {expected}");
    }
}

#[test]
fn logarithms_are_right_to_fifteen_digits() {
    for x in [1e-300, 0.3, 0.707, 0.999_999, 1.0, 1.000_001, 1.414, 2.0, 123_456.789, 1e300_f64] {
        let (got, expected) = (natural_log(x), x.ln());
        assert!((got - expected).abs() <= 4e-16 * expected.abs().max(0.1), "{x}: {got} {expected}");
    }
}

#[test]
fn without_time_or_volatility_the_value_is_the_intrinsic_one() {
    for (kind, spot, price, delta) in [
        (OptionKind::Call, 105.0, 5.0, 1.0),
        (OptionKind::Call, 95.0, 0.0, 0.0),
        (OptionKind::Call, 100.0, 0.0, 0.0),
        (OptionKind::Put, 95.0, 5.0, -1.0),
        (OptionKind::Put, 105.0, 0.0, 0.0),
    ] {
        for (years, volatility) in [(0.0, 0.5), (-0.1, 0.5), (0.1, 0.0), (0.1, -1.0)] {
            let value = Terms { kind, spot, strike: 100.0, years, volatility }.valuation();

            let greeks = Greeks { delta, ..Greeks::default() };
            assert_eq!(value, Valuation { price, greeks });
        }
    }
}

#[test]
fn a_price_without_a_volatility_says_why() {
    let terms = Terms {
        kind: OptionKind::Call,
        spot: 105_000.0,
        strike: 100_000.0,
        years: 1.0 / 365.0,
        volatility: 0.0,
    };
    let put = Terms { kind: OptionKind::Put, ..terms };
    let refused = |terms: Terms, price| implied_volatility(&terms, price).unwrap_err().code();

    assert_eq!(refused(terms, 4_999.0), "below_intrinsic");
    assert_eq!(refused(terms, 105_000.0), "above_bound");
    assert_eq!(refused(terms, 104_999.99), "above_bound");
    assert_eq!(refused(put, 100_000.0), "above_bound");
    assert_eq!(refused(put, -1.0), "below_intrinsic");
    assert_eq!(refused(Terms { years: 0.0, ..terms }, 6_000.0), "expired");
    assert_eq!(refused(Terms { spot: f64::NAN, ..terms }, 6_000.0), "not_a_number");
    assert_eq!(implied_volatility(&terms, 5_000.0), Ok(VOLATILITY_BRACKET.0));
}

proptest! {
    #[test]
    fn call_less_put_is_spot_less_strike(
        spot in 1_000.0_f64..200_000.0, ratio in 0.5_f64..2.0, years in 1e-5_f64..1.0,
        volatility in 0.05_f64..3.0,
    ) {
        let call = Terms { kind: OptionKind::Call, spot, strike: spot * ratio, years, volatility };
        let put = Terms { kind: OptionKind::Put, ..call };

        let (call, put) = (call.valuation(), put.valuation());

        let forward = spot - spot * ratio;
        prop_assert!((call.price - put.price - forward).abs() < 1e-12 * spot);
        prop_assert!((call.greeks.delta - put.greeks.delta - 1.0).abs() < 1e-14);
        prop_assert_eq!(call.greeks.gamma.to_bits(), put.greeks.gamma.to_bits());
    }

    #[test]
    fn the_volatility_of_a_price_is_the_one_that_made_it(
        call in any::<bool>(), ratio in 0.8_f64..1.25, hours in 0.1_f64..2_000.0,
        volatility in 0.05_f64..3.0,
    ) {
        let kind = if call { OptionKind::Call } else { OptionKind::Put };
        let (spot, strike) = (100_000.0, 100_000.0 * ratio);
        let terms = Terms { kind, spot, strike, years: hours * 3_600.0 / YEAR_SECONDS, volatility };
        let value = terms.valuation();
        // Where the time value has digits left in the price.
        prop_assume!(value.price - terms.intrinsic() > 1e-6 && value.greeks.vega > 1e-4);

        let found = implied_volatility(&terms, value.price).unwrap();

        prop_assert!((found - volatility).abs() < 1e-6, "{} {}", found, volatility);
    }

    #[test]
    fn no_input_makes_the_formulas_panic(
        spot in any::<f64>(), strike in any::<f64>(), years in any::<f64>(),
        volatility in any::<f64>(), price in any::<f64>(), call in any::<bool>(),
    ) {
        let kind = if call { OptionKind::Call } else { OptionKind::Put };
        let terms = Terms { kind, spot, strike, years, volatility };
        let value = terms.valuation();
        if let Ok(found) = implied_volatility(&terms, price) {
            prop_assert!((VOLATILITY_BRACKET.0..=VOLATILITY_BRACKET.1).contains(&found));
        }
        if years <= 0.0 {
            prop_assert_eq!(value.greeks, Greeks { delta: value.greeks.delta, ..Greeks::default() });
        }
    }
}
