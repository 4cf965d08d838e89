//! An account's own data: orders, fills, positions, margins.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::channel::{Channel, Group};
use super::{Outgoing, SocketId};
use crate::account::{Fill, FillSource, Position};
use crate::event::{Event, EventKind, OrderAction};
use crate::exchange::Exchange;
use crate::order::{Order, OrderId, UserId};
use crate::product::ProductId;
use crate::rest::view::{self, text, word};
use crate::time::Micros;
use crate::venue::Venue;

/// What the private channels have told so far. Sequence numbers start again after a restart.
#[derive(Debug, Default)]
pub(super) struct Told {
    sequences: BTreeMap<(Channel, UserId, ProductId), u64>,
    /// Filled part of orders that are still open.
    filled: BTreeMap<OrderId, i64>,
    /// Sizes of open positions.
    held: BTreeMap<(UserId, ProductId), i64>,
}

/// What is told about an event besides the event itself.
struct Context {
    sequence: u64,
    reason: Option<&'static str>,
    action: &'static str,
}

/// True when an event concerns an account.
pub(super) const fn is_private(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Order { .. }
            | EventKind::Fill(_)
            | EventKind::Position { .. }
            | EventKind::Wallet { .. }
    )
}

impl Told {
    /// Counts events that nobody hears.
    pub(super) fn note(&mut self, events: &[Event]) {
        for event in events {
            self.tell(event);
        }
    }

    fn sequence(&self, channel: Channel, user: UserId, product: ProductId) -> u64 {
        self.sequences.get(&(channel, user, product)).copied().unwrap_or(0)
    }

    fn next(&mut self, channel: Channel, user: UserId, product: ProductId) -> u64 {
        let sequence = self.sequences.entry((channel, user, product)).or_default();
        *sequence += 1;
        *sequence
    }

    fn tell(&mut self, event: &Event) -> Option<Context> {
        match &event.kind {
            EventKind::Order { action, order } => Some(self.tell_order(*action, order)),
            EventKind::Fill(fill) => {
                let (user, product) = (fill.user_id, fill.product_id);
                self.next(Channel::UserTrades, user, product);
                let sequence = self.next(Channel::FastUserTrades, user, product);
                Some(Context { sequence, reason: None, action: "create" })
            }
            EventKind::Position { user_id, position } => {
                let key = (*user_id, position.product_id);
                let known = match position.size {
                    0 => self.held.remove(&key),
                    size => self.held.insert(key, size),
                };
                let action = match (known, position.size) {
                    (_, 0) => "delete",
                    (None, _) => "create",
                    (Some(_), _) => "update",
                };
                Some(Context { sequence: 0, reason: None, action })
            }
            EventKind::Wallet { .. } => {
                Some(Context { sequence: 0, reason: None, action: "update" })
            }
            _ => None,
        }
    }

    fn tell_order(&mut self, action: OrderAction, order: &Order) -> Context {
        let filled = order.filled_size();
        let before = if order.is_open() {
            self.filled.insert(order.id, filled)
        } else {
            self.filled.remove(&order.id)
        };
        let action = match action {
            OrderAction::Create => "create",
            OrderAction::Update => "update",
            OrderAction::Delete => "delete",
        };
        let reason = (filled > before.unwrap_or(0)).then_some("fill");
        let sequence = self.next(Channel::Orders, order.user_id, order.product_id);
        Context { sequence, reason, action }
    }
}

impl Venue {
    /// The messages of the private channels about events.
    pub(super) fn private_messages(&mut self, events: &[Event]) -> Vec<Outgoing> {
        let mut outgoing = Vec::new();
        for event in events {
            let Some(context) = self.sockets.told.tell(event) else { continue };
            for channel in channels_of(event) {
                let listeners = self.listeners(*channel, event);
                if listeners.is_empty() {
                    continue;
                }
                let text = message(&self.exchange, *channel, event, &context).to_string();
                outgoing.extend(listeners.into_iter().map(|to| {
                    let channel = channel.name();
                    Outgoing { to, channel, text: text.clone() }
                }));
            }
        }
        outgoing
    }

    /// The sessions that hear of an event on a channel.
    fn listeners(&self, channel: Channel, event: &Event) -> Vec<SocketId> {
        let (user, product_id) = match &event.kind {
            EventKind::Order { order, .. } => (order.user_id, Some(order.product_id)),
            EventKind::Fill(fill) => (fill.user_id, Some(fill.product_id)),
            EventKind::Position { user_id, position } => (*user_id, Some(position.product_id)),
            EventKind::Wallet { user_id, .. } => (*user_id, None),
            _ => return Vec::new(),
        };
        let product = product_id.and_then(|id| self.exchange.product(id));
        let wanted = |symbol: &String| match (Group::named(symbol), product) {
            (Some(Group::All), _) => true,
            (Some(group), Some(product)) => group.holds(product),
            (None, Some(product)) => symbol == product.symbol.as_str(),
            (_, None) => false,
        };
        let sessions = self.sockets.sessions.iter().filter(|(_, session)| {
            session.user == Some(user)
                && session
                    .subscriptions
                    .get(&channel)
                    .is_some_and(|symbols| symbols.iter().any(wanted))
        });
        sessions.map(|(id, _)| *id).collect()
    }
}

/// The channels that tell of an event.
const fn channels_of(event: &Event) -> &'static [Channel] {
    match event.kind {
        EventKind::Order { .. } => &[Channel::Orders],
        EventKind::Fill(_) => &[Channel::FastUserTrades, Channel::UserTrades],
        EventKind::Position { .. } => &[Channel::Positions],
        EventKind::Wallet { .. } => &[Channel::Margins],
        _ => &[],
    }
}

fn message(exchange: &Exchange, channel: Channel, event: &Event, context: &Context) -> Value {
    match &event.kind {
        EventKind::Order { order, .. } => order_message(order, event.at, context),
        EventKind::Fill(fill) if channel == Channel::FastUserTrades => fast_fill(fill, context),
        EventKind::Fill(fill) => slow_fill(fill, context),
        EventKind::Position { user_id, position } => {
            position_message(exchange, *user_id, position, context.action)
        }
        EventKind::Wallet { user_id, wallet } => {
            let mut message = view::wallet(*user_id, wallet);
            if let Some(members) = message.as_object_mut() {
                members.insert("type".to_owned(), json!("margins"));
                members.insert("action".to_owned(), json!(context.action));
                members.insert("timestamp".to_owned(), json!(event.at));
            }
            message
        }
        _ => Value::Null,
    }
}

fn order_message(order: &Order, at: Micros, context: &Context) -> Value {
    json!({
        "type": "orders",
        "action": context.action,
        "reason": context.reason,
        "symbol": order.product_symbol,
        "product_id": order.product_id,
        "order_id": order.id,
        "client_order_id": order.client_order_id,
        "size": order.size,
        "unfilled_size": order.unfilled_size,
        "average_fill_price": order.average_fill_price.map(text),
        "limit_price": order.limit_price.map(text),
        "side": order.side.as_str(),
        "order_type": word(order.order_type),
        "time_in_force": word(order.time_in_force),
        "reduce_only": order.reduce_only,
        "cancellation_reason": order.cancellation_reason.map(word),
        "stop_order_type": null,
        "stop_price": null,
        "bracket_order": false,
        "state": word(order.state),
        "user_id": order.user_id,
        "seq_no": context.sequence,
        "timestamp": at,
    })
}

/// The quick report: short names, no commission.
fn fast_fill(fill: &Fill, context: &Context) -> Value {
    json!({
        "type": "v2/user_trades",
        "sy": fill.product_symbol,
        "f": fill.id.to_string(),
        "R": word(fill.fill_type),
        "u": fill.user_id,
        "o": order_of(fill),
        "S": fill.side.as_str(),
        "s": fill.size,
        "p": text(fill.price),
        "po": fill.position_after,
        "r": word(fill.role),
        "c": fill.client_order_id,
        "t": fill.created_at,
        "se": context.sequence,
    })
}

fn slow_fill(fill: &Fill, context: &Context) -> Value {
    json!({
        "type": "user_trades",
        "symbol": fill.product_symbol,
        "fill_id": fill.id.to_string(),
        "reason": word(fill.fill_type),
        "product_id": fill.product_id,
        "user_id": fill.user_id,
        "order_id": order_of(fill),
        "side": fill.side.as_str(),
        "size": fill.size,
        "price": text(fill.price),
        "role": word(fill.role),
        "commission": text(fill.commission),
        "client_order_id": fill.client_order_id,
        "timestamp": fill.created_at,
        "seq_no": context.sequence,
    })
}

fn order_of(fill: &Fill) -> Value {
    match &fill.source {
        FillSource::Order(id) => json!(id),
        FillSource::Settlement(id) => json!(id),
    }
}

fn position_message(
    exchange: &Exchange,
    user: UserId,
    position: &Position,
    action: &'static str,
) -> Value {
    let mut message = view::position(exchange, user, position);
    if let Some(members) = message.as_object_mut() {
        members.insert("type".to_owned(), json!("positions"));
        members.insert("action".to_owned(), json!(action));
        members.insert("reason".to_owned(), Value::Null);
        members.insert("symbol".to_owned(), json!(position.product_symbol));
    }
    message
}

/// What orders and positions there are, as soon as a symbol is subscribed.
pub(super) fn snapshots(
    exchange: &Exchange,
    told: &Told,
    user: UserId,
    channel: Channel,
    symbol: &str,
    now: Micros,
) -> Vec<String> {
    let Some(product) = exchange.product_by_symbol(symbol) else { return Vec::new() };
    let result: Vec<Value> = if channel == Channel::Orders {
        let open = exchange.open_orders(user).filter(|one| one.product_id == product.id);
        open.map(view::order).collect()
    } else {
        let held = exchange.position(user, product.id).filter(|one| one.size != 0);
        held.map(|position| view::position(exchange, user, &position)).into_iter().collect()
    };
    let message = json!({
        "type": channel.name(),
        "action": "snapshot",
        "success": true,
        "symbol": symbol,
        "result": result,
        "meta": {"seq_no": told.sequence(channel, user, product.id), "timestamp": now},
    });
    vec![message.to_string()]
}
