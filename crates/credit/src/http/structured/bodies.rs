//! What a caller sends in the simple form.

use chrono::NaiveDate;
use credit_engine::dates::month_number;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::domain::asset::Issue;
use crate::domain::structured::WaterfallConfig;
use crate::http::deals::RunBody;

/// A deal in the simple form.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StructuredDeal)]
pub(crate) struct StructuredBody {
    /// What people call it.
    #[schema(example = "Auto 2026-1")]
    pub(crate) deal_name: String,
    /// What the collateral is.
    pub(crate) pool_config: PoolConfig,
    /// How cash is distributed.
    pub(crate) waterfall_config: WaterfallConfig,
    /// How borrowers behave; the defaults of the class if absent.
    pub(crate) scenario_config: Option<ScenarioConfig>,
    /// The day prices are quoted for; the start date if absent.
    pub(crate) pricing_date: Option<NaiveDate>,
    /// Echoed.
    pub(crate) run_type: Option<String>,
}

/// A deal in the simple form and the scenarios to run it under.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StructuredDealScenarios)]
pub(crate) struct StructuredScenariosBody {
    /// What people call it.
    #[schema(example = "Auto 2026-1")]
    pub(crate) deal_name: String,
    /// What the collateral is.
    pub(crate) pool_config: PoolConfig,
    /// How cash is distributed.
    pub(crate) waterfall_config: WaterfallConfig,
    /// How borrowers behave in the base.
    pub(crate) scenario_config: Option<ScenarioConfig>,
    /// What is computed besides the base: names of scenarios, or scenarios.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub(crate) scenarios: Vec<Value>,
    /// The day prices are quoted for; the start date if absent.
    pub(crate) pricing_date: Option<NaiveDate>,
    /// Echoed.
    pub(crate) run_type: Option<String>,
}

/// The collateral in the simple form: loans, or a stored pool.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StructuredPool)]
pub(crate) struct PoolConfig {
    #[serde(alias = "name")]
    pub(crate) pool_name: Option<String>,
    pub(crate) cut_off_date: Option<NaiveDate>,
    /// A stored pool.
    pub(crate) pool_id: Option<String>,
    pub(crate) pool_version: Option<i64>,
    /// The loans.
    #[serde(default, alias = "assets")]
    pub(crate) loans: Vec<LoanConfig>,
}

/// A loan in the simple form.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StructuredLoan)]
pub(crate) struct LoanConfig {
    #[serde(alias = "id")]
    pub(crate) loan_id: Option<String>,
    /// `residential_mortgage` if absent.
    pub(crate) asset_class: Option<String>,
    /// Outstanding.
    pub(crate) balance: f64,
    /// The balance if absent.
    pub(crate) original_balance: Option<f64>,
    /// Gross annual rate.
    #[serde(alias = "original_rate", alias = "current_rate", alias = "interest_rate")]
    pub(crate) rate: f64,
    /// Months from origination.
    #[serde(alias = "original_term", alias = "term_months")]
    pub(crate) term: u16,
    /// What follows from the origination date, or the term, if absent.
    #[serde(alias = "remaining_term_months")]
    pub(crate) remaining_term: Option<u16>,
    #[serde(alias = "start_date", alias = "origin_date")]
    pub(crate) origination_date: Option<NaiveDate>,
    /// `current` if absent.
    pub(crate) status: Option<String>,
}

/// How borrowers behave, in the simple form. Rates are annual decimals.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = StructuredScenario)]
pub(crate) struct ScenarioConfig {
    /// Echoed in nothing; scenarios of their own have names.
    pub(crate) name: Option<String>,
    /// The CPR.
    #[serde(alias = "prepayment_rate", alias = "prepayment_speed")]
    pub(crate) cpr: Option<f64>,
    /// The CDR.
    #[serde(alias = "default_rate")]
    pub(crate) cdr: Option<f64>,
    /// One minus the severity.
    pub(crate) recovery_rate: Option<f64>,
    /// The share of a defaulted balance that is lost.
    #[serde(alias = "severity")]
    pub(crate) loss_severity: Option<f64>,
    /// Months from default to recovery.
    #[serde(alias = "recovery_lag_months")]
    pub(crate) recovery_lag: Option<u16>,
    /// The servicer's annual fee.
    pub(crate) servicing_fee: Option<f64>,
    /// What indices will be, as in the full form.
    #[schema(value_type = Object)]
    pub(crate) indices: Map<String, Value>,
}

impl StructuredScenariosBody {
    /// The same deal without scenarios.
    pub(crate) fn of(body: StructuredBody) -> Self {
        Self {
            deal_name: body.deal_name,
            pool_config: body.pool_config,
            waterfall_config: body.waterfall_config,
            scenario_config: body.scenario_config,
            scenarios: Vec::new(),
            pricing_date: body.pricing_date,
            run_type: body.run_type,
        }
    }

    /// The body of a run in the full form.
    pub(crate) fn run_body(self, today: NaiveDate) -> Result<RunBody, Vec<Issue>> {
        let scenario = self.scenario_config.unwrap_or_default();
        let pool = self.pool_config;
        let cut_off = pool.cut_off_date.unwrap_or(today);
        let collateral = match (&pool.pool_id, pool.loans.is_empty()) {
            (Some(id), true) => json!({ "pool_id": id, "pool_version": pool.pool_version }),
            (None, false) => {
                let loans = pool.loans.iter().enumerate();
                let assets: Vec<Value> = loans.map(|(i, loan)| loan.asset(i, cut_off)).collect();
                let name = pool.pool_name.clone().unwrap_or_else(|| "Pool".to_owned());
                json!({ "pool": { "pool_name": name, "cut_off_date": cut_off, "assets": assets } })
            }
            _ => {
                let message = "must have loans or pool_id, one of the two";
                return Err(vec![Issue::new("/pool_config", "one_of", message)]);
            }
        };
        let mut speeds = Map::new();
        let rates = [
            ("prepayment_rate", scenario.cpr),
            ("default_rate", scenario.cdr),
            ("recovery_rate", scenario.recovery_rate),
            ("loss_severity", scenario.loss_severity),
            ("servicing_fee", scenario.servicing_fee),
        ];
        for (key, rate) in rates {
            if let Some(rate) = rate {
                speeds.insert(key.to_owned(), rate.into());
            }
        }
        if let Some(lag) = scenario.recovery_lag {
            speeds.insert("recovery_lag_months".to_owned(), lag.into());
        }
        let mut whole = json!({
            "collateral": collateral,
            "scenarios": self.scenarios,
            "indices": scenario.indices,
            "pricing_date": self.pricing_date,
        });
        if let (false, Value::Object(fields)) = (speeds.is_empty(), &mut whole) {
            fields.insert("calibration_params".to_owned(), Value::Object(speeds));
        }
        serde_json::from_value(whole)
            .map_err(|error| vec![Issue::new("", "wrong_type", format!("cannot be read: {error}"))])
    }
}

impl LoanConfig {
    /// The loan as an asset of a pool.
    fn asset(&self, position: usize, cut_off: NaiveDate) -> Value {
        let age = self.origination_date.map_or(0, |from| {
            u16::try_from((month_number(cut_off) - month_number(from)).max(0)).unwrap_or(u16::MAX)
        });
        let remaining = self.remaining_term.unwrap_or_else(|| self.term.saturating_sub(age));
        let id = self.loan_id.clone().unwrap_or_else(|| format!("loan-{}", position + 1));
        let class = self.asset_class.clone().unwrap_or_else(|| "residential_mortgage".to_owned());
        let mut asset = json!({
            "id": id,
            "asset_class": class,
            "balance": self.balance,
            "rate": self.rate,
            "term_months": self.term,
            "remaining_term_months": remaining,
        });
        if let Value::Object(fields) = &mut asset {
            if let Some(original) = self.original_balance {
                fields.insert("original_balance".to_owned(), original.into());
            }
            if let Some(status) = &self.status {
                fields.insert("status".to_owned(), status.to_lowercase().into());
            }
        }
        asset
    }
}
