//! The core's objects in the exchange's JSON: decimals as strings, sizes as numbers.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::account::{Fill, FillSource, Position, Transaction, WalletView};
use crate::exchange::Exchange;
use crate::order::{Order, UserId};
use crate::product::{OptionKind, Product, ProductState, TradingStatus, Underlying};
use crate::quote::{Level, Ticker};
use crate::time::Micros;

/// The exchange's number of the dollar.
pub(crate) const USD: i64 = 14;

/// `2026-01-15T12:00:00Z`, with microseconds when there are any.
pub(crate) fn iso(at: Micros) -> String {
    let format =
        if at.0 % 1_000_000 == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S%.6fZ" };
    at.instant().format(format).to_string()
}

/// A decimal as a string without trailing zeros.
pub(crate) fn text(value: Decimal) -> String {
    value.normalize().to_string()
}

/// A statistic as a string with eight decimals.
pub(crate) fn figure(value: f64) -> String {
    format!("{value:.8}")
}

/// `serde`'s name of a unit variant.
pub(crate) fn word(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

pub(crate) const fn status_word(status: TradingStatus) -> &'static str {
    match status {
        TradingStatus::Operational => "operational",
        TradingStatus::DisruptedPostOnly => "disrupted_post_only",
        TradingStatus::DisruptedCancelOnly | TradingStatus::Unknown => "disrupted_cancel_only",
    }
}

/// A product with its terms.
pub(super) fn product(exchange: &Exchange, product: &Product) -> Value {
    let terms = exchange.terms(product.underlying);
    let (coin, kind) = (product.underlying.as_str(), product.kind);
    let side = match kind {
        OptionKind::Call => "call",
        OptionKind::Put => "put",
    };
    let state = match product.state {
        ProductState::Live => "live",
        ProductState::Expired => "expired",
    };
    json!({
        "id": product.id,
        "symbol": product.symbol,
        "description": format!("{coin} {side} option, strike {} USD", product.strike),
        "created_at": iso(product.listed_at),
        "updated_at": iso(product.listed_at),
        "launch_time": iso(product.listed_at),
        "settlement_time": iso(product.expiry),
        "settlement_price": product.settlement_price.map(text),
        "strike_price": product.strike.to_string(),
        "notional_type": "vanilla",
        "contract_type": kind.contract_type(),
        "contract_value": text(terms.contract_value),
        "contract_unit_currency": coin,
        "tick_size": text(terms.tick_size),
        "state": state,
        "trading_status": status_word(product.trading_status),
        "initial_margin": text(terms.initial_margin),
        "maintenance_margin": text(terms.maintenance_margin),
        "initial_margin_scaling_factor": text(terms.initial_margin_scaling_factor),
        "maintenance_margin_scaling_factor": text(terms.maintenance_margin_scaling_factor),
        "max_leverage_notional": text(terms.max_leverage_notional),
        "default_leverage": "100",
        "position_size_limit": terms.position_size_limit,
        "taker_commission_rate": text(terms.taker_commission_rate),
        "maker_commission_rate": text(terms.maker_commission_rate),
        "price_band": "50",
        "impact_size": 100,
        "is_quanto": false,
        "product_specs": {
            "only_reduce_only_orders_allowed": false,
            "premium_commission_rate": text(terms.premium_cap_rate),
        },
        "underlying_asset": {"id": asset_id(product.underlying), "symbol": coin, "precision": 8},
        "quoting_asset": {"id": USD, "symbol": "USD", "precision": 8},
        "settling_asset": {"id": USD, "symbol": "USD", "precision": 8},
        "spot_index": {
            "symbol": product.underlying.index_symbol(),
            "underlying_asset_id": asset_id(product.underlying),
            "quoting_asset_id": USD,
            "index_type": "spot_pair",
        },
    })
}

const fn asset_id(underlying: Underlying) -> i64 {
    match underlying {
        Underlying::Btc => 2,
        Underlying::Eth => 3,
    }
}

/// A ticker with nested quotes and greeks.
pub(super) fn ticker(exchange: &Exchange, product: &Product, ticker: &Ticker) -> Value {
    let quote = &ticker.quote;
    let terms = exchange.terms(product.underlying);
    let spot = exchange.spot(product.underlying);
    let price = |side: Option<Level>| side.map(|level| text(level.price));
    let size = |side: Option<Level>| side.map(|level| level.size.to_string());
    let interest = Decimal::from(ticker.open_interest) * terms.contract_value;
    json!({
        "symbol": product.symbol,
        "product_id": product.id,
        "contract_type": product.kind.contract_type(),
        "underlying_asset_symbol": product.underlying.as_str(),
        "product_trading_status": status_word(product.trading_status),
        "tick_size": text(terms.tick_size),
        "contract_value": text(terms.contract_value),
        "strike_price": product.strike.to_string(),
        "mark_price": text(quote.mark),
        "mark_vol": figure(quote.mark_vol),
        "spot_price": text(spot),
        "quotes": {
            "best_bid": price(quote.bid),
            "best_ask": price(quote.ask),
            "bid_size": size(quote.bid),
            "ask_size": size(quote.ask),
            "bid_iv": ticker.bid_iv.map(figure),
            "ask_iv": ticker.ask_iv.map(figure),
            "mark_iv": figure(quote.mark_vol),
            "impact_mid_price": null,
        },
        "greeks": {
            "delta": figure(ticker.greeks.delta),
            "gamma": figure(ticker.greeks.gamma),
            "rho": figure(ticker.greeks.rho),
            "theta": figure(ticker.greeks.theta),
            "vega": figure(ticker.greeks.vega),
            "spot": text(spot),
        },
        "price_band": {
            "lower_limit": text(ticker.band.lower),
            "upper_limit": text(ticker.band.upper),
        },
        "oi": text(interest),
        "oi_contracts": ticker.open_interest.to_string(),
        "oi_value_symbol": product.underlying.as_str(),
        "timestamp": quote.at,
    })
}

/// Levels of one side with the running sum of their sizes.
pub(super) fn levels(side: &[Level]) -> Value {
    let mut depth = 0_i64;
    let rows = side.iter().map(|level| {
        depth = depth.saturating_add(level.size);
        json!({"price": text(level.price), "size": level.size, "depth": depth.to_string()})
    });
    Value::Array(rows.collect())
}

/// An order.
pub(crate) fn order(order: &Order) -> Value {
    json!({
        "id": order.id,
        "user_id": order.user_id,
        "product_id": order.product_id,
        "product_symbol": order.product_symbol,
        "size": order.size,
        "unfilled_size": order.unfilled_size,
        "side": order.side.as_str(),
        "order_type": word(order.order_type),
        "limit_price": order.limit_price.map(text),
        "average_fill_price": order.average_fill_price.map(text),
        "time_in_force": word(order.time_in_force),
        "post_only": order.post_only,
        "reduce_only": order.reduce_only,
        "stop_order_type": null,
        "stop_price": null,
        "state": word(order.state),
        "cancellation_reason": order.cancellation_reason.map(word),
        "paid_commission": text(order.paid_commission),
        "commission": "0",
        "client_order_id": order.client_order_id,
        "created_at": order.created_at.0.to_string(),
        "updated_at": order.updated_at.0.to_string(),
    })
}

/// A fill.
pub(super) fn fill(fill: &Fill) -> Value {
    let order_id = match &fill.source {
        FillSource::Order(id) => id.0.to_string(),
        FillSource::Settlement(id) => id.clone(),
    };
    json!({
        "id": fill.id,
        "size": fill.size,
        "fill_type": word(fill.fill_type),
        "side": fill.side.as_str(),
        "price": text(fill.price),
        "role": word(fill.role),
        "commission": text(fill.commission),
        "created_at": iso(fill.created_at),
        "product_id": fill.product_id,
        "product_symbol": fill.product_symbol,
        "order_id": order_id,
        "settling_asset_id": USD,
        "settling_asset_symbol": "USD",
        "meta_data": {
            "spot": text(fill.index_price),
            "total_commission_in_settling_asset": text(fill.commission),
        },
    })
}

/// A position with its margin.
pub(crate) fn position(exchange: &Exchange, user_id: UserId, position: &Position) -> Value {
    let liquidation = exchange.liquidation_price(position).map(text);
    json!({
        "user_id": user_id,
        "product_id": position.product_id,
        "product_symbol": position.product_symbol,
        "size": position.size,
        "entry_price": text(position.entry_price),
        "margin": text(position.margin),
        "liquidation_price": liquidation,
        "bankruptcy_price": liquidation,
        "adl_level": null,
        "commission": text(position.commission),
        "realized_pnl": text(position.realized_pnl),
        "realized_cashflow": text(position.realized_cashflow),
        "realized_funding": "0",
        "updated_at": iso(position.updated_at),
    })
}

/// A wallet.
pub(crate) fn wallet(user_id: UserId, wallet: &WalletView) -> Value {
    json!({
        "id": user_id,
        "user_id": user_id,
        "asset_id": USD,
        "asset_symbol": "USD",
        "balance": text(wallet.balance),
        "available_balance": text(wallet.available_balance),
        "available_balance_for_robo": text(wallet.available_balance),
        "blocked_margin": text(wallet.position_margin + wallet.order_margin),
        "position_margin": text(wallet.position_margin),
        "order_margin": text(wallet.order_margin),
        "portfolio_margin": "0",
        "commission": "0",
        "cross_asset_liability": "0",
        "cross_commission": "0",
        "cross_locked_collateral": "0",
        "cross_order_margin": "0",
        "cross_position_margin": "0",
        "interest_credit": "0",
        "pending_referral_bonus": "0",
        "pending_trading_fee_credit": "0",
        "trading_fee_credit": "0",
        "unvested_amount": "0",
    })
}

/// A change of the wallet.
pub(super) fn transaction(transaction: &Transaction) -> Value {
    json!({
        "id": transaction.id,
        "user_id": transaction.user_id,
        "transaction_type": word(transaction.transaction_type),
        "amount": text(transaction.amount),
        "balance": text(transaction.balance),
        "product_id": transaction.product_id,
        "asset_id": USD,
        "asset_symbol": "USD",
        "meta_data": {"fill_id": transaction.fill_id},
        "created_at": iso(transaction.created_at),
    })
}
