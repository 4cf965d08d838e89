//! Messages of a client and their replies.

use serde_json::{Map, Value, json};
use strangle_engine::signing::Signed;

use super::channel::{Channel, Group};
use super::private::snapshots;
use super::session::Session;
use super::{Feed, public};
use crate::control::SystemStatus;
use crate::time::Micros;
use crate::venue::{KeyAccess, Venue};

/// A longer message is refused.
const LONGEST_MESSAGE: usize = 64 * 1024;

impl Venue {
    /// Carries out a message and returns the replies.
    pub(super) fn answer(&mut self, session: &mut Session, now: Micros, text: &str) -> Vec<String> {
        session.hear(now);
        if text.len() > LONGEST_MESSAGE {
            return vec![error("message too long")];
        }
        let Ok(Value::Object(message)) = serde_json::from_str(text) else {
            return vec![error("message is not a JSON object")];
        };
        let payload = message.get("payload").and_then(Value::as_object);
        match message.get("type").and_then(Value::as_str) {
            Some("subscribe") => self.subscribe(session, payload, now),
            Some("unsubscribe") => {
                let reply = unsubscribe(session, payload);
                self.update_watches_with(session);
                vec![reply]
            }
            Some("key-auth") => vec![self.authenticate(session, payload, now)],
            Some("unauth") => {
                session.user = None;
                session.subscriptions.retain(|channel, _| channel.feed() == Feed::Public);
                vec![json!({"type": "unauth", "success": true}).to_string()]
            }
            Some("auth") => {
                vec![error("auth ended on 31 December 2025: use key-auth with the same payload")]
            }
            Some("enable_heartbeat") => {
                session.enable_heartbeat(now);
                Vec::new()
            }
            Some("disable_heartbeat") => {
                session.disable_heartbeat();
                Vec::new()
            }
            Some("ping") => vec![json!({"type": "pong"}).to_string()],
            Some(other) => {
                let name: String = other.chars().take(40).collect();
                vec![error(&format!("unknown message type {name}"))]
            }
            None => vec![error("message has no type")],
        }
    }

    fn subscribe(
        &mut self,
        session: &mut Session,
        payload: Option<&Map<String, Value>>,
        now: Micros,
    ) -> Vec<String> {
        let Some(requested) = channels_of(payload) else {
            return vec![error("payload.channels must be a list of channels")];
        };

        let mut refused = Vec::new();
        let mut added: Vec<(Channel, String)> = Vec::new();
        for wanted in requested {
            let name = name_of(wanted);
            match self.subscribe_one(session, &name, wanted) {
                Ok((channel, symbols)) => {
                    added.extend(symbols.into_iter().map(|symbol| (channel, symbol)));
                }
                Err(reason) => refused.push(json!({"name": name, "error": reason})),
            }
        }

        let mut replies = vec![subscriptions(session, refused)];
        for (channel, symbol) in &added {
            session.published.remove(&(*channel, symbol.clone()));
            replies.extend(self.first_message(session, *channel, symbol, now));
        }
        self.update_watches_with(session);
        replies
    }

    /// Adds one channel; returns the symbols that are new.
    fn subscribe_one(
        &self,
        session: &mut Session,
        name: &str,
        wanted: &Value,
    ) -> Result<(Channel, Vec<String>), String> {
        let channel = Channel::named(name)?;
        if channel.feed() != session.feed {
            let other = match channel.feed() {
                Feed::Public => "public",
                Feed::Private => "private",
            };
            return Err(format!("channel {name} is on the {other} socket"));
        }
        if channel.feed() == Feed::Private && session.user.is_none() {
            return Err(format!("subscription forbidden on {name}. Unauthorized user"));
        }

        let symbols = match symbols_of(wanted)? {
            _ if channel.is_global() => vec!["all".to_owned()],
            symbols => symbols,
        };
        let unknown = symbols.iter().find(|symbol| !channel.takes(&self.exchange, symbol));
        if let Some(unknown) = unknown {
            let unknown: String = unknown.chars().take(40).collect();
            return Err(format!("channel {name} does not take the symbol {unknown}"));
        }
        let known = session.subscriptions.entry(channel).or_default();
        let added: Vec<_> = symbols.into_iter().filter(|symbol| !known.contains(symbol)).collect();
        if known.len() + added.len() > channel.most_symbols() {
            let most = channel.most_symbols();
            return Err(format!("at most {most} symbols of {name} on one connection"));
        }
        known.extend(added.iter().cloned());
        Ok((channel, added))
    }

    /// What a channel says as soon as it is subscribed.
    fn first_message(
        &self,
        session: &Session,
        channel: Channel,
        symbol: &str,
        now: Micros,
    ) -> Vec<String> {
        match (channel, session.user) {
            (Channel::SystemStatus, _) => {
                vec![public::system_status("snapshot", self.exchange.status(), now)]
            }
            (Channel::Orders | Channel::Positions, Some(user))
                if Group::named(symbol).is_none() =>
            {
                snapshots(&self.exchange, &self.sockets.told, user, channel, symbol, now)
            }
            _ => Vec::new(),
        }
    }

    fn authenticate(
        &self,
        session: &mut Session,
        payload: Option<&Map<String, Value>>,
        now: Micros,
    ) -> String {
        let outcome = self.key_auth(session, payload, now);
        let (status_code, status, message) = match outcome {
            Ok(()) => {
                return json!({
                    "type": "key-auth",
                    "success": true,
                    "status_code": 200,
                    "status": "authenticated",
                })
                .to_string();
            }
            Err(refused) => refused,
        };
        json!({
            "type": "key-auth",
            "success": false,
            "status_code": status_code,
            "status": status,
            "message": message,
        })
        .to_string()
    }

    fn key_auth(
        &self,
        session: &mut Session,
        payload: Option<&Map<String, Value>>,
        now: Micros,
    ) -> Result<(), (u16, &'static str, &'static str)> {
        let member = |name: &str| payload.and_then(|payload| payload.get(name));
        let text = |name: &str| member(name).and_then(Value::as_str);
        let timestamp = member("timestamp").and_then(|value| match value {
            Value::String(text) => text.parse().ok(),
            value => value.as_i64(),
        });
        let (Some(key), Some(signature), Some(timestamp)) =
            (text("api-key"), text("signature"), timestamp)
        else {
            return Err((400, "incomplete_payload", "Incomplete payload"));
        };
        if self.exchange.status() == SystemStatus::Maintenance {
            return Err((500, "internal_server_error", "Internal Server Error. Code: 1001"));
        }

        let server_time = now + self.faults.skew(now);
        if !self.options.takes(timestamp, server_time) {
            let message = "Timestamp header outside of allowed time window";
            return Err((408, "request_expired", message));
        }
        let accounts = &self.exchange.config().accounts;
        let Some(account) = accounts.iter().find(|account| account.key == key) else {
            return Err((404, "api_key_not_found", "ApiKey not found"));
        };
        let signed = Signed { method: "GET", timestamp, path: "/live", query: "", body: "" };
        if !signed.verify(&account.secret, signature) {
            return Err((401, "invalid_signature", "Invalid Signature"));
        }
        if self.options.access(key) == KeyAccess::AddressNotListed {
            return Err((401, "ip_not_whitelisted", "IP address not whitelisted"));
        }
        session.user = Some(account.user_id);
        Ok(())
    }
}

fn unsubscribe(session: &mut Session, payload: Option<&Map<String, Value>>) -> String {
    let Some(requested) = channels_of(payload) else {
        return error("payload.channels must be a list of channels");
    };
    let mut refused = Vec::new();
    for wanted in requested {
        let name = name_of(wanted);
        match (Channel::named(&name), symbols_of(wanted)) {
            (Ok(channel), Ok(symbols)) => {
                if let Some(known) = session.subscriptions.get_mut(&channel) {
                    if symbols.is_empty() {
                        known.clear();
                    }
                    known.retain(|symbol| !symbols.contains(symbol));
                }
            }
            (Err(reason), _) | (_, Err(reason)) => {
                refused.push(json!({"name": name, "error": reason}));
            }
        }
    }
    session.subscriptions.retain(|_, symbols| !symbols.is_empty());
    let subscribed = &session.subscriptions;
    session.published.retain(|(channel, symbol), _| {
        subscribed.get(channel).is_some_and(|symbols| symbols.contains(symbol))
    });
    subscriptions(session, refused)
}

/// All subscriptions of the connection, and what was refused.
fn subscriptions(session: &Session, refused: Vec<Value>) -> String {
    let kept = session.subscriptions.iter().filter(|(_, symbols)| !symbols.is_empty());
    let kept = kept.map(|(channel, symbols)| {
        if channel.is_global() {
            json!({"name": channel.name()})
        } else {
            json!({"name": channel.name(), "symbols": symbols})
        }
    });
    let channels: Vec<_> = kept.chain(refused).collect();
    json!({"type": "subscriptions", "channels": channels}).to_string()
}

fn channels_of(payload: Option<&Map<String, Value>>) -> Option<&Vec<Value>> {
    payload?.get("channels")?.as_array()
}

fn name_of(channel: &Value) -> String {
    let name = channel.get("name").and_then(Value::as_str).unwrap_or_default();
    name.chars().take(40).collect()
}

fn symbols_of(channel: &Value) -> Result<Vec<String>, String> {
    match channel.get("symbols") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(symbols)) => {
            let texts = symbols.iter().map(|symbol| symbol.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().ok_or_else(|| "symbols must be strings".to_owned())
        }
        Some(_) => Err("symbols must be a list of strings".to_owned()),
    }
}

fn error(message: &str) -> String {
    json!({"type": "error", "message": message}).to_string()
}
