//! The return of a holding period (SF-49..50).

use super::CashFlow;
use super::discounting::Compounding;

/// An investment held until a horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// Full price paid at time 0.
    pub price: f64,
    /// Cash earned until the horizon; a flow after the horizon is discounted to it.
    pub flows: Vec<CashFlow>,
    /// Annual rate at which cash is reinvested.
    pub reinvestment_rate: f64,
    /// How the reinvestment rate compounds.
    pub compounding: Compounding,
    /// Full proceeds of the sale at the horizon.
    pub proceeds: f64,
    /// Years until the horizon.
    pub horizon: f64,
}

/// What a holding returned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TotalReturn {
    /// Everything at the horizon.
    pub future_value: f64,
    /// Growth over the whole period.
    pub period_return: f64,
    /// `2 [(FV/P)^(1/2T) − 1]`.
    pub bond_equivalent: f64,
    /// `(FV/P)^(1/T) − 1`.
    pub annual_effective: f64,
    /// Growth times periods per year, without compounding.
    pub simple: f64,
}

/// Returns the return of `holding`; `None` if price or horizon is not positive.
#[must_use]
pub fn total_return(holding: &Holding) -> Option<TotalReturn> {
    let positive = holding.price > 0.0 && holding.horizon > 0.0;
    if !positive {
        return None;
    }
    let reinvested: f64 = holding
        .flows
        .iter()
        .map(|flow| {
            let idle = flow.time - holding.horizon;
            flow.amount * holding.compounding.factor(holding.reinvestment_rate, idle)
        })
        .sum();
    let future_value = reinvested + holding.proceeds;
    let growth = future_value / holding.price;
    if growth <= 0.0 {
        return None;
    }
    let annual = growth.ln() / holding.horizon;
    Some(TotalReturn {
        future_value,
        period_return: growth - 1.0,
        bond_equivalent: 2.0 * (annual / 2.0).exp_m1(),
        annual_effective: annual.exp_m1(),
        simple: (growth - 1.0) / holding.horizon,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::valuation::periodic;

    #[test]
    fn a_bond_held_to_maturity_and_reinvested_at_its_yield_returns_its_yield() {
        let holding = Holding {
            price: 100.0,
            flows: periodic(&[3.0, 3.0, 3.0, 3.0], 2),
            reinvestment_rate: 0.06,
            compounding: Compounding::Nominal(2),
            proceeds: 100.0,
            horizon: 2.0,
        };

        let returned = total_return(&holding).unwrap();

        assert!((returned.bond_equivalent - 0.06).abs() < 1e-14);
    }

    #[test]
    fn nothing_paid_returns_nothing_known() {
        let holding = Holding {
            price: 0.0,
            flows: Vec::new(),
            reinvestment_rate: 0.0,
            compounding: Compounding::Annual,
            proceeds: 1.0,
            horizon: 1.0,
        };

        assert_eq!(total_return(&holding), None);
    }
}
