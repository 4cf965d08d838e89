use chrono::{Months, NaiveDate};
use credit_engine::projection::Control;

use super::*;
use crate::collateral::{Collateral, FlowRow};
use crate::run::{Inputs, run};
use crate::text;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A pool that pays 5 % a month of what it began with, and interest enough for any bond.
fn priced(bonds: &str, change: impl Fn(&mut PriceRequest)) -> Result<Vec<BondPrice>, PriceError> {
    let text = format!(
        "deal \"Test\" in USD\ndates\n  cutoff 2025-12-31\n  closing 2026-01-15\n  \
         first payment 2026-02-15, monthly\naccount interest\naccount principal\n{bonds}\
         bond R 0, equity\nwaterfall amortizing\n  collect interest into interest\n  \
         collect principal into principal\n  pay interest to A from interest\n  \
         pay principal to A from principal\n  pay the rest from interest to R\n"
    );
    let deal = text::parse(&text).unwrap().deal;
    let row = FlowRow { interest: 100.0, principal: 50.0, ..FlowRow::default() };
    let rows: Vec<(NaiveDate, FlowRow)> =
        (0..20).map(|month| (date("2026-02-15") + Months::new(month), row)).collect();
    let mut inputs =
        Inputs { pools: vec![Collateral::from_rows("pool", 1000.0, &rows)], ..Inputs::default() };
    inputs.indices.insert("SOFR".to_owned(), IndexPath::Constant(0.04));
    let run = run(&deal, &inputs, Control::default()).unwrap();
    let quote = BondQuote { bond: "A".to_owned(), quote: Quote::Price(100.0) };
    let mut request = PriceRequest {
        settlement: date("2026-01-15"),
        bonds: vec![quote],
        curve: None,
        indices: BTreeMap::new(),
        table: Vec::new(),
    };
    change(&mut request);
    price(&deal, &run, &request)
}

#[test]
fn a_bond_without_delay_at_par_has_its_coupon_as_mortgage_yield() {
    let prices = priced("bond A 1000 at 6%\n", |_| {}).unwrap();

    let bond = &prices[0];
    assert!((bond.mortgage_yield.unwrap() - 0.06).abs() < 1e-10, "{bond:?}");
    assert!((bond.yield_rate.unwrap() - 2.0 * (1.005_f64.powi(6) - 1.0)).abs() < 1e-10);
    assert!(bond.accrued.abs() < 1e-12);
    assert!((bond.wal.unwrap() - 10.5 / 12.0).abs() < 1e-12);
    assert_eq!(bond.window, Some((date("2026-02-15"), date("2027-09-15"))));
    let modified = bond.macaulay.unwrap() / (1.0 + bond.yield_rate.unwrap() / 2.0);
    assert!((bond.modified.unwrap() - modified).abs() < 1e-12);
}

#[test]
fn price_and_yield_lead_to_each_other() {
    let bonds = "bond A 1000 at 6%\n";
    let from_price = priced(bonds, |request| {
        request.settlement = date("2026-03-01");
        request.bonds[0].quote = Quote::Price(98.5);
    });
    let rate = from_price.unwrap()[0].yield_rate.unwrap();

    let from_yield = priced(bonds, |request| {
        request.settlement = date("2026-03-01");
        request.bonds[0].quote = Quote::Yield(rate);
    });

    let bond = &from_yield.unwrap()[0];
    assert!((bond.clean.unwrap() - 98.5).abs() < 1e-9);
    // Sixteen of thirty days of 0.5 %.
    assert!((bond.accrued - 100.0 * 0.005 * 16.0 / 30.0).abs() < 1e-12);
    assert!((bond.full.unwrap() - bond.clean.unwrap() - bond.accrued).abs() < 1e-12);
    assert!((bond.face - 950.0).abs() < 1e-9);
}

#[test]
fn a_delay_lowers_the_yield_at_par() {
    let prices = priced("bond A 1000 at 6%, delay 14 days, accrues from 2026-01-01\n", |request| {
        request.settlement = date("2026-01-01");
    });

    let bond = &prices.unwrap()[0];
    assert!(bond.mortgage_yield.unwrap() < 0.06);
    assert!((bond.wal.unwrap() - (10.5 / 12.0 + 14.0 / 360.0)).abs() < 1e-12);
}

#[test]
fn a_floater_at_par_is_worth_its_spread() {
    let with_index = |request: &mut PriceRequest| {
        request.indices.insert("SOFR".to_owned(), IndexPath::Constant(0.04));
    };
    let bonds = "bond A 1000 at SOFR + 1.25%\n";

    let at_par = priced(bonds, with_index).unwrap();
    let at_margin = priced(bonds, |request| {
        with_index(request);
        request.bonds[0].quote = Quote::DiscountMargin(0.0125);
    });

    assert!((at_par[0].discount_margin.unwrap() - 0.0125).abs() < 1e-10);
    assert!((at_margin.unwrap()[0].clean.unwrap() - 100.0).abs() < 1e-9);
}

#[test]
fn the_spread_over_a_curve_of_its_own_yield_is_zero() {
    let curve = |request: &mut PriceRequest| {
        let rate = 2.0 * (1.005_f64.powi(6) - 1.0);
        request.curve = Some(ZeroRates { tenors: vec![1.0], rates: vec![rate], compounding: None });
    };

    let prices = priced("bond A 1000 at 6%\n", curve).unwrap();
    let quoted = priced("bond A 1000 at 6%\n", |request| {
        curve(request);
        request.bonds[0].quote = Quote::ZSpread(0.0);
    });

    assert!(prices[0].z_spread.unwrap().abs() < 1e-10);
    assert!((quoted.unwrap()[0].clean.unwrap() - 100.0).abs() < 1e-9);
}

#[test]
fn tables_show_yields_by_price_and_what_is_left_by_year() {
    let prices = priced("bond A 1000 at 6%\n", |request| request.table = vec![99.0, 100.0, 101.0]);

    let bond = &prices.unwrap()[0];
    let yields: Vec<f64> = bond.table.iter().map(|row| row.yield_rate.unwrap()).collect();
    assert!(yields[0] > yields[1] && yields[1] > yields[2]);
    let left: Vec<f64> = bond.decrement.iter().map(|row| row.percent.round()).collect();
    assert_eq!(left, [100.0, 40.0, 0.0]);
    assert_eq!(bond.decrement[1].date, date("2027-01-15"));
}

#[test]
fn requests_without_an_answer_are_refused() {
    let refused = |change: &dyn Fn(&mut PriceRequest)| {
        priced("bond A 1000 at 6%\n", |request| change(request)).unwrap_err()
    };

    let unknown = refused(&|request| "B".clone_into(&mut request.bonds[0].bond));
    let late = refused(&|request| request.settlement = date("2040-01-01"));
    let negative = refused(&|request| request.bonds[0].quote = Quote::Price(-1.0));
    let margin = refused(&|request| request.bonds[0].quote = Quote::DiscountMargin(0.01));
    let spread = refused(&|request| request.bonds[0].quote = Quote::ZSpread(0.01));
    let curve = refused(&|request| {
        request.curve = Some(ZeroRates { tenors: vec![], rates: vec![], compounding: None });
    });

    assert!(matches!(unknown, PriceError::UnknownBond { .. }));
    assert!(matches!(late, PriceError::NothingLeft { .. }));
    assert!(matches!(negative, PriceError::BadQuote { .. }));
    assert!(matches!(margin, PriceError::NoMargin { .. }));
    assert_eq!(spread, PriceError::NoCurve);
    assert!(matches!(curve, PriceError::Curve(_)));
}
