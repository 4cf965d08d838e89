//! Incomplete gamma and beta functions and their inverses.

/// Terms of a series or a continued fraction at most.
const MOST_TERMS: u32 = 100_000;
/// Below this a term changes nothing.
const NEGLIGIBLE: f64 = 1e-16;
/// In place of zero in a denominator.
const TINY: f64 = 1e-300;

/// Returns the regularised lower incomplete gamma function `P(a, x)`: the probability that a gamma
/// variable of shape `a` and scale 1 is at most `x`.
#[must_use]
pub fn gamma_probability(a: f64, x: f64) -> f64 {
    gamma_parts(a, x).0
}

/// The probabilities of at most `x` and of more, each with all its digits.
fn gamma_parts(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    let scale = (a * x.ln() - x - libm::lgamma(a)).exp();
    if x < a + 1.0 {
        let below = (scale * gamma_series(a, x)).min(1.0);
        return (below, 1.0 - below);
    }
    let above = (scale * gamma_fraction(a, x)).clamp(0.0, 1.0);
    (1.0 - above, above)
}

/// `Σ x^n / (a (a+1) … (a+n))`.
fn gamma_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0 / a, 1.0 / a);
    for n in 1..MOST_TERMS {
        term *= x / (a + f64::from(n));
        sum += term;
        if term < sum * NEGLIGIBLE {
            break;
        }
    }
    sum
}

/// The continued fraction of the upper function, by the method of Lentz.
#[expect(clippy::many_single_char_names, reason = "the names of the textbook formula")]
fn gamma_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / away_from_zero(b);
    let mut product = d;
    for n in 1..MOST_TERMS {
        let n = f64::from(n);
        let numerator = -n * (n - a);
        b += 2.0;
        d = 1.0 / away_from_zero(numerator * d + b);
        c = away_from_zero(b + numerator / c);
        product *= d * c;
        if (d * c - 1.0).abs() < NEGLIGIBLE * 4.0 {
            break;
        }
    }
    product
}

/// Returns the regularised incomplete beta function `I_x(a, b)`: the probability that a beta
/// variable is at most `x`.
#[must_use]
pub fn beta_probability(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let log_beta = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b);
    let scale = (log_beta + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        scale * beta_fraction(a, b, x) / a
    } else {
        1.0 - scale * beta_fraction(b, a, 1.0 - x) / b
    }
}

#[expect(clippy::many_single_char_names, reason = "the names of the textbook formula")]
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut product = d;
    for m in 1..MOST_TERMS {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        product *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        product *= d * c;
        if (d * c - 1.0).abs() < NEGLIGIBLE * 4.0 {
            break;
        }
    }
    product
}

fn away_from_zero(value: f64) -> f64 {
    if value.abs() < TINY { TINY } else { value }
}

/// Returns what a gamma variable of shape `a` and scale 1 does not exceed with `probability`.
#[must_use]
pub fn gamma_quantile(a: f64, probability: f64) -> f64 {
    if probability <= 0.0 {
        return 0.0;
    }
    if probability >= 1.0 {
        return f64::INFINITY;
    }
    let mut high = a.max(1.0);
    while gamma_probability(a, high) < probability {
        high *= 2.0;
    }
    let density = |x: f64| ((a - 1.0) * x.ln() - x - libm::lgamma(a)).exp();
    if probability > 0.5 {
        // What is left to 1 is exact, and small.
        return increasing_root(0.0, high, probability - 1.0, |x| -gamma_parts(a, x).1, density);
    }
    increasing_root(0.0, high, probability, |x| gamma_parts(a, x).0, density)
}

/// Returns what a beta variable does not exceed with `probability`.
#[must_use]
pub fn beta_quantile(a: f64, b: f64, probability: f64) -> f64 {
    if probability <= 0.0 {
        return 0.0;
    }
    if probability >= 1.0 {
        return 1.0;
    }
    if probability > 0.5 {
        // What is left to 1 is exact, and small.
        return 1.0 - beta_quantile(b, a, 1.0 - probability);
    }
    let log_beta = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b);
    let density = |x: f64| (log_beta + (a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p()).exp();
    increasing_root(0.0, 1.0, probability, |x| beta_probability(a, b, x), density)
}

/// Newton's method, kept between two bounds that close in.
fn increasing_root(
    mut low: f64,
    mut high: f64,
    target: f64,
    value: impl Fn(f64) -> f64,
    slope: impl Fn(f64) -> f64,
) -> f64 {
    let mut x = 0.5 * (low + high);
    for _ in 0..200 {
        let error = value(x) - target;
        if error > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let step = error / slope(x);
        let newton = x - step;
        let next = if newton > low && newton < high { newton } else { between(low, high) };
        if (next - x).abs() <= 1e-15 * x.abs() || high - low <= 1e-300 {
            return next;
        }
        x = next;
    }
    x
}

/// The middle; close to zero the geometric one, which gets down to tiny roots quickly.
fn between(low: f64, high: f64) -> f64 {
    if low > 0.0 && high > 4.0 * low {
        (low * high).sqrt()
    } else if low <= 0.0 && high < 1e-3 {
        high * 1e-3
    } else {
        0.5 * (low + high)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn closed_forms_are_met() {
        // Shape 1 is exponential, shapes (1, b) and (a, 1) are powers.
        for x in [0.01, 0.5, 1.0, 3.0, 20.0_f64] {
            assert!((gamma_probability(1.0, x) - (1.0 - (-x).exp())).abs() < 1e-15);
        }
        for x in [0.01, 0.3, 0.5, 0.9_f64] {
            assert!((beta_probability(3.0, 1.0, x) - x.powi(3)).abs() < 1e-15);
            assert!((beta_probability(1.0, 2.5, x) - (1.0 - (1.0 - x).powf(2.5))).abs() < 1e-14);
        }
    }

    proptest! {
        #[test]
        fn quantiles_invert_probabilities(a in 0.05_f64..200.0, b in 0.05_f64..200.0, p in 1e-6_f64..0.999_999) {
            let gamma = gamma_quantile(a, p);
            prop_assert!((gamma_probability(a, gamma) - p).abs() < 1e-9, "gamma {}", gamma);
            let beta = beta_quantile(a, b, p);
            // Next to 1 neighbouring floats are far apart in probability.
            if beta < 1.0 - 1e-12 {
                prop_assert!((beta_probability(a, b, beta) - p).abs() < 1e-8, "beta {}", beta);
            }
        }
    }
}
