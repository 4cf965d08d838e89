//! Speeds, payments, yields, lives and returns.

use super::{Section, section};
use crate::amortization::level_payment;
use crate::speeds::{SpeedUnit, abs_to_smm, cpr_to_smm, psa_to_cpr, sda_to_cdr};
use crate::valuation::pass_through::{PassThrough, PassThroughMonth};
use crate::valuation::{CashFlow, analytics, irr};

/// CDR in per cent of 100 SDA, 360 months with 12 to liquidation, by month.
const SDA: [(u32, f64); 14] = [
    (1, 0.02),
    (15, 0.3),
    (30, 0.6),
    (31, 0.6),
    (60, 0.6),
    (61, 0.5905),
    (90, 0.315),
    (119, 0.0395),
    (120, 0.03),
    (121, 0.03),
    (300, 0.03),
    (348, 0.03),
    (349, 0.0),
    (360, 0.0),
];

pub(super) fn sections() -> Vec<Section> {
    let mut sections = vec![
        section(
            "speeds",
            "SMM of CPR, PSA and ABS speeds",
            "Uniform Practices, Standard Formulas (1999), SF-5..13",
            5e-9,
            [
                (cpr_to_smm(0.06), 0.005_143_01),
                (psa_to_cpr(150.0, 17), 0.051),
                (cpr_to_smm(psa_to_cpr(150.0, 17)), 0.004_352_71),
                (abs_to_smm(0.02, 11), 0.025),
                (abs_to_smm(0.02, 50), 1.0),
                (abs_to_smm(0.015, 20), 0.020_979_02),
            ],
        ),
        section(
            "sda",
            "The standard default assumption by month, CDR in per cent",
            "Uniform Practices, Standard Formulas (1999), SF-19..21",
            1e-12,
            SDA.map(|(month, cdr)| (100.0 * sda_to_cdr(100.0, month, 360, 12), cdr)),
        ),
        section(
            "level_payment",
            "Level payments of 100,000 at 6 % over 360 months, and without interest",
            "numpy-financial",
            1e-9,
            [
                (level_payment(100_000.0, 0.005, 360), 599.550_525_152_75),
                (level_payment(12_000.0, 0.0, 48), 250.0),
            ],
        ),
    ];
    sections.push(pass_through());
    let rates = irr(&[-50.0, -100.0, 600.0, 300.0, -100.0]);
    sections.push(section(
        "multiple_returns",
        "Both returns of flows with three sign changes, and the one that is chosen, per cent",
        "found by bisection",
        0.005,
        rates.map_or_else(
            |_| vec![(f64::NAN, 0.0)],
            |found| {
                let both = found.roots.iter().map(|rate| 100.0 * rate).zip([-76.89, 185.44]);
                both.chain([(100.0 * found.rate, 185.44)]).collect()
            },
        ),
    ));
    sections
}

/// GNMA 9 % at par and 150 PSA.
fn pass_through() -> Section {
    let pool =
        PassThrough { balance: 100.0, gross_coupon: 0.095, net_coupon: 0.09, term: 360, age: 0 };
    let flow = |month: &PassThroughMonth| CashFlow {
        time: (30.0 * f64::from(month.month) + 14.0) / 360.0,
        amount: month.cash_flow(),
    };
    let months = pool.project(SpeedUnit::Psa, 150.0);
    let flows: Vec<CashFlow> = months.iter().map(flow).collect();
    let amount = |month: usize| flows.get(month - 1).map_or(f64::NAN, |flow| flow.amount);
    let found = analytics(&flows, 100.0);
    let of = |measure: f64, digits: f64| if found.is_some() { digits * measure } else { f64::NAN };
    let measures = found.map_or([f64::NAN; 4], |found| {
        [found.yield_rate, found.macaulay_duration, found.modified_duration, found.convexity]
    });
    let [rate, macaulay, modified, convexity] = measures;
    section(
        "pass_through",
        "GNMA 9 % at par, 150 PSA: cash flows, yield in per cent, durations, convexity",
        "Uniform Practices, Standard Formulas (1999), SF-49",
        5.1e-5,
        [
            (amount(1), 0.8242),
            (amount(2), 0.8491),
            (amount(3), 0.8738),
            (amount(360), 0.0562),
            (of(rate, 100.0), 9.106_75),
            (of(macaulay, 1.0), 5.731_47),
            (of(modified, 1.0), 5.481_86),
            (of(convexity, 1.0), 54.4326),
        ],
    )
}
