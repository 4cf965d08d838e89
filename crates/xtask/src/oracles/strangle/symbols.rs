//! Symbols, ticks, and the names of orders.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::client_order_id::{ClientOrderId, LONGEST, Purpose, Tag};
use strangle_engine::instrument::{
    InvalidSymbol, OptionKind, ParsedSymbol, ProductKind, expires_at,
};
use strangle_engine::tick::{self, Intent};

use super::inputs::{Inputs, Refusal, instant_text};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if inputs.has(&["tick_size", "tick"]) {
        return rounded(inputs);
    }
    if inputs.has(&["instance_id"]) {
        return order_name(inputs);
    }
    if inputs.names("symbol") {
        return symbol(&inputs.text(&["symbol"]).unwrap_or_default());
    }
    Err(Refusal::unknown_kind(inputs))
}

fn symbol(text: &str) -> Result<Value, Refusal> {
    let parsed =
        ParsedSymbol::parse(text).map_err(|error| Refusal::new(InvalidSymbol::CODE, error))?;
    let mut answer = json!({ "underlying": parsed.asset, "prefix": parsed.prefix });
    match parsed.product {
        ProductKind::Option { kind, strike, expiry } => {
            answer["kind"] = json!(kind);
            answer["strike"] = json!(strike.normalize());
            answer["expiry"] = json!(expiry);
            answer["expires_at"] = json!(instant_text(expires_at(expiry)));
        }
        ProductKind::Perpetual => answer["kind"] = json!("perpetual"),
        ProductKind::Index => answer["kind"] = json!("index"),
    }
    Ok(answer)
}

fn rounded(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let price = inputs.needed_decimal(&["price"])?;
    let size = inputs.needed_decimal(&["tick_size", "tick"])?;
    let intent = match inputs.needed_text(&["intent", "direction"])?.as_str() {
        "sell_aggressive" => Intent::SellAggressive,
        "buy_aggressive" => Intent::BuyAggressive,
        "sell_passive" => Intent::SellPassive,
        "buy_passive" => Intent::BuyPassive,
        other => return Err(Refusal::new("unknown_intent", other)),
    };
    let rounded = tick::round(price, size, intent)
        .map_err(|error| Refusal::new("invalid_tick_size", error))?;
    let ticks = (rounded / size).normalize();
    Ok(json!({ "price": rounded, "ticks": ticks, "on_tick": (rounded % size) == Decimal::ZERO }))
}

fn order_name(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let number = |names: &[&str]| {
        let number = inputs.needed_integer(names)?;
        u64::try_from(number).map_err(|_| Refusal::new("out_of_range", number))
    };
    let leg = match inputs.needed_text(&["leg", "kind"])?.as_str() {
        "C" | "call" => OptionKind::Call,
        "P" | "put" => OptionKind::Put,
        other => return Err(Refusal::new("unknown_leg", other)),
    };
    let purpose = match inputs.needed_text(&["purpose"])?.as_str() {
        "E" | "entry" => Purpose::Entry,
        "X" | "exit" => Purpose::Exit,
        "U" | "unwind" => Purpose::Unwind,
        "K" | "panic" => Purpose::Panic,
        other => return Err(Refusal::new("unknown_purpose", other)),
    };
    let attempt = u32::try_from(number(&["attempt"])?).unwrap_or(u32::MAX);
    let tag = Tag::of(&inputs.needed_text(&["instance_id"])?);
    let id = ClientOrderId::new(tag, number(&["session_id"])?, leg, purpose, attempt);
    Ok(json!({
        "client_order_id": id.as_str(), "max_length": LONGEST, "length": id.as_str().len(),
    }))
}
