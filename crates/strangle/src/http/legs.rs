//! `/trading/legs`

use axum::extract::State;
use platform::auth::Caller;
use platform::http::{Json, Path};
use platform::problem::Problem;
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::ToSchema;

use super::control::{ControlView, insert};
use super::problems::{conflict, field, leg_not_found};
use crate::Strangle;
use crate::domain::operation::{CloseLegOrder, Command};
use crate::http::require_desk;
use crate::store::{legs, sessions};

/// How one leg is closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CloseLegRequest {
    order_type: CloseOrderType,
    /// Needed by `limit_order`, and only there.
    #[schema(value_type = Option<String>)]
    limit_price: Option<Decimal>,
    /// Contracts; all that are open if absent.
    #[schema(minimum = 1)]
    size: Option<i64>,
}

/// How an order is priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CloseOrderType {
    MarketOrder,
    LimitOrder,
}

/// Closes one leg, or a part of it.
#[utoipa::path(
    post,
    path = "/trading/legs/{id}/close",
    tag = "strangle desk",
    params(("id" = i64, Path)),
    request_body = CloseLegRequest,
    responses(
        (status = 200, body = ControlView),
        (status = 404, body = Problem),
        (status = 409, description = "`leg_not_open`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.strangle.close_leg", skip_all, fields(leg.id = id))]
pub(super) async fn close_leg(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(request): Json<CloseLegRequest>,
) -> Result<Json<ControlView>, Problem> {
    require_desk(&app, &caller)?;
    check_close(&request)?;
    let mut tx = app.db.write().await?;
    let leg = legs::find(&mut tx, &caller.tenant_id, id).await?;
    let leg = leg.ok_or_else(|| leg_not_found(id))?;
    let session = sessions::find(&mut tx, &caller.tenant_id, leg.session_id).await?;
    let session = session.filter(|session| session.status == "running" && leg.open_qty < 0);
    let Some(session) = session else {
        return Err(conflict(
            "leg_not_open",
            "The leg is not open",
            "There is nothing to buy back.",
        ));
    };
    if request.size.is_some_and(|size| size > -leg.open_qty) {
        let message = format!("must be at most {}, which is what is open", -leg.open_qty);
        return Err(field("/size", "too_large", message));
    }
    let order = CloseLegOrder { leg_id: id, limit_price: request.limit_price, size: request.size };
    let row = app.operation(&caller.tenant_id, &caller.user_id, Command::CloseLeg(order));
    insert(&mut tx, &row).await?;
    tx.commit().await?;
    app.announce(&caller.tenant_id, &row.id);
    Ok(Json(ControlView {
        strategy_id: Some(session.strategy_id),
        status: "running",
        message: format!("{} is being bought back", leg.symbol),
        stopped_sessions: Vec::new(),
        imported_positions: Vec::new(),
        operation_id: row.id,
    }))
}

fn check_close(request: &CloseLegRequest) -> Result<(), Problem> {
    let limit = request.order_type == CloseOrderType::LimitOrder;
    match request.limit_price {
        None if limit => {
            return Err(field(
                "/limit_price",
                "missing",
                "is missing: a limit order needs a price",
            ));
        }
        Some(_) if !limit => {
            let message = "must be left out of a market order";
            return Err(field("/limit_price", "not_allowed", message));
        }
        Some(price) if price <= Decimal::ZERO => {
            return Err(field("/limit_price", "out_of_range", "must be above 0"));
        }
        _ => {}
    }
    if request.size.is_some_and(|size| size < 1) {
        return Err(field("/size", "out_of_range", "must be at least 1"));
    }
    Ok(())
}
