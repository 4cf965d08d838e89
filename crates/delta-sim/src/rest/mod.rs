//! The byte-level REST interface.
//!
//! A request goes through these steps, each of which can answer it: faults that keep it away, the
//! content network (a `User-Agent` is required), maintenance, the route, the signature, the quota,
//! the call itself, and faults that spoil the answer. Whatever the bytes, there is an answer in the
//! exchange's envelope, or the page of the content network.
//!
//! | module | what |
//! |---|---|
//! | `message` | requests and answers as bytes |
//! | `route` | calls, their weights, which are private |
//! | `auth` | keys and signatures |
//! | `query`, `body`, `page` | reading parameters, cutting pages |
//! | `market`, `orders`, `account`, `director` | the calls |
//! | `view`, `answer`, `spoil` | JSON, the envelope, broken answers |

mod account;
mod answer;
mod auth;
mod body;
mod director;
mod market;
mod message;
mod orders;
mod page;
mod query;
mod route;
mod spoil;
pub(crate) mod view;

use serde_json::json;

use crate::control::SystemStatus;
use crate::faults::Action;
use crate::order::UserId;
use crate::time::Micros;
use crate::venue::Venue;

pub use message::{Exchanged, Request, Response};

use answer::{Answer, Refused};
use body::Body;
use query::Query;
use route::{Call, NoCall};

/// A larger body is refused.
const LARGEST_BODY: usize = 1 << 20;

impl Venue {
    /// Answers a request that arrives at `at`.
    ///
    /// An earlier time than that of the exchange counts as now. Requests to `/sim/` are never
    /// signed, counted, delayed or disturbed: hosts decide who may make them.
    pub fn request(&mut self, at: Micros, request: &Request) -> Exchanged {
        self.advance(at);
        if request.path.starts_with("/sim/") {
            let outcome = self.carry_out(request, None);
            let deliver = Some(Response::of(outcome, self.now()));
            return Exchanged { deliver, delay: Micros::ZERO, fault: None };
        }

        let now = self.now();
        let set_off = self.faults.on_request(now, &request.method, &request.path);
        let fault = self.take_effect(set_off);
        let trades = route::find(&request.method, &request.path).is_ok_and(Call::trades);
        let seed = self.exchange.config().seed;
        let delay = self.options.latency.draw(seed, self.requests, trades);
        self.requests = self.requests.wrapping_add(1);

        let server_time = now + self.faults.skew(now);
        let prevented = fault.as_ref().is_some_and(Action::prevents);
        let response = if prevented {
            None
        } else if request.header("user-agent").is_none_or(|agent| agent.trim().is_empty()) {
            Some(Response::forbidden_page(server_time))
        } else {
            let outcome = self.carry_out(request, fault.as_ref());
            Some(Response::of(outcome, server_time))
        };
        self.push_sockets();
        spoil::spoil(response, fault, delay, server_time)
    }

    fn carry_out(&mut self, request: &Request, fault: Option<&Action>) -> Result<Answer, Refused> {
        let call = match route::find(&request.method, &request.path) {
            Ok(call) => call,
            Err(NoCall::Path) => return Err(Refused::not_found()),
            Err(NoCall::Method) => return Err(Refused::new(405, "method_not_allowed", &json!({}))),
        };
        if request.body.len() > LARGEST_BODY {
            return Err(Refused::new(413, "body_too_large", &json!({"limit": LARGEST_BODY})));
        }
        if let Call::Director(call) = call {
            return self.direct(call, &request.body);
        }
        if self.exchange.status() == SystemStatus::Maintenance {
            return Err(Refused::new(503, "under_maintenance", &json!({})));
        }

        let now = self.now();
        let server_time = now + self.faults.skew(now);
        let signed = auth::authenticate(
            request,
            &self.exchange.config().accounts,
            &self.options,
            server_time,
        );
        let caller = match &signed {
            Ok(user) => format!("user {}", user.0),
            Err(_) => request.address.clone(),
        };
        if let Err(exhausted) = self.quotas.charge(&caller, call.weight(), now) {
            return Err(Refused::rate_limited(exhausted.resets_in));
        }
        if call.is_private() {
            self.private_call(signed?, call, request, fault)
        } else {
            self.public_call(&caller, call, request)
        }
    }

    fn public_call(
        &self,
        caller: &str,
        call: Call<'_>,
        request: &Request,
    ) -> Result<Answer, Refused> {
        let query = Query::parse(&request.query);
        match call {
            Call::Products => self.products(&query),
            Call::Product(symbol) => self.product(symbol),
            Call::Tickers => self.tickers(&query),
            Call::TickersOf(symbols) => self.tickers_of(symbols),
            Call::Book(symbol) => self.book(symbol, &query),
            Call::Candles => self.candle_history(&query),
            Call::Quota => Ok(self.quota(caller)),
            _ => Err(Refused::not_found()),
        }
    }

    fn private_call(
        &mut self,
        user: UserId,
        call: Call<'_>,
        request: &Request,
        fault: Option<&Action>,
    ) -> Result<Answer, Refused> {
        let query = Query::parse(&request.query);
        let body = || Body::parse(&request.body);
        match call {
            Call::PlaceOrder => self.place_order(user, &body()?, fault),
            Call::EditOrder => self.edit_order(user, &body()?),
            Call::CancelOrder => self.cancel_order(user, &body()?, fault),
            Call::CancelAll => self.cancel_all_orders(user, &body()?, fault),
            Call::PlaceBatch => self.place_batch(user, &body()?, fault),
            Call::EditBatch => self.edit_batch(user, &body()?),
            Call::CancelBatch => self.cancel_batch(user, &body()?, fault),
            Call::OpenOrders => self.open_orders(user, &query),
            Call::Order(id) => self.order_by_id(user, id),
            Call::OrderByClientId(name) => self.order_by_name(user, name),
            Call::OrderHistory => self.order_history(user, &query),
            Call::Fills => self.fills(user, &query),
            Call::Positions => self.positions(user, &query),
            Call::MarginedPositions => self.margined_positions(user, &query),
            Call::CloseAll => self.close_all(user, &body()?),
            Call::Balances => self.balances(user),
            Call::Transactions => self.wallet_transactions(user, &query),
            Call::Profile => Ok(Self::profile(user)),
            Call::Preferences => Ok(Self::trading_preferences(user)),
            Call::Leverage(id) => self.leverage(user, id),
            Call::SetLeverage(id) => self.set_leverage(user, id, &body()?),
            Call::MarginMode => Self::set_margin_mode(user, &body()?),
            Call::Heartbeat => Err(Refused::unavailable("heartbeat")),
            _ => Err(Refused::not_found()),
        }
    }
}
