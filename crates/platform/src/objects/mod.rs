//! Large immutable bytes, named by their SHA-256: a local directory, or an S3-compatible store.
//!
//! # Invariants
//!
//! - An object is there whole or not at all: it is written under another name, or out of sight, and
//!   takes its own name when it is complete.
//! - What is read is what the name promises, or an error.
//! - An object that is written again counts as new, so that a sweep of orphans leaves it alone until
//!   the row that names it is there.

mod open;
mod stream;
mod sweep;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path as Key;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload};
use sha2::{Digest as _, Sha256};

pub use stream::Stored;

use crate::health::{Check, Finding};

/// Why bytes could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// There are no bytes of this name.
    #[error("object `{0}` is not there")]
    Missing(String),
    /// The bytes are not those that the name promises.
    #[error("object `{0}` is damaged")]
    Damaged(String),
    /// There are more bytes than are accepted.
    #[error("object is larger than {0} bytes")]
    TooLarge(u64),
    /// The bytes could not be taken from where they come from.
    #[error("object could not be received")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The setting does not name a place for objects.
    #[error("`{0}` is neither a directory nor s3://bucket/prefix")]
    NoPlace(String),
    /// The store failed.
    #[error("object store failed")]
    Store(#[source] object_store::Error),
}

/// Keeps bytes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// `None` for a bucket.
    directory: Option<Arc<Path>>,
}

impl Objects {
    /// Returns the part of the place that is one service's own: only that service knows which of
    /// its objects are still referred to.
    #[must_use]
    pub fn of_service(&self, service: &str) -> Self {
        let directory = self.directory.as_ref().map(|root| root.join(service).into());
        Self { store: Arc::new(PrefixStore::new(self.store.clone(), service)), directory }
    }

    /// Keeps bytes and returns their name; the same bytes are kept once.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::Store`] if they could not be written.
    pub async fn put(&self, bytes: Bytes) -> Result<String, ObjectError> {
        let name = hex::encode(Sha256::digest(&bytes));
        self.store
            .put(&key(&name), PutPayload::from_bytes(bytes))
            .await
            .map_err(ObjectError::Store)?;
        Ok(name)
    }

    /// Returns the bytes of a name, checked against it.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::Missing`] or [`ObjectError::Damaged`].
    pub async fn get(&self, name: &str) -> Result<Bytes, ObjectError> {
        let found = self.store.get(&key(name)).await.map_err(|e| missing_or(name, e))?;
        let bytes = found.bytes().await.map_err(ObjectError::Store)?;
        if hex::encode(Sha256::digest(&bytes)) == name {
            Ok(bytes)
        } else {
            Err(ObjectError::Damaged(name.to_owned()))
        }
    }

    /// Returns some bytes of a name, which cannot be checked against it.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::Missing`], or [`ObjectError::Store`] if the range is not in the object.
    pub async fn get_range(&self, name: &str, range: Range<u64>) -> Result<Bytes, ObjectError> {
        self.store.get_range(&key(name), range).await.map_err(|e| missing_or(name, e))
    }

    /// Returns the length of a name's bytes.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::Missing`].
    pub async fn size(&self, name: &str) -> Result<u64, ObjectError> {
        let found = self.store.head(&key(name)).await.map_err(|e| missing_or(name, e))?;
        Ok(found.size)
    }

    /// Removes bytes that nothing refers to any more; it is no error if they are gone.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::Store`] if the store failed.
    pub async fn delete(&self, name: &str) -> Result<(), ObjectError> {
        match self.store.delete(&key(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(ObjectError::Store(error)),
        }
    }

    /// Makes the health item: asks for an object that is not there.
    #[must_use]
    pub fn check(&self) -> Check {
        let objects = self.clone();
        Check::new("objects", move || {
            let objects = objects.clone();
            async move {
                match objects.size("0-not-there").await {
                    Ok(_) | Err(ObjectError::Missing(_)) => Finding::healthy("answers"),
                    Err(error) => {
                        tracing::debug!(error = %error, "object store check failed");
                        Finding::unhealthy("does not answer")
                    }
                }
            }
        })
    }
}

/// Two levels of folders keep directories small.
fn key(name: &str) -> Key {
    let folder = name.get(..2).unwrap_or("00");
    Key::from(format!("{folder}/{name}"))
}

fn missing_or(name: &str, error: object_store::Error) -> ObjectError {
    match error {
        object_store::Error::NotFound { .. } => ObjectError::Missing(name.to_owned()),
        error => ObjectError::Store(error),
    }
}
