//! `/asset-classes`: what is supported, and whether a pool is good.

use credit_engine::loan::AssetClass;
use platform::http::Json;
use platform::problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::asset::Issue;
use crate::domain::pool::PoolDraft;

/// What is wrong with a pool, and what is worth a second look.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ValidationView {
    /// Whether an analysis would take it.
    valid: bool,
    /// What is wrong, at most 1000.
    errors: Vec<IssueView>,
    /// What is allowed and worth a second look.
    warnings: Vec<IssueView>,
}

/// One broken rule.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IssueView {
    /// The field as people write it.
    #[schema(example = "assets[6].remaining_term_months")]
    path: String,
    /// A stable name of the rule.
    #[schema(example = "remaining_above_term")]
    code: String,
    /// The rule, the value, and the way out.
    message: String,
}

impl From<Issue> for IssueView {
    fn from(issue: Issue) -> Self {
        Self { path: issue.path(), code: issue.code.into_owned(), message: issue.message }
    }
}

/// Lists the asset classes, always in the same order.
#[utoipa::path(
    get,
    path = "/api/v1/asset-classes/supported",
    tag = "asset classes",
    responses((status = 200, body = [String])),
)]
pub(super) async fn list_asset_classes() -> Json<[&'static str; 5]> {
    Json(AssetClass::ALL.map(AssetClass::name))
}

/// Says everything that is wrong with a pool.
#[utoipa::path(
    post,
    path = "/api/v1/asset-classes/validate-pool",
    tag = "asset classes",
    request_body(content = Object, description = "A pool: pool_name, cut_off_date, currency, assets"),
    responses((status = 200, body = ValidationView), (status = 400, body = Problem)),
)]
#[tracing::instrument(name = "http.credit.validate_pool", skip_all)]
pub(super) async fn validate_pool(Json(draft): Json<PoolDraft>) -> Json<ValidationView> {
    let errors: Vec<IssueView> = draft.errors().into_iter().map(Into::into).collect();
    let warnings = draft.warnings().into_iter().map(Into::into).collect();
    Json(ValidationView { valid: errors.is_empty(), errors, warnings })
}
