//! A client that signs, and a venue to talk to.

use delta_sim::rest::{Exchanged, Request};
use delta_sim::socket::{Feed, Frame, SocketId};
use delta_sim::venue::{Latency, Options};
use delta_sim::{Config, Micros, OptionKind, ProductState, Underlying, Venue};
use serde_json::{Value, json};
use strangle_engine::signing::Signed;

/// The key and secret of the only account.
pub(crate) const KEY: &str = "paper";

/// A venue, the time of its client, and one option to trade.
pub(crate) struct Desk {
    pub(crate) venue: Venue,
    pub(crate) at: Micros,
    pub(crate) symbol: String,
    pub(crate) product_id: i64,
}

impl Desk {
    /// A desk on a fresh venue, with an out-of-the-money BTC call that has a bid and an ask.
    pub(crate) fn new() -> Self {
        let options = Options { latency: Latency::NONE, ..Options::default() };
        let mut venue = Venue::new(Config::default(), options).unwrap();
        let at = venue.now() + Micros::seconds(10);
        venue.advance(at);
        let (symbol, product_id) = option(&venue, OptionKind::Call);
        Self { venue, at, symbol, product_id }
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, span: Micros) {
        self.at = self.at + span;
        self.venue.advance(self.at);
    }

    /// A signed request, unsent.
    pub(crate) fn signed(&self, method: &str, path: &str, query: &str, body: &str) -> Request {
        let timestamp = self.at.whole_seconds();
        let signature = Signed { method, timestamp, path, query, body }.signature("paper");
        let headers = [
            ("api-key", KEY.to_owned()),
            ("timestamp", timestamp.to_string()),
            ("signature", signature),
            ("User-Agent", "test".to_owned()),
        ];
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            body: body.as_bytes().to_vec(),
            address: "127.0.0.1".to_owned(),
        }
    }

    pub(crate) fn send(&mut self, request: &Request) -> Exchanged {
        self.venue.request(self.at, request)
    }

    /// Sends a signed request and reads the answer.
    pub(crate) fn call(
        &mut self,
        method: &str,
        path: &str,
        query: &str,
        body: &str,
    ) -> (u16, Value) {
        let request = self.signed(method, path, query, body);
        read(self.send(&request))
    }

    pub(crate) fn get(&mut self, path: &str, query: &str) -> Value {
        let (status, body) = self.call("GET", path, query, "");
        assert_eq!(status, 200, "{path}?{query}: {body}");
        body["result"].clone()
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> (u16, Value) {
        self.call("POST", path, "", &body.to_string())
    }

    /// The body of an order for the desk's option.
    pub(crate) fn order(&self, side: &str, contracts: i64, price: &str, name: &str) -> Value {
        json!({
            "product_id": self.product_id,
            "size": contracts,
            "side": side,
            "order_type": "limit_order",
            "limit_price": price,
            "time_in_force": "gtc",
            "client_order_id": name,
        })
    }

    /// The best bid and ask of the desk's option.
    pub(crate) fn touch(&mut self) -> (String, String) {
        let path = format!("/v2/tickers/{}", self.symbol);
        let ticker = self.get(&path, "");
        let side = |name: &str| ticker["quotes"][name].as_str().unwrap().to_owned();
        (side("best_bid"), side("best_ask"))
    }

    /// Sells at the market.
    pub(crate) fn sell(&mut self, size: i64, name: &str) -> Value {
        let body = json!({
            "product_id": self.product_id,
            "size": size,
            "side": "sell",
            "order_type": "market_order",
            "client_order_id": name,
        });
        let (status, answer) = self.post("/v2/orders", &body);
        assert_eq!(status, 200, "{answer}");
        answer["result"].clone()
    }

    /// A resting sell far above the market.
    pub(crate) fn rest(&mut self, size: i64, name: &str) -> Value {
        let (_, ask) = self.touch();
        let price: f64 = ask.parse::<f64>().unwrap() * 1.2;
        let body = self.order("sell", size, &format!("{price:.1}"), name);
        let (status, answer) = self.post("/v2/orders", &body);
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["result"]["state"], "open", "{answer}");
        answer["result"].clone()
    }

    /// Puts a script of faults on.
    pub(crate) fn fault(&mut self, script: &Value) {
        let mut request = Request::new("POST", "/sim/fault");
        request.body = script.to_string().into_bytes();
        let (status, body) = read(self.send(&request));
        assert_eq!(status, 200, "{body}");
    }

    pub(crate) fn connect(&mut self, feed: Feed) -> SocketId {
        self.venue.connect(self.at, feed, "127.0.0.1").unwrap()
    }

    pub(crate) fn say(&mut self, socket: SocketId, message: &Value) {
        self.venue.receive(self.at, socket, &message.to_string());
    }

    /// A connection subscribed to one channel; its first replies are thrown away.
    pub(crate) fn subscribe(&mut self, channel: &str, symbol: &str) -> SocketId {
        let private =
            ["orders", "v2/user_trades", "user_trades", "positions", "margins"].contains(&channel);
        let feed = if private { Feed::Private } else { Feed::Public };
        let socket = self.connect(feed);
        if private {
            self.say(socket, &self.key_auth());
        }
        self.say(socket, &subscription(channel, &[symbol]));
        socket
    }

    /// A correct `key-auth` message.
    pub(crate) fn key_auth(&self) -> Value {
        let timestamp = self.at.whole_seconds();
        let signed = Signed { method: "GET", timestamp, path: "/live", query: "", body: "" };
        let signature = signed.signature("paper");
        let payload = json!({"api-key": KEY, "timestamp": timestamp, "signature": signature});
        json!({"type": "key-auth", "payload": payload})
    }

    /// The messages of a socket since the last call.
    pub(crate) fn hear(&mut self, socket: SocketId) -> Vec<Value> {
        let frames = self.venue.drain_one(socket, usize::MAX).into_iter();
        let texts = frames.filter_map(|frame| match frame {
            Frame::Text(text) => Some(serde_json::from_str(&text).unwrap()),
            Frame::Close { .. } => None,
        });
        texts.collect()
    }

    /// The messages of one channel since the last call.
    pub(crate) fn hear_channel(&mut self, socket: SocketId, channel: &str) -> Vec<Value> {
        let messages = self.hear(socket).into_iter();
        messages.filter(|message| message["type"] == channel).collect()
    }
}

/// An out-of-the-money option near a delta of 0.2 that is quoted on both sides.
pub(crate) fn option(venue: &Venue, kind: OptionKind) -> (String, i64) {
    let exchange = venue.exchange();
    let listed = exchange
        .products()
        .filter(|one| one.state == ProductState::Live && one.kind == kind)
        .filter(|one| one.underlying == Underlying::Btc)
        .filter(|one| one.expiry > venue.now() + Micros::DAY);
    let mut quoted: Vec<_> = listed
        .filter_map(|one| {
            let ticker = exchange.ticker(one.id)?;
            let two_sided = ticker.quote.bid.is_some() && ticker.quote.ask.is_some();
            let distance = (ticker.greeks.delta.abs() - 0.2).abs();
            two_sided.then(|| (one.expiry, distance, one.symbol.to_string(), one.id.0))
        })
        .collect();
    quoted.sort_by(|one, two| one.0.cmp(&two.0).then(one.1.total_cmp(&two.1)));
    let (_, _, symbol, id) = quoted.into_iter().next().unwrap();
    (symbol, id)
}

/// Reads an answer that must have come.
pub(crate) fn read(exchanged: Exchanged) -> (u16, Value) {
    let response = exchanged.deliver.expect("an answer");
    let body = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
    (response.status, body)
}

pub(crate) fn subscription(channel: &str, symbols: &[&str]) -> Value {
    let channels = json!([{"name": channel, "symbols": symbols}]);
    json!({"type": "subscribe", "payload": {"channels": channels}})
}
