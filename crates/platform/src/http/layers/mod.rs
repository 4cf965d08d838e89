//! What happens to every request before and after its handler.
//!
//! From the outside in: [`context`] (ids, client, log, metrics, security headers, problems,
//! panics), [`host`] (Host header), CORS, compression, [`access`] (who may), [`limit`] (how often),
//! deadline,
//! [`idempotency`] (writes that may be repeated), the body limit, the handler.

pub(crate) mod access;
pub(crate) mod context;
pub(crate) mod host;
pub(crate) mod idempotency;
pub(crate) mod limit;
