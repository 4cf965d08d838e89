//! What a caller asks of an analysis.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use credit_engine::assumptions::{
    Advances, AssumptionSet, AssumptionSetDraft, Assumptions, Comparison, DefaultModel,
    Field as Fact, Operand, Order, Predicate, Prepayment, Selector, Severity,
};
use credit_engine::loan::AssetClass;
use credit_engine::valuation::Compounding;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::asset::Issue;
use crate::domain::pool::PoolDraft;

/// The pool and the terms of an analysis.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnalysisRequest {
    /// The assets themselves, or `{"pool_id": "…"}` for a stored pool.
    #[schema(value_type = Option<Object>)]
    pub pool: Option<PoolDraft>,
    /// The day from which cash flows are counted; today if absent.
    pub analysis_date: Option<NaiveDate>,
    /// The day to which they are discounted; the analysis date if absent.
    pub pricing_date: Option<NaiveDate>,
    /// Annual rate; the default of the class, weighted by balance, if absent.
    pub discount_rate: Option<f64>,
    /// `annual`, `semi_annual`, `quarterly`, `monthly`, `continuous` or `simple`.
    pub compounding: Option<String>,
    /// Whether time runs by dates (ACT/365F) or by periods (i/12).
    #[serde(default)]
    pub time_basis: TimeBasis,
    /// Purchase price per 100 of balance for return, yield and duration; 100 if absent.
    pub price: Option<f64>,
    /// How borrowers behave.
    pub assumptions: Option<AssumptionsBody>,
    /// The short form of `assumptions`.
    pub calibration_params: Option<Calibration>,
    /// Values of indices 1, 2, … months from the analysis date; the last one persists.
    #[serde(default)]
    pub indices: BTreeMap<String, Vec<f64>>,
    /// Whether the answer carries cash flows.
    #[serde(default = "yes")]
    pub include_cashflows: bool,
    /// Whether the answer carries measures.
    #[serde(default = "yes")]
    pub include_metrics: bool,
    /// Whether the predefined stress scenarios are run as well.
    #[serde(default)]
    pub include_stress_tests: bool,
    /// What people call this analysis.
    pub scenario_name: Option<String>,
    /// What happens to assets that break rules.
    #[serde(default)]
    pub on_invalid: OnInvalid,
    /// How the answer is divided.
    #[serde(default)]
    pub group_by: GroupBy,
    /// Whether cash flows come as rows or as columns.
    #[serde(default)]
    pub cashflow_format: CashflowFormat,
}

const fn yes() -> bool {
    true
}

/// How time runs in discounting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeBasis {
    /// Actual days over 365 from the pricing date.
    #[default]
    Dates,
    /// Period over 12.
    Periods,
}

/// What happens to assets that break rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnInvalid {
    /// The whole request is refused.
    #[default]
    Reject,
    /// They are left out and named.
    Skip,
}

/// How an answer is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// Not at all.
    #[default]
    None,
    /// By asset class.
    Class,
    /// By asset.
    Asset,
    /// By the selector that matched.
    Selector,
}

/// The form of cash flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CashflowFormat {
    /// One object a period.
    #[default]
    Rows,
    /// One list a column.
    Columns,
}

/// How borrowers behave. What is left open comes from selectors, drivers and class defaults.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AssumptionsBody {
    /// `{"model": "psa", "value": 150}`; models none, cpr, smm, psa, abs, ppc, vector.
    #[schema(value_type = Option<Object>)]
    pub prepayment: Option<Prepayment>,
    /// `{"model": "cdr", "value": 0.02}`; models none, cdr, mdr, sda,
    /// vector, `cumulative_loss`.
    #[schema(value_type = Option<Object>)]
    pub default: Option<DefaultModel>,
    /// `{"model": "constant", "value": 0.35}`; models constant, vector, ltv.
    #[schema(value_type = Option<Object>)]
    pub severity: Option<Severity>,
    /// Months from default to recovery.
    pub recovery_lag_months: Option<u16>,
    /// The shares recovered 0, 1, 2, … months after default, instead of one lag.
    pub recovery_timing: Option<Vec<f64>>,
    /// The servicer's annual fee.
    pub servicing_fee: Option<f64>,
    /// `none`, `interest` or `principal_and_interest`.
    #[schema(value_type = Option<String>)]
    pub advances: Option<Advances>,
    /// `bma`, `default_then_prepay` or `prepay_then_default`.
    #[schema(value_type = Option<String>)]
    pub order: Option<Order>,
    /// The months before maturity without new defaults.
    pub default_free_months: Option<u16>,
    /// What holds for the loans that match; the first match wins.
    #[schema(value_type = Vec<Object>)]
    pub selectors: Vec<Selector>,
    /// What holds for a class where no selector matches.
    #[schema(value_type = Object)]
    pub by_class: BTreeMap<AssetClass, Assumptions>,
    /// Whether facts about a loan replace the defaults of its class.
    pub use_drivers: bool,
}

/// The short form of assumptions. Rates are annual decimals.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Calibration {
    /// The CPR.
    #[serde(alias = "cpr", alias = "prepayment_speed")]
    pub prepayment_rate: Option<f64>,
    /// The CDR.
    #[serde(alias = "cdr", alias = "default_probability")]
    pub default_rate: Option<f64>,
    /// One minus the severity.
    pub recovery_rate: Option<f64>,
    /// The share of a defaulted balance that is lost, instead of `recovery_rate`.
    #[serde(alias = "severity")]
    pub loss_severity: Option<f64>,
    /// Months from default to recovery.
    #[serde(alias = "recovery_lag")]
    pub recovery_lag_months: Option<u16>,
    /// The servicer's annual fee.
    pub servicing_fee: Option<f64>,
}

/// What the outside world fills in.
#[derive(Debug, Clone, Copy)]
pub struct TermsDefaults {
    /// Today.
    pub today: NaiveDate,
}

/// The terms of an analysis, complete and checked, without the pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// The day from which cash flows are counted.
    pub analysis_date: NaiveDate,
    /// The day to which they are discounted.
    pub pricing_date: NaiveDate,
    /// Annual rate, if stated.
    pub discount_rate: Option<f64>,
    /// How the rate compounds.
    pub compounding: String,
    /// How time runs.
    pub time_basis: TimeBasis,
    /// Purchase price per 100.
    pub price: f64,
    /// How borrowers behave.
    pub assumptions: AssumptionSetDraft,
    /// Future values of indices.
    pub indices: BTreeMap<String, Vec<f64>>,
    /// Whether measures are computed.
    pub include_metrics: bool,
    /// How the answer is divided.
    pub group_by: GroupBy,
    /// Whether the predefined stress scenarios are compared as well.
    #[serde(default, skip_serializing_if = "is_false")]
    pub include_stress_tests: bool,
    /// The date of one period, where it does not follow from the analysis date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
}

/// The date of one period; the others are months away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// When the period ends.
    pub date: NaiveDate,
    /// The 1-based period.
    pub period: i32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde chooses the signature")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl AnalysisRequest {
    /// Completes and checks the terms.
    ///
    /// # Errors
    ///
    /// Returns every rule that they break.
    pub fn terms(&self, defaults: TermsDefaults) -> Result<Terms, Vec<Issue>> {
        let mut issues = Vec::new();
        let analysis_date = self.analysis_date.unwrap_or(defaults.today);
        let pricing_date = self.pricing_date.unwrap_or(analysis_date);
        self.check(analysis_date, pricing_date, &mut issues);

        let compounding = self.compounding.clone().unwrap_or_else(|| "annual".to_owned());
        if let Err(e) = Compounding::parse(&compounding) {
            issues.push(Issue::new("/compounding", "unknown_value", e.to_string()));
        }
        let assumptions = self.assumption_draft();
        let prefix =
            if self.calibration_params.is_some() { "/calibration_params" } else { "/assumptions" };
        if let Err(violations) = AssumptionSet::new(assumptions.clone()) {
            for violation in violations {
                let rest = violation.path.strip_prefix("/request").unwrap_or(&violation.path);
                issues.push(Issue::new(
                    format!("{prefix}{rest}"),
                    violation.code,
                    violation.message,
                ));
            }
        }
        if !issues.is_empty() {
            return Err(issues);
        }
        Ok(Terms {
            analysis_date,
            pricing_date,
            discount_rate: self.discount_rate,
            compounding,
            time_basis: self.time_basis,
            price: self.price.unwrap_or(100.0),
            assumptions,
            indices: self.indices.clone(),
            include_metrics: self.include_metrics,
            group_by: self.group_by,
            include_stress_tests: self.include_stress_tests,
            anchor: None,
        })
    }

    fn check(&self, analysis: NaiveDate, pricing: NaiveDate, issues: &mut Vec<Issue>) {
        use chrono::Datelike as _;
        let mut refuse = |pointer: &str, code: &'static str, message: String| {
            issues.push(Issue::new(pointer, code, message));
        };
        for (pointer, date) in [("/analysis_date", analysis), ("/pricing_date", pricing)] {
            if !(1900..=2200).contains(&date.year()) {
                refuse(
                    pointer,
                    "out_of_range",
                    format!("must be in the years 1900 to 2200, was {date}"),
                );
            }
        }
        if let Some(rate) = self.discount_rate {
            if rate > 1.0 {
                let hint = rate / 100.0;
                refuse(
                    "/discount_rate",
                    "rate_unit",
                    format!("must be a decimal of at most 1, was {rate}: send {hint} for {rate}%"),
                );
            } else if rate.is_nan() || rate <= -0.5 {
                refuse("/discount_rate", "out_of_range", format!("must be above -0.5, was {rate}"));
            }
        }
        if let Some(price) = self.price.filter(|price| !(*price > 0.0 && *price <= 1_000.0)) {
            refuse(
                "/price",
                "out_of_range",
                format!("must be above 0 and at most 1000 per 100 of balance, was {price}"),
            );
        }
        if self.assumptions.is_some() && self.calibration_params.is_some() {
            refuse(
                "/calibration_params",
                "conflict",
                "is the short form of assumptions: send one of the two".to_owned(),
            );
        }
        if self.scenario_name.as_ref().is_some_and(|name| name.chars().count() > 200) {
            refuse("/scenario_name", "length", "must have at most 200 characters".to_owned());
        }
        for (name, values) in &self.indices {
            let fits = !values.is_empty()
                && values.len() <= 1_200
                && values.iter().all(|value| value.is_finite() && value.abs() <= 1.0);
            if !fits {
                let pointer = format!("/indices/{}", name.replace('~', "~0").replace('/', "~1"));
                refuse(
                    &pointer,
                    "out_of_range",
                    "must be 1 to 1200 decimals between -1 and 1, such as 0.05".to_owned(),
                );
            }
        }
    }

    fn assumption_draft(&self) -> AssumptionSetDraft {
        if let Some(calibration) = self.calibration_params {
            return AssumptionSetDraft {
                request: calibration.assumptions(),
                ..AssumptionSetDraft::default()
            };
        }
        self.assumptions.clone().map(AssumptionsBody::draft).unwrap_or_default()
    }
}

impl AssumptionsBody {
    fn draft(self) -> AssumptionSetDraft {
        let mut selectors = self.selectors;
        for (class, assumptions) in self.by_class {
            let is_class = Predicate {
                field: Fact::AssetClass,
                op: Comparison::Eq,
                value: Operand::Name(class.name().to_owned()),
            };
            let name = class.name().to_owned();
            selectors.push(Selector { name, when: vec![is_class], assumptions });
        }
        AssumptionSetDraft {
            request: Assumptions {
                prepayment: self.prepayment,
                default: self.default,
                severity: self.severity,
                recovery_lag_months: self.recovery_lag_months,
                recovery_timing: self.recovery_timing,
                servicing_fee: self.servicing_fee,
                advances: self.advances,
                order: self.order,
                default_free_months: self.default_free_months,
            },
            selectors,
            use_drivers: self.use_drivers,
        }
    }
}

impl Calibration {
    fn assumptions(self) -> Assumptions {
        let severity = self.loss_severity.or(self.recovery_rate.map(|rate| 1.0 - rate));
        Assumptions {
            prepayment: self.prepayment_rate.map(|value| Prepayment::Cpr { value }),
            default: self.default_rate.map(|value| DefaultModel::Cdr { value }),
            severity: severity.map(|value| Severity::Constant { value }),
            recovery_lag_months: self.recovery_lag_months,
            servicing_fee: self.servicing_fee,
            ..Assumptions::default()
        }
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
