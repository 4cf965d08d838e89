//! Deals on the command line, without a server.

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use credit::cli::{CreditCommand, run};

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: CreditCommand,
}

const DEAL: &str = "\
# kept by nobody but the file
deal \"Two bonds\" in USD
dates
  cutoff 2026-01-01
  closing 2026-01-01
  first payment 2026-02-01, monthly
account \"cash\"
bond \"A\" 300,000,000 at 7.5%
bond \"B\" 100,000,000 at 7.5%
waterfall amortizing
  collect interest, principal, prepayment, recovery into \"cash\"
  pay interest to \"A\", \"B\" from \"cash\"
  pay principal to \"A\", \"B\" sequentially from \"cash\"
";

const LOAN: &str = "balance=400000000,wac=0.08125,net=0.075,term=357,age=3";

fn quintet(words: &[&str]) -> anyhow::Result<ExitCode> {
    let words = std::iter::once("credit").chain(words.iter().copied());
    run(Line::try_parse_from(words)?.command)
}

fn write(directory: &Path, text: &str) -> String {
    let path = directory.join("two.deal");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn good(code: ExitCode) -> bool {
    format!("{code:?}") == format!("{:?}", ExitCode::SUCCESS)
}

#[test]
fn a_good_deal_passes_the_check_and_a_bad_one_does_not() {
    let directory = tempfile::tempdir().unwrap();
    let deal = write(directory.path(), DEAL);
    assert!(good(quintet(&["check", &deal]).unwrap()));
    assert!(good(quintet(&["check", "--json", &deal]).unwrap()));

    for text in
        [DEAL.replace("from \"cash\"", "from \"cahs\""), DEAL.replace("bond \"A\"", "bnod \"A\"")]
    {
        let deal = write(directory.path(), &text);
        assert!(!good(quintet(&["check", &deal]).unwrap()), "{text}");
        assert!(!good(quintet(&["run", &deal, "--representative", LOAN]).unwrap()), "{text}");
    }
    assert!(quintet(&["check", "/nowhere/x.deal"]).is_err());
}

#[test]
fn formatting_changes_the_file_once() {
    let directory = tempfile::tempdir().unwrap();
    let deal = write(directory.path(), &DEAL.replace("300,000,000", "300000000"));

    assert!(good(quintet(&["format", "--write", &deal]).unwrap()));
    let first = std::fs::read_to_string(&deal).unwrap();
    assert!(good(quintet(&["format", "--write", &deal]).unwrap()));

    assert!(first.contains("300,000,000") && !first.contains('#'), "{first}");
    assert_eq!(std::fs::read_to_string(&deal).unwrap(), first);
}

#[test]
fn a_deal_runs_on_a_loan_or_on_a_tape() {
    let directory = tempfile::tempdir().unwrap();
    let deal = write(directory.path(), DEAL);
    let tape = directory.path().join("tape.csv");
    std::fs::write(&tape, "id,balance,rate,term\nA,400000000,0.08,360\n").unwrap();

    for words in [
        vec!["run", &deal, "--representative", LOAN, "--psa", "165", "--cdr", "0"],
        vec![
            "run",
            &deal,
            "--pool",
            tape.to_str().unwrap(),
            "--json",
            "--scenario",
            "credit_crisis",
        ],
        vec!["price", &deal, "--representative", LOAN, "--price", "99,100,101", "--bond", "A"],
    ] {
        assert!(good(quintet(&words).unwrap()), "{words:?}");
    }
}

#[test]
fn wrong_options_are_explained() {
    let directory = tempfile::tempdir().unwrap();
    let deal = write(directory.path(), DEAL);
    for (words, part) in [
        (vec!["--representative", "balance=1,wac=8,term=360"], "wac must be"),
        (vec!["--representative", "balance=1,colour=2"], "colour"),
        (vec!["--representative", LOAN, "--scenario", "apocalypse"], "apocalypse"),
        (vec!["--representative", LOAN, "--index", "SOFR"], "NAME=RATE"),
        (vec!["--representative", LOAN, "--representative", LOAN], "one pool"),
        (vec!["--representative", LOAN, "--cpr", "6"], "assumptions.prepayment.value must be"),
    ] {
        let error = quintet(&[&["run", deal.as_str()], words.as_slice()].concat()).unwrap_err();
        assert!(error.to_string().contains(part), "{words:?}: {error}");
    }
}
