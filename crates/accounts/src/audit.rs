//! The audit chain: who did what, to what, from where; append-only and without gaps.
//!
//! Every write of accounts records what it does in its own transaction, so that neither exists
//! without the other. The row of the chain's end is locked when such a transaction begins
//! ([`begin`]): on PostgreSQL, too, accounts have one writer at a time. That makes the chain free of
//! gaps, and rules such as "one administrator remains" hold against any number of processes.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use platform::correlation::Correlation;
use platform::db::{Db, DbError, Tx};
use serde_json::Value;

use crate::domain::audit::Entry;
use crate::metrics::AUDIT_ENTRIES;
use crate::store;

/// Who does something, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The id of a user, or `anonymous`, `system`, `cli`.
    pub id: String,
    /// In whose data.
    pub tenant_id: String,
    /// From where, if over the network.
    pub ip: Option<IpAddr>,
}

impl Actor {
    /// Names somebody who has not proved who they are.
    #[must_use]
    pub fn anonymous(ip: IpAddr) -> Self {
        Self { id: "anonymous".to_owned(), tenant_id: crate::TENANT.to_owned(), ip: Some(ip) }
    }

    /// Names a part of the program.
    #[must_use]
    pub fn program(name: &str) -> Self {
        Self { id: name.to_owned(), tenant_id: crate::TENANT.to_owned(), ip: None }
    }
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    /// In the past: `user_created`.
    pub action: &'static str,
    /// The id of what it was done to.
    pub target: String,
    /// What else is worth knowing: an object of texts, whole numbers and switches; never a secret.
    pub detail: Value,
}

/// Begins a transaction that writes accounts, as the only one.
///
/// # Errors
///
/// Returns [`DbError`] if the database cannot be reached.
pub async fn begin(db: &Db) -> Result<Tx, DbError> {
    let mut tx = db.write().await?;
    store::audit::lock(&mut tx).await?;
    Ok(tx)
}

/// Adds a deed to the end of the chain, in the caller's transaction; returns its place.
///
/// # Errors
///
/// Returns [`DbError`] if it cannot be written.
pub async fn record(
    tx: &mut Tx,
    now: DateTime<Utc>,
    actor: &Actor,
    deed: Deed,
) -> Result<i64, DbError> {
    let end = store::audit::lock(tx).await?;
    let ids = Correlation::current();
    let entry = Entry {
        seq: end.seq + 1,
        recorded_at: now,
        tenant_id: actor.tenant_id.clone(),
        actor_id: actor.id.clone(),
        action: deed.action.to_owned(),
        target: deed.target,
        detail: deed.detail,
        ip: actor.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        request_id: ids.request_id,
        correlation_id: ids.correlation_id,
    };
    let seq = entry.seq;
    store::audit::append(tx, &end.hash, entry).await?;
    metrics::counter!(AUDIT_ENTRIES, "action" => deed.action).increment(1);
    Ok(seq)
}
