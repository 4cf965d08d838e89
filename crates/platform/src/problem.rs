//! The only shape in which a failure leaves the process: RFC 9457 problem details.

use std::borrow::Cow;
use std::error::Error;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::DbError;

/// What went wrong, for the client; and, kept back from the client, why.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A relative reference to the page of the manual that explains this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/problems/pool_not_found")]
    kind: String,
    /// A short summary that is the same for every problem of this kind.
    #[schema(value_type = String)]
    title: Cow<'static, str>,
    /// The HTTP status code.
    #[serde(serialize_with = "status_code")]
    #[schema(value_type = u16)]
    status: StatusCode,
    /// A stable name in `snake_case`, for programs.
    #[schema(value_type = String, example = "pool_not_found")]
    code: Cow<'static, str>,
    /// What happened this time, in words a user can act on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    detail: Option<Cow<'static, str>>,
    /// The path of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// Names this request in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// The fields at fault, if the request was well formed but not acceptable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// Seconds after which the same request may succeed.
    #[serde(skip)]
    retry_after: Option<u64>,
    /// Logged once, never sent.
    #[serde(skip)]
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// One field that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer to the field.
    #[schema(example = "/assets/6/remaining_term_months")]
    pub pointer: String,
    /// A stable name of the rule in `snake_case`.
    #[schema(value_type = String, example = "exceeds_term")]
    pub code: Cow<'static, str>,
    /// The rule, the value, and the way out.
    pub message: String,
}

impl FieldError {
    /// Says which field broke which rule.
    #[must_use]
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), code: code.into(), message: message.into() }
    }
}

impl Problem {
    /// Creates a problem of the kind `code`, for example `pool_not_found`.
    #[must_use]
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        let code = code.into();
        Self {
            kind: format!("/problems/{code}"),
            title: title.into(),
            status,
            code,
            detail: None,
            instance: None,
            request_id: None,
            errors: Vec::new(),
            retry_after: None,
            source: None,
        }
    }

    /// Creates the problem that hides a bug from the client and shows it to the log.
    #[must_use]
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let problem =
            Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something broke on our side");
        Self { source: Some(source.into()), ..problem }
    }

    /// Creates the problem of a dependency that is down now: 503 with `Retry-After`.
    #[must_use]
    pub fn unavailable(
        what: &'static str,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        let problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "A part that this request needs is not available",
        );
        Self { source: Some(source.into()), retry_after: Some(5), ..problem }
            .detail(format!("The {what} does not answer. Try again in a few seconds."))
    }

    /// Creates the answer for something that is absent, or that the caller may not see.
    #[must_use]
    pub fn not_found(code: &'static str, what: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, "There is no such thing here")
            .detail(format!("There is no {what} that you may see."))
    }

    /// Creates the answer for a request that was read but is refused, field by field.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}", one.pointer, one.message),
            many => format!("{} fields were refused; see errors.", many.len()),
        };
        let mut problem =
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation", "The request was refused")
                .detail(detail);
        problem.errors = errors;
        problem
    }

    /// Says what happened this time.
    #[must_use]
    pub fn detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// Adds a field that was refused.
    #[must_use]
    pub fn field(
        mut self,
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        self.errors.push(FieldError::new(pointer, code, message));
        self
    }

    /// Says when the same request may succeed.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn because(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// Returns the status code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the stable name.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns what happened this time, in words for the user.
    #[must_use]
    pub fn message(&self) -> String {
        self.detail.as_deref().unwrap_or(&self.title).to_owned()
    }

    /// Returns the cause that is kept from the client.
    pub(crate) fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }

    /// Names the request; called once by the outermost layer.
    #[must_use]
    pub fn about(mut self, instance: &str, request_id: &str) -> Self {
        self.instance = Some(instance.to_owned());
        self.request_id = Some(request_id.to_owned());
        self
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(_) => Self::unavailable("database", error),
            _ => Self::internal(error),
        }
    }
}

/// Carries the problem to the outermost layer, which knows the request and writes the body.
#[derive(Debug, Clone)]
pub(crate) struct Pending(pub(crate) std::sync::Arc<std::sync::Mutex<Option<Problem>>>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let retry_after = self.retry_after;
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        let slot = std::sync::Arc::new(std::sync::Mutex::new(Some(self)));
        response.extensions_mut().insert(Pending(slot));
        response
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde chooses the signature")]
fn status_code<S: serde::Serializer>(status: &StatusCode, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_u16(status.as_u16())
}
