//! When collections end and payments fall.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The dates of a deal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DealDates {
    /// Collections after this day belong to the deal.
    pub cutoff: NaiveDate,
    /// Bonds accrue from this day.
    pub closing: NaiveDate,
    /// The first payment date; later ones are counted from it.
    pub first_payment: NaiveDate,
    /// How often the deal pays.
    #[serde(default)]
    pub frequency: Frequency,
    /// Whether a first payment at a month end keeps every payment at the month end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub end_of_month: bool,
    /// How a payment date moves off a holiday: a name such as `following`; not at all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convention: Option<String>,
    /// Whose holidays: a name such as `us_sifma`; none if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// Whether interest accrues to the moved payment date instead of the unmoved one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accrue_adjusted: bool,
    /// Days before the payment date on which its collections end; 0 takes everything up to it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub collection_lag_days: u16,
    /// The last payment date there can be; 60 years after closing if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maturity: Option<NaiveDate>,
    /// The day on which the revolving period ends and the deal becomes `amortizing`; a deal with
    /// such a day starts `revolving`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revolving_until: Option<NaiveDate>,
}

/// How often a deal pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// 12 times a year.
    #[default]
    Monthly,
    /// 4 times a year.
    Quarterly,
    /// Twice a year.
    SemiAnnual,
    /// Once a year.
    Annual,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(days: &u16) -> bool {
    *days == 0
}
