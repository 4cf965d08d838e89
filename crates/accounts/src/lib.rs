//! Accounts: people, sign-in, sessions, API keys and the audit trail, for all services.
//!
//! - `domain` decides: addresses, passwords, tokens, lockout, refresh, the audit chain.
//! - `store` remembers. Each function takes the caller's transaction.
//! - `people`, `sign_in` and `refresh` are what can be done, over HTTP or otherwise.
//! - `identities` answers who a session or key speaks for, fast.
//! - `http` translates between JSON and the above, and verifies the credentials of every request
//!   to every service.
//! - `jobs` clears away what has expired.
//! - [`first_run`] and [`cli`] make people where nobody can sign in yet.
//!
//! # Invariants
//!
//! - No secret is logged, or stored as it is: passwords as argon2id, tokens and keys as SHA-256. (The
//!   CSRF token of a session is stored, because it is worthless without the session's cookie.)
//! - Every write records itself in the audit chain, in its own transaction; what is only a note of
//!   use (`last_used_at`) and the purge of expired rows are no such writes.
//! - Nobody hands on a grant that they do not hold, or acts on a person above them.
//! - There is no built-in user, no default password, and no registration without an administrator.

use std::sync::Arc;

use platform::events::Events;
use platform::jobs::Queue;
use platform::service::{Context, Registration, Service, Start, StartError};
use platform::settings::Env;
use tokio::sync::broadcast::error::RecvError;

pub mod audit;
pub mod cli;
mod domain;
pub mod first_run;
mod grants;
mod hashing;
mod http;
mod identities;
mod jobs;
pub mod metrics;
mod passwords;
mod people;
mod refresh;
mod secret;
mod settings;
mod sign_in;
mod signing;
mod store;

pub use identities::TOPIC;

use crate::domain::token::Keyring;
use crate::identities::{Change, Identities};
use crate::passwords::Passwords;
use crate::people::People;
use crate::settings::Settings;

/// Whose data there is, until there is more than one tenant.
pub const TENANT: &str = "default";

/// How accounts present themselves to the server.
pub const REGISTRATION: Registration = Registration {
    name: "accounts",
    title: "Accounts",
    migrations: platform::db::Migrations {
        owner: "accounts",
        sqlite: &sqlx::migrate!("migrations/sqlite"),
        postgres: &sqlx::migrate!("migrations/postgres"),
    },
    durability: platform::db::Durability::Full,
    configure,
};

/// What handlers and jobs share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Accounts {
    people: People,
    queue: Queue,
    events: Events,
    keyring: Arc<Keyring>,
    identities: Identities,
    settings: Arc<Settings>,
}

impl Accounts {
    /// Makes the state from the settings, with the signing key at hand and the first hash computed.
    async fn new(settings: Settings, context: &Context) -> Result<Self, StartError> {
        let data_dir = context.settings.data_dir.clone();
        let for_key = settings.clone();
        let keyring = tokio::task::spawn_blocking(move || signing::keyring(&for_key, &data_dir));
        let keyring = Arc::new(keyring.await??);
        let passwords = Passwords::new(settings.hash_parallelism);
        passwords.warm().await?;
        Ok(Self {
            people: People {
                db: context.db.clone(),
                clock: context.clock.clone(),
                ids: context.ids.clone(),
                passwords,
            },
            queue: context.queue.clone(),
            events: context.events.clone(),
            keyring,
            identities: Identities::new(context.db.clone(), context.clock.clone()),
            settings: Arc::new(settings),
        })
    }

    /// Forgets what a change made wrong, here and in other processes.
    pub(crate) async fn announce(&self, change: &Change, reason: &'static str) {
        ::metrics::counter!(crate::metrics::IDENTITY_CHANGES, "reason" => reason).increment(1);
        self.identities.forget(change).await;
        self.events.publish(change.to_event());
    }
}

fn configure(env: &mut Env) -> Start {
    let settings = Settings::read(env);
    Box::new(move |context| Box::pin(start(settings, context)))
}

async fn start(settings: Settings, context: Context) -> Result<Service, StartError> {
    crate::metrics::describe();
    let accounts = Accounts::new(settings, &context).await?;
    let listener = accounts.clone();
    let stop = context.tasks.stop_token();
    context.tasks.spawn("accounts.identities", async move {
        stop.run_until_cancelled(listen(listener)).await;
    });

    let mut service = Service::new(http::routes(&accounts), http::ACCESS);
    service.jobs = jobs::registry(&accounts);
    service.schedules = jobs::schedules(&accounts);
    service.health = vec![platform::health::Check::database(&context.db)];
    service.authenticator = Some(Arc::new(accounts));
    Ok(service)
}

/// Forgets what other processes have changed.
async fn listen(accounts: Accounts) {
    let mut events = accounts.events.subscribe();
    loop {
        match events.recv().await {
            Ok(event) => {
                if let Some(change) = Change::of_event(event) {
                    accounts.identities.forget(&change).await;
                }
            }
            Err(RecvError::Lagged(_)) => accounts.identities.forget_all(),
            Err(RecvError::Closed) => return,
        }
    }
}

#[cfg(test)]
mod tests;
