//! Scheduled principal of level-payment loans, summed over loans.
//!
//! A level payment repays `p g^(t−1)` in period `t`, where `g = 1 + r` and
//! `p = B r / (g^n − 1)`. So one multiplication carries a loan from month to month; balances and
//! interest follow from sums over the *months*, once for all loans of a group:
//!
//! ```text
//! S_t = Σ_{j>t} P_j          with P_t = Σ p g^(t−1)
//! I_t = Σ_{j≥t} W_j          with W_t = Σ r p g^(t−1), because r S_{t−1} = r Σ_{j≥t} p_j
//! ```
//!
//! All terms are positive, so nothing cancels, and the balance ends at exactly 0.
//!
//! Months lie in lanes, four loans are added at a time, and there is no branch and no division.
//! The instruction set is chosen at run time; every one of them gives the same bits, because the
//! operations and their order are the same.

use fearless_simd::{Simd, dispatch, f64x8, prelude::*};

pub(super) use fearless_simd::Level as InstructionSet;

use crate::amortization::period_rate;
use crate::loan::{Amortization, Loan, MoneyRounding, PaymentFrequency, RateType};

/// Months per step.
pub(super) const LANES: usize = 8;
/// Loans per step.
const LOANS: usize = 4;

/// A level-payment loan as the kernel sees it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Level {
    /// The principal in the first payment.
    pub(super) first: f64,
    /// The rate per period.
    pub(super) rate: f64,
}

impl Level {
    /// Describes a loan with `periods` payments ahead.
    pub(super) fn new(balance: f64, rate: f64, periods: u16) -> Self {
        let periods = f64::from(periods.max(1));
        let first = if rate < 1e-16 {
            balance / periods
        } else {
            balance * (rate / (periods * rate.ln_1p()).exp_m1())
        };
        Self { first, rate }
    }

    /// Describes `loan` if it is of the plain kind.
    pub(super) fn of(loan: &Loan) -> Option<Self> {
        if !Self::describes(loan) {
            return None;
        }
        let rate = period_rate(loan.rate(), 12, loan.rate_basis());
        Some(Self::new(loan.balance(), rate, loan.remaining_months()))
    }

    /// Tells whether `loan` is of the plain kind: monthly, fixed rate, level payments over exactly
    /// the remaining term, no rounding.
    pub(super) fn describes(loan: &Loan) -> bool {
        loan.amortization() == Amortization::Level
            && loan.rate_type() == RateType::Fixed
            && loan.frequency() == PaymentFrequency::Monthly
            && loan.rounding() == MoneyRounding::None
            && loan.interest_only_months_left() == 0
            && loan.amortization_months() == loan.remaining_months()
            && loan.day_count().is_none()
            && loan.repayment().is_none()
    }
}

/// Adds the principal, and the principal times the rate, of `loans` to the lanes of their months.
/// Lanes beyond the loans' term receive numbers without meaning.
pub(super) fn add_level_loans(
    instructions: InstructionSet,
    loans: &[Level],
    principal: &mut [[f64; LANES]],
    weighted: &mut [[f64; LANES]],
) {
    dispatch!(instructions, simd => add_loans(simd, loans, principal, weighted));
}

#[expect(clippy::inline_always, reason = "it must be compiled for the instruction set chosen")]
#[inline(always)]
fn add_loans<S: Simd>(
    simd: S,
    loans: &[Level],
    principal: &mut [[f64; LANES]],
    weighted: &mut [[f64; LANES]],
) {
    let (batches, rest) = loans.as_chunks::<LOANS>();
    for batch in batches {
        add_batch(simd, batch, principal, weighted);
    }
    for loan in rest {
        add_batch(simd, &[*loan], principal, weighted);
    }
}

/// Adds the loans of a batch to each other before they are added to the sums.
#[expect(clippy::inline_always, reason = "it must be compiled for the instruction set chosen")]
#[inline(always)]
fn add_batch<S: Simd, const N: usize>(
    simd: S,
    batch: &[Level; N],
    principal: &mut [[f64; LANES]],
    weighted: &mut [[f64; LANES]],
) {
    let mut due = batch.map(|loan| f64x8::from_slice(simd, &first_months(&loan)));
    let step = batch.map(|loan| f64x8::splat(simd, growth_over_lanes(&loan)));
    let rate = batch.map(|loan| f64x8::splat(simd, loan.rate));
    for (principal, weighted) in principal.iter_mut().zip(weighted) {
        let mut paid = due[0];
        let mut bearing = due[0] * rate[0];
        for loan in 1..N {
            paid += due[loan];
            bearing += due[loan] * rate[loan];
        }
        (f64x8::from_slice(simd, principal) + paid).store_slice(principal);
        (f64x8::from_slice(simd, weighted) + bearing).store_slice(weighted);
        for loan in 0..N {
            due[loan] *= step[loan];
        }
    }
}

/// Returns the principal of months 1, 2, …
#[expect(clippy::inline_always, reason = "it must be compiled for the instruction set chosen")]
#[inline(always)]
fn first_months(loan: &Level) -> [f64; LANES] {
    let growth = 1.0 + loan.rate;
    let mut month = loan.first;
    [(); LANES].map(|()| {
        let due = month;
        month *= growth;
        due
    })
}

/// Returns the growth of principal over as many months as there are lanes.
#[expect(clippy::inline_always, reason = "it must be compiled for the instruction set chosen")]
#[inline(always)]
fn growth_over_lanes(loan: &Level) -> f64 {
    let growth = 1.0 + loan.rate;
    let squared = growth * growth;
    let fourth = squared * squared;
    fourth * fourth
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amortization::{balance_fraction, level_payment};

    fn sums(loans: &[Level], periods: usize) -> (Vec<f64>, Vec<f64>) {
        let mut principal = vec![[0.0; LANES]; periods.div_ceil(LANES)];
        let mut weighted = principal.clone();
        add_level_loans(InstructionSet::new(), loans, &mut principal, &mut weighted);
        let cut = |lanes: Vec<[f64; LANES]>| lanes.as_flattened()[..periods].to_vec();
        (cut(principal), cut(weighted))
    }

    #[test]
    fn principal_is_what_the_closed_form_says() {
        for (rate, periods) in
            [(0.0, 1), (0.0, 48), (1e-17, 600), (1e-9, 360), (0.005, 360), (0.08, 600)]
        {
            let balance = 100_000.0;
            let (principal, weighted) =
                sums(&[Level::new(balance, rate, periods)], usize::from(periods));
            let payment = level_payment(balance, rate, u32::from(periods));
            let mut owed = balance;
            for (paid, (principal, weighted)) in (1..).zip(principal.iter().zip(&weighted)) {
                let left = u32::from(periods) - paid;
                let after = balance * balance_fraction(rate, u32::from(periods), left);
                assert!(
                    (principal - (owed - after)).abs() < 1e-12 * balance,
                    "{rate} {periods} {paid}"
                );
                assert!((weighted - principal * rate).abs() <= 1e-15 * payment, "{rate} {periods}");
                owed = after;
            }
        }
    }

    #[test]
    fn a_loan_adds_the_same_in_any_company() {
        let loans: Vec<Level> = (0..7)
            .map(|k| Level::new(1000.0 + f64::from(k), 0.004 + 0.0001 * f64::from(k), 100))
            .collect();
        let (together, _) = sums(&loans, 100);
        let mut apart = vec![0.0; 100];
        for loan in &loans {
            let (alone, _) = sums(&[*loan], 100);
            apart.iter_mut().zip(alone).for_each(|(sum, alone)| *sum += alone);
        }
        for (together, apart) in together.iter().zip(apart) {
            assert!((together - apart).abs() <= 1e-15 * apart, "{together} {apart}");
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let loans: Vec<Level> = (0..1_003)
            .map(|k| Level::new(1e5 + f64::from(k), 0.08 / f64::from(k % 97 + 1), 600 - k % 7))
            .collect();
        let with = |instructions| {
            let mut principal = vec![[0.0; LANES]; 75];
            let mut weighted = principal.clone();
            add_level_loans(instructions, &loans, &mut principal, &mut weighted);
            (principal, weighted)
        };
        let plain = with(InstructionSet::baseline());
        let best = InstructionSet::new();

        assert_eq!(with(best), plain);
        #[cfg(target_arch = "x86_64")]
        for middle in
            [best.as_sse4_2().map(InstructionSet::Sse4_2), best.as_avx2().map(InstructionSet::Avx2)]
                .into_iter()
                .flatten()
        {
            assert_eq!(with(middle), plain);
        }
    }
}
