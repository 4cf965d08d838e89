//! What `/health` says, and who says it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::BoxFuture;

/// How a part of the process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Works.
    Healthy,
    /// Works, with less.
    Degraded,
    /// Does not work.
    Unhealthy,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// How it is.
    pub status: Status,
    /// One sentence for the operator, without secrets, host names or error texts.
    pub detail: String,
    /// When it was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<DateTime<Utc>>,
}

impl Finding {
    /// Says that a part works.
    #[must_use]
    pub fn healthy(detail: impl Into<String>) -> Self {
        Self { status: Status::Healthy, detail: detail.into(), checked_at: None }
    }

    /// Says that a part works with less.
    #[must_use]
    pub fn degraded(detail: impl Into<String>) -> Self {
        Self { status: Status::Degraded, detail: detail.into(), checked_at: None }
    }

    /// Says that a part does not work.
    #[must_use]
    pub fn unhealthy(detail: impl Into<String>) -> Self {
        Self { status: Status::Unhealthy, detail: detail.into(), checked_at: None }
    }
}

/// Looks at one part of the process.
#[derive(Clone)]
pub struct Check {
    /// `database`, `cache`, `log_tail`, …
    pub name: &'static str,
    /// Looks; it is given a deadline by the caller.
    pub look: Arc<dyn Fn() -> BoxFuture<'static, Finding> + Send + Sync>,
}

impl Check {
    /// Makes a check from a function.
    pub fn new<F>(name: &'static str, look: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Finding> + Send + 'static,
    {
        Self { name, look: Arc::new(move || Box::pin(look())) }
    }

    /// Makes the check that every service with a database has.
    #[must_use]
    pub fn database(db: &crate::db::Db) -> Self {
        let db = db.clone();
        Self::new("database", move || {
            let db = db.clone();
            async move {
                match db.ping().await {
                    Ok(()) => Finding::healthy("answers"),
                    Err(error) => {
                        tracing::debug!(error = %error, "database check failed");
                        Finding::unhealthy("does not answer")
                    }
                }
            }
        })
    }
}
