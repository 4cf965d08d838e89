//! What a trade costs.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::fees::{FeeRates, Trade};
use strangle_engine::intent::Role;

use super::inputs::{Inputs, Refusal, missing};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let role = match inputs.text(&["order_type", "role", "liquidity"]).as_deref() {
        None | Some("taker" | "market" | "market_order") => Role::Taker,
        Some("maker" | "limit" | "limit_order") => Role::Maker,
        Some(other) => return Err(Refusal::new("unknown_order_type", other)),
    };
    let rates = rates(inputs)?;
    let Some(underlying_price) = inputs.decimal(&["underlying_price", "spot", "index_price"])?
    else {
        return Ok(json!({
            "status": "estimated: unknown", "fee_status": "estimated: unknown",
            "fee": null, "applied_fee": null, "total_fee_with_gst": null,
            "estimated": "unknown", "estimate": "unknown",
        }));
    };
    let trade = Trade {
        underlying_price,
        contract_value: inputs
            .decimal(&["contract_size", "contract_value"])?
            .unwrap_or_else(|| Decimal::new(1, 3)),
        quantity: inputs
            .integer(&["quantity", "size", "contracts", "lots"])?
            .ok_or_else(|| missing(&["quantity"]))?,
        premium: inputs.needed_decimal(&["premium", "price", "option_price"])?,
        role,
    };

    let quote = rates
        .quote(&trade)
        .map_err(|error| Refusal::new(&format!("invalid_{}", error.field), error))?;
    Ok(json!({
        "underlying_price": quote.underlying_price, "contract_size": quote.contract_size,
        "quantity": quote.quantity, "premium": quote.premium,
        "fee_rate": quote.fee_rate, "premium_cap_rate": quote.premium_cap_rate,
        "notional": quote.notional, "notional_fee": quote.notional_fee,
        "premium_value": quote.premium_value, "premium_cap": quote.premium_cap,
        "fee": quote.applied_fee, "applied_fee": quote.applied_fee,
        "cap_applied": quote.cap_applied, "gst_rate": quote.gst_rate, "gst": quote.gst,
        "total_fee_with_gst": quote.total_fee_with_gst,
    }))
}

/// Returns the rates of a case: its own where it has any, else the standard ones.
fn rates(inputs: Inputs<'_>) -> Result<FeeRates, Refusal> {
    let standard = FeeRates::default();
    let own = inputs.decimal(&["fee_rate", "rate", "commission_rate"])?;
    let taker = inputs.decimal(&["taker_rate", "taker_commission_rate", "taker"])?;
    let maker = inputs.decimal(&["maker_rate", "maker_commission_rate", "maker"])?;
    Ok(FeeRates {
        taker: own.or(taker).unwrap_or(standard.taker),
        maker: own.or(maker).unwrap_or(standard.maker),
        premium_cap: inputs
            .decimal(&["premium_cap_rate", "cap_rate", "premium_cap"])?
            .unwrap_or(standard.premium_cap),
        gst: inputs.decimal(&["gst_rate", "gst"])?.unwrap_or(standard.gst),
    })
}
