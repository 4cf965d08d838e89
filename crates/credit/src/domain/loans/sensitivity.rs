//! One input of a loan moved at a time.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use utoipa::ToSchema;

use super::calculate::calculate;
use super::data::{LoanData, Valuing};
use crate::domain::analysis::Bend;
use crate::domain::asset::Issue;

/// The most values of one input.
const MOST_VALUES: usize = 50;

/// An input that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SensitivityInput)]
pub enum Input {
    /// The rate of the loan.
    InterestRate,
    /// The rate at which cash is discounted.
    DiscountRate,
    /// The prepayment rate.
    PrepaymentRate,
    /// The annual default rate.
    DefaultProbability,
    /// One minus the severity.
    RecoveryRate,
}

/// An input and the values it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SensitivityQuery {
    /// The input.
    pub parameter: Input,
    /// The values, 1 to 50.
    pub values: Vec<f64>,
}

/// What came of the values of one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LoanSensitivity)]
pub struct Sensitivity {
    /// The input.
    pub parameter: Input,
    /// One row a value.
    pub rows: Vec<Moved>,
}

/// What came of one value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SensitivityRow)]
pub struct Moved {
    /// The value.
    pub value: f64,
    /// Present value.
    pub npv: Option<f64>,
    /// Its change against the loan as sent.
    pub npv_change: Option<f64>,
    /// Return per year, bought at the purchase price.
    pub irr: Option<f64>,
    /// Average time to principal, years.
    pub weighted_average_life: Option<f64>,
    /// Lost.
    pub total_loss: f64,
}

/// Calculates the loan with every value of every input; `base` is the value of the loan as sent.
///
/// # Errors
///
/// Returns every value that the loan cannot have.
pub fn sensitivity(
    data: &LoanData,
    valuing: Valuing,
    today: NaiveDate,
    queries: &[SensitivityQuery],
    base: Option<f64>,
) -> Result<Vec<Sensitivity>, Vec<Issue>> {
    let (mut found, mut issues) = (Vec::new(), Vec::new());
    for (position, query) in queries.iter().enumerate() {
        let at = format!("/parameters/{position}/values");
        if query.values.is_empty() || query.values.len() > MOST_VALUES {
            let message = format!("must be 1 to {MOST_VALUES} values, were {}", query.values.len());
            issues.push(Issue::new(at, "length", message));
            continue;
        }
        let mut rows = Vec::new();
        for (index, value) in query.values.iter().enumerate() {
            match moved(data, valuing, today, query.parameter, *value) {
                Ok(row) => rows.push(Moved {
                    npv_change: row.npv.zip(base).map(|(npv, base)| npv - base),
                    ..row
                }),
                Err(broken) => {
                    let moved = |issue: Issue| {
                        Issue::new(format!("{at}/{index}"), issue.code, issue.message)
                    };
                    issues.extend(broken.into_iter().map(moved));
                }
            }
        }
        found.push(Sensitivity { parameter: query.parameter, rows });
    }
    if issues.is_empty() { Ok(found) } else { Err(issues) }
}

fn moved(
    data: &LoanData,
    valuing: Valuing,
    today: NaiveDate,
    input: Input,
    value: f64,
) -> Result<Moved, Vec<Issue>> {
    let (mut data, mut valuing) = (data.clone(), valuing);
    match input {
        Input::InterestRate => data.interest_rate = Number::from_f64(value).map(Value::Number),
        Input::DiscountRate => valuing.discount_rate = Some(value),
        Input::PrepaymentRate => data.prepayment_rate = Some(value),
        Input::DefaultProbability => data.default_probability = Some(value),
        Input::RecoveryRate => data.recovery_rate = Some(value),
    }
    let mut issues = valuing.violations();
    let case = match data.case("", valuing, today) {
        Ok(case) if issues.is_empty() => case,
        Ok(_) => return Err(issues),
        Err(broken) => {
            issues.extend(broken);
            return Err(issues);
        }
    };
    let too_large =
        |_| vec![Issue::new("/principal", "out_of_range", "is more than can be computed with")];
    let found = calculate(&case, &[Bend::default()]).map_err(too_large)?;
    let metrics = found.into_iter().next().map(|one| one.summary.metrics).unwrap_or_default();
    Ok(Moved {
        value,
        npv: metrics.npv,
        npv_change: None,
        irr: metrics.irr,
        weighted_average_life: metrics.weighted_average_life,
        total_loss: metrics.total_loss,
    })
}
