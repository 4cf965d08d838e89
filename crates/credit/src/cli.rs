//! `quintet credit …`: an analysis without a server and without a database.

mod deal;
mod loan;
mod stress;
mod verify;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use credit_engine::projection::Control;
use parquet::file::reader::{ChunkReader, Length};
use platform::clock::Clock;

use crate::calculator::load;
use crate::domain::analysis::{AnalysisRequest, Outcome, TermsDefaults, analyze};
use crate::domain::export::{FileFormat, Title, write};
use crate::domain::tape::{
    Format, Imported, Mapping, Resolution, RowIssue, Severity, Source, import, read_issues,
};

/// What can be done.
#[derive(Debug, Clone, Subcommand)]
pub enum CreditCommand {
    /// Project the cash flows of a loan tape.
    Project(Project),
    /// Run a loan tape under scenarios.
    Stress(stress::Stress),
    /// Calculate what one loan pays.
    Loan(loan::Loan),
    /// Check deals and say what is wrong with them.
    Check(deal::Check),
    /// Write a deal as the formatter does.
    Format(deal::Format),
    /// Run a deal.
    Run(deal::RunDeal),
    /// Price the bonds of a deal.
    Price(deal::Price),
    /// Compute published tables again and say how far off this program is.
    Verify(verify::Verify),
}

/// The tape, the assumptions and the form of the answer.
#[derive(Debug, Clone, Args)]
pub struct Project {
    /// The tape: .csv, .parquet or .xlsx.
    tape: PathBuf,
    /// Prepayment rate a year, 0.06 for 6 %.
    #[arg(long, conflicts_with_all = ["psa", "abs"])]
    cpr: Option<f64>,
    /// Prepayment as per cent of the standard mortgage ramp, 150 for 150 PSA.
    #[arg(long, conflicts_with = "abs")]
    psa: Option<f64>,
    /// Prepayment as a share of the original number of loans a month, 0.015 for 1.5 ABS.
    #[arg(long)]
    abs: Option<f64>,
    /// Default rate a year.
    #[arg(long)]
    cdr: Option<f64>,
    /// Share of a defaulted balance that is lost.
    #[arg(long)]
    severity: Option<f64>,
    /// Months from default to recovery.
    #[arg(long)]
    lag: Option<u16>,
    /// Rate at which cash is discounted, a year.
    #[arg(long)]
    discount_rate: Option<f64>,
    /// The day from which cash flows are counted; today if absent.
    #[arg(long)]
    analysis_date: Option<NaiveDate>,
    /// A mapping of columns as JSON; guessed if absent.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// What happens to rows that do not fit.
    #[arg(long, value_enum, default_value = "reject")]
    on_invalid: OnInvalid,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "table")]
    format: Shape,
    /// Where the answer goes; standard output if absent.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

/// What happens to rows that do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnInvalid {
    /// Nothing is projected.
    Reject,
    /// They are left out.
    Skip,
}

/// The form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// Measures and yearly cash flows for people.
    Table,
    /// Cash flows as text with commas.
    Csv,
    /// Everything.
    Json,
    /// Cash flows as columns.
    Parquet,
    /// Everything as a book.
    Xlsx,
}

/// Runs a command.
///
/// # Errors
///
/// Returns what went wrong, in words for the person at the terminal.
pub fn run(command: CreditCommand) -> anyhow::Result<ExitCode> {
    match command {
        CreditCommand::Project(project) => project.run(Clock::System.today()),
        CreditCommand::Stress(stress) => stress.run(Clock::System.today()),
        CreditCommand::Loan(loan) => loan.run(Clock::System.today()),
        CreditCommand::Check(check) => check.run(),
        CreditCommand::Format(format) => format.run(),
        CreditCommand::Run(run) => run.run(),
        CreditCommand::Price(price) => price.run(),
        CreditCommand::Verify(verify) => verify.run(),
    }
}

impl Project {
    fn run(&self, today: NaiveDate) -> anyhow::Result<ExitCode> {
        let imported = self.import()?;
        let report = &imported.report;
        if report.valid == 0 || (report.invalid > 0 && self.on_invalid == OnInvalid::Reject) {
            say_issues(&imported)?;
            return Ok(ExitCode::FAILURE);
        }
        if report.invalid + report.closed + report.warnings > 0 {
            say(&format!(
                "{} rows: {} loans, {} left out because they do not fit, {} closed, {} warnings\n",
                report.rows, report.valid, report.invalid, report.closed, report.warnings
            ))?;
        }
        let loans = load(&imported.table.bytes)?;
        let terms = self.request()?.terms(TermsDefaults { today }).map_err(|issues| {
            let lines: Vec<String> =
                issues.iter().map(|issue| format!("{} {}", issue.path(), issue.message)).collect();
            anyhow::anyhow!(lines.join("\n"))
        })?;
        let outcome = analyze(&loans, &terms, Control::default())?;
        self.answer(&outcome)?;
        Ok(ExitCode::SUCCESS)
    }

    fn import(&self) -> anyhow::Result<Imported> {
        let name = self.tape.display();
        let end = self.tape.extension().and_then(|end| end.to_str()).unwrap_or_default();
        let format = match end.to_ascii_lowercase().as_str() {
            "parquet" => Format::Parquet,
            "xlsx" => Format::Xlsx,
            _ => Format::Csv,
        };
        let mapping: Option<Mapping> = match &self.mapping {
            Some(path) => {
                let text = std::fs::read(path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                let parsed = serde_json::from_slice(&text);
                Some(parsed.with_context(|| format!("{} is not a mapping", path.display()))?)
            }
            None => None,
        };
        let source = LocalFile::open(&self.tape).with_context(|| format!("cannot read {name}"))?;
        let imported =
            import(&source, format, mapping, Resolution::default(), u64::MAX - 1, &mut |_| true);
        imported.with_context(|| format!("cannot import {name}"))
    }

    /// The options as a request.
    fn request(&self) -> anyhow::Result<AnalysisRequest> {
        let model = |name: &str, value: f64| serde_json::json!({ "model": name, "value": value });
        let mut assumptions = serde_json::Map::new();
        let speeds = [("cpr", self.cpr), ("psa", self.psa), ("abs", self.abs)];
        for (name, value) in speeds.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            assumptions.insert("prepayment".to_owned(), model(name, value));
        }
        if let Some(value) = self.cdr {
            assumptions.insert("default".to_owned(), model("cdr", value));
        }
        if let Some(value) = self.severity {
            assumptions.insert("severity".to_owned(), model("constant", value));
        }
        if let Some(months) = self.lag {
            assumptions.insert("recovery_lag_months".to_owned(), months.into());
        }
        let request = serde_json::json!({
            "assumptions": assumptions,
            "discount_rate": self.discount_rate,
            "analysis_date": self.analysis_date,
        });
        Ok(serde_json::from_value(request)?)
    }

    fn answer(&self, outcome: &Outcome) -> anyhow::Result<()> {
        let pool = self.tape.file_stem().and_then(|stem| stem.to_str()).unwrap_or("tape");
        let title = Title { pool, run: "project" };
        let bytes = match self.format {
            Shape::Table => table(outcome).into_bytes(),
            Shape::Csv => write(outcome, title, FileFormat::Csv)?,
            Shape::Json => write(outcome, title, FileFormat::Json)?,
            Shape::Parquet => write(outcome, title, FileFormat::Parquet)?,
            Shape::Xlsx => write(outcome, title, FileFormat::Xlsx)?,
        };
        match &self.output {
            Some(path) => {
                std::fs::write(path, bytes)
                    .with_context(|| format!("cannot write {}", path.display()))?;
            }
            None => std::io::stdout().lock().write_all(&bytes)?,
        }
        Ok(())
    }
}

/// Measures, then one line a year. Writing to a string cannot fail.
fn table(outcome: &Outcome) -> String {
    let mut out = String::new();
    if let Some(serde_json::Value::Object(metrics)) =
        outcome.metrics.as_ref().and_then(|metrics| serde_json::to_value(metrics).ok())
    {
        for (name, value) in metrics {
            if let Some(number) = value.as_f64() {
                let _ = writeln!(out, "{name:<24}{number:>22.6}");
            }
        }
    }
    let _ = writeln!(
        out,
        "\n{:<12}{:>18}{:>16}{:>16}{:>16}{:>16}{:>16}",
        "date", "balance", "principal", "interest", "prepayment", "recovery", "loss"
    );
    let flows = &outcome.cashflows;
    let sum = |column: &[f64], from: usize, to: usize| -> f64 {
        column.get(from..to).unwrap_or_default().iter().sum()
    };
    let mut from = 0;
    while from < flows.periods() {
        let to = (from + 12).min(flows.periods());
        let date = flows.date.get(to - 1).map(ToString::to_string).unwrap_or_default();
        let balance = flows.balance.get(to - 1).copied().unwrap_or(0.0);
        let _ = write!(out, "{date:<12}{balance:>18.2}");
        for column in [
            &flows.scheduled_principal,
            &flows.scheduled_interest,
            &flows.prepayment,
            &flows.recovery,
            &flows.loss,
        ] {
            let _ = write!(out, "{:>16.2}", sum(column, from, to));
        }
        out.push('\n');
        from = to;
    }
    out
}

fn say_issues(imported: &Imported) -> anyhow::Result<()> {
    let report = &imported.report;
    say(&format!("{} of {} rows do not fit:\n", report.invalid, report.rows))?;
    if let Some(issues) = &imported.issues {
        for issue in read_issues(issues, 0, 50, Some(Severity::Error))? {
            say(&line(&issue))?;
        }
    }
    say(
        "correct them, map other columns with --mapping, or leave them out with --on-invalid skip\n",
    )
}

fn line(issue: &RowIssue) -> String {
    let column = issue.column.as_deref().unwrap_or("-");
    let value = issue.value.as_deref().unwrap_or_default();
    format!("row {} {column} \"{value}\": {}\n", issue.row, issue.message)
}

/// Prints an answer.
fn print(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

/// Says something beside the answer.
fn say(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stderr().lock().write_all(text.as_bytes())?)
}

/// A file on this machine.
#[derive(Debug, Clone)]
struct LocalFile {
    path: Arc<Path>,
    file: Arc<File>,
}

impl LocalFile {
    fn open(path: &Path) -> std::io::Result<Self> {
        Ok(Self { path: path.into(), file: Arc::new(File::open(path)?) })
    }
}

impl Length for LocalFile {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for LocalFile {
    type T = <File as ChunkReader>::T;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        self.file.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        self.file.get_bytes(start, length)
    }
}

impl Source for LocalFile {
    fn stream(&self) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(&self.path)?))
    }
}
