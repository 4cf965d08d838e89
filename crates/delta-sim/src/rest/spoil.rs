//! Answers as faults leave them.

use serde_json::{Map, Value, json};

use super::answer::Refused;
use super::{Exchanged, Response};
use crate::faults::Action;
use crate::time::Micros;

/// Puts a fault on an answer. Without a response the request was kept away.
pub(super) fn spoil(
    response: Option<Response>,
    fault: Option<Action>,
    delay: Micros,
    server_time: Micros,
) -> Exchanged {
    let mut delay = delay;
    let deliver = match &fault {
        Some(Action::ConnectRefused {} | Action::TimeoutBefore {} | Action::LoseResponse {}) => {
            None
        }
        Some(Action::ServerError { status, .. }) => Some(broken(*status, server_time)),
        Some(Action::Html403 {}) => Some(Response::forbidden_page(server_time)),
        Some(Action::TooManyRequests { reset }) => {
            Some(Response::of(Err(Refused::rate_limited(reset.0)), server_time))
        }
        Some(Action::GarbageJson { .. }) => {
            let mut response = Response::json(200, &json!({}), server_time);
            response.body = b"{\"success\":true,\"result\":{\"id\":12\xff".to_vec();
            Some(response)
        }
        Some(Action::UnknownFields {}) => response.map(with_unknown_fields),
        Some(Action::Slow { by }) => {
            delay = delay + by.0;
            response
        }
        _ => response,
    };
    Exchanged { deliver, delay, fault }
}

/// The exchange's own 500, or the page of a gateway.
fn broken(status: u16, server_time: Micros) -> Response {
    match status {
        500 => {
            let refused = Refused::new(500, "internal_server_error", &json!({}));
            Response::of(Err(refused), server_time)
        }
        _ => Response::gateway_error(status, server_time),
    }
}

/// Adds members nobody has documented to every object of the answer.
fn with_unknown_fields(mut response: Response) -> Response {
    if let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) {
        decorate(&mut body, 0);
        response.body = body.to_string().into_bytes();
    }
    response
}

fn decorate(value: &mut Value, depth: usize) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(|member| decorate(member, depth + 1));
            members.insert("x_new_field".to_owned(), json!({"nested": [1, null, "a"]}));
            if depth == 0 {
                let members = std::mem::take(members);
                // The order of members means nothing in JSON: turn it round.
                *value = Value::Object(members.into_iter().rev().collect::<Map<_, _>>());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| decorate(item, depth + 1)),
        _ => {}
    }
}
