//! A deal as a caller sends it, and the same read and checked.

use chrono::NaiveDate;
use deal_engine::check::check;
use deal_engine::model::Deal;
use deal_engine::text::{Parsed, SourceMap};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::language::{FaultView, FindingView, faults, findings};
use crate::domain::asset::Issue;

/// What kind of deal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DealType {
    /// Asset-backed.
    Abs,
    /// Residential mortgages.
    Rmbs,
    /// Commercial mortgages.
    Cmbs,
    /// Auto loans.
    Auto,
    /// Card receivables.
    Card,
    /// Corporate loans.
    Clo,
    /// Anything.
    #[default]
    Custom,
    /// Came from a file.
    Imported,
}

/// What a list says about the structure of a deal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DealSummary {
    /// ISO 4217.
    pub currency: Option<String>,
    /// Number of bonds.
    pub bonds: usize,
    /// What they are issued for.
    pub original_balance: f64,
    /// Number of pools, one if the deal names none.
    pub pools: usize,
    /// When the bonds begin to accrue.
    pub closing: NaiveDate,
    /// The last payment date there can be.
    pub maturity: Option<NaiveDate>,
    /// Errors of the static check; a deal with any is not run.
    pub errors: usize,
    /// Its warnings.
    pub warnings: usize,
}

/// A structure that was read and checked.
#[derive(Debug, Clone)]
pub struct Structure {
    /// The deal itself.
    pub deal: Deal,
    /// It as JSON, always the same for the same deal.
    pub json: String,
    /// It as text: as it was typed, or as the formatter writes it.
    pub text: String,
    /// Identifies the JSON.
    pub content_hash: String,
    /// What the static check says.
    pub findings: Vec<FindingView>,
}

/// Why there is no structure.
#[derive(Debug)]
pub enum DraftError {
    /// Neither JSON nor text was sent, or both.
    OneOfTwo,
    /// The text cannot be read.
    Text(Vec<FaultView>),
    /// The deal cannot be written down.
    Unwritable(serde_json::Error),
}

impl DealType {
    /// The name in the API and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Abs => "abs",
            Self::Rmbs => "rmbs",
            Self::Cmbs => "cmbs",
            Self::Auto => "auto",
            Self::Card => "card",
            Self::Clo => "clo",
            Self::Custom => "custom",
            Self::Imported => "imported",
        }
    }
}

impl Structure {
    /// Takes a deal, or the text of one.
    ///
    /// # Errors
    ///
    /// Returns [`DraftError`] unless exactly one is there and can be read.
    pub fn read(deal: Option<Deal>, text: Option<String>) -> Result<Self, DraftError> {
        match (deal, text) {
            (Some(deal), None) => {
                let text = deal_engine::text::format(&deal);
                Self::of(deal, text)
            }
            (None, Some(text)) => {
                let parsed = read_text(&text).map_err(DraftError::Text)?;
                Self::parsed(parsed, text)
            }
            _ => Err(DraftError::OneOfTwo),
        }
    }

    /// Checks a deal whose text is known.
    ///
    /// # Errors
    ///
    /// Returns [`DraftError::Unwritable`] if a number of it is none.
    pub fn of(deal: Deal, text: String) -> Result<Self, DraftError> {
        Self::made(deal, text, None)
    }

    /// Checks a deal that was read from its text.
    ///
    /// # Errors
    ///
    /// Returns [`DraftError::Unwritable`] if a number of it is none.
    pub fn parsed(parsed: Parsed, text: String) -> Result<Self, DraftError> {
        Self::made(parsed.deal, text, Some(&parsed.map))
    }

    fn made(deal: Deal, text: String, map: Option<&SourceMap>) -> Result<Self, DraftError> {
        let json = serde_json::to_string(&deal).map_err(DraftError::Unwritable)?;
        let content_hash = hex::encode(Sha256::digest(&json));
        let findings = findings(check(&deal), map);
        Ok(Self { deal, json, text, content_hash, findings })
    }

    /// The errors of the static check, as refusals of the field `field`.
    #[must_use]
    pub fn issues(&self, field: &str) -> Vec<Issue> {
        errors(&self.findings, field)
    }

    /// What a list says about it.
    #[must_use]
    pub fn summary(&self) -> DealSummary {
        let count = |severity| self.findings.iter().filter(|f| f.severity == severity).count();
        DealSummary {
            currency: self.deal.currency.clone(),
            bonds: self.deal.bonds.len(),
            original_balance: self.deal.bonds.iter().map(|bond| bond.original_balance).sum(),
            pools: self.deal.pools.len().max(1),
            closing: self.deal.dates.closing,
            maturity: self.deal.dates.maturity,
            errors: count("error"),
            warnings: count("warning"),
        }
    }
}

/// Errors among findings, as refusals of the field `field`.
#[must_use]
pub fn errors(findings: &[FindingView], field: &str) -> Vec<Issue> {
    let error = |finding: &FindingView| {
        let way_out = finding.suggestion.as_deref().map(|s| format!("; {s}")).unwrap_or_default();
        Issue::new(
            format!("{field}{}", finding.path),
            finding.code.clone(),
            format!("{}{way_out}", finding.message),
        )
    };
    findings.iter().filter(|finding| finding.severity == "error").map(error).collect()
}

/// Reads the text of a deal.
///
/// # Errors
///
/// Returns every fault with line and column.
pub fn read_text(text: &str) -> Result<Parsed, Vec<FaultView>> {
    deal_engine::text::parse(text).map_err(faults)
}
