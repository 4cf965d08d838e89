//! Removes what has expired: sessions with their refresh tokens, and counted failures.

use chrono::TimeDelta;
use platform::db::DbError;
use platform::jobs::{Job, JobError, JobRun, NewJob};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Accounts;
use crate::domain::lockout::WINDOW;
use crate::metrics::PURGED;
use crate::store::{login_failures, refresh_tokens, sessions};

/// An ended session is kept for this time, so that the reuse of one of its tokens is still noticed
/// for what it is.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Rows of one commit.
const BATCH: i64 = 1_000;

/// Removes what has expired.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PurgeExpired {}

impl PurgeExpired {
    /// The name of its schedule.
    pub(crate) const SCHEDULE: &'static str = "accounts.purge_expired";

    /// Enqueues the work, unless it waits already.
    pub(crate) async fn enqueue(accounts: &Accounts) -> Result<String, DbError> {
        let mut tx = accounts.people.db.write().await?;
        let new = NewJob {
            job: &Self {},
            title: "Remove expired sessions".to_owned(),
            tenant_id: crate::TENANT.to_owned(),
            owner_id: "system".to_owned(),
            priority: -1,
            unique_key: Some(Self::NAME.to_owned()),
            result_url: None,
        };
        let id = accounts.queue.enqueue(&mut tx, new).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// The tables that are purged.
#[derive(Debug, Clone, Copy)]
enum Table {
    Sessions,
    RefreshTokens,
    LoginFailures,
}

impl Table {
    const ALL: [Self; 3] = [Self::Sessions, Self::RefreshTokens, Self::LoginFailures];

    fn name(self) -> &'static str {
        match self {
            Self::Sessions => "auth_sessions",
            Self::RefreshTokens => "auth_refresh_tokens",
            Self::LoginFailures => "auth_login_failures",
        }
    }

    /// Removes one batch; returns how many rows it had.
    async fn purge(self, accounts: &Accounts) -> Result<u64, DbError> {
        let now = accounts.people.now();
        let mut tx = accounts.people.db.write().await?;
        let removed = match self {
            Self::Sessions => sessions::delete_ended(&mut tx, now - KEPT, BATCH).await?,
            Self::RefreshTokens => {
                refresh_tokens::delete_expired(&mut tx, now - KEPT, BATCH).await?
            }
            Self::LoginFailures => login_failures::delete_old(&mut tx, now - WINDOW, BATCH).await?,
        };
        tx.commit().await?;
        Ok(removed)
    }
}

impl Job for PurgeExpired {
    const NAME: &'static str = "accounts.purge_expired";
    type Context = Accounts;

    async fn run(self, accounts: Accounts, run: JobRun) -> Result<Value, JobError> {
        let mut result = serde_json::Map::new();
        for table in Table::ALL {
            let mut total = 0;
            loop {
                run.check()?;
                let removed = table.purge(&accounts).await?;
                total += removed;
                if removed == 0 {
                    break;
                }
            }
            metrics::counter!(PURGED, "table" => table.name()).increment(total);
            result.insert(table.name().to_owned(), json!(total));
        }
        Ok(result.into())
    }
}
