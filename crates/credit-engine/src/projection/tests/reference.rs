//! A plain reading of SF-16..19, one loan and one month at a time, and the projection against it.

use proptest::prelude::*;

use super::{close, projected, request};
use crate::amortization::{IndexPath, schedule};
use crate::loan::{Amortization, AssetClass, Loan, LoanTerms};
use crate::projection::Columns;
use crate::speeds::{cpr_to_smm, psa_to_cpr};

#[derive(Debug, Clone, Copy, PartialEq)]
struct Case {
    psa: f64,
    cdr: f64,
    severity: f64,
    lag: usize,
    order: &'static str,
    advanced: bool,
}

impl Case {
    fn request(&self) -> String {
        let Self { psa, cdr, severity, lag, order, advanced } = self;
        let advances = if *advanced { "principal_and_interest" } else { "none" };
        format!(
            r#"{{"prepayment":{{"model":"psa","value":{psa}}},"default":{{"model":"cdr","value":{cdr}}},
            "severity":{{"model":"constant","value":{severity}}},"recovery_lag_months":{lag},
            "order":"{order}","advances":"{advances}","servicing_fee":0.0025}}"#
        )
    }
}

/// Beginning balance, scheduled principal, interest, prepayment, default, recovery, loss, fee,
/// balance, foreclosure, amortisation from defaults, interest lost.
const NUMBERS: usize = 12;

fn numbers(columns: &Columns, month: usize) -> [f64; NUMBERS] {
    [
        &columns.beginning_balance,
        &columns.scheduled_principal,
        &columns.scheduled_interest,
        &columns.prepayment,
        &columns.default,
        &columns.recovery,
        &columns.loss,
        &columns.servicing_fee,
        &columns.balance,
        &columns.foreclosure_balance,
        &columns.amortization_from_defaults,
        &columns.interest_lost,
    ]
    .map(|column| column.get(month).copied().unwrap_or(0.0))
}

/// SF-16..19 for a monthly loan, with the scheduled balance ratio `a` taken from its schedule.
fn by_hand(loan: &Loan, case: &Case) -> Vec<[f64; NUMBERS]> {
    let plan = schedule(loan, IndexPath::Unchanged);
    let count = plan.payments().len();
    let mut owed = vec![loan.balance()];
    owed.extend(plan.payments().iter().map(|payment| payment.balance));
    let (mut b, mut f) = (loan.balance(), 0.0);
    let mut defaults: Vec<f64> = Vec::new();
    let mut months = Vec::new();
    for (i, payment) in plan.payments().iter().enumerate() {
        let a = if owed[i] > 0.0 { owed[i + 1] / owed[i] } else { 0.0 };
        let r = payment.rate / 12.0;
        let month = u32::from(loan.age_months()) + u32::try_from(i).unwrap() + 1;
        let smm = cpr_to_smm(psa_to_cpr(case.psa, month));
        let mdr = if i + case.lag < count { cpr_to_smm(case.cdr) } else { 0.0 };

        let (new, paid, prepaid, paying) = match case.order {
            "bma" => {
                let new = b * mdr;
                let paid = (b - new) * (1.0 - a);
                (new, paid, (b * a * smm).min(b - new - paid), b - new)
            }
            "default_then_prepay" => {
                let new = b * mdr;
                (new, (b - new) * (1.0 - a), (b - new) * a * smm, b - new)
            }
            _ => {
                let (paid, prepaid) = (b * (1.0 - a), b * a * smm);
                ((b - paid - prepaid) * mdr, paid, prepaid, b)
            }
        };
        defaults.push(new);
        let pays_first = case.order == "prepay_then_default";

        let from = i.checked_sub(case.lag);
        let sold = from.map_or(0.0, |j| defaults[j]);
        let left = from.map_or(0.0, |j| owed[i] / owed[j + usize::from(pays_first)]);
        let left = if pays_first && case.lag == 0 { 1.0 } else { left };
        let adb = if case.advanced { sold * left } else { sold };
        let loss = (case.severity * sold).min(adb);
        let late = f + if pays_first { 0.0 } else { new };
        let kept = late - if pays_first && case.lag == 0 { 0.0 } else { adb };
        let amortized = if case.advanced { kept * (1.0 - a) } else { 0.0 };
        let unpaid = late * r;
        f = f + new - adb - amortized;
        let begin = b;
        b -= new + prepaid + paid;
        let fee = paying * 0.0025 / 12.0;
        months.push([
            begin,
            paid,
            paying * r,
            prepaid,
            new,
            adb - loss,
            loss,
            fee,
            b,
            f,
            amortized,
            unpaid,
        ]);
    }
    months
}

fn kinds() -> impl Strategy<Value = Loan> {
    let numbers = (1000.0..1e6, 0.0..0.2_f64, 2_u16..400, 0_u16..100, 0..6_u8);
    numbers.prop_map(|(balance, rate, remaining, age, kind)| {
        let mut terms =
            LoanTerms::level("a", AssetClass::ResidentialMortgage, balance, rate, remaining + age);
        terms.remaining_term_months = Some(remaining);
        match kind {
            0 => terms.amortization = Amortization::Linear,
            1 => terms.amortization = Amortization::Bullet,
            2 => terms.interest_only_months = age + remaining / 2,
            3 => terms.amortization_months = Some(remaining.saturating_mul(2).min(600)),
            _ => {}
        }
        Loan::new(terms).unwrap()
    })
}

fn cases() -> impl Strategy<Value = Case> {
    let orders = prop::sample::select(vec!["bma", "default_then_prepay", "prepay_then_default"]);
    (0.0..1500.0, 0.0..0.5, 0.0..=1.0, 0_usize..25, orders, any::<bool>()).prop_map(
        |(psa, cdr, severity, lag, order, advanced)| Case {
            psa,
            cdr,
            severity,
            lag,
            order,
            advanced,
        },
    )
}

proptest! {
    #[test]
    fn the_factorised_form_gives_what_the_steps_of_the_standard_give(loan in kinds(), case in cases()) {
        let found = projected(std::slice::from_ref(&loan), &request(&case.request())).pool;

        for (month, wanted) in by_hand(&loan, &case).into_iter().enumerate() {
            for (column, (found, wanted)) in numbers(&found, month).into_iter().zip(wanted).enumerate() {
                // A cohort sold in the month it is born accrues for that month only on paper.
                let informative = column == 11 && !case.advanced;
                if !informative {
                    prop_assert!(
                        (found - wanted).abs() <= 1e-9 * loan.balance(),
                        "month {month} column {column}: {found} is not {wanted}"
                    );
                }
            }
        }
    }
}

#[test]
fn interest_lost_without_advances_is_that_of_the_balance_in_foreclosure() {
    let loan = super::level(100_000.0, 0.06, 60, 0);
    let case = Case { psa: 100.0, cdr: 0.1, severity: 0.4, lag: 6, order: "bma", advanced: false };

    let found = projected(std::slice::from_ref(&loan), &request(&case.request())).pool;

    for (month, wanted) in by_hand(&loan, &case).into_iter().enumerate() {
        close(found.interest_lost[month], wanted[11], 1e-9);
    }
}
