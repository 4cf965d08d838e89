//! How fast tapes are imported and pools are analysed.
//!
//! Targets, per core of a release build: at least 300,000 rows of a CSV tape a second; a pool of
//! 1,000 loans from JSON to JSON well below the 150 ms that a caller waits at the 95th percentile.

use std::fmt::Write as _;

use bytes::Bytes;
use credit::domain::analysis::{AnalysisRequest, TermsDefaults, analyze};
use credit::domain::tape::{Format, Resolution, import};
use credit_engine::projection::Control;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Rows of the tape.
const ROWS: u64 = 100_000;

fn tape() -> Bytes {
    let mut text = "loanId,originationDate,originalLoanAmount,originalLoanTerm,\
        interestRate,firstPaymentDate,vehicleManufacturerName,vehicleModelName,vehicleNewUsedCode,\
        vehicleModelYear,vehicleValueAmount,creditScore,paymentToIncomePercentage,state,\
        remainingTerm,currentBalance,dpd,zeroBalanceCode\n"
        .to_owned();
    for id in 0..ROWS {
        let age = id % 24 + 1;
        let year = 2019 + (id % 3);
        let _ = writeln!(
            text,
            "{},08/{year},2{}019.59,76,0.06{:02},09/{year},AURELIA,SEDAN,{},2017,2{}295,7{:02},\
             0.1{:02},NC,{},1{}565.38,0,NA",
            998_989_999_995_000_000_u64 + id,
            id % 10,
            id % 100,
            id % 2 + 1,
            id % 10,
            id % 100,
            id % 100,
            76 - age,
            id % 10,
        );
    }
    Bytes::from(text.into_bytes())
}

#[divan::bench(sample_count = 5)]
fn csv_rows(bencher: Bencher<'_, '_>) {
    let tape = tape();
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let imported = import(
            black_box(&tape),
            Format::Csv,
            None,
            Resolution::default(),
            10_000_000,
            &mut |_| true,
        );
        let imported = imported.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(imported.report.valid, ROWS, "{:?}", imported.report);
        imported
    });
}

fn pool(loans: u32) -> String {
    let mut text = r#"{"pool":{"pool_name":"bench","assets":["#.to_owned();
    for id in 0..loans {
        let comma = if id == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"id":"L-{id}","asset_class":"residential_mortgage","balance":{},"rate":0.0{},
               "term_months":360,"remaining_term_months":{},"location":"NC","fico_score":720}}"#,
            100_000 + id,
            41 + id % 40,
            180 + id % 180,
        );
    }
    text.push_str("]}}");
    text
}

#[divan::bench(sample_count = 20)]
fn thousand_loans_from_json_to_json(bencher: Bencher<'_, '_>) {
    let text = pool(1_000);
    let today = chrono::NaiveDate::default();
    bencher.bench(|| {
        let request: AnalysisRequest =
            serde_json::from_str(black_box(&text)).unwrap_or_else(|e| panic!("{e}"));
        let terms = request.terms(TermsDefaults { today });
        let terms = terms.unwrap_or_else(|issues| panic!("{issues:?}"));
        let assets = request.pool.and_then(|pool| pool.assets);
        let loans = assets.map(|assets| assets.loans).unwrap_or_default();
        let outcome = analyze(&loans, &terms, Control::default());
        let outcome = outcome.unwrap_or_else(|e| panic!("{e}"));
        (serde_json::to_vec(&outcome).unwrap_or_default(), outcome.cashflows.rows())
    });
}
