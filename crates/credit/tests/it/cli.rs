//! The command line, without a server.

use std::process::ExitCode;

use clap::Parser;
use credit::cli::{CreditCommand, run};

use crate::desk::TAPE;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: CreditCommand,
}

fn project(directory: &std::path::Path, more: &[&str]) -> anyhow::Result<ExitCode> {
    let tape = directory.join("tape.csv");
    std::fs::write(&tape, TAPE).unwrap();
    let mut words = vec!["credit", "project", tape.to_str().unwrap()];
    words.extend(more);
    run(Line::try_parse_from(words).unwrap().command)
}

#[test]
fn a_tape_is_projected_into_every_kind_of_file() {
    let directory = tempfile::tempdir().unwrap();
    for (format, begin) in [
        ("csv", &b"period,date"[..]),
        ("json", b"{"),
        ("parquet", b"PAR1"),
        ("xlsx", b"PK"),
        ("table", b"total_principal"),
    ] {
        let out = directory.path().join(format);
        let code = project(
            directory.path(),
            &[
                "--on-invalid",
                "skip",
                "--cpr",
                "0.1",
                "--cdr",
                "0.02",
                "--severity",
                "0.4",
                "--lag",
                "6",
                "--discount-rate",
                "0.05",
                "--analysis-date",
                "2025-03-31",
                "--format",
                format,
                "-o",
                out.to_str().unwrap(),
            ],
        );
        assert_eq!(format!("{:?}", code.unwrap()), format!("{:?}", ExitCode::SUCCESS));
        assert!(std::fs::read(&out).unwrap().starts_with(begin), "{format}");
    }
}

#[test]
fn rows_that_do_not_fit_stop_a_projection_unless_they_are_skipped() {
    let directory = tempfile::tempdir().unwrap();

    let code = project(directory.path(), &["--format", "csv"]).unwrap();

    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::FAILURE));
}

#[test]
fn wrong_options_are_explained() {
    let directory = tempfile::tempdir().unwrap();

    let error = project(directory.path(), &["--on-invalid", "skip", "--cpr", "6"]).unwrap_err();

    assert!(error.to_string().contains("assumptions.prepayment.value must be"), "{error}");
}

#[test]
fn a_tape_is_stressed_into_a_table_a_page_and_numbers() {
    let directory = tempfile::tempdir().unwrap();
    let tape = directory.path().join("tape.csv");
    std::fs::write(&tape, TAPE).unwrap();
    for (more, begin) in [
        (vec!["--format", "table"], "scenario "),
        (vec!["--format", "csv"], "scenario,title"),
        (vec!["--format", "json"], "{"),
        (vec!["--html"], "<!doctype html>"),
    ] {
        let out = directory.path().join("out");
        let mut words = vec!["credit", "stress", tape.to_str().unwrap(), "--on-invalid", "skip"];
        words.extend(["--scenarios", "credit_crisis,housing_boom", "-o", out.to_str().unwrap()]);
        words.extend(more);
        run(Line::try_parse_from(words).unwrap().command).unwrap();
        let text = std::fs::read_to_string(&out).unwrap();
        assert!(text.starts_with(begin), "{text}");
        assert!(text.contains("redit") && text.contains("boom"), "{text}");
    }
    let words = ["credit", "stress", tape.to_str().unwrap(), "--scenarios", "doom"];
    let words = words.into_iter().chain(["--on-invalid", "skip"]);
    let error = run(Line::try_parse_from(words).unwrap().command).unwrap_err();
    assert!(error.to_string().contains("liquidity_crisis"), "{error}");
}

#[test]
fn a_loan_is_calculated_and_a_wrong_one_explained() {
    let loan = |rate: &str, format: &str| {
        let words = ["credit", "loan", "--principal", "1e5", "--rate", rate, "--term", "360"];
        let words = words.into_iter().chain(["--psa", "100", "--format", format]);
        run(Line::try_parse_from(words).unwrap().command)
    };
    for format in ["table", "csv", "json"] {
        assert!(loan("0.06", format).is_ok());
    }
    assert!(loan("6", "table").unwrap_err().to_string().contains("0.06"));
}
