//! Password hashes: argon2id, computed off the request threads, a few at a time.
//!
//! One hash takes 19 MiB and a core for some 20 ms. A flood of sign-ins therefore waits in a room of
//! limited size, and beyond that is sent away at once: it takes neither all memory nor all cores.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::hashing;
use crate::metrics::HASH_SECONDS;

/// How many may wait for their turn.
const ROOM: usize = 64;

/// Why a password was not hashed or compared.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordsError {
    /// Too many wait already.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash could not be computed.
    #[error("password hash failed")]
    Hash(#[source] argon2::password_hash::Error),
    /// The thread that computed it is gone.
    #[error("password task failed")]
    Task(#[source] tokio::task::JoinError),
}

/// Computes and compares password hashes. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    room: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    dummy: Arc<tokio::sync::OnceCell<String>>,
}

/// A turn at computing; held while a password is checked.
#[derive(Debug)]
pub(crate) struct Turn {
    _room: OwnedSemaphorePermit,
    turn: Arc<OwnedSemaphorePermit>,
}

impl Passwords {
    /// Makes a place where `parallelism` hashes are computed at one time.
    pub(crate) fn new(parallelism: usize) -> Self {
        Self {
            room: Arc::new(Semaphore::new(parallelism + ROOM)),
            turns: Arc::new(Semaphore::new(parallelism)),
            dummy: Arc::default(),
        }
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self) -> Result<Turn, PasswordsError> {
        let room = self.room.clone().try_acquire_owned().map_err(|_| PasswordsError::Busy)?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| PasswordsError::Busy)?;
        Ok(Turn { _room: room, turn: Arc::new(turn) })
    }

    /// Hashes a password with a salt of its own.
    pub(crate) async fn hash(&self, turn: &Turn, password: &str) -> Result<String, PasswordsError> {
        let password = password.to_owned();
        compute(turn, move || hashing::hash(password.as_bytes()))
            .await?
            .map_err(PasswordsError::Hash)
    }

    /// Compares a password with a stored hash. Without one it compares with the hash of nothing in
    /// particular, so that an unknown user takes as long as a wrong password; and answers no.
    pub(crate) async fn verify(
        &self,
        turn: &Turn,
        password: &str,
        stored: Option<&str>,
    ) -> Result<bool, PasswordsError> {
        let known = stored.is_some();
        let stored = match stored {
            Some(hash) => hash.to_owned(),
            None => self.dummy(turn).await?,
        };
        let password = password.to_owned();
        let same = compute(turn, move || hashing::verify(password.as_bytes(), &stored))
            .await?
            .map_err(PasswordsError::Hash)?;
        Ok(same && known)
    }

    /// Makes the hash that stands in for those of unknown users, so that the first one does not take
    /// longer than the others.
    pub(crate) async fn warm(&self) -> Result<(), PasswordsError> {
        let turn = self.turn().await?;
        self.dummy(&turn).await?;
        Ok(())
    }

    async fn dummy(&self, turn: &Turn) -> Result<String, PasswordsError> {
        let hash = self.dummy.get_or_try_init(|| self.hash(turn, "nobody's password")).await?;
        Ok(hash.clone())
    }
}

/// Computes off the request threads. The turn ends when the computation does, even if whoever asked
/// has gone.
async fn compute<T: Send + 'static>(
    turn: &Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PasswordsError> {
    let held = turn.turn.clone();
    tokio::task::spawn_blocking(move || {
        let started = Instant::now();
        let result = work();
        metrics::histogram!(HASH_SECONDS).record(started.elapsed().as_secs_f64());
        drop(held);
        result
    })
    .await
    .map_err(PasswordsError::Task)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_knows_its_password_and_an_unknown_user_has_none() {
        let passwords = Passwords::new(2);
        let turn = passwords.turn().await.unwrap();
        let hash = passwords.hash(&turn, "analytical engine").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(&turn, "analytical engine", Some(&hash)).await.unwrap());
        assert!(!passwords.verify(&turn, "difference engine", Some(&hash)).await.unwrap());
        assert!(!passwords.verify(&turn, "nobody's password", None).await.unwrap());
        assert!(passwords.verify(&turn, "x", Some("not a hash")).await.is_err());
    }

    #[tokio::test]
    async fn a_flood_waits_in_a_room_of_limited_size() {
        let passwords = Passwords::new(1);
        let first = passwords.turn().await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..ROOM {
            let mut turn = Box::pin(passwords.turn());
            assert!(futures::poll!(&mut turn).is_pending());
            waiting.push(turn);
        }
        assert!(matches!(passwords.turn().await, Err(PasswordsError::Busy)));
        drop(first);
        assert!(waiting.remove(0).await.is_ok());
    }
}
