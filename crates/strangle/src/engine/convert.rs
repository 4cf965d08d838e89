//! From the exchange's words to the engine's.

use chrono::{DateTime, Utc};
use strangle_engine::instrument::{Contract, ProductId, Symbol};
use strangle_engine::intent::{
    self, CancelOutcome, ClientOrderId, FillType, OrderReport, OrderRequest, SendOutcome,
    VenueOrderState,
};
use strangle_engine::pricing::Greeks;
use strangle_engine::quote::{Level, PriceBand, Quote, Source};
use strangle_engine::session::PositionReport;

use crate::clients::delta::wire;
use crate::clients::delta::{NewOrder, OrderKind, Outcome, Priority, TimeInForce};

/// Says what the exchange reports of an order; `None` if it does not say which product it is of.
pub(super) fn report(order: &wire::Order, product: Option<ProductId>) -> Option<OrderReport> {
    Some(OrderReport {
        client_order_id: order.client_order_id.as_deref().and_then(ClientOrderId::from_text),
        exchange_order_id: order.id.parse().ok()?,
        product_id: order.product_id.or(product)?,
        symbol: order.symbol,
        side: side(order.side),
        size: order.size,
        unfilled: order.unfilled,
        state: match order.state {
            wire::OrderState::Open => VenueOrderState::Open,
            wire::OrderState::Pending => VenueOrderState::Pending,
            wire::OrderState::Closed => VenueOrderState::Closed,
            wire::OrderState::Cancelled => VenueOrderState::Cancelled,
        },
        average_price: order.average_price,
        updated_at: order.updated_at,
    })
}

/// Says what the exchange reports of a trade.
pub(super) fn fill(fill: &wire::Fill, product: ProductId) -> intent::Fill {
    intent::Fill {
        fill_id: fill.id.clone(),
        client_order_id: fill.client_order_id.as_deref().and_then(ClientOrderId::from_text),
        exchange_order_id: fill.order_id.as_deref().and_then(|id| id.parse().ok()),
        product_id: product,
        symbol: fill.symbol,
        side: side(fill.side),
        size: fill.size,
        price: fill.price,
        role: fill.role.map(|role| match role {
            wire::Role::Taker => intent::Role::Taker,
            wire::Role::Maker => intent::Role::Maker,
        }),
        commission: fill.commission,
        fill_type: match fill.kind {
            wire::FillKind::AutoDeleveraging => FillType::Adl,
            wire::FillKind::Liquidation => FillType::Liquidation,
            wire::FillKind::Settlement => FillType::Settlement,
            wire::FillKind::OverTheCounter => FillType::Otc,
            wire::FillKind::Normal | wire::FillKind::Unknown => FillType::Normal,
        },
        exchange_at: fill.at,
    }
}

/// Says what the exchange reports of a position.
pub(super) fn position(position: &wire::OpenPosition, product: ProductId) -> PositionReport {
    PositionReport {
        product_id: product,
        symbol: position.symbol,
        size: position.size,
        entry_price: position.entry_price,
    }
}

/// Writes an order as the client sends it. Orders that only reduce may use the reserve.
pub(super) fn order(request: &OrderRequest) -> NewOrder {
    let limit = |price, time_in_force| OrderKind::Limit { price, time_in_force, post_only: false };
    NewOrder {
        product_id: request.product_id,
        side: match request.side {
            intent::Side::Buy => wire::Side::Buy,
            intent::Side::Sell => wire::Side::Sell,
        },
        size: request.size,
        kind: match request.kind {
            intent::OrderKind::LimitGtc { price } => limit(price, TimeInForce::GoodTillCancelled),
            intent::OrderKind::LimitIoc { price } => limit(price, TimeInForce::ImmediateOrCancel),
            intent::OrderKind::MarketIoc => OrderKind::Market,
        },
        reduce_only: request.reduce_only,
        client_order_id: request.client_order_id.as_str().to_owned(),
        priority: if request.reduce_only { Priority::Exit } else { Priority::Normal },
    }
}

/// Says what became of an order that was placed. An answer about another order than the one that
/// was sent proves nothing.
pub(super) fn sent(request: &OrderRequest, outcome: &Outcome<wire::Order>) -> SendOutcome {
    match outcome {
        Outcome::Confirmed(order) => match report(order, Some(request.product_id)) {
            Some(mut report)
                if report.size == request.size
                    && report
                        .client_order_id
                        .as_ref()
                        .is_none_or(|id| *id == request.client_order_id) =>
            {
                report.client_order_id = Some(request.client_order_id.clone());
                SendOutcome::Confirmed { report }
            }
            _ => SendOutcome::Ambiguous { error: "the answer is about another order".to_owned() },
        },
        Outcome::Refused(refusal) => SendOutcome::Refused {
            code: refusal.code.clone(),
            message: refusal.message.clone().unwrap_or_default(),
        },
        Outcome::NotSent(reason) => SendOutcome::NotSent { error: reason.to_string() },
        Outcome::Ambiguous(reason) => SendOutcome::Ambiguous { error: reason.to_string() },
    }
}

/// Says what became of a cancel.
pub(super) fn cancelled(product: ProductId, outcome: &Outcome<wire::Order>) -> CancelOutcome {
    match outcome {
        Outcome::Confirmed(order) => {
            CancelOutcome::Confirmed { report: report(order, Some(product)) }
        }
        Outcome::Refused(refusal) if refusal.is_not_found() => CancelOutcome::OpenOrderNotFound,
        Outcome::Refused(refusal) => CancelOutcome::Refused { code: refusal.code.clone() },
        // A cancel that never left leaves the order as it was: ask again.
        Outcome::NotSent(reason) => CancelOutcome::Ambiguous { error: reason.to_string() },
        Outcome::Ambiguous(reason) => CancelOutcome::Ambiguous { error: reason.to_string() },
    }
}

/// Makes a quote of a ticker; `None` without a mark.
pub(super) fn quote(
    ticker: &wire::Ticker,
    received_at: DateTime<Utc>,
    source: Source,
) -> Option<Quote> {
    let level = |level: wire::Level| Level { price: level.price, size: level.size };
    let book = ticker.book;
    Some(Quote {
        bid: book.and_then(|book| book.bid).map(level),
        ask: book.and_then(|book| book.ask).map(level),
        mark: ticker.mark?,
        last: None,
        mark_iv: ticker.mark_iv,
        greeks: ticker.greeks.map(greeks),
        band: ticker.price_band.map(|band| PriceBand { low: band.lower, high: band.upper }),
        exchange_at: ticker.at,
        received_at,
        source,
    })
}

fn greeks(greeks: wire::Greeks) -> Greeks {
    Greeks {
        delta: greeks.delta,
        gamma: greeks.gamma,
        vega: greeks.vega,
        theta: greeks.theta,
        rho: greeks.rho,
    }
}

fn side(side: wire::Side) -> intent::Side {
    match side {
        wire::Side::Buy => intent::Side::Buy,
        wire::Side::Sell => intent::Side::Sell,
    }
}

/// Finds the product of a symbol among the contracts that are known.
pub(super) fn product_of(contracts: &[Contract], symbol: Symbol) -> Option<ProductId> {
    contracts.iter().find(|contract| contract.symbol == symbol).map(|contract| contract.product_id)
}
