//! `/trading/reconciliation`: what the exchange says, compared with what the desk knows.

use axum::extract::State;
use chrono::{DateTime, Utc};
use http::StatusCode;
use platform::auth::Caller;
use platform::http::Json;
use platform::problem::Problem;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::control::insert;
use crate::Strangle;
use crate::domain::operation::Command;
use crate::http::require_desk;
use crate::store::reconciliation_reports::{self, ReportRow};

/// The newest comparison.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReconciliationView {
    /// Absent before the first comparison.
    last: Option<ReconciliationReportView>,
}

/// What a comparison found and did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReconciliationReportView {
    id: String,
    session_id: Option<i64>,
    /// `start`, `periodic`, `reconnect` or `manual`.
    trigger: String,
    /// `agreed`, `repaired`, `foreign`, `unresolved` or `unknown`.
    result: String,
    /// What differs: `{"kind", "symbol", "ours", "theirs", "message"}`.
    #[schema(value_type = Vec<Object>)]
    differences: Value,
    /// What was done about it: `{"kind", "symbol", "message"}`.
    #[schema(value_type = Vec<Object>)]
    actions: Value,
    started_at: DateTime<Utc>,
    finished_at: DateTime<Utc>,
}

/// Where the work can be followed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OperationStarted {
    /// Follow it at `/api/trading/operations/{id}`.
    operation_id: String,
}

impl From<ReportRow> for ReconciliationReportView {
    fn from(row: ReportRow) -> Self {
        Self {
            id: row.id,
            session_id: row.session_id,
            trigger: row.trigger_kind,
            result: row.result,
            differences: row.differences.0,
            actions: row.actions.0,
            started_at: row.started_at,
            finished_at: row.finished_at,
        }
    }
}

/// Shows the newest comparison with the exchange.
#[utoipa::path(
    get,
    path = "/trading/reconciliation",
    tag = "strangle risk",
    responses((status = 200, body = ReconciliationView)),
)]
pub(super) async fn find_reconciliation(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<Json<ReconciliationView>, Problem> {
    let mut tx = app.db.read().await?;
    let (tenant, environment) = (caller.tenant_id.as_str(), app.environment());
    let last =
        reconciliation_reports::find_last(&mut tx, tenant, environment, &app.account).await?;
    Ok(Json(ReconciliationView { last: last.map(Into::into) }))
}

/// Compares with the exchange now.
#[utoipa::path(
    post,
    path = "/trading/reconciliation/run",
    tag = "strangle risk",
    responses((status = 202, body = OperationStarted)),
)]
pub(super) async fn run_reconciliation(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<(StatusCode, Json<OperationStarted>), Problem> {
    require_desk(&app, &caller)?;
    let row = app.operation(&caller.tenant_id, &caller.user_id, Command::Reconcile);
    let mut tx = app.db.write().await?;
    insert(&mut tx, &row).await?;
    tx.commit().await?;
    app.announce(&caller.tenant_id, &row.id);
    Ok((StatusCode::ACCEPTED, Json(OperationStarted { operation_id: row.id })))
}
