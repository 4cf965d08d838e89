//! What became of a request.
//!
//! # Invariants
//!
//! - A change is refused only if the exchange says so: a status 400 to 499 (but not 408 or 429)
//!   with an error code. It is not sent only if nothing left this process. Everything else that is
//!   not a readable success is ambiguous.

use std::time::Duration;

use serde_json::Value;

use crate::clients::delta::transport::{TransportError, WireResponse};
use crate::clients::delta::wire::{Envelope, Fault, Unreadable};

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T> {
    /// The exchange did it.
    Confirmed(T),
    /// The exchange did not do it, and will not.
    Refused(Refusal),
    /// Nothing left this process.
    NotSent(NotSent),
    /// Nobody knows; only a look-up can tell.
    Ambiguous(Ambiguity),
}

/// The exchange's refusal.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the exchange refused with {status} `{code}`")]
pub struct Refusal {
    /// The status, 400 to 499.
    pub status: u16,
    /// The exchange's word: `insufficient_margin`.
    pub code: String,
    /// Its sentence, if there is one.
    pub message: Option<String>,
    /// Its details; null if there are none.
    pub context: Value,
}

impl Refusal {
    /// Tells whether the key, the signature or the address of this machine is not accepted.
    #[must_use]
    pub fn is_about_credentials(&self) -> bool {
        let code = folded(&self.code);
        matches!(
            code.as_str(),
            "invalidapikey"
                | "apikeynotfound"
                | "invalidsignature"
                | "signaturemismatch"
                | "unauthorizedapiaccess"
                | "ipnotwhitelistedforapikey"
        )
    }

    /// Tells whether the signature was too old when it arrived.
    #[must_use]
    pub fn is_expired_signature(&self) -> bool {
        matches!(folded(&self.code).as_str(), "signatureexpired" | "expiredsignature")
    }

    /// Tells whether what was asked for is not there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        folded(&self.code).ends_with("notfound")
    }
}

/// The exchange writes `invalid_api_key`, `SignatureExpired` and `Signature Mismatch`.
fn folded(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Why nothing left this process.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// No connection, or a request that cannot be sent.
    #[error(transparent)]
    Transport(TransportError),
    /// The exchange did not answer lately and is left alone.
    #[error("the exchange did not answer lately and is left alone for a while")]
    LeftAlone,
    /// The quota is spent, or the exchange asked to wait.
    #[error("the exchange's quota is spent")]
    QuotaSpent {
        /// When there is quota again.
        retry_in: Duration,
    },
    /// The call must be signed, and there is no key.
    #[error("there is no key for the exchange")]
    NoCredentials,
}

/// Why nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ambiguity {
    /// It may have left, and there is no answer.
    #[error(transparent)]
    Transport(TransportError),
    /// The answer is not one that says what happened.
    #[error("the exchange answered {0}")]
    Status(u16),
    /// The exchange answered, and the answer cannot be read.
    #[error("the answer of the exchange cannot be read")]
    Unreadable(#[source] Unreadable),
}

/// Why there is nothing to read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// Nothing left this process.
    #[error(transparent)]
    NotSent(NotSent),
    /// The exchange refused.
    #[error(transparent)]
    Refused(Refusal),
    /// The exchange did not answer, or not in a way that can be used.
    #[error(transparent)]
    Failed(Ambiguity),
    /// A list did not end where it should.
    #[error("the list of the exchange does not end")]
    Endless,
}

impl ReadError {
    /// Returns the exchange's refusal, if that is what it is.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// What an attempt ended in, before anybody asks whether it was a change or a look.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Attempt {
    /// A readable success: the result, and where the next page begins.
    Success(Value, Option<String>),
    Refused(Refusal),
    NotSent(NotSent),
    Ambiguous(Ambiguity),
    /// 429, which is ambiguous for a change, and says when to come back.
    TooMany(Duration),
}

impl Attempt {
    /// Reads an answer. `retry_in` is what it says about coming back.
    pub(super) fn of(response: &WireResponse, retry_in: Duration) -> Self {
        let status = response.status;
        match (status, Envelope::open(&response.body)) {
            (429, _) => Self::TooMany(retry_in),
            (200..=299, Ok(Envelope::Success { result, after })) => Self::Success(result, after),
            (200..=299, Err(unreadable)) => Self::Ambiguous(Ambiguity::Unreadable(unreadable)),
            (400..=499, Ok(Envelope::Failure(fault))) if status != 408 => {
                let Fault { code, message, context } = fault;
                Self::Refused(Refusal { status, code, message, context })
            }
            _ => Self::Ambiguous(Ambiguity::Status(status)),
        }
    }

    /// Tells whether asking again may help.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Ambiguous(Ambiguity::Status(status)) => *status == 408 || *status >= 500,
            Self::NotSent(NotSent::Transport(_)) | Self::TooMany(_) | Self::Ambiguous(_) => true,
            _ => false,
        }
    }

    pub(super) fn into_outcome<T>(
        self,
        read: impl FnOnce(&Value) -> Result<T, Unreadable>,
    ) -> Outcome<T> {
        match self {
            Self::Success(result, _) => match read(&result) {
                Ok(done) => Outcome::Confirmed(done),
                Err(unreadable) => Outcome::Ambiguous(Ambiguity::Unreadable(unreadable)),
            },
            Self::Refused(refusal) => Outcome::Refused(refusal),
            Self::NotSent(reason) => Outcome::NotSent(reason),
            Self::Ambiguous(reason) => Outcome::Ambiguous(reason),
            Self::TooMany(_) => Outcome::Ambiguous(Ambiguity::Status(429)),
        }
    }

    pub(super) fn into_read(self) -> Result<(Value, Option<String>), ReadError> {
        match self {
            Self::Success(result, after) => Ok((result, after)),
            Self::Refused(refusal) => Err(ReadError::Refused(refusal)),
            Self::NotSent(reason) => Err(ReadError::NotSent(reason)),
            Self::Ambiguous(reason) => Err(ReadError::Failed(reason)),
            Self::TooMany(retry_in) => Err(ReadError::NotSent(NotSent::QuotaSpent { retry_in })),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    const ERROR: &str = r#"{"success":false,"error":{"code":"insufficient_margin"}}"#;

    fn outcome(status: u16, body: &'static str) -> Outcome<Value> {
        let body = Bytes::from_static(body.as_bytes());
        let response = WireResponse { status, headers: Vec::new(), body };
        Attempt::of(&response, Duration::ZERO).into_outcome(|value| Ok(value.clone()))
    }

    #[test]
    fn only_a_client_error_with_a_code_is_a_refusal() {
        for status in [400, 401, 403, 404, 405, 406] {
            assert!(matches!(outcome(status, ERROR), Outcome::Refused(_)), "{status}");
        }
        for (status, body) in [
            (408, ERROR),
            (429, ERROR),
            (500, ERROR),
            (503, ERROR),
            (403, "<html>Forbidden</html>"),
            (400, "{}"),
            (302, ""),
            (200, ERROR),
            (200, "{\"success\":tru"),
        ] {
            assert!(matches!(outcome(status, body), Outcome::Ambiguous(_)), "{status} {body}");
        }
        assert!(matches!(outcome(200, r#"{"success":true,"result":{}}"#), Outcome::Confirmed(_)));
    }

    #[test]
    fn a_confirmed_answer_that_cannot_be_read_is_ambiguous() {
        let response = WireResponse {
            status: 200,
            headers: Vec::new(),
            body: Bytes::from_static(br#"{"success":true,"result":{}}"#),
        };
        let unreadable = |_: &Value| Err::<(), _>(Unreadable { what: "an order", field: "id" });

        let outcome = Attempt::of(&response, Duration::ZERO).into_outcome(unreadable);

        assert!(matches!(outcome, Outcome::Ambiguous(Ambiguity::Unreadable(_))));
    }

    #[test]
    fn the_codes_are_known_in_all_their_spellings() {
        let refusal = |status, code: &str| Refusal {
            status,
            code: code.to_owned(),
            message: None,
            context: Value::Null,
        };
        assert!(refusal(401, "SignatureExpired").is_expired_signature());
        assert!(refusal(401, "expired_signature").is_expired_signature());
        assert!(refusal(401, "Signature Mismatch").is_about_credentials());
        assert!(refusal(401, "ip_not_whitelisted_for_api_key").is_about_credentials());
        assert!(!refusal(400, "insufficient_margin").is_about_credentials());
        assert!(refusal(404, "open_order_not_found").is_not_found());
    }
}
