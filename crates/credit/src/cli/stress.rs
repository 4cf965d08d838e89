//! `quintet credit stress`: a loan tape under scenarios.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::{DateTime, NaiveDate, NaiveTime};
use clap::Args;
use credit_engine::projection::Control;

use super::{OnInvalid, Project, Shape, say_issues};
use crate::calculator::load;
use crate::domain::analysis::TermsDefaults;
use crate::domain::asset::Issue;
use crate::domain::stress::{Options, Report, ScenarioNames, run, select};

/// The tape, the assumptions and the scenarios.
#[derive(Debug, Clone, Args)]
pub struct Stress {
    #[command(flatten)]
    project: Project,
    /// Scenarios by name, with commas between them; all predefined ones if absent.
    #[arg(long, value_delimiter = ',')]
    scenarios: Vec<String>,
    /// Write the report as a page to print instead.
    #[arg(long)]
    html: bool,
}

impl Stress {
    pub(super) fn run(&self, today: NaiveDate) -> anyhow::Result<ExitCode> {
        let imported = self.project.import()?;
        let report = &imported.report;
        let reject = self.project.on_invalid == OnInvalid::Reject;
        if report.valid == 0 || (report.invalid > 0 && reject) {
            say_issues(&imported)?;
            return Ok(ExitCode::FAILURE);
        }
        let custom = BTreeMap::new();
        let names =
            ScenarioNames { names: &self.scenarios, custom: &custom, saved: &[], most: 100 };
        let scenarios = select(names).map_err(|issues| explain(&issues))?;
        let terms = self.project.request()?.terms(TermsDefaults { today });
        let terms = terms.map_err(|issues| explain(&issues))?;
        let loans = load(&imported.table.bytes)?;
        let options = Options { include_cashflows: false, sensitivity: true };
        let found = run(&loans, &terms, &scenarios, options, Control::default())?;
        let bytes = self.answer(&found.report, today)?;
        match &self.project.output {
            Some(path) => std::fs::write(path, bytes)
                .with_context(|| format!("cannot write {}", path.display()))?,
            None => std::io::stdout().lock().write_all(&bytes)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn answer(&self, report: &Report, today: NaiveDate) -> anyhow::Result<Vec<u8>> {
        if self.html {
            let name = self.project.tape.file_stem().and_then(|stem| stem.to_str());
            let made_at =
                DateTime::from_naive_utc_and_offset(today.and_time(NaiveTime::MIN), chrono::Utc);
            return Ok(report.to_html(name.unwrap_or("tape"), made_at, true).into_bytes());
        }
        match self.project.format {
            Shape::Table => Ok(table(report).into_bytes()),
            Shape::Csv => Ok(report.to_csv().into_bytes()),
            Shape::Json => Ok(serde_json::to_vec_pretty(report)?),
            Shape::Parquet | Shape::Xlsx => {
                anyhow::bail!("a stress report is table, csv or json, or a page with --html")
            }
        }
    }
}

fn explain(issues: &[Issue]) -> anyhow::Error {
    let lines: Vec<String> =
        issues.iter().map(|issue| format!("{} {}", issue.path(), issue.message)).collect();
    anyhow::anyhow!(lines.join("\n"))
}

/// One line a scenario, then one line a factor. Writing to a string cannot fail.
fn table(report: &Report) -> String {
    let mut out = format!(
        "{:<28}{:>18}{:>18}{:>10}{:>9}{:>18}\n",
        "scenario", "npv", "change", "change %", "wal", "loss"
    );
    let number = |value: Option<f64>, digits: usize| {
        value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
    };
    for row in &report.matrix {
        let _ = writeln!(
            out,
            "{:<28}{:>18}{:>18}{:>10}{:>9}{:>18}",
            row.scenario,
            number(row.npv, 2),
            number(row.npv_change, 2),
            number(row.npv_change_percent, 3),
            number(row.weighted_average_life, 3),
            number(row.total_loss, 2),
        );
    }
    if !report.tornado.is_empty() {
        let _ = writeln!(out, "\n{:<28}{:>18}{:>18}", "factor alone", "low", "high");
    }
    for bar in &report.tornado {
        let _ = writeln!(
            out,
            "{:<28}{:>18}{:>18}",
            bar.factor,
            number(bar.low.map(|end| end.npv_change), 2),
            number(bar.high.map(|end| end.npv_change), 2),
        );
    }
    out
}
