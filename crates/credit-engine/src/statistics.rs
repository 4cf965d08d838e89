//! Weighted averages of a pool (SF-39..43). Weights are current balances.

/// What the averages need to know of one loan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoanFacts {
    /// Outstanding today.
    pub balance: f64,
    /// Lent at origination.
    pub original_balance: f64,
    /// Gross annual rate.
    pub rate: f64,
    /// Months from origination to maturity.
    pub term_months: u16,
    /// Months from today to maturity.
    pub remaining_months: u16,
    /// Months since origination.
    pub age_months: u16,
}

impl LoanFacts {
    /// Returns the facts of a loan.
    #[must_use]
    pub fn of(loan: &crate::loan::Loan) -> Self {
        Self {
            balance: loan.balance(),
            original_balance: loan.original_balance(),
            rate: loan.rate(),
            term_months: loan.term_months(),
            remaining_months: loan.remaining_months(),
            age_months: loan.age_months(),
        }
    }
}

/// The averages of a pool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolStatistics {
    /// Number of loans.
    pub count: usize,
    /// Sum of the balances.
    pub total_balance: f64,
    /// Sum of the original balances.
    pub total_original_balance: f64,
    /// Balance per loan.
    pub average_balance: f64,
    /// Balance over original balance.
    pub factor: f64,
    /// Weighted average coupon.
    pub wac: f64,
    /// Weighted average months to maturity.
    pub wam: f64,
    /// Weighted average months since origination.
    pub wala: f64,
    /// Weighted average original term.
    pub original_term: f64,
    /// Lowest rate.
    pub lowest_rate: f64,
    /// Highest rate.
    pub highest_rate: f64,
    /// Share of the largest loan.
    pub largest_share: f64,
    /// Sum of the squared shares.
    pub herfindahl: f64,
}

/// Returns the averages of `loans`; `None` if nothing is outstanding.
#[must_use]
pub fn pool_statistics(loans: &[LoanFacts]) -> Option<PoolStatistics> {
    let total = |of: fn(&LoanFacts) -> f64| loans.iter().map(of).sum::<f64>();
    let total_balance = total(|loan| loan.balance);
    if !total_balance.is_finite() || total_balance <= 0.0 {
        return None;
    }
    let weighted = |of: fn(&LoanFacts) -> f64| {
        loans.iter().map(|loan| loan.balance * of(loan)).sum::<f64>() / total_balance
    };
    let total_original_balance = total(|loan| loan.original_balance);
    let rates = || loans.iter().map(|loan| loan.rate);
    let largest = loans.iter().map(|loan| loan.balance).fold(0.0, f64::max);
    let squares: f64 = loans.iter().map(|loan| (loan.balance / total_balance).powi(2)).sum();
    let count = u32::try_from(loans.len()).map_or(f64::INFINITY, f64::from);
    Some(PoolStatistics {
        count: loans.len(),
        total_balance,
        total_original_balance,
        average_balance: total_balance / count,
        factor: total_balance / total_original_balance,
        wac: weighted(|loan| loan.rate),
        wam: weighted(|loan| f64::from(loan.remaining_months)),
        wala: weighted(|loan| f64::from(loan.age_months)),
        original_term: weighted(|loan| f64::from(loan.term_months)),
        lowest_rate: rates().fold(f64::INFINITY, f64::min),
        highest_rate: rates().fold(f64::NEG_INFINITY, f64::max),
        largest_share: largest / total_balance,
        herfindahl: squares,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(balance: f64, rate: f64, age_months: u16) -> LoanFacts {
        LoanFacts {
            balance,
            original_balance: 2.0 * balance,
            rate,
            term_months: 120,
            remaining_months: 120 - age_months,
            age_months,
        }
    }

    #[test]
    fn balances_weigh_the_averages() {
        let pool = pool_statistics(&[facts(300.0, 0.04, 10), facts(100.0, 0.08, 50)]).unwrap();

        assert!((pool.wac - 0.05).abs() < 1e-15);
        assert!((pool.wala - 20.0).abs() < 1e-12 && (pool.wam - 100.0).abs() < 1e-12);
        assert!((pool.factor - 0.5).abs() < 1e-15 && (pool.largest_share - 0.75).abs() < 1e-15);
        assert!((pool.herfindahl - 0.625).abs() < 1e-15);
    }

    #[test]
    fn an_empty_pool_has_no_averages() {
        assert_eq!(pool_statistics(&[]), None);
    }
}
