//! Tranches paid from projected collateral, in order of seniority.

use credit_engine::loan::{AssetClass, Loan, LoanTerms};
use credit_engine::projection::Control;
use credit_engine::valuation::{CashFlow, irr};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::analysis::{AnalysisError, Bend, Cashflows, Terms, analyze_under};
use crate::domain::asset::{Field, Record};
use crate::domain::stress::StressScenario;

/// What collateral pays a year when nothing is stated.
const USUAL_WAC: f64 = 0.06;

/// An obligation with tranches and the collateral behind it.
#[derive(Debug, Clone)]
pub struct Clo {
    /// The asset.
    pub id: String,
    /// What the collateral owes.
    pub par: f64,
    /// What it pays a year.
    pub wac: f64,
    /// The tranches, most senior first.
    pub tranches: Vec<TrancheTerms>,
    collateral: Loan,
}

/// A tranche.
#[derive(Debug, Clone, PartialEq)]
pub struct TrancheTerms {
    /// Its name.
    pub name: String,
    /// Outstanding.
    pub balance: f64,
    /// What it pays a year.
    pub rate: f64,
    /// 1 is paid first.
    pub seniority: u32,
}

/// What the collateral does, one entry a month.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CollateralFlows {
    /// Interest received, net of fees.
    pub interest: Vec<f64>,
    /// Principal received: scheduled, prepaid and recovered.
    pub principal: Vec<f64>,
    /// What the collateral still owes, defaults that wait for recovery included.
    pub balance: Vec<f64>,
}

/// What a tranche gets under a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrancheResult {
    /// Its name.
    pub name: String,
    /// 1 is paid first.
    pub seniority: u32,
    /// Outstanding today.
    pub balance: f64,
    /// What stands below it, as a share of the collateral.
    pub enhancement: f64,
    /// Interest received.
    pub interest: f64,
    /// Interest that was due and never paid.
    pub interest_shortfall: f64,
    /// Principal received.
    pub principal: f64,
    /// Written down.
    pub loss: f64,
    /// Written down, as a share of the balance.
    pub expected_loss: f64,
    /// Return per year at par; `null` if there is none.
    #[serde(rename = "yield")]
    pub yield_rate: Option<f64>,
    /// Average time to principal, years; `null` without principal.
    pub weighted_average_life: Option<f64>,
    /// The month of the last principal.
    pub last_principal_month: Option<usize>,
}

/// The tranches under one scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrancheScenario {
    /// The scenario.
    pub scenario: StressScenario,
    /// The loss of the collateral as a share of its par.
    pub collateral_loss: f64,
    /// What is left for the holders of the residual.
    pub residual: f64,
    /// The tranches, most senior first.
    pub tranches: Vec<TrancheResult>,
}

impl Clo {
    /// Reads an obligation with tranches; `None` if it states none.
    pub(super) fn read(record: &Record, loan: &Loan) -> Option<Self> {
        #[derive(Deserialize)]
        struct Stated {
            #[serde(default)]
            name: String,
            balance: f64,
            #[serde(default)]
            rate: f64,
            seniority: u32,
        }
        let stated = Vec::<Stated>::deserialize(record.document(Field::Tranches)?).ok()?;
        let mut tranches: Vec<TrancheTerms> = stated
            .into_iter()
            .map(|one| TrancheTerms {
                name: one.name,
                balance: one.balance,
                rate: one.rate,
                seniority: one.seniority,
            })
            .collect();
        tranches.sort_by_key(|tranche| tranche.seniority);
        let par = record.number(Field::CollateralPoolBalance).unwrap_or(loan.balance());
        let wac = record.number(Field::CollateralPoolWac).unwrap_or(USUAL_WAC);
        let months = loan.remaining_months();
        let terms = LoanTerms {
            amortization: loan.amortization(),
            ..LoanTerms::level(loan.id(), AssetClass::CloCdo, par, wac, months)
        };
        let collateral = Loan::new(terms).ok()?;
        (!tranches.is_empty()).then(|| Self {
            id: loan.id().to_owned(),
            par,
            wac,
            tranches,
            collateral,
        })
    }
}

/// Projects the collateral under every scenario and pays the tranches from it.
///
/// # Errors
///
/// Returns [`AnalysisError`] if the numbers do not add up to something finite.
pub fn analyze_clo(
    clo: &Clo,
    terms: &Terms,
    scenarios: &[StressScenario],
) -> Result<Vec<TrancheScenario>, AnalysisError> {
    let bends: Vec<Bend> = scenarios.iter().map(StressScenario::bend).collect();
    let loans = std::slice::from_ref(&clo.collateral);
    let outcomes = analyze_under(loans, terms, &bends, Control::default())?;
    let paid = scenarios.iter().zip(outcomes).map(|(scenario, outcome)| {
        let flows = flows(&outcome.cashflows);
        let (tranches, residual) = allocate(&clo.tranches, clo.par, &flows);
        let loss: f64 = outcome.cashflows.loss.iter().sum();
        let collateral_loss = if clo.par > 0.0 { loss / clo.par } else { 0.0 };
        TrancheScenario { scenario: scenario.clone(), collateral_loss, residual, tranches }
    });
    Ok(paid.collect())
}

fn flows(cashflows: &Cashflows) -> CollateralFlows {
    let at = |column: &[f64], month: usize| column.get(month).copied().unwrap_or(0.0);
    let each = |amount: &dyn Fn(usize) -> f64| (0..cashflows.periods()).map(amount).collect();
    CollateralFlows {
        interest: each(&|month| {
            let interest = at(&cashflows.scheduled_interest, month);
            let fee = at(&cashflows.servicing_fee, month);
            interest + at(&cashflows.prepayment_penalty, month) - fee
        }),
        principal: each(&|month| {
            let scheduled = at(&cashflows.scheduled_principal, month);
            scheduled + at(&cashflows.prepayment, month) + at(&cashflows.recovery, month)
        }),
        balance: each(&|month| {
            at(&cashflows.balance, month) + at(&cashflows.foreclosure_balance, month)
        }),
    }
}

/// A tranche on its way.
struct Paid {
    outstanding: f64,
    due: f64,
    cash: Vec<CashFlow>,
    time_weighted: f64,
    result: TrancheResult,
}

/// Pays tranches month by month: interest in order of seniority, then principal in order of
/// seniority; where the collateral no longer covers the tranches, the most junior is written down.
/// Returns the tranches and what is left over.
///
/// Interest, principal and what is left add up to what the collateral paid.
#[must_use]
pub fn allocate(
    tranches: &[TrancheTerms],
    par: f64,
    flows: &CollateralFlows,
) -> (Vec<TrancheResult>, f64) {
    let mut below: f64 = tranches.iter().map(|tranche| tranche.balance).sum();
    let total = below;
    let mut paid: Vec<Paid> = Vec::with_capacity(tranches.len());
    for tranche in tranches {
        below -= tranche.balance;
        // What the collateral owes beyond the tranches stands below all of them.
        let subordinated = below + (par - total);
        paid.push(Paid {
            outstanding: tranche.balance,
            due: 0.0,
            cash: vec![CashFlow { time: 0.0, amount: -tranche.balance }],
            time_weighted: 0.0,
            result: TrancheResult {
                name: tranche.name.clone(),
                seniority: tranche.seniority,
                balance: tranche.balance,
                enhancement: if par > 0.0 { subordinated / par } else { 0.0 },
                interest: 0.0,
                interest_shortfall: 0.0,
                principal: 0.0,
                loss: 0.0,
                expected_loss: 0.0,
                yield_rate: None,
                weighted_average_life: None,
                last_principal_month: None,
            },
        });
    }
    let mut residual = 0.0;
    let months = flows.interest.iter().zip(&flows.principal).zip(&flows.balance);
    for (month, ((interest, principal), collateral)) in (1..).zip(months) {
        let time = f64::from(u32::try_from(month).unwrap_or(u32::MAX)) / 12.0;
        let (mut interest, mut principal) = (*interest, *principal);
        for (one, terms) in paid.iter_mut().zip(tranches) {
            one.due += one.outstanding * terms.rate / 12.0;
            let pays = one.due.min(interest.max(0.0));
            one.due -= pays;
            interest -= pays;
            one.result.interest += pays;
            let repays = one.outstanding.min(principal.max(0.0));
            one.outstanding -= repays;
            principal -= repays;
            one.result.principal += repays;
            one.time_weighted += repays * time;
            if repays > 0.0 {
                one.result.last_principal_month = Some(month);
            }
            one.cash.push(CashFlow { time, amount: pays + repays });
        }
        residual += interest + principal;
        let outstanding: f64 = paid.iter().map(|one| one.outstanding).sum();
        let mut uncovered = outstanding - collateral;
        for one in paid.iter_mut().rev() {
            let lost = one.outstanding.min(uncovered.max(0.0));
            one.outstanding -= lost;
            uncovered -= lost;
            one.result.loss += lost;
        }
    }
    (paid.into_iter().map(Paid::finish).collect(), residual)
}

impl Paid {
    fn finish(self) -> TrancheResult {
        let mut result = self.result;
        result.interest_shortfall = self.due;
        if result.balance > 0.0 {
            result.expected_loss = result.loss / result.balance;
        }
        if result.principal > 0.0 {
            result.weighted_average_life = Some(self.time_weighted / result.principal);
        }
        result.yield_rate = irr::of_flows(&self.cash).ok().map(|found| found.rate);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tranche(name: &str, balance: f64, rate: f64, seniority: u32) -> TrancheTerms {
        TrancheTerms { name: name.to_owned(), balance, rate, seniority }
    }

    #[test]
    fn losses_reach_the_junior_first_and_cash_adds_up() {
        let tranches = [tranche("A", 80.0, 0.06, 1), tranche("B", 15.0, 0.12, 2)];
        let flows = CollateralFlows {
            interest: vec![1.0, 0.5, 0.5],
            principal: vec![30.0, 30.0, 22.0],
            balance: vec![70.0, 30.0, 0.0],
        };

        let (paid, residual) = allocate(&tranches, 100.0, &flows);

        let total: f64 = paid.iter().map(|one| one.interest + one.principal).sum();
        assert!((total + residual - 84.0).abs() < 1e-12);
        assert!((paid[0].principal - 80.0).abs() < 1e-12 && paid[0].loss.abs() < 1e-12);
        // 5 of the 18 lost are covered by collateral beyond the tranches.
        assert!((paid[1].principal - 2.0).abs() < 1e-12);
        assert!((paid[1].loss - 13.0).abs() < 1e-12, "{}", paid[1].loss);
        assert!((paid[0].enhancement - 0.2).abs() < 1e-12);
        assert!((paid[1].enhancement - 0.05).abs() < 1e-12);
    }

    #[test]
    fn a_tranche_that_is_paid_as_promised_yields_its_rate() {
        let tranches = [tranche("A", 100.0, 0.12, 1)];
        let flows = CollateralFlows {
            interest: vec![1.0; 12],
            principal: [vec![0.0; 11], vec![100.0]].concat(),
            balance: [vec![100.0; 11], vec![0.0]].concat(),
        };

        let (paid, residual) = allocate(&tranches, 100.0, &flows);

        let expected = 1.01_f64.powi(12) - 1.0;
        assert!((paid[0].yield_rate.unwrap() - expected).abs() < 1e-9);
        assert_eq!((paid[0].weighted_average_life, residual), (Some(1.0), 0.0));
    }
}
