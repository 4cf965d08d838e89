//! What holds for every deal and every pool.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::arbitrary::{cases, runnable_deal};
use crate::run::{IndexPath, Log};

/// Random collections: shares of the balance that remains.
fn collections() -> impl Strategy<Value = Collateral> {
    let share = 0.0..0.15_f64;
    let row = (0.0..0.02_f64, share.clone(), share, 0.0..0.03_f64, 0.0..1.0_f64);
    (1e5..1e8_f64, vec(row, 1..60)).prop_map(|(balance, shares)| {
        let mut left = balance;
        let mut rows = Vec::new();
        for (interest, principal, prepayment, default, recovered) in shares {
            let begin = left;
            left -= begin * (principal + prepayment + default);
            rows.push(FlowRow {
                begin_balance: Some(begin),
                interest: begin * interest,
                principal: begin * principal,
                prepayment: begin * prepayment,
                default: begin * default,
                recovery: begin * default * recovered,
                loss: begin * default * (1.0 - recovered),
                penalty: begin * interest / 50.0,
                balance: Some(left),
            });
        }
        pool_of(balance, &rows)
    })
}

fn given(pool: Collateral) -> Inputs {
    let mut inputs = Inputs { pools: vec![pool], keep_log: true, ..Inputs::default() };
    let sofr = IndexPath::Monthly(vec![0.04, 0.045, 0.05, 0.02, 0.001, 0.03]);
    inputs.indices.insert("SOFR".to_owned(), sofr);
    inputs
}

fn run_of(deal: &Deal, pool: Collateral) -> DealRun {
    run(deal, &given(pool), Control::default()).unwrap()
}

fn sum(column: &[f64]) -> f64 {
    column.iter().sum()
}

/// Rounding grows with the amounts that were added.
fn close(left: f64, right: f64, scale: f64) -> bool {
    (left - right).abs() <= 1e-9 * scale.max(1.0)
}

/// Returns the cash that came in less the cash that went out and the change of the accounts.
fn missing_cash(run: &DealRun, row: usize) -> f64 {
    let cash = &run.cash;
    let into = [&cash.collected, &cash.earned, &cash.sold, &cash.drawn];
    let out = [&cash.fees, &cash.interest, &cash.principal, &cash.residual, &cash.bought];
    let at = |columns: &[&Vec<f64>]| columns.iter().map(|column| column[row]).sum::<f64>();
    let change: f64 =
        run.accounts.iter().map(|account| account.balance[row] - account.begin[row]).sum();
    at(&into) - at(&out) - change
}

fn check_cash(run: &DealRun, scale: f64) {
    for row in 0..run.dates.len() {
        let missing = missing_cash(run, row);
        assert!(close(missing, 0.0, scale), "{missing} is missing on {}", run.dates[row]);
        let paid = |column: fn(&crate::run::BondColumns) -> &Vec<f64>| -> f64 {
            run.bonds.iter().map(|bond| column(bond)[row]).sum()
        };
        assert!(close(paid(|bond| &bond.interest_paid), run.cash.interest[row], scale));
        assert!(close(paid(|bond| &bond.principal), run.cash.principal[row], scale));
        assert!(close(paid(|bond| &bond.residual), run.cash.residual[row], scale));
        let fees: f64 = run.fees.iter().map(|fee| fee.paid[row]).sum();
        assert!(close(fees, run.cash.fees[row], scale));
    }
    let cash = &run.cash;
    let into = sum(&cash.collected) + sum(&cash.earned) + sum(&cash.sold) + sum(&cash.drawn);
    let out = sum(&cash.fees)
        + sum(&cash.interest)
        + sum(&cash.principal)
        + sum(&cash.residual)
        + sum(&cash.bought);
    let began: f64 = run.accounts.iter().filter_map(|account| account.begin.first()).sum();
    assert!(close(into + began, out + run.summary.cash_left, scale * 10.0));
}

fn check_accounts(run: &DealRun) {
    for account in &run.accounts {
        assert!(account.balance.iter().all(|balance| *balance >= 0.0), "{account:?}");
        for row in 1..account.balance.len() {
            assert!((account.balance[row - 1] - account.begin[row]).abs() < 1e-9);
        }
    }
    for ledger in &run.ledgers {
        assert!(ledger.balance.iter().all(|balance| *balance >= 0.0), "{ledger:?}");
    }
}

fn check_bonds(run: &DealRun, scale: f64) {
    for bond in &run.bonds {
        let mut balance = if bond.kind == "interest_only" { 0.0 } else { bond.original_balance };
        let (mut capitalized, mut repaid, mut down) = (0.0, 0.0, 0.0);
        for row in 0..bond.balance.len() {
            balance +=
                bond.accreted[row] + bond.drawn[row] - bond.principal[row] - bond.write_down[row];
            capitalized += bond.accreted[row];
            repaid += bond.principal[row];
            down += bond.write_down[row];
            assert!(close(balance, bond.balance[row], scale), "{} at {row}", bond.name);
            assert!(bond.balance[row] >= 0.0);
            assert!(bond.balance[row] <= bond.original_balance + capitalized + 1e-9 * scale);
            assert!(bond.interest_paid[row] >= 0.0 && bond.principal[row] >= 0.0);
            assert!(bond.interest_overdue[row] >= 0.0 && bond.carryover[row] >= 0.0);
            assert!(down >= -1e-9 * scale, "{} was written up too far", bond.name);
        }
        assert!(repaid + down <= bond.original_balance + capitalized + 1e-9 * scale);
    }
}

fn check_log(run: &DealRun, log: &Log, scale: f64) {
    assert!(log.date.windows(2).all(|pair| pair[0] <= pair[1]));
    let mut parts = vec![0.0; log.paid.len()];
    for (part, entry) in log.parts.entry.iter().enumerate() {
        use crate::run::Party;
        if matches!(
            log.parts.party[part],
            Party::Fee | Party::Interest | Party::Principal | Party::Residual
        ) {
            parts[*entry as usize] += log.parts.amount[part];
        }
    }
    for (entry, parts) in parts.iter().enumerate() {
        let paid = log.paid[entry];
        assert!(paid >= 0.0 && paid <= log.available[entry] + 1e-9 * scale);
        assert!(*parts <= 0.0 || close(*parts, paid, scale), "entry {entry}: {parts} of {paid}");
        if let Some(limit) = log.limit[entry] {
            assert!(paid <= limit.max(0.0) + 1e-9 * scale);
        }
        if let Some(requested) = log.requested[entry] {
            assert!(paid <= requested + 1e-9 * scale);
        }
        assert!((log.date[entry] as usize) < run.dates.len());
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn cash_is_neither_made_nor_lost_and_nothing_is_negative(
        deal in runnable_deal(),
        pool in collections(),
    ) {
        let scale = deal.bonds.iter().map(|bond| bond.original_balance).sum::<f64>().max(1e8);

        let run = run_of(&deal, pool);

        check_cash(&run, scale);
        check_accounts(&run);
        check_bonds(&run, scale);
        check_log(&run, run.log.as_ref().unwrap(), scale);
    }

    #[test]
    fn the_same_deal_and_collections_give_the_same_bytes(
        deal in runnable_deal(),
        pool in collections(),
    ) {
        let bytes = |deal: &Deal| serde_json::to_vec(&run_of(deal, pool.clone())).unwrap();
        let through_text = text::parse(&text::format(&deal)).unwrap().deal;
        let json = serde_json::to_string(&deal).unwrap();
        let through_json: Deal = serde_json::from_str(&json).unwrap();

        let first = bytes(&deal);

        prop_assert_eq!(&first, &bytes(&deal));
        prop_assert_eq!(&first, &bytes(&through_text));
        prop_assert_eq!(&first, &bytes(&through_json));
    }

    #[test]
    fn a_run_is_read_back_from_json(deal in runnable_deal(), pool in collections()) {
        let run = run_of(&deal, pool);

        let text = serde_json::to_string(&run).unwrap();
        let back: DealRun = serde_json::from_str(&text).unwrap();

        prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }

    #[test]
    fn more_principal_never_repays_the_senior_bond_later(
        pool in collections(),
        extra in 0.0..0.5_f64,
        senior in 1e4..5e7_f64,
    ) {
        let body = format!(
            "account cash\nbond A {senior} at 3%\nbond B 30000000 at 6%\nbond R 0, equity\n\
             waterfall amortizing\n  pay interest to A from cash\n  pay principal to A from cash\n\
             \x20 pay interest to B from cash\n  pay principal to B from cash\n\
             \x20 pay the rest from cash to R\n"
        );
        let mut richer = pool.clone();
        for column in [&mut richer.flows.principal, &mut richer.flows.interest] {
            for amount in column.iter_mut() {
                *amount *= 1.0 + extra;
            }
        }
        let deal = deal(&body);

        let (less, more) = (outcome(&deal, pool).unwrap(), outcome(&deal, richer).unwrap());

        let (mut paid_less, mut paid_more) = (0.0, 0.0);
        for row in 0..less.dates.len().min(more.dates.len()) {
            paid_less += less.bonds[0].principal[row];
            paid_more += more.bonds[0].principal[row];
            prop_assert!(paid_more >= paid_less - 1e-6 * senior.max(1.0));
        }
    }

    #[test]
    fn parts_in_cents_add_up(
        dues in vec(0_u32..10_000_000, 1..12),
        share in 0.0..1.5_f64,
    ) {
        use crate::run::{Rounding, allocate};
        let dues: Vec<f64> = dues.into_iter().map(|cents| f64::from(cents) / 100.0).collect();
        let amount = (sum(&dues) * share * 100.0).floor() / 100.0;

        let parts = allocate(amount, &dues, true, Rounding::Cents);

        let wanted = amount.min(sum(&dues));
        prop_assert!((sum(&parts) - wanted).abs() < 1e-6, "{parts:?} of {wanted}");
        for (part, due) in parts.iter().zip(&dues) {
            prop_assert!(*part >= 0.0 && *part <= *due);
            prop_assert!((part * 100.0 - (part * 100.0).round()).abs() < 1e-6);
            prop_assert!((part - wanted * due / sum(&dues).max(0.01)).abs() < 0.010_001);
        }
    }
}
