//! The interface of the exchange: its quota, and what becomes of a script of calls.

use delta_sim::faults::FaultScript;
use delta_sim::quota::UNITS_PER_WINDOW;
use delta_sim::rest::{Request, Response};
use delta_sim::venue::Options;
use delta_sim::{Account, Config, DuplicatePolicy, Micros, ProductId, Underlying, Venue};
use serde_json::{Value, json};
use strangle_engine::signing::Signed;

use crate::oracles::strangle::inputs::{Inputs, Refusal};

/// An exchange with one account, and the clock of its client.
struct Desk {
    venue: Venue,
    account: Account,
    product: ProductId,
}

impl Desk {
    fn new(policy: DuplicatePolicy) -> Result<Self, Refusal> {
        let account = Account::default();
        let config = Config { duplicate_policy: policy, ..Config::default() };
        let venue = Venue::new(config, Options::default())
            .map_err(|error| Refusal::new("simulator", error))?;
        let product = venue
            .exchange()
            .products()
            .find(|product| product.underlying == Underlying::Btc)
            .map(|product| product.id)
            .ok_or_else(|| Refusal::new("simulator", "no product is listed"))?;
        Ok(Self { venue, account, product })
    }

    /// Sends a signed request; `None` if the answer is lost.
    fn send(&mut self, method: &str, path: &str, query: &str, body: &str) -> Option<Response> {
        let now = self.venue.now();
        let timestamp = now.0.div_euclid(Micros::SECOND.0);
        let signature =
            Signed { method, timestamp, path, query, body }.signature(&self.account.secret);
        let mut request = Request::new(method, path);
        query.clone_into(&mut request.query);
        request.body = body.as_bytes().to_vec();
        for (name, value) in [
            ("user-agent", "quintet"),
            ("content-type", "application/json"),
            ("api-key", &self.account.key),
            ("timestamp", &timestamp.to_string()),
            ("signature", &signature),
        ] {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
        self.venue.request(now, &request).deliver
    }

    fn orders(&self) -> usize {
        self.venue.exchange().orders(self.account.user_id).count()
    }
}

/// Makes the calls and answers with what they used.
pub(super) fn quota(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let mut desk = Desk::new(DuplicatePolicy::default())?;
    let mut refused = 0;
    for call in inputs.list(&["calls"]).unwrap_or_default() {
        let call = Inputs(call);
        let kind = call.needed_text(&["kind", "endpoint", "call"])?;
        let (method, path) = request_of(&kind)?;
        for _ in 0..call.integer(&["count"])?.unwrap_or(1) {
            let answer = desk.send(method, path, "", "{}");
            refused += u32::from(answer.is_some_and(|answer| answer.status == 429));
        }
    }

    let before = desk.send("GET", "/v2/rate_limits/quota", "", "");
    let read = |answer: Option<Response>| {
        let body: Value = serde_json::from_slice(&answer?.body).ok()?;
        body.get("result").unwrap_or(&body).get("current_quota")?.as_u64()
    };
    // Asking costs one unit itself.
    let used = read(before).and_then(|used| used.checked_sub(1));
    let used = used.ok_or_else(|| Refusal::new("simulator", "the quota is not told"))?;
    Ok(json!({
        "used": used, "quota": UNITS_PER_WINDOW, "window_seconds": 300,
        "left": u64::from(UNITS_PER_WINDOW).saturating_sub(used), "refused": refused,
        "limited": refused > 0, "status": if refused > 0 { 429 } else { 200 },
    }))
}

fn request_of(kind: &str) -> Result<(&'static str, &'static str), Refusal> {
    Ok(match kind {
        "products" => ("GET", "/v2/products"),
        "order_book" | "orderbook" | "l2orderbook" => ("GET", "/v2/l2orderbook/BTCUSD"),
        "tickers" | "ticker" => ("GET", "/v2/tickers"),
        "candles" => ("GET", "/v2/history/candles"),
        "open_orders" | "orders" => ("GET", "/v2/orders"),
        "positions" => ("GET", "/v2/positions"),
        "margined_positions" => ("GET", "/v2/positions/margined"),
        "balances" | "balance" | "wallet" => ("GET", "/v2/wallet/balances"),
        "place_order" | "place" => ("POST", "/v2/orders"),
        "edit_order" | "edit" => ("PUT", "/v2/orders"),
        "cancel_order" | "delete_order" | "cancel" => ("DELETE", "/v2/orders"),
        "order_history" | "history" => ("GET", "/v2/orders/history"),
        "fills" => ("GET", "/v2/fills"),
        "transactions" => ("GET", "/v2/wallet/transactions"),
        "batch" | "batch_orders" => ("POST", "/v2/orders/batch"),
        "other" | "others" | "profile" => ("GET", "/v2/profile"),
        unknown => return Err(Refusal::new("unknown_call", unknown)),
    })
}

/// Carries out lines such as `POST /v2/orders client_order_id=a size=10 -> response dropped`.
pub(super) fn script(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let policy = match inputs.text(&["duplicate_policy"]).as_deref() {
        Some("reject_ever") => DuplicatePolicy::RejectEver,
        Some("allow") => DuplicatePolicy::Allow,
        _ => DuplicatePolicy::RejectOpen,
    };
    let mut desk = Desk::new(policy)?;
    let mut statuses = Vec::new();
    let mut last = None;
    for line in inputs.list(&["script"]).unwrap_or_default() {
        let line = line.as_str().ok_or_else(|| Refusal::new("not_readable", line))?;
        let answer = call(&mut desk, line)?;
        statuses.push(answer.as_ref().map(|answer| answer.status));
        last = answer;
    }

    let status = last.as_ref().map(|answer| answer.status);
    let body = last.and_then(|answer| serde_json::from_slice::<Value>(&answer.body).ok());
    let code = body.as_ref().and_then(|body| body.pointer("/error/code"));
    Ok(json!({
        "found": status == Some(200), "orders_on_exchange": desk.orders(), "status": status,
        "statuses": statuses, "error": code,
    }))
}

fn call(desk: &mut Desk, line: &str) -> Result<Option<Response>, Refusal> {
    let (request, outcome) = line.split_once("->").unwrap_or((line, ""));
    let lost = ["dropped", "lost"].iter().any(|word| outcome.contains(word));
    let before =
        ["not processed", "never arrived", "before"].iter().any(|word| outcome.contains(word));
    if lost || outcome.contains("timeout") {
        let kind = if before { "timeout_before" } else { "lose_response" };
        let faults = json!({ "rules": [{ "times": 1, "action": { "kind": kind } }] });
        let faults = FaultScript::from_json(faults)
            .map_err(|error| Refusal::new("simulator", format!("{error:?}")))?;
        let now = desk.venue.now();
        desk.venue
            .install_faults(now, faults)
            .map_err(|error| Refusal::new("simulator", format!("{error:?}")))?;
    }

    let mut words = request.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Err(Refusal::new("not_readable", line));
    };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut body = json!({});
    for (name, value) in words.filter_map(|word| word.split_once('=')) {
        body[name] = value.parse::<i64>().map_or_else(|_| json!(value), |number| json!(number));
    }
    if method == "POST" && path == "/v2/orders" {
        // What the line leaves open: a limit order that rests.
        for (name, value) in [
            ("product_id", json!(desk.product.0)),
            ("side", json!("buy")),
            ("order_type", json!("limit_order")),
            ("limit_price", json!("0.1")),
        ] {
            if body.get(name).is_none() {
                body[name] = value;
            }
        }
    }
    let body = if method == "GET" { String::new() } else { body.to_string() };
    Ok(desk.send(method, path, query, &body))
}
