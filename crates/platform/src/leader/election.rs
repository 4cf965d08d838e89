//! Competes for the lease, in SQL or in Redis.

use std::time::Duration;

use chrono::{DateTime, Utc};
use redis::Script;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{LEASE, Leader, LeaderOptions};
use crate::clock::Clock;
use crate::db::{Db, DbError};
use crate::ids::Ids;
use crate::metrics::LEADER;
use crate::redis::{Redis, RedisError};
use crate::tasks::Tasks;

/// Takes or renews the lease. `KEYS[1]` lease, `KEYS[2]` last token; `ARGV[1]` holder, `ARGV[2]`
/// life in milliseconds. The token is the time in milliseconds or one more than the last: so it
/// grows even if Redis has lost the last one.
const TAKE: &str = r"
local holder = redis.call('HGET', KEYS[1], 'holder')
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return tonumber(redis.call('HGET', KEYS[1], 'fence'))
end
if holder then return 0 end
local time = redis.call('TIME')
local fence = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
if fence <= last then fence = last + 1 end
redis.call('SET', KEYS[2], string.format('%.0f', fence))
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'fence', string.format('%.0f', fence))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return fence";

/// Gives the lease back. `KEYS[1]` lease, `ARGV[1]` holder.
const GIVE_BACK: &str = r"
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0";

/// Where the lease lives.
#[derive(Debug, Clone)]
pub enum Election {
    /// In the table `leases`.
    Sql(Db, Clock),
    /// In Redis.
    Redis(Redis),
}

/// Why the lease could not be asked for.
#[derive(Debug, thiserror::Error)]
enum ElectionError {
    #[error("database failed")]
    Sql(#[from] DbError),
    #[error("redis failed")]
    Redis(#[from] RedisError),
    #[error("no answer in time")]
    TimedOut,
}

impl Election {
    /// Takes part until the process is told to stop; the lease is then given back.
    #[must_use]
    pub fn start(self, options: LeaderOptions, tasks: &Tasks) -> Leader {
        let (sender, fence) = watch::channel(None);
        let holder = format!("{}:{}", std::process::id(), Ids::Random.draw().simple());
        let stopping = tasks.clone();
        tasks.spawn("leader", async move {
            self.take_part(&holder, options, &sender, &stopping).await;
        });
        Leader::following(fence)
    }

    async fn take_part(
        &self,
        holder: &str,
        options: LeaderOptions,
        sender: &watch::Sender<Option<i64>>,
        tasks: &Tasks,
    ) {
        let mut leads_until = Instant::now();
        show(None);
        loop {
            let begun = Instant::now();
            let answer = self.ask(holder, options.ttl, options.renew).await;
            match answer {
                Ok(fence) => {
                    // The lease counts from before it was asked for, and not to its very end.
                    leads_until = begun + options.ttl.mul_f64(0.8);
                    change(sender, fence);
                }
                Err(error) => tracing::warn!(error = %error, "leader lease not renewed"),
            }

            let leads = sender.borrow().is_some();
            let next = begun + if leads { options.renew } else { options.retry };
            let next = if leads { next.min(leads_until) } else { next };
            tokio::select! {
                () = tokio::time::sleep_until(next) => {}
                () = tasks.stopping() => break,
            }
            if Instant::now() >= leads_until {
                change(sender, None);
            }
        }
        let led = sender.borrow().is_some();
        change(sender, None);
        if led && let Err(error) = self.give_back(holder).await {
            tracing::debug!(error = %error, "leader lease not given back, it will run out");
        }
    }

    /// Asks for the lease; `None` if another process has it.
    async fn ask(
        &self,
        holder: &str,
        ttl: Duration,
        within: Duration,
    ) -> Result<Option<i64>, ElectionError> {
        let asking = async {
            match self {
                Self::Sql(db, clock) => Ok(take_in_sql(db, clock.now(), holder, ttl).await?),
                Self::Redis(redis) => Ok(take_in_redis(redis, holder, ttl).await?),
            }
        };
        tokio::time::timeout(within, asking).await.unwrap_or(Err(ElectionError::TimedOut))
    }

    async fn give_back(&self, holder: &str) -> Result<(), ElectionError> {
        match self {
            Self::Sql(db, clock) => {
                let mut tx = db.write().await?;
                tx.query("UPDATE leases SET expires_at = $1 WHERE name = $2 AND holder = $3")
                    .bind(clock.now() - chrono::TimeDelta::microseconds(1))
                    .bind(LEASE)
                    .bind(holder.to_owned())
                    .execute()
                    .await?;
                tx.commit().await?;
            }
            Self::Redis(redis) => {
                let (key, holder) = (redis.key(LEASE), holder.to_owned());
                redis
                    .run(|mut connection| async move {
                        let script = Script::new(GIVE_BACK);
                        script.key(key).arg(holder).invoke_async::<i64>(&mut connection).await
                    })
                    .await?;
            }
        }
        Ok(())
    }
}

/// The token grows whenever the lease changes hands, and when its holder had let it run out.
async fn take_in_sql(
    db: &Db,
    now: DateTime<Utc>,
    holder: &str,
    ttl: Duration,
) -> Result<Option<i64>, DbError> {
    let until = now + chrono::TimeDelta::from_std(ttl).unwrap_or(chrono::TimeDelta::minutes(1));
    let mut tx = db.write().await?;
    if tx.is_postgres() {
        // Periodic work that holds the row for long must not leave this waiting on the server.
        tx.query("SELECT set_config('lock_timeout', '3s', TRUE)").execute().await?;
    }
    let taken: Option<(i64,)> = tx
        .query(
            "INSERT INTO leases (name, holder, fence, expires_at) VALUES ($1, $2, 1, $3) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, \
             expires_at = excluded.expires_at, fence = leases.fence + CASE WHEN \
             leases.holder = excluded.holder AND leases.expires_at >= $4 THEN 0 ELSE 1 END \
             WHERE leases.holder = excluded.holder OR leases.expires_at < $4 RETURNING fence",
        )
        .bind(LEASE)
        .bind(holder.to_owned())
        .bind(until)
        .bind(now)
        .fetch_optional()
        .await?;
    tx.commit().await?;
    Ok(taken.map(|(fence,)| fence))
}

async fn take_in_redis(
    redis: &Redis,
    holder: &str,
    ttl: Duration,
) -> Result<Option<i64>, RedisError> {
    let (lease, last, holder) = (redis.key(LEASE), redis.key("leader_fence"), holder.to_owned());
    let milliseconds = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
    let fence: i64 = redis
        .run(|mut connection| async move {
            let script = Script::new(TAKE);
            let mut call = script.key(lease);
            call.key(last).arg(holder).arg(milliseconds);
            call.invoke_async(&mut connection).await
        })
        .await?;
    Ok((fence > 0).then_some(fence))
}

fn change(sender: &watch::Sender<Option<i64>>, fence: Option<i64>) {
    let changed = sender.send_if_modified(|current| {
        let changed = *current != fence;
        *current = fence;
        changed
    });
    if changed {
        if let Some(fence) = fence {
            tracing::info!(fence, "this process leads");
        } else {
            tracing::info!("this process does not lead any more");
        }
        show(fence);
    }
}

fn show(fence: Option<i64>) {
    metrics::gauge!(LEADER).set(if fence.is_some() { 1.0 } else { 0.0 });
}
