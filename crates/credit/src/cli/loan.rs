//! `quintet credit loan`: what one loan pays.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::domain::analysis::Bend;
use crate::domain::loans::{Calculation, LoanData, Valuing, calculate};

/// The loan and how its cash is valued.
#[derive(Debug, Clone, Args)]
pub struct Loan {
    /// Outstanding.
    #[arg(long)]
    principal: f64,
    /// Annual rate, 0.065 for 6.5 %.
    #[arg(long)]
    rate: f64,
    /// Months to maturity.
    #[arg(long)]
    term: u16,
    /// Months without principal.
    #[arg(long)]
    interest_only: Option<u16>,
    /// A residual, due with the last payment.
    #[arg(long)]
    balloon: Option<f64>,
    /// When the first payment is due.
    #[arg(long)]
    first_payment: Option<NaiveDate>,
    /// Prepayment rate a year.
    #[arg(long, conflicts_with = "psa")]
    cpr: Option<f64>,
    /// Prepayment as per cent of the standard ramp.
    #[arg(long)]
    psa: Option<f64>,
    /// Default rate a year.
    #[arg(long)]
    cdr: Option<f64>,
    /// Share of a defaulted balance that is recovered.
    #[arg(long)]
    recovery: Option<f64>,
    /// Rate at which cash is discounted, a year.
    #[arg(long)]
    discount_rate: Option<f64>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "table")]
    format: LoanShape,
}

/// The form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LoanShape {
    /// Measures for people.
    Table,
    /// Cash flows as text with commas.
    Csv,
    /// Measures for programs.
    Json,
}

impl Loan {
    pub(super) fn run(&self, today: NaiveDate) -> anyhow::Result<ExitCode> {
        let speed = self.psa.map(|rate| ("PSA", rate)).or(self.cpr.map(|rate| ("CPR", rate)));
        let data = LoanData {
            principal: Some(json!(self.principal)),
            interest_rate: Some(json!(self.rate)),
            term_months: Some(json!(self.term)),
            interest_only_period: self.interest_only.map(|months| json!(months)),
            balloon_payment: self.balloon.map(|amount| json!(amount)),
            first_payment_date: self.first_payment.map(|date| json!(date)),
            prepayment_model: speed.map(|(model, _)| model.to_owned()),
            prepayment_rate: speed.map(|(_, rate)| rate),
            default_probability: self.cdr,
            recovery_rate: self.recovery,
            ..LoanData::default()
        };
        let valuing = Valuing { discount_rate: self.discount_rate, ..Valuing::default() };
        let mut issues = valuing.violations();
        let case = data.case("", valuing, today);
        issues.extend(case.as_ref().err().cloned().unwrap_or_default());
        let Some(case) = case.ok().filter(|_| issues.is_empty()) else {
            let lines: Vec<String> =
                issues.iter().map(|issue| format!("{} {}", issue.path(), issue.message)).collect();
            anyhow::bail!(lines.join("\n"));
        };
        for found in calculate(&case, &[Bend::default()])? {
            std::io::stdout().lock().write_all(self.answer(&found)?.as_bytes())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn answer(&self, found: &Calculation) -> anyhow::Result<String> {
        match self.format {
            LoanShape::Json => Ok(format!("{}\n", serde_json::to_string_pretty(&found.summary)?)),
            LoanShape::Csv => {
                let title = crate::domain::export::Title { pool: "loan", run: "loan" };
                let csv = crate::domain::export::FileFormat::Csv;
                let bytes = crate::domain::export::write(&found.outcome, title, csv)?;
                Ok(String::from_utf8(bytes)?)
            }
            LoanShape::Table => {
                let mut out = String::new();
                if let serde_json::Value::Object(measures) = serde_json::to_value(&found.summary)? {
                    for (name, value) in measures.iter().filter(|(_, value)| !value.is_null()) {
                        // Writing to a string cannot fail.
                        let _ = match value.as_f64() {
                            Some(number) => writeln!(out, "{name:<26}{number:>20.6}"),
                            None => writeln!(out, "{name:<26}{:>20}", value.to_string()),
                        };
                    }
                }
                Ok(out)
            }
        }
    }
}
