//! `/assumptions`

use credit_engine::assumptions::{ClassDefaults, class_defaults};
use credit_engine::loan::AssetClass;
use platform::http::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// What is assumed for a class when nobody says otherwise. Rates are annual decimals.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssumptionDefaultsView {
    /// The class.
    asset_class: &'static str,
    /// The default rate.
    cdr: f64,
    /// The prepayment rate.
    cpr: f64,
    /// One minus the severity.
    recovery_rate: f64,
    /// The share of a defaulted balance that is lost.
    loss_severity: f64,
    /// Months from default to recovery.
    recovery_lag_months: u16,
    /// The rate at which cash flows are discounted.
    discount_rate: f64,
}

impl From<ClassDefaults> for AssumptionDefaultsView {
    fn from(defaults: ClassDefaults) -> Self {
        Self {
            asset_class: defaults.asset_class.name(),
            cdr: defaults.cdr,
            cpr: defaults.cpr,
            recovery_rate: defaults.recovery_rate,
            loss_severity: 1.0 - defaults.recovery_rate,
            recovery_lag_months: defaults.recovery_lag_months,
            discount_rate: defaults.discount_rate,
        }
    }
}

/// Lists the default assumptions of the classes.
#[utoipa::path(
    get,
    path = "/api/v1/assumptions/defaults",
    tag = "asset classes",
    responses((status = 200, body = [AssumptionDefaultsView])),
)]
pub(super) async fn find_assumption_defaults() -> Json<Vec<AssumptionDefaultsView>> {
    Json(AssetClass::ALL.into_iter().map(|class| class_defaults(class).into()).collect())
}
