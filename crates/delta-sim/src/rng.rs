//! Seeded randomness that any language can reproduce.
//!
//! A stream is named. Its generator is `SplitMix64` (Steele, Lea and Flood 2014) started at
//! `mix(seed XOR FNV-1a64(name))`, so adding a stream never shifts another. `SplitMix64` is a
//! counter followed by a mixing function: draw number `n` of a stream is known without drawing
//! the ones before it, which is what lets a market that nobody watches cost nothing.

use serde::{Deserialize, Serialize};

/// 2⁶⁴ divided by the golden ratio, odd.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// A named stream of one seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    start: u64,
}

impl Stream {
    /// The stream of this name.
    #[must_use]
    pub fn new(seed: u64, name: &str) -> Self {
        Self { start: mix(seed ^ fnv1a(name.as_bytes())) }
    }

    /// The stream `<family>:<member>`.
    pub(crate) fn of(seed: u64, family: &str, member: &str) -> Self {
        let bytes = family.bytes().chain([b':']).chain(member.bytes());
        Self { start: mix(seed ^ fnv1a_of(bytes)) }
    }

    /// Draw number `n`, counted from 0.
    #[must_use]
    pub const fn word(self, n: u64) -> u64 {
        mix(self.start.wrapping_add(GAMMA.wrapping_mul(n.wrapping_add(1))))
    }

    /// Draw number `n` as a number strictly between 0 and 1.
    #[must_use]
    pub fn unit(self, n: u64) -> f64 {
        unit_of(self.word(n))
    }

    /// Draw number `n` as a standard normal deviate.
    #[must_use]
    pub fn normal(self, n: u64) -> f64 {
        normal_quantile(self.unit(n))
    }

    /// The draws of the stream one after the other, without end.
    pub fn words(self) -> impl Iterator<Item = u64> {
        (0..).map(move |n| self.word(n))
    }
}

/// FNV-1a over bytes, 64 bits.
#[must_use]
pub fn fnv1a(bytes: &[u8]) -> u64 {
    fnv1a_of(bytes.iter().copied())
}

fn fnv1a_of(bytes: impl Iterator<Item = u8>) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.fold(0xcbf2_9ce4_8422_2325, step)
}

/// The mixing function of `SplitMix64`.
const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// `((x >> 11) + 0.5) · 2⁻⁵³`.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit a float exactly")]
fn unit_of(word: u64) -> f64 {
    ((word >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
}

/// The standard normal quantile, algorithm AS 241 PPND16 (Wichura 1988), to 1e-16 relative.
///
/// Infinite at 0 and 1, not a number outside.
///
/// ```
/// assert_eq!(delta_sim::rng::normal_quantile(0.5), 0.0);
/// assert!((delta_sim::rng::normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-15);
/// ```
#[must_use]
pub fn normal_quantile(probability: f64) -> f64 {
    let centred = probability - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * polynomial(&A, r) / polynomial(&B, r);
    }

    let tail = if centred < 0.0 { probability } else { 1.0 - probability };
    if tail < 0.0 {
        return f64::NAN;
    }
    let r = libm::sqrt(-libm::log(tail));
    if r.is_infinite() {
        return r.copysign(centred);
    }
    let value = if r <= 5.0 {
        polynomial(&C, r - 1.6) / polynomial(&D, r - 1.6)
    } else {
        polynomial(&E, r - 5.0) / polynomial(&F, r - 5.0)
    };
    value.copysign(centred)
}

/// Horner's rule, constant term first.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[expect(clippy::excessive_precision, reason = "the coefficients as published")]
const A: [f64; 8] = [
    3.387_132_872_796_366_608,
    1.331_416_678_917_843_774_5e2,
    1.971_590_950_306_551_442_7e3,
    1.373_169_376_550_946_112_5e4,
    4.592_195_393_154_987_145_7e4,
    6.726_577_092_700_870_085_3e4,
    3.343_057_558_358_812_810_5e4,
    2.509_080_928_730_122_672_7e3,
];
#[expect(clippy::excessive_precision, reason = "the coefficients as published")]
const B: [f64; 8] = [
    1.0,
    4.231_333_070_160_091_125_2e1,
    6.871_870_074_920_579_083e2,
    5.394_196_021_424_751_107_7e3,
    2.121_379_430_158_659_586_7e4,
    3.930_789_580_009_271_061e4,
    2.872_908_573_572_194_267_4e4,
    5.226_495_278_852_854_561e3,
];
#[expect(clippy::excessive_precision, reason = "the coefficients as published")]
const C: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_9,
    5.769_497_221_460_691_405_5,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    2.417_807_251_774_506_117_7e-1,
    2.272_384_498_926_918_458_33e-2,
    7.745_450_142_783_414_076_4e-4,
];
#[expect(clippy::excessive_precision, reason = "the coefficients as published")]
const D: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_4,
    6.897_673_349_851_000_045_5e-1,
    1.481_039_764_274_800_745_9e-1,
    1.519_866_656_361_645_719_66e-2,
    5.475_938_084_995_344_946e-4,
    1.050_750_071_644_416_843_24e-9,
];
#[expect(clippy::excessive_precision, reason = "the coefficients as published")]
const E: [f64; 8] = [
    6.657_904_643_501_103_777_2,
    5.463_784_911_164_114_369_9,
    1.784_826_539_917_291_335_8,
    2.965_605_718_285_048_912_3e-1,
    2.653_218_952_657_612_309_3e-2,
    1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
#[expect(clippy::excessive_precision, reason = "the coefficients as published")]
const F: [f64; 8] = [
    1.0,
    5.998_322_065_558_879_376_9e-1,
    1.369_298_809_227_358_053_1e-1,
    1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591e-4,
    1.846_318_317_510_054_681_8e-5,
    1.421_511_758_316_445_888_7e-7,
    2.044_263_103_389_939_785_64e-15,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_gives_the_published_words_and_normals() {
        let stream = Stream::new(42, "spot:BTC");
        let words: Vec<u64> = stream.words().take(4).collect();
        assert_eq!(
            words,
            [
                7_788_715_791_012_505_566,
                14_650_121_351_784_384_661,
                4_499_329_896_717_600_940,
                18_141_749_721_507_050_760
            ]
        );
        let expected = [
            (0.422_227_129_074_395_6, -0.196_199_194_950_264_94),
            (0.794_184_669_839_045_3, 0.821_027_401_558_450_1),
            (0.243_909_162_437_510_2, -0.693_782_968_787_581_9),
            (0.983_466_223_037_311_9, 2.131_262_119_546_095),
        ];
        for (n, (unit, normal)) in (0..).zip(expected) {
            assert!((stream.unit(n) - unit).abs() <= 1e-16, "{n}: {}", stream.unit(n));
            assert!((stream.normal(n) - normal).abs() <= 1e-13, "{n}: {}", stream.normal(n));
        }
    }

    #[test]
    fn the_generator_is_splitmix64() {
        // Known answer for the state 1234567.
        let first = Stream { start: 1_234_567 }.word(0);
        assert_eq!(first, 6_457_827_717_110_365_317);
        assert_eq!(Stream::of(42, "spot", "BTC"), Stream::new(42, "spot:BTC"));
    }

    #[test]
    fn quantiles_are_right_in_all_three_ranges_and_odd() {
        for (probability, quantile) in [
            (0.6, 0.253_347_103_135_799_9),
            (0.99, 2.326_347_874_040_841),
            (1e-9, -5.997_807_015_007_687),
            (1e-20, -9.262_340_089_798_408),
        ] {
            let error = (normal_quantile(probability) - quantile).abs();
            assert!(error < 1e-14, "{probability}: {error}");
        }
        assert_eq!(normal_quantile(0.3).to_bits(), (-normal_quantile(0.7)).to_bits());
        assert!(normal_quantile(0.0).is_infinite() && normal_quantile(1.5).is_nan());
    }
}
