//! `/trading/fees/quote`: what a trade costs.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::auth::Caller;
use platform::http::Json;
use platform::problem::Problem;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strangle_engine::fees::{FeeQuote, FeeRates, Trade};
use strangle_engine::intent::Role;
use utoipa::ToSchema;

use super::problems::field;
use crate::Strangle;
use crate::domain::number::{exact, number};
use crate::store::fee_schedules;

/// Which side of the trade.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FeeSide {
    /// Waits in the book.
    Maker,
    /// Takes what waits.
    #[default]
    Taker,
}

/// A trade, and rates if they are not those in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FeeQuoteRequest {
    /// The index, USD.
    #[schema(value_type = f64)]
    underlying_price: Decimal,
    /// Units of the underlying in one contract.
    #[schema(value_type = f64)]
    contract_size: Decimal,
    /// Contracts.
    #[schema(minimum = 1)]
    quantity: i64,
    /// The price of the option, USD.
    #[schema(value_type = f64)]
    premium: Decimal,
    #[serde(default)]
    order_type: FeeSide,
    /// The part of the notional, 0 to 1.
    #[schema(value_type = Option<f64>)]
    fee_rate: Option<Decimal>,
    /// The part of the premium that is charged at most, 0 to 1.
    #[schema(value_type = Option<f64>)]
    premium_cap_rate: Option<Decimal>,
    /// The tax on the fee, 0 to 1.
    #[schema(value_type = Option<f64>)]
    gst_rate: Option<Decimal>,
}

/// What a trade costs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FeeQuoteView {
    underlying_price: f64,
    contract_size: f64,
    quantity: i64,
    premium: f64,
    fee_rate: f64,
    premium_cap_rate: f64,
    notional: f64,
    notional_fee: f64,
    premium_value: f64,
    premium_cap: f64,
    /// The same as `applied_fee`.
    fee: f64,
    applied_fee: f64,
    /// Whether the cap was the smaller.
    cap_applied: bool,
    order_type: FeeSide,
    gst_rate: f64,
    gst: f64,
    total_fee_with_gst: f64,
    breakdown: FeeBreakdown,
    /// From when the rates are in force; absent if the request named them all.
    schedule_valid_from: Option<DateTime<Utc>>,
}

/// The sum in exact figures.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FeeBreakdown {
    notional: String,
    notional_fee: String,
    premium_value: String,
    premium_cap: String,
    applied_fee: String,
    gst: String,
    total_fee_with_gst: String,
}

impl FeeQuoteView {
    fn new(quote: &FeeQuote, valid_from: Option<DateTime<Utc>>) -> Self {
        Self {
            underlying_price: number(quote.underlying_price),
            contract_size: number(quote.contract_size),
            quantity: quote.quantity,
            premium: number(quote.premium),
            fee_rate: number(quote.fee_rate),
            premium_cap_rate: number(quote.premium_cap_rate),
            notional: number(quote.notional),
            notional_fee: number(quote.notional_fee),
            premium_value: number(quote.premium_value),
            premium_cap: number(quote.premium_cap),
            fee: number(quote.applied_fee),
            applied_fee: number(quote.applied_fee),
            cap_applied: quote.cap_applied,
            order_type: if quote.role == Role::Maker { FeeSide::Maker } else { FeeSide::Taker },
            gst_rate: number(quote.gst_rate),
            gst: number(quote.gst),
            total_fee_with_gst: number(quote.total_fee_with_gst),
            breakdown: FeeBreakdown {
                notional: exact(quote.notional),
                notional_fee: exact(quote.notional_fee),
                premium_value: exact(quote.premium_value),
                premium_cap: exact(quote.premium_cap),
                applied_fee: exact(quote.applied_fee),
                gst: exact(quote.gst),
                total_fee_with_gst: exact(quote.total_fee_with_gst),
            },
            schedule_valid_from: valid_from,
        }
    }
}

/// Computes what a trade costs.
#[utoipa::path(
    post,
    path = "/trading/fees/quote",
    tag = "strangle desk",
    request_body = FeeQuoteRequest,
    responses(
        (status = 200, body = FeeQuoteView),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn quote_fees(
    State(app): State<Strangle>,
    caller: Caller,
    Json(request): Json<FeeQuoteRequest>,
) -> Result<Json<FeeQuoteView>, Problem> {
    let mut tx = app.db.read().await?;
    let schedule = fee_schedules::find(&mut tx, &caller.tenant_id, app.clock.now()).await?;
    drop(tx);
    let (mut rates, valid_from) = match schedule {
        Some(row) => (row.rates(), Some(row.valid_from)),
        None => (FeeRates::default(), None),
    };
    let own = (request.fee_rate, request.premium_cap_rate, request.gst_rate);
    if let Some(rate) = own.0 {
        rates = FeeRates { taker: rate, maker: rate, ..rates };
    }
    rates.premium_cap = own.1.unwrap_or(rates.premium_cap);
    rates.gst = own.2.unwrap_or(rates.gst);
    let trade = Trade {
        underlying_price: request.underlying_price,
        contract_value: request.contract_size,
        quantity: request.quantity,
        premium: request.premium,
        role: if request.order_type == FeeSide::Maker { Role::Maker } else { Role::Taker },
    };
    let quote = rates.quote(&trade).map_err(|refusal| {
        field(&format!("/{}", refusal.field), "out_of_range", refusal.to_string())
    })?;
    let named = matches!(own, (Some(_), Some(_), Some(_)));
    Ok(Json(FeeQuoteView::new(&quote, valid_from.filter(|_| !named))))
}
