//! Who calls: keys and signatures.

use serde_json::json;
use strangle_engine::signing::Signed;

use super::Request;
use super::answer::Refused;
use crate::config::Account;
use crate::order::UserId;
use crate::time::Micros;
use crate::venue::{KeyAccess, Options};

/// Finds out who signed a request.
///
/// # Errors
///
/// The refusal of the exchange: without headers, of an unknown key, of a stale or wrong
/// signature, of an address that is not on the list, of a key without the right.
pub(super) fn authenticate(
    request: &Request,
    accounts: &[Account],
    options: &Options,
    server_time: Micros,
) -> Result<UserId, Refused> {
    let (Some(key), Some(signature), Some(timestamp)) =
        (request.header("api-key"), request.header("signature"), request.header("timestamp"))
    else {
        return Err(Refused::authentication(
            401,
            "unauthorized",
            "api-key, signature and timestamp headers are required",
        ));
    };
    let Some(account) = accounts.iter().find(|account| account.key == key) else {
        return Err(Refused::authentication(401, "InvalidApiKey", "Api Key not found"));
    };
    let Ok(timestamp) = timestamp.parse::<i64>() else {
        return Err(Refused::authentication(401, "SignatureExpired", "timestamp is not a number"));
    };

    if !options.takes(timestamp, server_time) {
        let now = server_time.whole_seconds();
        let mut refused =
            Refused::authentication(401, "SignatureExpired", "your signature has expired");
        refused.body["context"] = json!({"request_time": timestamp, "server_time": now});
        return Err(refused);
    }
    if !is_signed(request, timestamp, signature, &account.secret) {
        return Err(Refused::new(401, "Signature Mismatch", &json!({})));
    }
    check_access(request, options.access(key))?;
    Ok(account.user_id)
}

fn is_signed(request: &Request, timestamp: i64, signature: &str, secret: &str) -> bool {
    let Ok(body) = std::str::from_utf8(&request.body) else { return false };
    let Request { method, path, query, .. } = request;
    Signed { method, timestamp, path, query, body }.verify(secret, signature)
}

fn check_access(request: &Request, access: KeyAccess) -> Result<(), Refused> {
    let reads = request.method.eq_ignore_ascii_case("GET");
    match access {
        KeyAccess::Full => Ok(()),
        KeyAccess::ReadOnly if reads => Ok(()),
        KeyAccess::ReadOnly => Err(Refused::authentication(
            401,
            "UnauthorizedApiAccess",
            "Api Key not authorised to access this endpoint",
        )),
        KeyAccess::AddressNotListed => {
            let context = json!({"client_ip": request.address});
            Err(Refused::new(401, "ip_not_whitelisted_for_api_key", &context))
        }
    }
}
