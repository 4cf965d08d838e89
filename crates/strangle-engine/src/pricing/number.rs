//! What the formulas need of a number.

use std::ops::{Add, Div, Mul, Neg, Sub};

use fearless_simd::{Simd, f64x8, prelude::*, u64x8};

/// 1.5 · 2⁵². A number of moderate size added to it is rounded to a whole one, which then stands
/// in the lowest bits.
const SHIFTER: f64 = 6_755_399_441_055_744.0;
/// The exponent bits of 2⁵², and the number they and a biased exponent of zero amount to.
const EXPONENT_BITS: u64 = 0x4330_0000_0000_0000;
const EXPONENT_BIAS: f64 = 4_503_599_627_370_496.0 + 1023.0;
/// The bits of 1, of √½, and those below the exponent.
const ONE_BITS: u64 = 0x3ff0_0000_0000_0000;
const ROOT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;
const MANTISSA_BITS: u64 = 0x000f_ffff_ffff_ffff;

/// One number, or eight that are treated alike.
pub(super) trait Number:
    Copy
    + Add<Output = Self>
    + Add<f64, Output = Self>
    + Sub<Output = Self>
    + Sub<f64, Output = Self>
    + Mul<Output = Self>
    + Mul<f64, Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// Returns `value`, in as many lanes as this has.
    fn same(self, value: f64) -> Self;

    fn sqrt(self) -> Self;

    fn abs(self) -> Self;

    fn min(self, other: Self) -> Self;

    fn max(self, other: Self) -> Self;

    /// Returns `yes` where this is above zero, otherwise `no`.
    fn if_positive(self, yes: Self, no: Self) -> Self;

    /// Returns the whole number next to this one, and two to its power. Both are right between
    /// −1022 and 1023.
    fn whole_and_power(self) -> (Self, Self);

    /// Returns `(e, m)` with this = m · 2ᵉ and √½ ≤ m < √2, for a positive normal number.
    fn exponent_and_mantissa(self) -> (Self, Self);
}

#[expect(clippy::inline_always, reason = "compiled once for each instruction set")]
impl Number for f64 {
    #[inline(always)]
    fn same(self, value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }

    #[inline(always)]
    fn abs(self) -> Self {
        self.abs()
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }

    #[inline(always)]
    fn if_positive(self, yes: Self, no: Self) -> Self {
        if self > 0.0 { yes } else { no }
    }

    #[inline(always)]
    fn whole_and_power(self) -> (Self, Self) {
        let shifted = self + SHIFTER;
        let power = (shifted.to_bits() << 52).wrapping_add(ONE_BITS);
        (shifted - SHIFTER, Self::from_bits(power))
    }

    #[inline(always)]
    fn exponent_and_mantissa(self) -> (Self, Self) {
        let bits = self.to_bits().wrapping_add(ONE_BITS - ROOT_HALF_BITS);
        let exponent = Self::from_bits((bits >> 52) | EXPONENT_BITS) - EXPONENT_BIAS;
        (exponent, Self::from_bits((bits & MANTISSA_BITS) + ROOT_HALF_BITS))
    }
}

#[expect(clippy::inline_always, reason = "compiled once for each instruction set")]
impl<S: Simd> Number for f64x8<S> {
    #[inline(always)]
    fn same(self, value: f64) -> Self {
        Self::splat(self.simd, value)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        SimdFloat::sqrt(self)
    }

    #[inline(always)]
    fn abs(self) -> Self {
        SimdBase::abs(self)
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.simd_lt(other).select(self, other)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.simd_gt(other).select(self, other)
    }

    #[inline(always)]
    fn if_positive(self, yes: Self, no: Self) -> Self {
        self.simd_gt(0.0).select(yes, no)
    }

    #[inline(always)]
    fn whole_and_power(self) -> (Self, Self) {
        let shifted = self + SHIFTER;
        let bits: u64x8<S> = shifted.bitcast();
        let power = (bits << 52) + ONE_BITS;
        (shifted - SHIFTER, power.bitcast())
    }

    #[inline(always)]
    fn exponent_and_mantissa(self) -> (Self, Self) {
        let bits: u64x8<S> = self.bitcast();
        let bits = bits + (ONE_BITS - ROOT_HALF_BITS);
        let biased: Self = ((bits >> 52) | EXPONENT_BITS).bitcast();
        let mantissa: Self = ((bits & MANTISSA_BITS) + ROOT_HALF_BITS).bitcast();
        (biased - EXPONENT_BIAS, mantissa)
    }
}
