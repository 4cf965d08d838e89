//! Panic without a session: what the desk owns by its mark, and how to get rid of it.
//!
//! The plan is made from what the exchange says alone: open orders that carry our mark are
//! cancelled; what our marked trades have sold and not bought back, and the exchange still shows,
//! is bought back by a session that flattens ([`super::Task::Flatten`]). What others hold is never
//! touched (INV-6).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::io::{Act, PositionReport};
use super::spec::Holding;
use crate::client_order_id::Tag;
use crate::instrument::{Contract, ProductId};
use crate::intent::{Fill, OrderReport, Side};

/// What the exchange says of the account.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// The open orders, also those of others.
    pub open_orders: &'a [OrderReport],
    /// The fills as far back as our positions can reach, also those of others.
    pub fills: &'a [Fill],
    /// The positions, also those of others.
    pub positions: &'a [PositionReport],
    /// The terms of the products.
    pub contracts: &'a [Contract],
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FlattenPlan {
    /// Orders to cancel, first.
    pub cancels: Vec<Act>,
    /// What to buy back; nothing makes the panic a no-op.
    pub holdings: Vec<Holding>,
    /// Products of ours whose terms are not known: a person must look.
    pub unknown_products: Vec<ProductId>,
}

/// What our trades of one product add up to.
#[derive(Debug, Default)]
struct Owned {
    net_sold: i64,
    sold: i64,
    value: Decimal,
    first: Option<DateTime<Utc>>,
}

/// Plans to flatten whatever our mark owns.
#[must_use]
pub fn flatten_plan(tag: Tag, account: &Account<'_>) -> FlattenPlan {
    let ours: Vec<&OrderReport> = account
        .open_orders
        .iter()
        .filter(|order| order.client_order_id.as_ref().is_some_and(|id| tag.marks(id.as_str())))
        .collect();
    let mut plan = FlattenPlan::default();
    for order in &ours {
        if let Some(client_order_id) = order.client_order_id.clone() {
            let exchange_order_id = Some(order.exchange_order_id);
            let product_id = order.product_id;
            plan.cancels.push(Act::Cancel { client_order_id, exchange_order_id, product_id });
        }
    }
    for (product_id, owned) in owned(tag, account.fills) {
        let positions = account.positions.iter().filter(|it| it.product_id == product_id);
        let short: i64 = positions.map(|position| -position.size).sum();
        let size = owned.net_sold.min(short);
        if size <= 0 {
            continue;
        }
        let contract = account.contracts.iter().find(|it| it.product_id == product_id);
        match (contract, owned.first) {
            (Some(contract), Some(opened_at)) => {
                let mean = owned.value.checked_div(Decimal::from(owned.sold));
                let entry_price = mean.unwrap_or_default();
                plan.holdings.push(Holding { contract: *contract, size, entry_price, opened_at });
            }
            _ => plan.unknown_products.push(product_id),
        }
    }
    plan
}

fn owned(tag: Tag, fills: &[Fill]) -> BTreeMap<ProductId, Owned> {
    let mut seen = BTreeSet::new();
    let mut owned: BTreeMap<ProductId, Owned> = BTreeMap::new();
    for fill in fills {
        let ours = fill.client_order_id.as_ref().is_some_and(|id| tag.marks(id.as_str()));
        if !ours || !seen.insert(fill.fill_id.as_str()) {
            continue;
        }
        let entry = owned.entry(fill.product_id).or_default();
        entry.net_sold -= fill.side.signed(fill.size);
        if fill.side == Side::Sell {
            entry.sold += fill.size;
            let value = fill.price.checked_mul(Decimal::from(fill.size)).unwrap_or_default();
            entry.value = entry.value.saturating_add(value);
            let first = entry.first.map_or(fill.exchange_at, |first| first.min(fill.exchange_at));
            entry.first = Some(first);
        }
    }
    owned
}
