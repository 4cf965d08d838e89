//! Calls that show what an account owns and has done.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::answer::{Answer, Refused};
use super::body::Body;
use super::orders::product_in_path;
use super::page::{self, Sizes};
use super::query::{Query, decode};
use super::view;
use crate::control::Control;
use crate::order::{Order, OrderId, OrderState, UserId};
use crate::product::{OptionKind, ProductId, Underlying};
use crate::refusal::Refusal;
use crate::time::Micros;
use crate::venue::Venue;

/// Histories give at most 50 rows, whatever is asked for.
const HISTORY: Sizes = Sizes { usual: 50, most: 50 };
const OPEN_ORDERS: Sizes = Sizes { usual: 100, most: 500 };

/// Which rows of a history are wanted.
struct Filter<'a> {
    products: Vec<i64>,
    kinds: Vec<&'a str>,
    from: i64,
    to: i64,
}

impl<'a> Filter<'a> {
    fn read(query: &'a Query) -> Result<Self, Refused> {
        Ok(Self {
            products: query.ids("product_ids")?,
            kinds: query.list("contract_types"),
            from: query.number("start_time")?.unwrap_or(i64::MIN),
            to: query.number("end_time")?.unwrap_or(i64::MAX),
        })
    }

    fn wants(&self, product: ProductId, kind: Option<OptionKind>, at: Micros) -> bool {
        (self.products.is_empty() || self.products.contains(&product.0))
            && (self.kinds.is_empty()
                || kind.is_some_and(|kind| self.kinds.contains(&kind.contract_type())))
            && (self.from..=self.to).contains(&at.0)
    }
}

impl Venue {
    fn kind_of(&self, id: ProductId) -> Option<OptionKind> {
        self.exchange.product(id).map(|product| product.kind)
    }

    pub(super) fn open_orders(&self, user: UserId, query: &Query) -> Result<Answer, Refused> {
        let filter = Filter::read(query)?;
        let states = query.list("states");
        let wanted = |order: &&Order| {
            let state = match order.state {
                OrderState::Pending => "pending",
                _ => "open",
            };
            (states.is_empty() || states.contains(&state))
                && filter.wants(order.product_id, self.kind_of(order.product_id), order.created_at)
        };
        let mut orders: Vec<_> = self.exchange.open_orders(user).filter(wanted).collect();
        orders.sort_unstable_by_key(|order| std::cmp::Reverse(order.id));
        let rows = orders.into_iter().map(|order| (order.id.0, order));
        page::cut(rows, page::Order::NewestFirst, OPEN_ORDERS, query, view::order)
    }

    pub(super) fn order_by_id(&self, user: UserId, id: &str) -> Result<Answer, Refused> {
        let id = id.parse().map_err(|_| Refused::schema("order_id", "must be an integer"))?;
        let order = self.exchange.order(user, OrderId(id)).map(view::order);
        order.map(Answer::of).ok_or_else(|| Refusal::OpenOrderNotFound.into())
    }

    pub(super) fn order_by_name(&self, user: UserId, name: &str) -> Result<Answer, Refused> {
        let order = self.exchange.order_by_client_id(user, &decode(name)).map(view::order);
        order.map(Answer::of).ok_or_else(|| Refusal::OpenOrderNotFound.into())
    }

    pub(super) fn order_history(&self, user: UserId, query: &Query) -> Result<Answer, Refused> {
        let filter = Filter::read(query)?;
        let now = self.now();
        let seen_until = now - self.faults.history_lag(now);
        let ended = self.exchange.orders(user).rev().filter(|order| !order.is_open());
        let rows = ended.filter(|order| order.updated_at <= seen_until).filter(|order| {
            filter.wants(order.product_id, self.kind_of(order.product_id), order.created_at)
        });
        let rows = rows.map(|order| (order.id.0, order));
        page::cut(rows, page::Order::NewestFirst, HISTORY, query, view::order)
    }

    pub(super) fn fills(&self, user: UserId, query: &Query) -> Result<Answer, Refused> {
        let filter = Filter::read(query)?;
        let now = self.now();
        let lag = self.faults.history_lag(now).max(self.faults.report_delay(now));
        let seen_until = now - lag;
        let fills = self.exchange.fills(user).rev();
        let rows = fills.filter(|fill| fill.created_at <= seen_until).filter(|fill| {
            filter.wants(fill.product_id, self.kind_of(fill.product_id), fill.created_at)
        });
        let rows = rows.map(|fill| (fill.id, fill));
        page::cut(rows, page::Order::NewestFirst, HISTORY, query, view::fill)
    }

    /// Sizes in real time: of one product an object, of an underlying a list.
    pub(super) fn positions(&self, user: UserId, query: &Query) -> Result<Answer, Refused> {
        if let Some(id) = query.number("product_id")? {
            let position = self.exchange.position(user, ProductId(id));
            let size = position.as_ref().map_or(0, |position| position.size);
            let entry = position.filter(|position| position.size != 0);
            let entry_price = entry.map(|position| view::text(position.entry_price));
            return Ok(Answer::of(json!({"size": size, "entry_price": entry_price})));
        }
        let coin = query.text("underlying_asset_symbol").ok_or_else(|| {
            Refused::schema("product_id", "product_id or underlying_asset_symbol is required")
        })?;
        let underlying = coin
            .parse::<Underlying>()
            .map_err(|_| Refused::schema("underlying_asset_symbol", "must be BTC or ETH"))?;

        let held = self.exchange.positions(user).into_iter().filter(|position| {
            let product = self.exchange.product(position.product_id);
            product.is_some_and(|product| product.underlying == underlying)
        });
        let rows = held.map(|position| {
            json!({
                "user_id": user,
                "product_id": position.product_id,
                "product_symbol": position.product_symbol,
                "size": position.size,
                "entry_price": view::text(position.entry_price),
            })
        });
        Ok(Answer::of(rows.collect()))
    }

    /// Positions with their margin, as they were a moment ago.
    pub(super) fn margined_positions(
        &self,
        user: UserId,
        query: &Query,
    ) -> Result<Answer, Refused> {
        let products = query.ids("product_ids")?;
        let kinds = query.list("contract_types");
        let held = self.exchange.margined_positions(user).into_iter().filter(|position| {
            let kind = self.kind_of(position.product_id);
            (products.is_empty() || products.contains(&position.product_id.0))
                && (kinds.is_empty()
                    || kind.is_some_and(|kind| kinds.contains(&kind.contract_type())))
        });
        let rows = held.map(|position| view::position(&self.exchange, user, &position));
        Ok(Answer::of(rows.collect()))
    }

    /// Closes every position of the account at the market.
    pub(super) fn close_all(&mut self, user: UserId, body: &Body) -> Result<Answer, Refused> {
        let portfolio = body.flag("close_all_portfolio")?;
        let isolated = body.flag("close_all_isolated")?;
        if body.integer("user_id")?.is_some_and(|id| id != user.0) {
            return Err(Refused::schema("user_id", "is not the account of the key"));
        }
        if !(portfolio || isolated) {
            let rule = "close_all_isolated or close_all_portfolio must be true";
            return Err(Refused::schema("close_all_isolated", rule));
        }

        let now = self.now();
        let close = Control::ExternalClose { user_id: user, product_id: None };
        let closed = self.exchange.control(now, close);
        closed.map_err(|error| {
            Refused::new(400, "order_size_exceed_available", &json!({"reason": error.to_string()}))
        })?;
        Ok(Answer::of(json!({})))
    }

    pub(super) fn balances(&self, user: UserId) -> Result<Answer, Refused> {
        let wallet = self.exchange.wallet(user).ok_or(Refusal::UnknownAccount)?;
        let unrealized: Decimal = self
            .exchange
            .positions(user)
            .iter()
            .map(|held| {
                let mark = self
                    .exchange
                    .quote(held.product_id)
                    .map_or(held.entry_price, |quote| quote.mark);
                let product = self.exchange.product(held.product_id);
                let value = product.map_or(Decimal::ZERO, |product| {
                    self.exchange.terms(product.underlying).contract_value
                });
                mark * Decimal::from(held.size) * value
            })
            .sum();
        let mut answer = Answer::of(json!([view::wallet(user, &wallet)]));
        let equity = view::text(wallet.balance + unrealized);
        answer.meta = Some(json!({"net_equity": equity, "robo_trading_equity": "0"}));
        Ok(answer)
    }

    pub(super) fn wallet_transactions(
        &self,
        user: UserId,
        query: &Query,
    ) -> Result<Answer, Refused> {
        let types = query.list("transaction_types");
        let rows = self.exchange.transactions(user).rev().filter(|row| {
            let word = view::word(row.transaction_type);
            types.is_empty() || word.as_str().is_some_and(|word| types.contains(&word))
        });
        let rows = rows.map(|row| (row.id, row));
        page::cut(rows, page::Order::NewestFirst, HISTORY, query, view::transaction)
    }

    pub(super) fn profile(user: UserId) -> Answer {
        Answer::of(json!({
            "id": user,
            "email": format!("user{}@sim.invalid", user.0),
            "account_name": "Main",
            "first_name": "Simulated",
            "last_name": "Account",
            "country": "India",
            "margin_mode": "isolated",
            "is_sub_account": false,
            "is_kyc_done": true,
        }))
    }

    pub(super) fn trading_preferences(user: UserId) -> Answer {
        Answer::of(json!({
            "user_id": user,
            "margin_mode": "isolated",
            "default_auto_topup": false,
            "options_liquidation_risk_alert": true,
        }))
    }

    /// Options are margined without leverage of the account's choice: the leverage is fixed.
    pub(super) fn leverage(&self, user: UserId, id: &str) -> Result<Answer, Refused> {
        let product_id = product_in_path(&self.exchange, id)?;
        let open = self.exchange.open_orders(user).filter(|one| one.product_id == product_id);
        let margin: Decimal = open.map(|order| order.reserved_margin).sum();
        let result = json!({"product_id": product_id, "leverage": "100", "order_margin": view::text(margin)});
        Ok(Answer::of(result))
    }

    pub(super) fn set_leverage(
        &self,
        user: UserId,
        id: &str,
        body: &Body,
    ) -> Result<Answer, Refused> {
        let leverage = body.price("leverage")?;
        if leverage != Some(Decimal::ONE_HUNDRED) {
            return Err(Refused::schema("leverage", "must be 100: it is fixed here"));
        }
        self.leverage(user, id)
    }

    pub(super) fn set_margin_mode(user: UserId, body: &Body) -> Result<Answer, Refused> {
        match body.text("margin_mode")? {
            Some("isolated") => Ok(Self::trading_preferences(user)),
            Some("portfolio" | "cross") => Err(Refused::unavailable("portfolio margin")),
            _ => Err(Refused::schema("margin_mode", "must be isolated")),
        }
    }

    /// What is used of the quota, inside and beside `result`.
    pub(super) fn quota(&self, caller: &str) -> Answer {
        let usage = self.quotas.usage(caller, self.now());
        let members = json!({
            "current_quota": usage.used,
            "remaining_time_in_milliseconds": usage.resets_in.0 / 1_000,
        });
        let mut answer = Answer::of(members.clone());
        if let Value::Object(members) = members {
            answer.beside = members;
        }
        answer
    }
}
