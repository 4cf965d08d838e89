//! Which column of a tape is which field, and in which unit.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::cells::{is_missing, number};
use super::dates::DateFormat;
use crate::domain::asset::{Field, Kind, Record, Value};

/// The field name that stands for the code of a loan that is gone.
pub(super) const ZERO_BALANCE_CODE: &str = "zero_balance_code";
/// Headings that mean it.
const ZERO_BALANCE_HEADINGS: [&str; 3] = ["zerobalancecode", "zerobalcode", "liquidationcode"];

/// Which column of a tape is which field.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// The columns that are used; the others are ignored.
    pub columns: Vec<ColumnMapping>,
    /// Values for fields that the tape does not carry, for example `{"asset_class": "auto_loan"}`.
    #[schema(value_type = Object)]
    pub constants: BTreeMap<String, Json>,
    /// What happens when two different rows have the same id.
    pub duplicate_ids: DuplicateIds,
}

/// What one column means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnMapping {
    /// The heading, exactly.
    pub column: String,
    /// The field of the asset, or `zero_balance_code`.
    pub field: String,
    /// The unit of a rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// How dates are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_format: Option<DateFormat>,
}

/// The unit of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 0.05 is 5 %.
    #[default]
    Fraction,
    /// 5 is 5 %.
    Percent,
    /// 500 is 5 %.
    BasisPoints,
}

/// What happens when two different rows have the same id. Two equal rows are one loan too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateIds {
    /// The second gets `#2` behind its id, and a warning.
    #[default]
    Rename,
    /// The second is refused.
    Reject,
}

/// Why a mapping was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct MappingError {
    /// JSON pointer within the mapping.
    pub pointer: String,
    /// A stable name.
    pub code: &'static str,
    /// What to correct.
    pub message: String,
}

/// A mapping put to the columns of one file.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) columns: Vec<Planned>,
    pub(super) zero_balance: Option<usize>,
    pub(super) constants: Vec<(Field, Value)>,
}

/// One column that is read.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) position: usize,
    pub(super) field: Field,
    pub(super) unit: Unit,
    pub(super) dates: DateFormat,
}

impl Mapping {
    /// Puts the mapping to the columns of a file.
    pub(super) fn plan(&self, headings: &[String]) -> Result<Plan, MappingError> {
        let mut plan = Plan { columns: Vec::new(), zero_balance: None, constants: Vec::new() };
        let mut used = HashSet::new();
        for (i, mapped) in self.columns.iter().enumerate() {
            let refuse = |part: &str, code, message| {
                Err(MappingError { pointer: format!("/columns/{i}/{part}"), code, message })
            };
            let Some(position) = headings.iter().position(|heading| *heading == mapped.column)
            else {
                let message = format!("the tape has no column \"{}\"", mapped.column);
                return refuse("column", "unknown_column", message);
            };
            if mapped.field == ZERO_BALANCE_CODE {
                plan.zero_balance = Some(position);
                continue;
            }
            let Some(field) = Field::find(&mapped.field) else {
                let message = format!("\"{}\" is not a field of an asset", mapped.field);
                return refuse("field", "unknown_field", message);
            };
            if !used.insert(field) {
                let message = format!("{} has two columns; keep one", field.name());
                return refuse("field", "duplicate_field", message);
            }
            let unit = mapped.unit.unwrap_or_default();
            let dates = mapped.date_format.unwrap_or(DateFormat::Iso);
            plan.columns.push(Planned { position, field, unit, dates });
        }
        plan.constants = self.constants(&used)?;
        for needed in [Field::Balance, Field::Rate] {
            let known = used.contains(&needed) || plan.constants.iter().any(|(f, _)| *f == needed);
            if !known {
                let message = format!("no column is mapped to {}; map one", needed.name());
                return Err(MappingError {
                    pointer: "/columns".to_owned(),
                    code: "missing_field",
                    message,
                });
            }
        }
        Ok(plan)
    }

    fn constants(&self, used: &HashSet<Field>) -> Result<Vec<(Field, Value)>, MappingError> {
        let mut record = Record::default();
        let mut constants = Vec::new();
        for (name, value) in &self.constants {
            record.set_json("/constants", name, value.clone()).map_err(|issue| MappingError {
                pointer: issue.pointer,
                code: "wrong_constant",
                message: issue.message,
            })?;
        }
        for field in record.fields() {
            if let Some(value) = record.get(*field).filter(|_| !used.contains(field)) {
                constants.push((*field, value.clone()));
            }
        }
        Ok(constants)
    }

    /// The heading that is mapped to a field.
    #[must_use]
    pub fn column_of(&self, field: &str) -> Option<&str> {
        self.columns.iter().find(|c| c.field == field).map(|c| c.column.as_str())
    }
}

/// Proposes a mapping from headings and some rows.
#[must_use]
pub fn guess(headings: &[String], rows: &[Vec<String>]) -> Mapping {
    let letters: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
    let mut mapping = Mapping::default();
    for field in Field::ALL {
        let Some(position) = best(*field, &letters) else { continue };
        let Some(column) = headings.get(position) else { continue };
        let samples: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.get(position).map(|cell| cell.trim()))
            .filter(|cell| !is_missing(cell))
            .collect();
        let is_date = field.kind() == Kind::Date;
        let is_share = matches!(field.kind(), Kind::Share(..));
        mapping.columns.push(ColumnMapping {
            column: column.clone(),
            field: field.name().to_owned(),
            unit: is_share.then(|| unit_of(*field, &samples)),
            date_format: is_date.then(|| format_of(&samples)),
        });
    }
    let code = ZERO_BALANCE_HEADINGS.iter().find_map(|h| letters.iter().position(|l| l == h));
    if let Some(column) = code.and_then(|position| headings.get(position)) {
        mapping.columns.push(ColumnMapping {
            column: column.clone(),
            field: ZERO_BALANCE_CODE.to_owned(),
            unit: None,
            date_format: None,
        });
    }
    if mapping.column_of("asset_class").is_none() {
        mapping.constants.insert("asset_class".to_owned(), Json::from(class_of(&letters)));
    }
    mapping
}

/// The letters and digits of a heading, lower case.
fn plain(heading: &str) -> String {
    heading.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// The column that means the field best: its own name, then its headings in their order.
fn best(field: Field, letters: &[String]) -> Option<usize> {
    let own = plain(field.name());
    let named = letters.iter().position(|heading| *heading == own);
    named.or_else(|| {
        field.headings().iter().find_map(|wanted| letters.iter().position(|l| l == wanted))
    })
}

/// Per cent, if most samples are larger than any fraction of this field would be.
fn unit_of(field: Field, samples: &[&str]) -> Unit {
    let usual = match field {
        Field::LtvRatio | Field::DebtToIncome | Field::PaymentToIncome => 2.0,
        _ => 0.6,
    };
    let numbers: Vec<f64> = samples.iter().filter_map(|text| number(text)).collect();
    let large = numbers.iter().filter(|number| number.abs() > usual).count();
    if large * 2 > numbers.len() { Unit::Percent } else { Unit::Fraction }
}

/// The first format that reads every sample, else the one that reads most.
fn format_of(samples: &[&str]) -> DateFormat {
    let mut best = (0, DateFormat::Iso);
    for format in DateFormat::ALL {
        let read = samples.iter().filter(|text| format.parse(text).is_some()).count();
        if read > best.0 {
            best = (read, format);
        }
    }
    best.1
}

/// The class that the headings suggest.
fn class_of(letters: &[String]) -> &'static str {
    let has = |words: &[&str]| letters.iter().any(|l| words.iter().any(|word| l.contains(word)));
    if has(&["vehicle", "automaker"]) {
        "auto_loan"
    } else if has(&["dscr", "debtservicecoverage", "netoperatingincome"]) {
        "commercial_loan"
    } else if has(&["ltv", "property", "lien", "appraisal", "loantovalue", "occupancy"]) {
        "residential_mortgage"
    } else {
        "consumer_credit"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn public_auto_loan_headings_are_understood() {
        let headings = strings(&[
            "assetNumber",
            "originationDate",
            "originalLoanAmount",
            "originalInterestRatePercentage",
            "reportingPeriodInterestRatePercentage",
            "reportingPeriodActualEndBalanceAmount",
            "vehicleNewUsedCode",
            "zeroBalanceCode",
            "originatorName",
        ]);
        let rows = vec![strings(&[
            "99", "08/2019", "29019.59", "0.0687", "0.0687", "25565.38", "2", "NA", "X",
        ])];

        let mapping = guess(&headings, &rows);

        assert_eq!(mapping.column_of("id"), Some("assetNumber"));
        assert_eq!(mapping.column_of("rate"), Some("reportingPeriodInterestRatePercentage"));
        assert_eq!(mapping.column_of("balance"), Some("reportingPeriodActualEndBalanceAmount"));
        assert_eq!(mapping.column_of("vehicle_type"), Some("vehicleNewUsedCode"));
        assert_eq!(mapping.column_of("zero_balance_code"), Some("zeroBalanceCode"));
        assert_eq!(mapping.constants["asset_class"], "auto_loan");
        let dates = mapping.columns.iter().find(|c| c.field == "origination_date").unwrap();
        assert_eq!(dates.date_format, Some(DateFormat::MonthYear));
        let rate = mapping.columns.iter().find(|c| c.field == "rate").unwrap();
        assert_eq!(rate.unit, Some(Unit::Fraction));
    }

    #[test]
    fn units_and_formats_are_seen_in_the_rows() {
        let headings = strings(&["loan_id", "interest_rate", "ltv", "first payment date", "upb"]);
        let rows = vec![
            strings(&["1", "6.25", "80", "03/15/2020", "1"]),
            strings(&["2", "NA", "95.5", "12/31/2020", "1"]),
        ];

        let mapping = guess(&headings, &rows);

        let units: Vec<_> = mapping.columns.iter().filter_map(|c| c.unit).collect();
        assert_eq!(units, [Unit::Percent, Unit::Percent]);
        let dates = mapping.columns.iter().find_map(|c| c.date_format);
        assert_eq!(dates, Some(DateFormat::MonthDayYear));
        assert_eq!(mapping.constants["asset_class"], "residential_mortgage");
    }

    #[test]
    fn a_mapping_without_a_balance_is_refused() {
        let mapping = guess(&strings(&["a", "b"]), &[]);

        let refused = mapping.plan(&strings(&["a", "b"])).unwrap_err();

        assert_eq!((refused.code, refused.pointer.as_str()), ("missing_field", "/columns"));
    }
}
