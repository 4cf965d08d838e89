//! A loan with its own assumptions, as a caller sends it.

use chrono::NaiveDate;
use credit_engine::assumptions::{
    AssumptionSet, AssumptionSetDraft, Assumptions, DefaultModel, Prepayment, Severity,
};
use credit_engine::dates::add_months;
use credit_engine::loan::Loan;
use credit_engine::speeds::convert::SpeedUnit;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::analysis::{Anchor, GroupBy, Terms, TimeBasis};
use crate::domain::asset::{Field, Issue, Record, build};

/// The largest document that a loan may carry.
const MAX_CUSTOM_BYTES: usize = 16 * 1024;

/// A loan with its own assumptions. What is left out of the assumptions does not happen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LoanData {
    /// What the caller calls it.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loan_id: Option<Value>,
    /// Outstanding, above 0.
    #[schema(value_type = f64, example = 250_000)]
    pub principal: Option<Value>,
    /// Annual rate as a decimal, 0.065 for 6.5 %.
    #[schema(value_type = f64, example = 0.065)]
    pub interest_rate: Option<Value>,
    /// Months from origination to maturity, 1 to 600.
    #[schema(value_type = u32, example = 360)]
    pub term_months: Option<Value>,
    /// Months left; the term if absent.
    #[schema(value_type = Option<u32>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining_term_months: Option<Value>,
    /// When the loan was made.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origination_date: Option<Value>,
    /// When the first payment is due.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_payment_date: Option<Value>,
    /// The class, or `mortgage`, `auto`, `consumer`, `personal`, `student`, `commercial`; a
    /// residential mortgage if absent.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loan_type: Option<Value>,
    /// `monthly` (default), `quarterly`, `semi_annual` or `annual`.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_frequency: Option<Value>,
    /// `level` (default), `linear`, `interest_only`, `bullet`, `scheduled` or `graduated`.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amortization_type: Option<Value>,
    /// Months without principal, fewer than the term.
    #[schema(value_type = Option<u32>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest_only_period: Option<Value>,
    /// Months over which the payment is computed, if longer than what is left.
    #[schema(value_type = Option<u32>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amortization_months: Option<Value>,
    /// A stated residual, due with the last payment.
    #[schema(value_type = Option<f64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balloon_payment: Option<Value>,
    /// How interest accrues, such as `ACT/360`; by equal periods if absent.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_count: Option<Value>,
    /// `none` (default), `half_up_cents` or `half_even_cents`.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub money_rounding: Option<Value>,
    /// A share of what is prepaid, or an object such as `{"type": "step_down", "shares": [0.03]}`.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepayment_penalty: Option<Value>,
    /// Net operating income a year, for coverage.
    #[schema(value_type = Option<f64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noi: Option<Value>,
    /// What the property is worth, for leverage.
    #[schema(value_type = Option<f64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property_value: Option<Value>,
    /// The annual default rate.
    pub default_probability: Option<f64>,
    /// One minus the severity; what is usual for the class if absent.
    pub recovery_rate: Option<f64>,
    /// Months from default to recovery; what is usual for the class if absent.
    pub recovery_lag_months: Option<u16>,
    /// The servicer's annual fee.
    pub servicing_fee: Option<f64>,
    /// `CPR` (default), `PSA`, `SMM` or `ABS`.
    pub prepayment_model: Option<String>,
    /// A decimal, but for PSA: 150 is 150 PSA.
    pub prepayment_rate: Option<f64>,
    /// On the prepayment rate; 1 if absent.
    pub prepayment_multiplier: Option<f64>,
    /// Anything else, kept as it is.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_fields: Option<Value>,
}

/// How the cash of a loan is valued.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Valuing {
    /// Annual rate; what is usual for the class if absent.
    pub discount_rate: Option<f64>,
    /// The day to which cash is discounted; the day before the first period if absent.
    pub pricing_date: Option<NaiveDate>,
    /// Purchase price per 100; 100 if absent.
    pub price: Option<f64>,
}

/// A loan that obeys the rules, its assumptions, and how it is valued.
#[derive(Debug, Clone)]
pub struct LoanCase {
    /// The loan.
    pub loan: Loan,
    /// How it is projected and valued.
    pub terms: Terms,
    /// Net operating income a year.
    pub noi: Option<f64>,
    /// What the property is worth.
    pub property_value: Option<f64>,
}

impl Valuing {
    /// The rules that the numbers break.
    #[must_use]
    pub fn violations(&self) -> Vec<Issue> {
        let mut issues = Vec::new();
        if let Some(rate) = self.discount_rate.filter(|rate| !(*rate > -0.5 && *rate <= 1.0)) {
            let message = if rate > 1.0 && rate <= 100.0 {
                format!(
                    "must be a decimal of at most 1, was {rate}: send {} for {rate}%",
                    rate / 100.0
                )
            } else {
                format!("must be above -0.5 and at most 1, was {rate}")
            };
            let code = if rate > 1.0 { "rate_unit" } else { "out_of_range" };
            issues.push(Issue::new("/discount_rate", code, message));
        }
        if let Some(price) = self.price.filter(|price| !(*price > 0.0 && *price <= 1_000.0)) {
            let message = format!("must be above 0 and at most 1000 per 100, was {price}");
            issues.push(Issue::new("/price", "out_of_range", message));
        }
        issues
    }
}

impl LoanData {
    /// Checks the loan; `at` is its pointer, `today` stands in where it states no date.
    ///
    /// # Errors
    ///
    /// Returns every rule that it breaks.
    pub fn case(
        &self,
        at: &str,
        valuing: Valuing,
        today: NaiveDate,
    ) -> Result<LoanCase, Vec<Issue>> {
        let mut record = Record::default();
        let mut issues = Vec::new();
        for (name, field, value) in self.facts() {
            let Some(value) = value.filter(|value| !value.is_null()) else { continue };
            if let Err(issue) = record.set_json("", field.name(), value) {
                issues.push(Issue::new(format!("{at}/{name}"), issue.code, issue.message));
            }
        }
        let loan = match build(&record, "") {
            Ok(loan) => Some(loan),
            Err(broken) => {
                let renamed = broken.into_iter().map(|issue| self.renamed(at, issue));
                let known = |issue: &Issue, issues: &[Issue]| {
                    issues.iter().any(|other| other.pointer == issue.pointer)
                };
                for issue in renamed {
                    if !known(&issue, &issues) {
                        issues.push(issue);
                    }
                }
                None
            }
        };
        let assumptions = self.assumptions(at, &mut issues);
        self.check_custom(at, &mut issues);
        let Some(loan) = loan.filter(|_| issues.is_empty()) else { return Err(issues) };
        let every = i32::from(loan.frequency().months());
        let start = loan
            .first_payment_date()
            .and_then(|first| add_months(first, -every))
            .or(loan.origination_date())
            .unwrap_or(today);
        let terms = Terms {
            analysis_date: start,
            pricing_date: valuing.pricing_date.unwrap_or(start),
            discount_rate: valuing.discount_rate,
            compounding: "annual".to_owned(),
            time_basis: TimeBasis::Dates,
            price: valuing.price.unwrap_or(100.0),
            assumptions,
            indices: std::collections::BTreeMap::new(),
            include_metrics: true,
            group_by: GroupBy::None,
            include_stress_tests: false,
            anchor: loan.first_payment_date().map(|date| Anchor { date, period: every }),
        };
        let noi = record.number(Field::Noi);
        let property_value = record.number(Field::PropertyValue);
        Ok(LoanCase { loan, terms, noi, property_value })
    }

    /// The name that was sent, the field of an asset, and the value.
    fn facts(&self) -> Vec<(&'static str, Field, Option<Value>)> {
        let id = self.loan_id.clone().unwrap_or_else(|| Value::from("loan"));
        vec![
            ("loan_id", Field::Id, Some(id)),
            ("principal", Field::Balance, self.principal.clone()),
            ("interest_rate", Field::Rate, self.interest_rate.clone()),
            ("term_months", Field::TermMonths, self.term_months.clone()),
            (
                "remaining_term_months",
                Field::RemainingTermMonths,
                self.remaining_term_months.clone(),
            ),
            ("origination_date", Field::OriginationDate, self.origination_date.clone()),
            ("first_payment_date", Field::FirstPaymentDate, self.first_payment_date.clone()),
            ("loan_type", Field::AssetClass, Some(self.class())),
            ("payment_frequency", Field::PaymentFrequency, self.payment_frequency.clone()),
            ("amortization_type", Field::Amortization, self.amortization_type.clone()),
            (
                "interest_only_period",
                Field::InterestOnlyPeriodMonths,
                self.interest_only_period.clone(),
            ),
            ("amortization_months", Field::AmortizationMonths, self.amortization_months.clone()),
            ("balloon_payment", Field::BalloonPayment, self.balloon_payment.clone()),
            ("day_count", Field::DayCount, self.day_count.clone()),
            ("money_rounding", Field::MoneyRounding, self.money_rounding.clone()),
            ("prepayment_penalty", Field::PrepaymentPenalty, self.prepayment_penalty.clone()),
            ("noi", Field::Noi, self.noi.clone()),
            ("property_value", Field::PropertyValue, self.property_value.clone()),
        ]
    }

    /// The class, from the words that older clients use too.
    fn class(&self) -> Value {
        let Some(value) = &self.loan_type else { return Value::from("residential_mortgage") };
        let Some(text) = value.as_str() else { return value.clone() };
        let class = match text.trim().to_ascii_lowercase().as_str() {
            "mortgage" | "residential" | "home" => "residential_mortgage",
            "auto" | "car" => "auto_loan",
            "consumer" | "personal" | "personal_loan" | "student" | "student_loan"
            | "credit_card" => "consumer_credit",
            "commercial" => "commercial_loan",
            _ => text,
        };
        Value::from(class)
    }

    /// A rule of the asset under the name that was sent.
    fn renamed(&self, at: &str, issue: Issue) -> Issue {
        let field = issue.pointer.trim_start_matches('/');
        let sent = self.facts().into_iter().find(|(_, known, _)| known.name() == field);
        let name = sent.map_or(field, |(name, ..)| name);
        Issue::new(format!("{at}/{name}"), issue.code, issue.message)
    }

    fn assumptions(&self, at: &str, issues: &mut Vec<Issue>) -> AssumptionSetDraft {
        let request = Assumptions {
            prepayment: Some(self.prepayment(at, issues)),
            default: Some(match self.default_probability {
                Some(value) => DefaultModel::Cdr { value },
                None => DefaultModel::None,
            }),
            severity: self.recovery_rate.map(|rate| Severity::Constant { value: 1.0 - rate }),
            recovery_lag_months: self.recovery_lag_months,
            servicing_fee: self.servicing_fee,
            ..Assumptions::default()
        };
        let draft = AssumptionSetDraft { request, ..AssumptionSetDraft::default() };
        for broken in AssumptionSet::new(draft.clone()).err().unwrap_or_default() {
            let name = match broken.path.as_str() {
                path if path.contains("prepayment") => "prepayment_rate",
                path if path.contains("default") => "default_probability",
                path if path.contains("severity") => "recovery_rate",
                path if path.contains("lag") => "recovery_lag_months",
                _ => "servicing_fee",
            };
            issues.push(Issue::new(format!("{at}/{name}"), broken.code, broken.message));
        }
        draft
    }

    fn prepayment(&self, at: &str, issues: &mut Vec<Issue>) -> Prepayment {
        let multiplier = self.prepayment_multiplier.unwrap_or(1.0);
        if !(0.0..=10.0).contains(&multiplier) {
            let message = format!("must be between 0 and 10, was {multiplier}");
            issues.push(Issue::new(format!("{at}/prepayment_multiplier"), "out_of_range", message));
        }
        let model = self.prepayment_model.as_deref().unwrap_or("CPR");
        let unit = match model.trim().to_ascii_uppercase().as_str() {
            "SMM" => SpeedUnit::Monthly,
            "PSA" => SpeedUnit::Psa,
            "ABS" => SpeedUnit::Abs,
            "CPR" => SpeedUnit::Annual,
            _ => {
                let shown: String = model.chars().take(60).collect();
                let message = format!("must be CPR, PSA, SMM or ABS, was \"{shown}\"");
                issues.push(Issue::new(format!("{at}/prepayment_model"), "unknown_value", message));
                SpeedUnit::Annual
            }
        };
        let Some(rate) = self.prepayment_rate else {
            if self.prepayment_model.is_some() {
                let message = "is missing: send the rate of the prepayment model";
                issues.push(Issue::new(format!("{at}/prepayment_rate"), "missing", message));
            }
            return Prepayment::None;
        };
        // A product above 1 is everything; a rate above 1 is a mistake and stays one.
        let most = if rate <= 1.0 { 1.0 } else { f64::INFINITY };
        let share = (rate * multiplier).min(most);
        match unit {
            SpeedUnit::Psa => Prepayment::Psa { value: rate * multiplier },
            SpeedUnit::Monthly => Prepayment::Smm { value: share },
            SpeedUnit::Abs => Prepayment::Abs { value: share },
            SpeedUnit::Annual => Prepayment::Cpr { value: share },
        }
    }

    fn check_custom(&self, at: &str, issues: &mut Vec<Issue>) {
        let Some(custom) = &self.custom_fields else { return };
        let text = custom.to_string();
        if !custom.is_object() || text.len() > MAX_CUSTOM_BYTES || text.contains("\\u0000") {
            let message = "must be an object of at most 16 KiB without the NUL character";
            issues.push(Issue::new(format!("{at}/custom_fields"), "wrong_type", message));
        }
    }
}

#[cfg(test)]
#[path = "data_tests.rs"]
mod tests;
