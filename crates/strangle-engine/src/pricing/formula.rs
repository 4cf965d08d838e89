//! The formulas, for one number and for eight.
//!
//! N is taken from the ratio of Mills, M(x) = N(−x) / n(x) = √(π/2) exp(x²/2) erfc(x/√2), so that
//! the tails keep all their digits, and n(d2) from S n(d1) = K n(d2), so that one exponential
//! serves both. Without a branch: both sides are computed and one is taken.

use super::number::Number;

/// What the value depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inputs<N> {
    /// 1 for a call, −1 for a put.
    pub(super) direction: N,
    pub(super) spot: N,
    pub(super) strike: N,
    pub(super) years: N,
    pub(super) volatility: N,
}

/// Returns price, delta, gamma, vega, theta and rho.
#[expect(clippy::inline_always, reason = "compiled once for each instruction set")]
#[inline(always)]
pub(super) fn value<N: Number>(inputs: Inputs<N>) -> [N; 6] {
    let Inputs { direction, spot, strike, years, volatility } = inputs;
    let zero = spot.same(0.0);
    let alive = years.min(volatility).min(spot).min(strike);

    let root = years.sqrt();
    let deviation = volatility * root;
    let per_deviation = spot.same(1.0) / deviation;
    let ratio = spot / strike;
    let d1 = log(ratio) * per_deviation + deviation * 0.5;
    let d2 = d1 - deviation;
    let density = normal_density(d1.abs());
    let tail1 = density * mills(d1.abs());
    let tail2 = density * ratio * mills(d2.abs());
    let below1 = (direction * d1).if_positive(-tail1 + 1.0, tail1);
    let below2 = (direction * d2).if_positive(-tail2 + 1.0, tail2);

    let moneyness = direction * (spot - strike);
    let intrinsic = moneyness.max(zero);
    let price = (direction * (spot * below1 - strike * below2)).max(zero);
    let exercised = moneyness.if_positive(direction, zero);
    let peak = spot * density;
    [
        alive.if_positive(price, intrinsic),
        alive.if_positive(direction * below1, exercised),
        alive.if_positive(density * per_deviation / spot, zero),
        alive.if_positive(peak * root * 0.01, zero),
        alive.if_positive(-(peak * volatility * volatility * per_deviation) * (0.5 / 365.0), zero),
        alive.if_positive(direction * strike * years * below2 * 0.01, zero),
    ]
}

/// Returns N(x).
pub(super) fn normal_cdf(x: f64) -> f64 {
    let tail = normal_density(x.abs()) * mills(x.abs());
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// Returns ln x for a positive normal number.
pub(super) fn natural_log(x: f64) -> f64 {
    log(x)
}

/// Returns the density of the normal distribution at `x` ≥ 0; 0 beyond 37.6, where it is below
/// 1e-307.
#[inline(always)]
fn normal_density<N: Number>(x: N) -> N {
    const LARGEST: f64 = 707.0;
    const PER_ROOT_TWO_PI: f64 = 0.398_942_280_401_432_7;

    let half_square = x * x * 0.5;
    let density = exp_of_minus(half_square.min(x.same(LARGEST))) * PER_ROOT_TWO_PI;
    (-half_square + LARGEST).if_positive(density, x.same(0.0))
}

/// Returns exp(−y) for 0 ≤ y ≤ 707, by −y = n ln 2 + r and the series of exp r, |r| ≤ ln √2, whose
/// first term left out is below 1e-18.
#[inline(always)]
fn exp_of_minus<N: Number>(y: N) -> N {
    const LN_2_UPPER: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOWER: f64 = 1.908_214_929_270_587_7e-10;
    const SERIES: [f64; 14] = [
        1.0,
        1.0,
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ];

    let (whole, power) = (y * -std::f64::consts::LOG2_E).whole_and_power();
    let rest = -y - whole * LN_2_UPPER - whole * LN_2_LOWER;
    polynomial(rest, &SERIES) * power
}

/// Returns ln x, by x = m 2ᵉ and ln m = 2 artanh((m − 1) / (m + 1)), whose first term left out is
/// below 1e-18.
#[inline(always)]
fn log<N: Number>(x: N) -> N {
    const LN_2_UPPER: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOWER: f64 = 1.908_214_929_270_587_7e-10;
    const SERIES: [f64; 11] = [
        2.0 / 3.0,
        2.0 / 5.0,
        2.0 / 7.0,
        2.0 / 9.0,
        2.0 / 11.0,
        2.0 / 13.0,
        2.0 / 15.0,
        2.0 / 17.0,
        2.0 / 19.0,
        2.0 / 21.0,
        2.0 / 23.0,
    ];

    let (exponent, mantissa) = x.exponent_and_mantissa();
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let rest = s * square * polynomial(square, &SERIES);
    (s + s) + (rest + exponent * LN_2_LOWER) + exponent * LN_2_UPPER
}

/// Returns M(x) for x ≥ 0, by a polynomial for (x + 5) M(x) in t = (x − 5) / (x + 5); see
/// `tests/reference/mills_coefficients.py`. What is left out is below 2e-18 of it.
#[inline(always)]
fn mills<N: Number>(x: N) -> N {
    const CENTRE: f64 = 5.0;
    // Where no density is left, any finite number will do.
    const LARGEST: f64 = 50.0;
    const SERIES: [f64; 26] = [
        1.928_081_047_153_157_8,
        -1.667_866_595_188_96,
        1.241_547_061_573_866_4,
        -0.785_911_075_546_558_9,
        0.413_644_715_732_683_8,
        -0.173_254_734_086_729_37,
        0.052_125_502_412_278_8,
        -0.007_503_282_826_693_918,
        -0.001_999_961_974_984_366,
        0.001_365_859_209_063_712_4,
        -0.000_148_833_052_323_398_02,
        -0.000_124_735_896_168_795_83,
        4.181_458_586_632_463e-5,
        9.975_548_949_125_13e-6,
        -6.945_033_138_491_628e-6,
        -8.377_371_303_684_879e-7,
        1.093_663_352_359_394_2e-6,
        9.913_947_820_502_682e-8,
        -1.764_123_968_977_190_4e-7,
        -1.981_024_532_049_252_3e-8,
        2.817_201_197_544_303_2e-8,
        4.703_057_213_634_89e-9,
        -3.844_184_064_964_92e-9,
        -8.850_270_014_353_632e-10,
        3.125_605_447_160_412_5e-10,
        8.821_471_242_288_742e-11,
    ];

    let x = x.min(x.same(LARGEST));
    let per_sum = x.same(1.0) / (x + CENTRE);
    polynomial((x - CENTRE) * per_sum, &SERIES) * per_sum
}

/// Returns Σ cᵢ xⁱ, the even and the odd powers side by side.
#[expect(clippy::inline_always, reason = "compiled once for each instruction set")]
#[inline(always)]
fn polynomial<N: Number, const TERMS: usize>(x: N, coefficients: &[f64; TERMS]) -> N {
    let square = x * x;
    let mut sums = [x.same(0.0), x.same(0.0)];
    for (power, coefficient) in coefficients.iter().enumerate().rev() {
        let sum = &mut sums[power % 2];
        *sum = *sum * square + *coefficient;
    }
    sums[0] + sums[1] * x
}
