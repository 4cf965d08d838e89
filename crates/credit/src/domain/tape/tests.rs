//! Tapes of every kind, good and bad, through the importer.

use std::fmt::Write as _;

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::domain::table;

fn run(text: &str, format: Format) -> Result<Imported, TapeError> {
    run_with(&Bytes::copy_from_slice(text.as_bytes()), format, None, Resolution::default())
}

fn run_with(
    bytes: &Bytes,
    format: Format,
    mapping: Option<Mapping>,
    resolution: Resolution,
) -> Result<Imported, TapeError> {
    import(bytes, format, mapping, resolution, 2_000_000, &mut |_| true)
}

fn issues(imported: &Imported) -> Vec<RowIssue> {
    imported.issues.as_ref().map_or_else(Vec::new, |b| read_issues(b, 0, 10_000, None).unwrap())
}

const TAPE: &str = "\
loan_id,upb,interest rate,term,remaining term,state,fico,first payment date
A-1,\"$100,000.50\",6.5,360,350,NC,720,01/31/2020
A-2,50000,7.25,360,361,SC,640,02/28/2020
A-3,0,5.0,360,10,SC,640,02/28/2020
A-4,abc,5.0,360,10,XX,9000,2020-02-28
A-1,20000,5,180,100,GA,NA,03/15/2021
A-1,20000,5,180,100,GA,NA,03/15/2021
";

#[test]
fn every_row_is_in_the_pool_or_has_a_reason() {
    let imported = run(TAPE, Format::Csv).unwrap();

    let report = &imported.report;
    assert_eq!((report.rows, report.valid, report.invalid, report.closed), (6, 2, 3, 1));
    let found: Vec<String> = issues(&imported)
        .iter()
        .map(|i| format!("{} {} {}", i.row, i.column.as_deref().unwrap_or("-"), i.code))
        .collect();
    assert_eq!(
        found,
        [
            "3 remaining term remaining_above_term",
            "4 upb zero_balance",
            "5 upb wrong_type",
            "5 first payment date wrong_date",
            "5 fico out_of_range",
            "6 loan_id duplicate_id",
            "7 loan_id duplicate_row",
        ]
    );
    let mut rows = Vec::new();
    table::read(&imported.table.bytes, 0, 10, |_, record| {
        rows.push(serde_json::to_value(record.to_json()).unwrap());
        true
    })
    .unwrap();
    assert_eq!(rows[0]["balance"], 100_000.5);
    assert_eq!(rows[0]["rate"], 0.065);
    assert_eq!(rows[0]["first_payment_date"], "2020-01-31");
    assert_eq!(rows[1]["id"], "A-1#2");
}

#[test]
fn repairs_and_exclusions_clear_the_list() {
    let resolution = Resolution {
        exclude: [4, 5, 7].into(),
        repairs: [(3, [("remaining term".to_owned(), "350".to_owned())].into())].into(),
    };
    let bytes = Bytes::from_static(TAPE.as_bytes());

    let imported = run_with(&bytes, Format::Csv, None, resolution).unwrap();

    let report = imported.report;
    assert_eq!((report.valid, report.invalid, report.excluded, report.repaired), (3, 0, 3, 1));
}

#[test]
fn a_tape_written_as_parquet_gives_the_same_pool() {
    let from_csv = run(TAPE, Format::Csv).unwrap();
    let stored = from_csv.table.bytes.clone();

    let again = run_with(&stored, Format::Parquet, None, Resolution::default()).unwrap();

    assert_eq!(again.table.content_hash, from_csv.table.content_hash);
}

#[test]
fn a_spreadsheet_is_read_with_its_dates() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in
        ["id", "balance", "rate", "term_months", "origination_date"].iter().enumerate()
    {
        sheet.write(0, u16::try_from(column).unwrap(), *heading).unwrap();
    }
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2019, 8, 31).unwrap();
    let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    sheet.write(1, 0, "x").unwrap();
    sheet.write(1, 1, 1234.5).unwrap();
    sheet.write(1, 2, 0.05).unwrap();
    sheet.write(1, 3, 60).unwrap();
    sheet.write_with_format(1, 4, &date, &format).unwrap();
    let bytes = Bytes::from(book.save_to_buffer().unwrap());

    let imported = run_with(&bytes, Format::Xlsx, None, Resolution::default()).unwrap();

    assert_eq!(imported.report.valid, 1);
    table::read(&imported.table.bytes, 0, 1, |_, record| {
        assert_eq!(record.to_json()["origination_date"], "2019-08-31");
        true
    })
    .unwrap();
}

#[test]
fn a_sheet_with_cells_in_far_corners_is_read_as_what_it_says() {
    let sheet = |corners: &[(u32, u16)]| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, heading) in ["id", "balance", "rate", "term_months"].iter().enumerate() {
            sheet.write(1, u16::try_from(column).unwrap() + 2, *heading).unwrap();
        }
        for row in [2, 5] {
            sheet.write(row, 2, row).unwrap();
            sheet.write(row, 3, 1234.5).unwrap();
            sheet.write(row, 4, 0.05).unwrap();
            sheet.write(row, 5, 60).unwrap();
        }
        for (row, column) in corners {
            sheet.write(*row, *column, "far").unwrap();
        }
        let bytes = Bytes::from(book.save_to_buffer().unwrap());
        run_with(&bytes, Format::Xlsx, None, Resolution::default())
    };

    let imported = sheet(&[(1_048_575, 16_383), (3, 0)]).unwrap();
    assert_eq!((imported.report.rows, imported.report.valid), (2, 2));

    let wide = sheet(&[(1, 16_383)]).unwrap_err().to_string();
    assert_eq!(wide, "a tape may have at most 2000 columns");
}

#[test]
fn malformed_files_are_refused_in_words() {
    let unclosed = format!("a,b\n\"{}", "x".repeat(3 << 20));
    for (text, format, word) in [
        ("", Format::Csv, "empty"),
        ("\u{0}\u{1}binary", Format::Csv, "not text"),
        ("only\n1\n", Format::Csv, "two columns"),
        (unclosed.as_str(), Format::Csv, "quote"),
        ("not parquet", Format::Parquet, "Parquet"),
        ("not a book", Format::Xlsx, "spreadsheet"),
    ] {
        let refused = run(text, format).unwrap_err().to_string();
        assert!(refused.contains(word), "{refused}");
    }
}

#[test]
fn an_import_stops_when_told() {
    let mut text = "id,balance,rate,term\n".to_owned();
    for id in 0..20_000 {
        let _ = writeln!(text, "{id},1000,0.05,60");
    }
    let bytes = Bytes::from(text.into_bytes());
    let mut calls = 0;

    let stopped = import(&bytes, Format::Csv, None, Resolution::default(), 50_000, &mut |_| {
        calls += 1;
        calls < 2
    });
    let too_many = import(&bytes, Format::Csv, None, Resolution::default(), 19_999, &mut |_| true);

    assert!(matches!(stopped, Err(TapeError::Cancelled)));
    assert!(matches!(too_many, Err(TapeError::TooManyRows(19_999))));
}

#[test]
fn a_real_disclosure_is_understood_without_help() {
    let Some(path) = option_env!("QUINTET_REAL_DATA").map(str::to_owned).or_else(real_data) else {
        println!("QUINTET_REAL_DATA is not set: the real tape is not tested");
        return;
    };
    let file = std::path::Path::new(&path).join("credit/auto-abs-ee-sample.csv");
    let bytes = Bytes::from(std::fs::read(file).unwrap());

    let imported = run_with(&bytes, Format::Csv, None, Resolution::default()).unwrap();

    let report = &imported.report;
    println!("{report:#?}");
    for issue in issues(&imported).iter().filter(|issue| issue.severity == Severity::Error).take(20)
    {
        println!("{issue:?}");
    }
    assert_eq!(report.rows, 1_500);
    assert!(report.valid > 1_400, "{report:?}");
    assert_eq!(report.valid + report.invalid + report.closed, 1_500);
    let summary = &imported.table.summary;
    assert!((0.01..0.15).contains(&summary.wac.unwrap()), "{summary:?}");
    assert!((600.0..800.0).contains(&summary.fico_score.unwrap()));
    assert_eq!(summary.classes[0].asset_class, "auto_loan");
}

#[expect(clippy::disallowed_methods, reason = "a test reads where its data is")]
fn real_data() -> Option<String> {
    std::env::var("QUINTET_REAL_DATA").ok()
}

proptest! {
    #[test]
    fn any_bytes_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        for format in [Format::Csv, Format::Parquet, Format::Xlsx] {
            let _ = run_with(&Bytes::from(bytes.clone()), format, None, Resolution::default());
        }
    }

    #[test]
    fn any_rows_under_a_good_heading_give_an_answer(rows in "[-0-9a-zA-Z,.\"%$#/\n ]{0,400}") {
        let text = format!("id,balance,rate,term,origination_date,state,zeroBalanceCode\n{rows}");
        let imported = run(&text, Format::Csv);
        if let Ok(imported) = imported {
            let report = imported.report;
            prop_assert_eq!(report.rows, report.valid + report.invalid + report.closed + report.excluded);
        }
    }
}
