//! The first administrator.
//!
//! On an empty database the server makes one, whatever the number of processes that start at once,
//! and shows its one-time password once. Staging and production make one only from `ADMIN_EMAIL` and
//! `ADMIN_PASSWORD`; otherwise the operator does it with `quintet user add`.

use platform::service::{Context, StartError};
use platform::settings::{Env, Secret};

use crate::audit::{self, Actor};
use crate::domain::email::Email;
use crate::domain::password::NewPassword;
use crate::passwords::Passwords;
use crate::people::{NewPerson, People};
use crate::store::users;
use platform::auth::{Grant, Role};

/// What the settings say about the first administrator.
#[derive(Debug, Clone)]
pub struct FirstRun {
    email: Option<Email>,
    password: Option<NewPassword>,
    strict: bool,
}

/// The first administrator, whose password is shown once and kept nowhere.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    /// The name to sign in with.
    pub email: String,
    /// Good for one sign-in.
    pub password: Secret,
}

impl FirstRun {
    /// Reads the settings and notes what is wrong with them.
    #[must_use]
    pub fn read(env: &mut Env) -> Self {
        let strict = env.environment().is_strict();
        env.group("Accounts");
        let text: String = env.var(
            "ADMIN_EMAIL",
            "admin@localhost",
            "Address of the administrator that the first start makes.",
        );
        let password = env.secret(
            "ADMIN_PASSWORD",
            "First password of that administrator, to be changed at the first sign-in; unset draws one and prints it once (in staging and production: makes no administrator).",
        );
        let email = match Email::new(&text) {
            Ok(email) => Some(email),
            Err(error) => {
                env.problem(format!("ADMIN_EMAIL: {error}, was `{text}`"));
                None
            }
        };
        let password = email.as_ref().zip(password).and_then(|(email, password)| {
            NewPassword::new(password.reveal().to_owned(), email)
                .map_err(|error| env.problem(format!("ADMIN_PASSWORD: {error}")))
                .ok()
        });
        Self { email, password, strict }
    }

    /// Makes the first administrator if there is nobody yet; returns them if their password must be
    /// shown.
    ///
    /// # Errors
    ///
    /// Returns the failure of the database.
    pub async fn ensure_admin(&self, context: &Context) -> Result<Option<FirstAdmin>, StartError> {
        let Some(email) = self.email.clone() else { return Ok(None) };
        let mut tx = context.db.read().await?;
        if users::any(&mut tx).await? {
            return Ok(None);
        }
        drop(tx);
        if self.strict && self.password.is_none() {
            tracing::warn!(
                "there are no users; set ADMIN_EMAIL and ADMIN_PASSWORD_FILE, or run \
                 `quintet user add`"
            );
            return Ok(None);
        }

        let people = People {
            db: context.db.clone(),
            clock: context.clock.clone(),
            ids: context.ids.clone(),
            passwords: Passwords::new(1),
        };
        let actor = Actor::program("system");
        let new = NewPerson {
            email,
            full_name: "Administrator".to_owned(),
            grants: vec![Grant { service: None, role: Role::Admin }],
            password: self.password.clone(),
        };
        let (user, one_time) = people.prepare(&actor.tenant_id, new).await?;
        // Looked at again under the lock: of several processes, one makes the administrator.
        let mut tx = audit::begin(&context.db).await?;
        if users::any(&mut tx).await? {
            return Ok(None);
        }
        people.insert(&mut tx, &actor, &user).await?;
        tx.commit().await?;
        tracing::info!(user.id = %user.id, "first administrator {} made", user.id);
        Ok(one_time.map(|password| FirstAdmin {
            email: user.email.to_string(),
            password: Secret::new(password),
        }))
    }
}
