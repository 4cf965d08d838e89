//! What legs and sessions have won or lost.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::intent::Side;
use strangle_engine::pnl::{LegBook, LegFill, LegResult, percent_of, settlement_payoff};

use super::inputs::{Inputs, Refusal};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if inputs.has(&["settlement_twap", "settlement_price", "twap"]) {
        return settled(inputs);
    }
    let Some(legs) = inputs.list(&["legs"]) else {
        return if inputs.has(&["fills"]) {
            one_leg(inputs)
        } else {
            Err(Refusal::unknown_kind(inputs))
        };
    };

    let mut total = LegResult::default();
    let mut basis = Decimal::ZERO;
    for leg in legs.iter().map(Inputs) {
        if let Some(gross) = leg.decimal(&["gross", "gross_pnl"])? {
            let fees = leg.decimal(&["fees", "fees_paid"])?.unwrap_or_default();
            total = total.plus(&LegResult { realized: gross, unrealized: Decimal::ZERO, fees });
            continue;
        }
        let book = book(leg, inputs)?;
        let mark = leg.decimal(&["mark", "mark_price"])?.unwrap_or_default();
        total = total.plus(&book.at_mark(mark));
        let sold = book.sold().size;
        basis += book.premium_of(sold);
    }
    total.fees += inputs.decimal(&["fees_paid", "fees"])?.unwrap_or_default();
    let basis = inputs.decimal(&["premium_basis", "basis"])?.unwrap_or(basis);
    Ok(shown(&total, basis))
}

fn shown(total: &LegResult, basis: Decimal) -> Value {
    json!({
        "gross": total.gross(), "net": total.net(), "fees": total.fees,
        "realized": total.realized, "unrealized": total.unrealized,
        "premium_basis": basis, "net_pct": total.net_pct(basis),
        "gross_pct": percent_of(total.gross(), basis),
    })
}

/// Returns a leg from its fills, or from means and sizes.
fn book(leg: Inputs<'_>, case: Inputs<'_>) -> Result<LegBook, Refusal> {
    let names = &["contract_value", "contract_size"];
    let contract_value = match leg.decimal(names)? {
        Some(own) => own,
        None => case.decimal(names)?.unwrap_or(Decimal::ONE),
    };
    let mut book = LegBook::new(contract_value);
    let opens = match leg.text(&["side"]).as_deref() {
        Some("long" | "buy") => Side::Buy,
        _ => Side::Sell,
    };
    let mut apply =
        |fill: LegFill| book.apply(&fill).map_err(|error| Refusal::new("invalid_fill", error));
    let fees = leg.decimal(&["fees", "fees_paid"])?.unwrap_or_default();
    let Some(fills) = leg.list(&["fills"]) else {
        let price = leg.needed_decimal(&["entry_vwap", "entry", "entry_price"])?;
        let size = leg.needed_integer(&["quantity", "size", "qty"])?;
        apply(LegFill { side: opens, price, size: size.abs(), fee: fees })?;
        if let Some(price) = leg.decimal(&["exit_vwap", "exit", "exit_price"])? {
            let closed = leg.integer(&["closed_quantity", "closed", "exit_quantity"])?;
            let size = closed.unwrap_or(size).abs();
            apply(LegFill { side: opens.other(), price, size, fee: Decimal::ZERO })?;
        }
        return Ok(book);
    };

    for fill in fills.iter().map(Inputs) {
        let side = match fill.text(&["side"]).as_deref() {
            Some("buy") => Side::Buy,
            Some("sell") => Side::Sell,
            _ => opens,
        };
        apply(LegFill {
            side,
            price: fill.needed_decimal(&["price", "fill_price"])?,
            size: fill.needed_integer(&["size", "quantity", "qty"])?,
            fee: fill.decimal(&["fee", "fees", "commission"])?.unwrap_or_default(),
        })?;
    }
    Ok(book)
}

fn one_leg(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let book = book(inputs, inputs)?;
    let (sold, bought) = (book.sold(), book.bought());
    let opened = if sold.size > 0 { sold } else { bought };
    let mark = inputs.decimal(&["mark", "mark_price"])?.unwrap_or_default();
    let result = book.at_mark(mark);
    let basis = book.premium_of(sold.size);
    let mut answer = shown(&result, basis);
    answer["size"] = json!(opened.size);
    answer["vwap"] = json!(opened.vwap());
    answer["entry_vwap"] = json!(opened.vwap());
    answer["exit_vwap"] = json!(bought.vwap());
    answer["open_qty"] = json!(book.position());
    answer["position"] = json!(book.position());
    answer["open_size"] = json!(book.position().abs());
    Ok(answer)
}

fn settled(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let twap = inputs.needed_decimal(&["settlement_twap", "settlement_price", "twap"])?;
    let payoff = settlement_payoff(inputs.kind()?, inputs.needed_decimal(&["strike"])?, twap);
    let result = book(inputs, inputs)?.at_mark(payoff);
    let net = result.net();
    Ok(json!({
        "payoff": payoff, "gross": result.gross(), "gross_pnl": result.gross(),
        "net": net, "net_pnl": net, "fees": result.fees,
    }))
}
