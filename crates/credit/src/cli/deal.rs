//! `quintet credit check|format|run|price`: deals without a server and without a database.

mod arguments;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use anyhow::{Context as _, bail};
use chrono::NaiveDate;
use clap::Args;
use deal_engine::model::{Bond, BondKind, Deal};
use deal_engine::price::{BondQuote, PriceRequest, Quote};
use deal_engine::run::Rounding;

use self::arguments::{Collateral, Market};
use crate::deals::{DealFailure, compute_now};
use crate::domain::deals::{FaultView, Results, RunPlan, RunSummary, Structure, prices, read_text};

/// Checks deals and says what is wrong with them.
#[derive(Debug, Clone, Args)]
pub struct Check {
    /// Deals: .deal for the deal language, .json for JSON.
    #[arg(required = true)]
    deals: Vec<PathBuf>,
    /// Answer with JSON.
    #[arg(long)]
    json: bool,
}

/// Writes a deal as the formatter does; comments are lost.
#[derive(Debug, Clone, Args)]
pub struct Format {
    /// A deal: .deal for the deal language, .json for JSON.
    deal: PathBuf,
    /// Replace the file instead of printing; only for .deal files.
    #[arg(long)]
    write: bool,
}

/// Runs a deal.
#[derive(Debug, Clone, Args)]
pub struct RunDeal {
    /// A deal: .deal for the deal language, .json for JSON.
    deal: PathBuf,
    #[command(flatten)]
    collateral: Collateral,
    #[command(flatten)]
    market: Market,
    /// The day prices are quoted for; closing if absent.
    #[arg(long)]
    pricing_date: Option<NaiveDate>,
    /// Round amounts to cents.
    #[arg(long)]
    cents: bool,
    /// Answer with JSON: every scenario, every column.
    #[arg(long)]
    json: bool,
}

/// Prices the bonds of a deal.
#[derive(Debug, Clone, Args)]
pub struct Price {
    #[command(flatten)]
    run: RunDeal,
    /// Prices per 100, such as 99,100,101; of every bond.
    #[arg(long = "price", value_delimiter = ',', default_value = "100")]
    prices: Vec<f64>,
    /// Only this bond.
    #[arg(long)]
    bond: Option<String>,
}

impl Check {
    /// Checks every deal; fails if one has errors.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let mut good = true;
        let mut verdicts = Vec::new();
        for path in &self.deals {
            let text = read(path)?;
            let read = structure(path, &text)?;
            let (faults, findings) = match read {
                Ok(structure) => (Vec::new(), structure.findings),
                Err(faults) => (faults, Vec::new()),
            };
            let valid = faults.is_empty() && findings.iter().all(|f| f.severity != "error");
            good &= valid;
            if self.json {
                verdicts.push(serde_json::json!({
                    "deal": path, "valid": valid, "faults": faults, "findings": findings,
                }));
            } else {
                super::print(&report::verdict(path, &text, &faults, &findings))?;
            }
        }
        if self.json {
            super::print(&format!("{}\n", serde_json::to_string_pretty(&verdicts)?))?;
        }
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Format {
    /// Prints or replaces.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let text = read(&self.deal)?;
        let structure = match structure(&self.deal, &text)? {
            Ok(structure) => structure,
            Err(faults) => {
                super::say(&report::verdict(&self.deal, &text, &faults, &[]))?;
                return Ok(ExitCode::FAILURE);
            }
        };
        let formatted = deal_engine::text::format(&structure.deal);
        if !self.write {
            super::print(&formatted)?;
            return Ok(ExitCode::SUCCESS);
        }
        if is_json(&self.deal) {
            bail!("{} is JSON; leave out --write", self.deal.display());
        }
        if formatted != text {
            std::fs::write(&self.deal, formatted)
                .with_context(|| format!("cannot write {}", self.deal.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl RunDeal {
    /// Runs the deal and prints what came out.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let Some(results) = self.results()? else { return Ok(ExitCode::FAILURE) };
        if self.json {
            super::print(&format!("{}\n", serde_json::to_string(&results)?))?;
        } else {
            super::print(&report::summary(&RunSummary::of(&results)))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The results; nothing if the deal has errors, which have been said.
    fn results(&self) -> anyhow::Result<Option<Results>> {
        let text = read(&self.deal)?;
        let structure = match structure(&self.deal, &text)? {
            Ok(structure) => structure,
            Err(faults) => {
                super::say(&report::verdict(&self.deal, &text, &faults, &[]))?;
                return Ok(None);
            }
        };
        if !structure.issues("").is_empty() {
            super::say(&report::verdict(&self.deal, &text, &[], &structure.findings))?;
            return Ok(None);
        }
        let (sources, loans) = self.collateral.sources(&structure.deal, &self.market)?;
        let plan = RunPlan {
            sources,
            indices: self.market.indices()?,
            scenarios: self.market.scenarios()?,
            pricing_date: self.pricing_date.unwrap_or(structure.deal.dates.closing),
            rounding: if self.cents { Rounding::Cents } else { Rounding::None },
            keep_log: self.json,
            deal: structure.deal,
        };
        let done = compute_now(&plan, &loans, &AtomicBool::new(false), None);
        match done {
            Ok(results) => Ok(Some(results)),
            Err(DealFailure::Run(fault)) => {
                let step = fault.step.as_ref().map(|s| format!(", step {s}")).unwrap_or_default();
                let day = fault.date.map(|date| format!(", on {date}")).unwrap_or_default();
                bail!("{}{step}{day}", fault.message)
            }
            Err(other) => Err(other.into()),
        }
    }
}

impl Price {
    /// Runs the deal, and prints yield, life and durations of its bonds at the prices.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let Some(results) = self.run.results()? else { return Ok(ExitCode::FAILURE) };
        let mut tables = Vec::new();
        for scenario in &results.scenarios {
            let bonds: Vec<&str> = results.deal.bonds.iter().map(|b| b.name.as_str()).collect();
            if let Some(bond) = self.bond.as_deref().filter(|bond| !bonds.contains(bond)) {
                bail!("there is no bond `{bond}`; the deal has {}", bonds.join(", "));
            }
            let mut priced = Vec::new();
            for price in &self.prices {
                let request = PriceRequest {
                    settlement: results.pricing_date,
                    bonds: self.quotes(&results, *price),
                    curve: None,
                    indices: results.indices.clone(),
                    table: Vec::new(),
                };
                priced.extend(prices(&results.deal, &scenario.run, request)?);
            }
            tables.push((scenario.title.clone(), priced));
        }
        if self.run.json {
            super::print(&format!("{}\n", serde_json::to_string(&tables)?))?;
        } else {
            super::print(&report::prices(&tables))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn quotes(&self, results: &Results, price: f64) -> Vec<BondQuote> {
        let wanted = |bond: &&Bond| match &self.bond {
            Some(name) => bond.name == *name,
            None => bond.kind != BondKind::Equity,
        };
        let quote = |bond: &Bond| BondQuote { bond: bond.name.clone(), quote: Quote::Price(price) };
        results.deal.bonds.iter().filter(wanted).map(quote).collect()
    }
}

/// Reads a file as text.
fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

/// Reads a deal as JSON, alone or in a file of the library, or in the deal language.
fn structure(path: &Path, text: &str) -> anyhow::Result<Result<Structure, Vec<FaultView>>> {
    let name = path.display();
    if !is_json(path) {
        return match read_text(text) {
            Ok(parsed) => {
                let made = Structure::parsed(parsed, text.to_owned());
                Ok(Ok(made.map_err(|_| unwritable())?))
            }
            Err(faults) => Ok(Err(faults)),
        };
    }
    let mut value: serde_json::Value =
        serde_json::from_str(text).with_context(|| format!("{name} is not JSON"))?;
    if let Some(inner) = value.get_mut("structure") {
        value = inner.take();
    }
    let deal: Deal =
        serde_json::from_value(value).with_context(|| format!("{name} is not a deal"))?;
    let formatted = deal_engine::text::format(&deal);
    Ok(Ok(Structure::of(deal, formatted).map_err(|_| unwritable())?))
}

fn unwritable() -> anyhow::Error {
    anyhow::anyhow!("the deal has a number that is none")
}
