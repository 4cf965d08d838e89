//! How long deals take. `cargo bench -p deal-engine --bench deal`.
//!
//! Ten bonds, thirty steps, 360 payment dates, on one thread.

#![expect(clippy::expect_used, reason = "a benchmark may stop")]

use chrono::{Months, NaiveDate};
use credit_engine::projection::Control;
use deal_engine::collateral::{Collateral, FlowRow};
use deal_engine::model::Deal;
use deal_engine::run::{DealRun, IndexPath, Inputs, run};
use deal_engine::{explain, price, text};
use divan::Bencher;

const DEAL: &str = r#"deal "Ten bonds" in USD
dates
  cutoff 2026-01-31
  closing 2026-02-15
  first payment 2026-03-15, monthly, following us_sifma
account interest
account principal
account reserve starts at 4,000,000, target max(1% * pool.balance, 2,000,000)
ledger deficiency cap bonds.original_balance
fee servicing 0.25% a year of pool.begin_balance
fee trustee 5,000 each payment
bond A1 100,000,000 at 4%, group seniors
bond A2 80,000,000 at 4.25%, group seniors
bond A3 60,000,000 at SOFR + 0.9%, floor 0%, cap 9%, ACT/360, group seniors
bond A4 40,000,000 at -2 * SOFR + 14%, floor 0%, group seniors
bond M1 30,000,000 at 4.9%, rate cap pool.net_wac, carryover
bond M2 25,000,000 at 5.2%, deferrable
bond B1 20,000,000 at 5.6%
bond B2 15,000,000 at 6%, interest on interest at own rate
bond Z 20,000,000 at 6%, z accrual
bond R 0, equity
let needed = max(0, bonds.balance - 95% * pool.balance)
let protected = bonds(seniors).balance / max(pool.balance, 1)
trigger losses when pool.cum_net_loss / pool.original_balance > 6%, never cures
  then status early amortization
trigger slow when pool.cdr(3) > 5%, after waterfall, cures when passed
  then target of reserve becomes 2% * pool.balance
test oc of seniors at least 105%
call clean when pool.factor < 0.0001%
waterfall amortizing
  collect interest, penalty into interest
  collect principal, prepayment, recovery into principal
  release reserve above target into interest
  debit deficiency by pool.loss
  pay fees servicing, trustee from interest, support reserve
  pay interest to seniors pro rata from interest, support reserve, principal
  cure oc by paying seniors from interest
  pay interest to M1 from interest, support reserve
  pay interest to M2 from interest
  pay interest to B1 from interest
  pay interest to B2 from interest
  pay carryover to M1 from interest
  fill reserve from interest
  transfer from interest into principal, limit ledger(deficiency).balance
  credit deficiency by min(ledger(deficiency).balance, account(principal).balance)
  pay interest to Z from interest
  pay principal to A1, A2 sequentially from principal, limit variable(needed)
  pay principal to A3, A4 pro rata from principal, limit variable(needed)
  pay principal to M1 from principal, limit variable(needed)
  pay principal to M2 from principal, limit variable(needed)
  pay principal to B1 from principal, limit variable(needed)
  pay principal to B2 from principal, limit variable(needed)
  pay principal to Z from principal, limit variable(needed)
  if variable(protected) < 50%
    pay principal to seniors sequentially from interest, limit 10,000
  inspect protection as variable(protected)
  write down B2, B1, M2 by max(0, bonds.balance - pool.balance * 110%)
  transfer from principal into interest, keep 1,000
  pay the rest from interest to R
waterfall early amortization
  pay fees servicing, trustee from interest
  pay interest to seniors pro rata from interest
  pay principal to seniors sequentially from interest
  pay interest to M1, M2, B1, B2, Z sequentially from interest
  pay principal to M1, M2, B1, B2, Z sequentially from interest
  pay the rest from interest to R
"#;

fn main() {
    divan::main();
}

fn deal() -> Deal {
    text::parse(DEAL).expect("the deal can be read").deal
}

/// Thirty years of a pool of 400 million at 6 %, with prepayments, defaults and recoveries.
fn inputs(keep_log: bool) -> Inputs {
    let first = NaiveDate::from_ymd_opt(2026, 2, 28).expect("the day exists");
    let mut balance = 400e6;
    let mut rows = Vec::new();
    for month in 0..360_u32 {
        let left = 360.0 - f64::from(month);
        let default = balance * 0.000_5;
        let principal = (balance - default) / left;
        let prepayment = (balance - default - principal) * 0.003;
        let row = FlowRow {
            begin_balance: Some(balance),
            interest: balance * 0.06 / 12.0,
            principal,
            prepayment,
            default,
            recovery: default * 0.6,
            loss: default * 0.4,
            ..FlowRow::default()
        };
        balance = (balance - default - principal - prepayment).max(0.0);
        let date = first + Months::new(month);
        rows.push((date, FlowRow { balance: Some(balance), ..row }));
    }
    let mut inputs = Inputs {
        pools: vec![Collateral::from_rows("pool", 400e6, &rows)],
        keep_log,
        ..Inputs::default()
    };
    inputs.indices.insert("SOFR".to_owned(), IndexPath::Monthly(vec![0.04, 0.045, 0.05]));
    inputs
}

fn outcome(deal: &Deal, inputs: &Inputs) -> DealRun {
    run(deal, inputs, Control::default()).expect("the deal runs")
}

#[divan::bench]
fn a_deal_of_ten_bonds_with_its_log(bencher: Bencher<'_, '_>) {
    let (deal, inputs) = (deal(), inputs(true));
    assert!(outcome(&deal, &inputs).dates.len() >= 300, "the deal must live for most of its dates");
    bencher.bench(|| outcome(&deal, &inputs));
}

#[divan::bench]
fn a_deal_of_ten_bonds_without_a_log(bencher: Bencher<'_, '_>) {
    let (deal, inputs) = (deal(), inputs(false));
    bencher.bench(|| outcome(&deal, &inputs));
}

#[divan::bench]
fn an_explanation_of_one_date(bencher: Bencher<'_, '_>) {
    let deal = deal();
    let run = outcome(&deal, &inputs(true));
    let date = *run.dates.get(100).expect("the deal lives that long");
    bencher.bench(|| explain::explain(&deal, &run, "M1", date).expect("there is an explanation"));
}

#[divan::bench]
fn prices_of_nine_bonds(bencher: Bencher<'_, '_>) {
    let deal = deal();
    let run = outcome(&deal, &inputs(false));
    let quote = |bond: &deal_engine::model::Bond| price::BondQuote {
        bond: bond.name.clone(),
        quote: price::Quote::Price(100.0),
    };
    let request = price::PriceRequest {
        settlement: deal.dates.closing,
        bonds: deal.bonds.iter().take(9).map(quote).collect(),
        curve: None,
        indices: std::collections::BTreeMap::new(),
        table: Vec::new(),
    };
    bencher.bench(|| price::price(&deal, &run, &request).expect("the bonds have prices"));
}
