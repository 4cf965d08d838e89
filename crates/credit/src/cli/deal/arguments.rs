//! Collateral, speeds, indices and scenarios from the command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, bail};
use clap::Args;
use credit_engine::assumptions::AssumptionSetDraft;
use credit_engine::loan::{AssetClass, Loan};
use credit_engine::scenarios::find;
use deal_engine::model::Deal;
use deal_engine::run::IndexPath;
use serde_json::{Map, json};

use crate::calculator::load;
use crate::cli::LocalFile;
use crate::domain::analysis::{AnalysisRequest, TermsDefaults};
use crate::domain::deals::{PoolSource, Representative, ScenarioPlan, SourceKind, SourceLoans};
use crate::domain::tape::{self, Resolution};

/// What the pools are made of.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = true)]
pub(super) struct Collateral {
    /// A loan tape (.csv, .parquet, .xlsx); with several pools as NAME=TAPE.
    #[arg(long = "pool", value_name = "[NAME=]TAPE")]
    pools: Vec<String>,
    /// A loan that stands for many, such as
    /// `balance=400000000,wac=0.08125,net=0.075,term=357,age=3,class=auto_loan`; with several pools
    /// as NAME:….
    #[arg(long, value_name = "[NAME:]FIELDS")]
    representative: Vec<String>,
}

/// How borrowers and markets behave.
#[derive(Debug, Clone, Args)]
pub(super) struct Market {
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
    /// A scenario besides the base, such as `credit_crisis`; may stand several times.
    #[arg(long = "scenario")]
    scenarios: Vec<String>,
    /// An index, such as SOFR=0.043; may stand several times.
    #[arg(long = "index", value_name = "NAME=RATE")]
    indices: Vec<String>,
}

impl Collateral {
    /// The sources of a plan, and their loans.
    pub(super) fn sources(
        &self,
        deal: &Deal,
        market: &Market,
    ) -> anyhow::Result<(Vec<PoolSource>, Vec<SourceLoans>)> {
        let mut found: Vec<(PoolSource, SourceLoans)> = Vec::new();
        for tape in &self.pools {
            let (name, path) = match tape.split_once('=') {
                Some((name, path)) => (name, path),
                None => ("", tape.as_str()),
            };
            let loans = loans_of(Path::new(path))?;
            let kind = SourceKind::Stored { object: String::new(), hash: String::new(), months: 0 };
            found.push((source(name, kind, market.assumptions(None)?), loans));
        }
        for words in &self.representative {
            let (name, fields) = match words.split_once(':') {
                Some((name, fields)) => (name, fields),
                None => ("", words.as_str()),
            };
            let loan = representative(fields)?;
            let made = loan.loan("").map_err(|issues| {
                let lines: Vec<String> =
                    issues.iter().map(|i| format!("{} {}", i.path(), i.message)).collect();
                anyhow::anyhow!("--representative {words}: {}", lines.join("; "))
            })?;
            let assumptions = market.assumptions(loan.fee())?;
            let kind = SourceKind::Representative(vec![loan]);
            found.push((source(name, kind, assumptions), vec![made]));
        }
        check_names(deal, &found)?;
        Ok(found.into_iter().unzip())
    }
}

fn source(name: &str, kind: SourceKind, assumptions: AssumptionSetDraft) -> PoolSource {
    PoolSource { name: name.to_owned(), kind, assumptions, replacement: None }
}

fn check_names(deal: &Deal, found: &[(PoolSource, SourceLoans)]) -> anyhow::Result<()> {
    let pools: Vec<&str> = deal.pools.iter().map(|pool| pool.name.as_str()).collect();
    if pools.len() <= 1 {
        if found.len() != 1 {
            bail!("the deal has one pool; give one --pool or one --representative");
        }
        return Ok(());
    }
    for pool in &pools {
        if found.iter().filter(|(source, _)| source.name == *pool).count() != 1 {
            bail!("give --pool {pool}=TAPE or --representative {pool}:… exactly once");
        }
    }
    Ok(())
}

/// Reads the loans of a tape; every row must fit.
fn loans_of(path: &Path) -> anyhow::Result<Vec<Loan>> {
    let name = path.display();
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
    let format = match end.to_ascii_lowercase().as_str() {
        "parquet" => tape::Format::Parquet,
        "xlsx" => tape::Format::Xlsx,
        _ => tape::Format::Csv,
    };
    let file =
        LocalFile::open(&PathBuf::from(path)).with_context(|| format!("cannot read {name}"))?;
    let imported =
        tape::import(&file, format, None, Resolution::default(), u64::MAX - 1, &mut |_| true)
            .with_context(|| format!("cannot import {name}"))?;
    let report = &imported.report;
    if report.valid == 0 || report.invalid > 0 {
        bail!(
            "{} of {} rows of {name} do not fit; `quintet credit project {name}` shows them",
            report.invalid,
            report.rows
        );
    }
    Ok(load(&imported.table.bytes)?)
}

/// Reads `balance=…,wac=…,term=…`.
fn representative(fields: &str) -> anyhow::Result<Representative> {
    let mut loan = Representative {
        balance: 0.0,
        wac: 0.0,
        net_coupon: None,
        term: 0,
        age: 0,
        asset_class: None,
    };
    for part in fields.split(',') {
        let Some((key, value)) = part.split_once('=') else {
            bail!("--representative: `{part}` is not FIELD=VALUE");
        };
        let value = value.trim();
        match key.trim() {
            "balance" => loan.balance = number(key, value)?,
            "wac" | "rate" => loan.wac = number(key, value)?,
            "net" | "net_coupon" => loan.net_coupon = Some(number(key, value)?),
            "term" => loan.term = number(key, value)?,
            "age" => loan.age = number(key, value)?,
            "class" | "asset_class" => {
                loan.asset_class =
                    Some(AssetClass::parse(value).map_err(|e| anyhow::anyhow!("{e}"))?);
            }
            other => {
                bail!("--representative: `{other}` is none of balance, wac, net, term, age, class")
            }
        }
    }
    Ok(loan)
}

fn number<T: FromStr>(key: &str, value: &str) -> anyhow::Result<T> {
    value.parse().map_err(|_| anyhow::anyhow!("`{value}` is no number for `{key}`"))
}

impl Market {
    /// Assumptions as an analysis reads them; `fee` is what the servicer keeps.
    fn assumptions(&self, fee: Option<f64>) -> anyhow::Result<AssumptionSetDraft> {
        let model = |name: &str, value: f64| json!({ "model": name, "value": value });
        let mut assumptions = Map::new();
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
        if let Some(fee) = fee {
            assumptions.insert("servicing_fee".to_owned(), fee.into());
        }
        let request: AnalysisRequest =
            serde_json::from_value(json!({ "assumptions": assumptions }))?;
        let today = chrono::NaiveDate::default();
        let terms = request.terms(TermsDefaults { today }).map_err(|issues| {
            let lines: Vec<String> =
                issues.iter().map(|issue| format!("{} {}", issue.path(), issue.message)).collect();
            anyhow::anyhow!(lines.join("\n"))
        })?;
        Ok(terms.assumptions)
    }

    /// The scenarios, the base first.
    pub(super) fn scenarios(&self) -> anyhow::Result<Vec<ScenarioPlan>> {
        let mut plans = vec![ScenarioPlan::base()];
        for name in &self.scenarios {
            let Some(found) = find(name) else { bail!("there is no scenario `{name}`") };
            if plans.iter().all(|plan| plan.name != found.name) {
                plans.push(ScenarioPlan {
                    name: found.name.to_owned(),
                    title: found.title.to_owned(),
                    factors: found.factors,
                    speeds: found.speeds,
                });
            }
        }
        Ok(plans)
    }

    /// Indices, the same for ever.
    pub(super) fn indices(&self) -> anyhow::Result<BTreeMap<String, IndexPath>> {
        let mut indices = BTreeMap::new();
        for words in &self.indices {
            let Some((name, rate)) = words.split_once('=') else {
                bail!("--index: `{words}` is not NAME=RATE");
            };
            indices.insert(name.to_owned(), IndexPath::Constant(number(name, rate)?));
        }
        Ok(indices)
    }
}
