//! The audit trail, for auditors.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Page, PageQuery, Query};
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::callers::Settled;
use crate::Accounts;
use crate::domain::audit::{Break, Walk};
use crate::domain::label::label;
use crate::store::audit::{self, Filter, Link};

/// Entries that are verified with one look into the database.
const STRIDE: i64 = 1_000;

/// Which entries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// Rows of a page, 1 to 1000; 100 if absent.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only what this user (or `anonymous`, `system`, `cli`) did.
    actor_id: Option<String>,
    /// Only this kind of deed: `login_failed`.
    action: Option<String>,
    /// Only what was done to this user, session or key.
    target: Option<String>,
}

/// One thing that somebody did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditEntryView {
    /// Its place in the chain.
    seq: i64,
    /// When.
    recorded_at: DateTime<Utc>,
    /// Who: a user, or `anonymous`, `system`, `cli`.
    actor_id: String,
    /// What.
    action: String,
    /// To what.
    target: String,
    /// What else is worth knowing.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// From where.
    ip: String,
    /// Names the request.
    request_id: String,
    /// Names the piece of work.
    correlation_id: String,
    /// The hash of the entry before.
    prev_hash: String,
    /// The hash of this entry.
    hash: String,
}

impl From<Link> for AuditEntryView {
    fn from(link: Link) -> Self {
        let entry = link.entry;
        Self {
            seq: entry.seq,
            recorded_at: entry.recorded_at,
            actor_id: entry.actor_id,
            action: entry.action,
            target: entry.target,
            detail: entry.detail,
            ip: entry.ip,
            request_id: entry.request_id,
            correlation_id: entry.correlation_id,
            prev_hash: link.prev_hash,
            hash: link.hash,
        }
    }
}

/// What a walk along the whole chain has found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChainReport {
    /// Whether every entry is as it was recorded and none is missing.
    valid: bool,
    /// How many entries are good, from the first on.
    verified: i64,
    /// How many there should be.
    expected: i64,
    /// The hash of the last good entry; keep it elsewhere to notice a chain that was replaced.
    last_hash: String,
    /// The first entry that is not good.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_broken_seq: Option<i64>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// List the audit trail, youngest first.
#[utoipa::path(get, path = "/api/users/audit", tag = "accounts", params(AuditQuery),
    responses(
        (status = 200, description = "A page of entries", body = Page<AuditEntryView>),
        (status = 422, description = "A parameter is refused", body = Problem),
    ))]
pub(super) async fn list_audit_entries(
    State(accounts): State<Accounts>,
    settled: Settled,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditEntryView>>, Problem> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let (limit, before) = (page.limit()?, page.after::<i64>()?);
    let filter = Filter {
        actor_id: filter("/query/actor_id", query.actor_id)?,
        action: filter("/query/action", query.action)?,
        target: filter("/query/target", query.target)?,
    };
    let mut tx = accounts.people.db.read().await?;
    let tenant_id = &settled.caller.tenant_id;
    let found = audit::list(&mut tx, tenant_id, filter, before, i64::from(limit) + 1).await?;
    Ok(Json(Page::from_rows(found, limit, |link| link.entry.seq, AuditEntryView::from)))
}

/// Verify the whole chain.
#[utoipa::path(get, path = "/api/users/audit/verify", tag = "accounts",
    responses((status = 200, description = "What was found", body = ChainReport)))]
pub(super) async fn verify_audit_chain(
    State(accounts): State<Accounts>,
    _settled: Settled,
) -> Result<Json<ChainReport>, Problem> {
    let mut tx = accounts.people.db.read().await?;
    let end = audit::end(&mut tx).await?;
    drop(tx);

    let mut walk = Walk::default();
    while walk.seq < end.seq {
        // A transaction for each stride, so that a long walk holds nothing up.
        let mut tx = accounts.people.db.read().await?;
        let links = audit::list_after(&mut tx, walk.seq, STRIDE.min(end.seq - walk.seq)).await?;
        drop(tx);
        if links.is_empty() {
            return Ok(Json(ChainReport::broken(&walk, end.seq, Break::Gap)));
        }
        for link in links {
            if let Err(found) = walk.step(&link.entry, &link.prev_hash, &link.hash) {
                return Ok(Json(ChainReport::broken(&walk, end.seq, found)));
            }
        }
        tokio::task::yield_now().await;
    }
    if walk.hash != end.hash {
        let before = Walk { seq: walk.seq - 1, hash: walk.hash };
        return Ok(Json(ChainReport::broken(&before, end.seq, Break::Link)));
    }
    Ok(Json(ChainReport {
        valid: true,
        verified: walk.seq,
        expected: end.seq,
        last_hash: walk.hash,
        first_broken_seq: None,
        reason: None,
    }))
}

impl ChainReport {
    fn broken(walk: &Walk, expected: i64, found: Break) -> Self {
        tracing::error!(
            audit.seq = walk.seq + 1,
            "audit chain is broken at entry {}: {found}",
            walk.seq + 1
        );
        Self {
            valid: false,
            verified: walk.seq,
            expected,
            last_hash: walk.hash.clone(),
            first_broken_seq: Some(walk.seq + 1),
            reason: Some(found.to_string()),
        }
    }
}

/// Reads a filter; an empty one filters nothing.
fn filter(pointer: &'static str, text: Option<String>) -> Result<Option<String>, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    label(&text, 100)
        .map(Some)
        .map_err(|e| Problem::invalid(vec![FieldError::new(pointer, "invalid", e.to_string())]))
}
