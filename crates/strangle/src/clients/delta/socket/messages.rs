//! What is written to a socket, and the kinds of what is read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use strangle_engine::signing::Signed;

use super::event::{Channel, Subscription};
use crate::clients::delta::credentials::Credentials;
use crate::clients::delta::wire::Fields;

/// What is before a symbol in the channel of marks.
pub(super) const MARK_PREFIX: &str = "MARK:";

/// Asks for heartbeats.
pub(super) fn enable_heartbeat() -> String {
    json!({"type": "enable_heartbeat"}).to_string()
}

/// Signs in; `timestamp` is the exchange's in seconds.
pub(super) fn sign_in(credentials: &Credentials, timestamp: i64) -> String {
    let signed = Signed { method: "GET", timestamp, path: "/live", query: "", body: "" };
    let payload = json!({
        "api-key": credentials.key(),
        "timestamp": timestamp.to_string(),
        "signature": signed.signature(credentials.secret()),
    });
    json!({"type": "key-auth", "payload": payload}).to_string()
}

/// Asks for channels, or asks for them no more; `None` if there is nothing to ask for.
pub(super) fn ask(verb: &'static str, what: &BTreeSet<Subscription>) -> Option<String> {
    let mut channels: BTreeMap<Channel, Vec<String>> = BTreeMap::new();
    for subscription in what {
        let symbols = channels.entry(subscription.channel).or_default();
        let prefix = if subscription.channel == Channel::Mark { MARK_PREFIX } else { "" };
        symbols.extend(subscription.symbol.map(|symbol| format!("{prefix}{symbol}")));
    }
    if channels.is_empty() {
        return None;
    }
    let channels: Vec<Value> =
        channels.into_iter().map(|(channel, symbols)| one(channel.name(), &symbols)).collect();
    Some(json!({"type": verb, "payload": {"channels": channels}}).to_string())
}

/// Asks for private channels of all products.
pub(super) fn ask_all(verb: &'static str, channels: &[&str]) -> String {
    let all = ["all".to_owned()];
    let channels: Vec<Value> = channels.iter().map(|name| one(name, &all)).collect();
    json!({"type": verb, "payload": {"channels": channels}}).to_string()
}

fn one(name: &str, symbols: &[String]) -> Value {
    if symbols.is_empty() {
        return json!({"name": name});
    }
    json!({"name": name, "symbols": symbols})
}

/// A message, by its kind.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// The connection lives.
    Heartbeat,
    /// What of the channels was refused: names and reasons.
    Subscriptions(Vec<(String, String)>),
    /// Whether the key is accepted, and the exchange's word.
    SignedIn(bool, String),
    /// A message of a channel.
    Channel(String, Value),
    /// Something else, or nothing that can be read.
    Other,
}

/// Reads a message.
pub(super) fn read(text: &str) -> Message {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Message::Other };
    let Ok(fields) = Fields::of("a message", &value) else { return Message::Other };
    let Some(kind) = fields.maybe_text("type") else { return Message::Other };
    match kind.as_str() {
        "heartbeat" | "pong" => Message::Heartbeat,
        "subscriptions" | "unsubscribed" => Message::Subscriptions(refusals(&fields)),
        "key-auth" => {
            let status = fields.maybe_text("status").or_else(|| fields.maybe_text("message"));
            Message::SignedIn(fields.flag("success"), status.unwrap_or_default())
        }
        _ => Message::Channel(kind, value),
    }
}

fn refusals(fields: &Fields<'_>) -> Vec<(String, String)> {
    let channels = fields.list("channels").iter();
    let refused = channels.filter_map(|channel| {
        let channel = Fields::of("a channel", channel).ok()?;
        let error = match channel.value("error")? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some((channel.maybe_text("name").unwrap_or_default(), error))
    });
    refused.collect()
}

#[cfg(test)]
mod tests {
    use platform::settings::Secret;
    use proptest::prelude::*;
    use strangle_engine::instrument::Symbol;

    use super::*;

    #[test]
    fn subscriptions_are_grouped_by_channel_and_marks_have_their_prefix() {
        let symbol = |name| Symbol::new(name).unwrap();
        let wanted = BTreeSet::from([
            Subscription::of(Channel::Mark, symbol("C-BTC-1-150126")),
            Subscription::of(Channel::Book, symbol("B")),
            Subscription::of(Channel::Book, symbol("A")),
            Subscription::to(Channel::SystemStatus),
        ]);

        assert_eq!(
            ask("subscribe", &wanted).unwrap(),
            "{\"type\":\"subscribe\",\"payload\":{\"channels\":[\
             {\"name\":\"ob_l1\",\"symbols\":[\"A\",\"B\"]},\
             {\"name\":\"mark_price\",\"symbols\":[\"MARK:C-BTC-1-150126\"]},\
             {\"name\":\"system_status\"}]}}"
        );
        assert_eq!(ask("subscribe", &BTreeSet::new()), None);
    }

    #[test]
    fn signing_in_signs_the_live_path() {
        let credentials = Credentials::new(&Secret::new("key"), &Secret::new("secret")).unwrap();
        let text = sign_in(&credentials, 1_768_478_400);
        let message: Value = serde_json::from_str(&text).unwrap();

        let signed =
            Signed { method: "GET", timestamp: 1_768_478_400, path: "/live", query: "", body: "" };
        assert_eq!(signed.text(), "GET1768478400/live");
        let signature = message["payload"]["signature"].as_str().unwrap();
        assert!(signed.verify("secret", signature));
    }

    #[test]
    fn replies_are_told_apart() {
        let refused = r#"{"type":"subscriptions","channels":[
            {"name":"ticker","symbols":["A"]},{"name":"x","error":"unknown channel"}]}"#;
        assert_eq!(
            read(refused),
            Message::Subscriptions(vec![("x".to_owned(), "unknown channel".to_owned())])
        );
        let failed = r#"{"type":"key-auth","success":false,"status_code":401,
            "status":"invalid_signature"}"#;
        assert_eq!(read(failed), Message::SignedIn(false, "invalid_signature".to_owned()));
        assert_eq!(read(r#"{"type":"heartbeat"}"#), Message::Heartbeat);
        for other in ["", "[]", "{}", "null", "{\"type\":[]}"] {
            assert_eq!(read(other), Message::Other, "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = read(&text);
        }
    }
}
