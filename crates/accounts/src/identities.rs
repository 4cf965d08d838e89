//! Who sessions and keys speak for, and people as stored, kept in memory for two seconds.
//!
//! A request therefore costs a signature check and a look into memory. What another process changes
//! is seen after at most [`TTL`]; what this process changes, or another one that shares the event
//! stream, at once (a load that is under way just then may bring back the old state, for [`TTL`]).

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use platform::clock::Clock;
use platform::db::{Db, DbError};
use platform::events::Event;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{KeyId, SessionId, UserId};
use crate::metrics::IDENTITY_LOADS;
use crate::store::api_keys::{self, KeyIdentity};
use crate::store::sessions::{self, SessionIdentity};
use crate::store::users::{self, User};

/// The topic of the events below.
pub const TOPIC: &str = "accounts.identities";

/// How long a session, key or person is believed without a look into the database.
const TTL: Duration = Duration::from_secs(2);

/// How many are kept.
const CAPACITY: u64 = 100_000;

/// The use of a key is written down at most this often.
const TOUCH_AFTER: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

/// Something that makes what is kept wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", content = "id", rename_all = "snake_case")]
pub(crate) enum Change {
    /// A session ended.
    Session(SessionId),
    /// A key was revoked.
    Key(KeyId),
    /// A person's grants, state or password changed.
    User(UserId),
}

impl Change {
    /// Writes the event that tells other processes.
    pub(crate) fn to_event(&self) -> Event {
        Event {
            topic: TOPIC.to_owned(),
            kind: "identity_changed".to_owned(),
            tenant_id: crate::TENANT.to_owned(),
            data: serde_json::to_value(self).unwrap_or_default(),
        }
    }

    /// Reads the event; `None` if it is another one.
    pub(crate) fn of_event(event: Event) -> Option<Self> {
        (event.topic == TOPIC).then(|| serde_json::from_value(event.data).ok()).flatten()
    }
}

/// Finds identities by session and by key, and people. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Identities {
    db: Db,
    clock: Clock,
    sessions: Cache<SessionId, Option<Arc<SessionIdentity>>>,
    keys: Cache<KeyId, Option<Arc<KeyIdentity>>>,
    people: Cache<UserId, Option<Arc<User>>>,
    /// The keys whose use this process has noted in the last minute.
    noted: Cache<KeyId, ()>,
}

impl Identities {
    /// Makes an empty memory in front of `db`.
    pub(crate) fn new(db: Db, clock: Clock) -> Self {
        let sessions = Cache::builder()
            .max_capacity(CAPACITY)
            .time_to_live(TTL)
            .support_invalidation_closures()
            .build();
        let keys = Cache::builder()
            .max_capacity(CAPACITY)
            .time_to_live(TTL)
            .support_invalidation_closures()
            .build();
        let people = Cache::builder().max_capacity(CAPACITY).time_to_live(TTL).build();
        let minute = TOUCH_AFTER.to_std().unwrap_or(TTL);
        let noted = Cache::builder().max_capacity(CAPACITY).time_to_live(minute).build();
        Self { db, clock, sessions, keys, people, noted }
    }

    /// Finds who a session speaks for; `None` if it has ended.
    pub(crate) async fn of_session(
        &self,
        id: &SessionId,
    ) -> Result<Option<Arc<SessionIdentity>>, Arc<DbError>> {
        let load = async {
            metrics::counter!(IDENTITY_LOADS, "credential" => "session").increment(1);
            let mut tx = self.db.read().await?;
            Ok(sessions::find_identity(&mut tx, id).await?.map(Arc::new))
        };
        self.sessions.try_get_with_by_ref(id, load).await
    }

    /// Finds a key with its owner; `None` if it is unknown or revoked.
    pub(crate) async fn of_key(
        &self,
        id: &KeyId,
    ) -> Result<Option<Arc<KeyIdentity>>, Arc<DbError>> {
        let load = async {
            metrics::counter!(IDENTITY_LOADS, "credential" => "api_key").increment(1);
            let mut tx = self.db.read().await?;
            Ok(api_keys::find_identity(&mut tx, id).await?.map(Arc::new))
        };
        self.keys.try_get_with_by_ref(id, load).await
    }

    /// Finds the person behind a caller of this tenant; `None` if they are gone. Only the note of the
    /// last sign-in may be older than what the caller may do.
    pub(crate) async fn of_user(
        &self,
        tenant_id: &str,
        id: &UserId,
    ) -> Result<Option<Arc<User>>, Arc<DbError>> {
        let load = async {
            metrics::counter!(IDENTITY_LOADS, "credential" => "person").increment(1);
            let mut tx = self.db.read().await?;
            Ok(users::find(&mut tx, tenant_id, id).await?.map(Arc::new))
        };
        let found = self.people.try_get_with_by_ref(id, load).await?;
        Ok(found.filter(|user| user.tenant_id == tenant_id))
    }

    /// Writes down that a key was used, at most once a minute. A failure does not concern the
    /// request that used it.
    pub(crate) async fn note_use(&self, identity: &KeyIdentity) {
        let (key, now) = (&identity.key, self.clock.now());
        let recently = key.last_used_at.is_some_and(|last| now - last < TOUCH_AFTER);
        if recently || !self.noted.entry_by_ref(&key.id).or_insert(()).await.is_fresh() {
            return;
        }
        let written = async {
            let mut tx = self.db.write().await?;
            api_keys::touch(&mut tx, &key.id, now, now - TOUCH_AFTER).await?;
            tx.commit().await
        };
        if let Err(error) = written.await {
            tracing::warn!(key.id = %key.id, error = %error, "use of key {} not noted", key.id);
        }
    }

    /// Forgets what is wrong now.
    pub(crate) async fn forget(&self, change: &Change) {
        match change {
            Change::Session(id) => self.sessions.invalidate(id).await,
            Change::Key(id) => self.keys.invalidate(id).await,
            Change::User(id) => {
                self.people.invalidate(id).await;
                self.forget_user(id);
            }
        }
    }

    /// Forgets everything, after events were missed.
    pub(crate) fn forget_all(&self) {
        self.sessions.invalidate_all();
        self.keys.invalidate_all();
        self.people.invalidate_all();
    }

    fn forget_user(&self, id: &UserId) {
        let user = id.clone();
        let of_user = move |_: &SessionId, found: &Option<Arc<SessionIdentity>>| {
            found.as_ref().is_none_or(|identity| identity.user_id == user)
        };
        let user = id.clone();
        let owned = move |_: &KeyId, found: &Option<Arc<KeyIdentity>>| {
            found.as_ref().is_none_or(|identity| identity.key.user_id == user)
        };
        // Refused only by a cache that was built without support for it.
        if self.sessions.invalidate_entries_if(of_user).is_err()
            || self.keys.invalidate_entries_if(owned).is_err()
        {
            self.forget_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_travels_as_an_event_and_other_events_do_not_matter() {
        let change = Change::User(format!("user_{}", "1".repeat(32)).parse().unwrap());
        let event = change.to_event();
        assert_eq!(Change::of_event(event.clone()), Some(change));
        assert_eq!(Change::of_event(Event { topic: "jobs".into(), ..event }), None);
    }
}
