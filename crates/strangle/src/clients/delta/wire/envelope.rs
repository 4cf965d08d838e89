//! What is around each answer: `{success, result, meta}` or `{success: false, error}`.

use serde_json::Value;

use super::fields::{Fields, Unreadable};

/// An answer of the exchange, taken out of its envelope.
#[derive(Debug, Clone, PartialEq)]
pub enum Envelope {
    /// It did what was asked.
    Success {
        /// What was asked for.
        result: Value,
        /// Where the next page begins; `None` on the last.
        after: Option<String>,
    },
    /// It says why not.
    Failure(Fault),
}

/// Why the exchange did not do what was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The exchange's word for it, never empty.
    pub code: String,
    /// Its sentence, if there is one.
    pub message: Option<String>,
    /// Its details, such as `available_balance`; null if there are none.
    pub context: Value,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub after: Option<String>,
}

impl Envelope {
    /// Opens a body.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if it is not JSON or not one of the exchange's envelopes.
    pub fn open(body: &[u8]) -> Result<Self, Unreadable> {
        let not_ours = |field| Unreadable { what: "an answer", field };
        let mut value: Value = serde_json::from_slice(body).map_err(|_| not_ours("json"))?;
        let fields = Fields::of("an answer", &value)?;
        if fields.flag("success") {
            let after = fields.object("meta").and_then(|meta| meta.maybe_text("after"));
            // A few calls answer beside `result`; then the whole object is the result.
            let result = value.get_mut("result").map(Value::take);
            return Ok(Self::Success { result: result.unwrap_or(value), after });
        }
        match fields.value("error") {
            Some(Value::String(code)) if !code.is_empty() => Ok(Self::Failure(Fault {
                code: code.clone(),
                message: fields.maybe_text("message"),
                context: Value::Null,
            })),
            Some(error @ Value::Object(_)) => {
                let inner = Fields::of("an error", error)?;
                Ok(Self::Failure(Fault {
                    code: inner.text("code")?,
                    message: inner.maybe_text("message").or_else(|| fields.maybe_text("message")),
                    context: inner.value("context").cloned().unwrap_or_default(),
                }))
            }
            // Neither: some calls have no envelope at all.
            None if fields.value("success").is_none() => {
                Ok(Self::Success { result: value, after: None })
            }
            _ => Err(not_ours("error")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn open(value: &Value) -> Result<Envelope, Unreadable> {
        Envelope::open(value.to_string().as_bytes())
    }

    #[test]
    fn both_forms_of_an_error_are_understood() {
        let nested = json!({"success": false,
            "error": {"code": "insufficient_margin", "context": {"available_balance": "1.5"}}});
        let flat = json!({"error": "SignatureExpired", "message": "your clock is off"});

        let Envelope::Failure(nested) = open(&nested).unwrap() else { panic!("a failure") };
        let Envelope::Failure(flat) = open(&flat).unwrap() else { panic!("a failure") };

        assert_eq!(
            (nested.code.as_str(), &nested.context["available_balance"]),
            ("insufficient_margin", &json!("1.5"))
        );
        assert_eq!(
            (flat.code.as_str(), flat.message.as_deref()),
            ("SignatureExpired", Some("your clock is off"))
        );
    }

    #[test]
    fn a_result_comes_with_the_place_of_the_next_page() {
        let page = json!({"success": true, "result": [1], "meta": {"after": "x", "before": null}});
        let last = json!({"success": true, "result": [], "meta": {"after": null}});

        assert_eq!(
            open(&page),
            Ok(Envelope::Success { result: json!([1]), after: Some("x".into()) })
        );
        assert_eq!(open(&last), Ok(Envelope::Success { result: json!([]), after: None }));
    }

    #[test]
    fn what_is_neither_success_nor_a_named_error_is_unreadable() {
        for body in [
            "",
            "<html>Forbidden</html>",
            "[]",
            "7",
            "{\"success\":false}",
            "{\"success\":false,\"error\":{}}",
            "{\"error\":\"\"}",
            "{\"success\":true",
        ] {
            assert!(Envelope::open(body.as_bytes()).is_err(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body: Vec<u8>) {
            let _ = Envelope::open(&body);
        }
    }
}
