//! Large immutable bytes, named by their SHA-256: a local directory, or an S3-compatible store.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload};
use sha2::{Digest as _, Sha256};

/// Why bytes could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// There are no bytes of this name.
    #[error("object `{0}` is not there")]
    Missing(String),
    /// The bytes are not those that the name promises.
    #[error("object `{0}` is damaged")]
    Damaged(String),
    /// The store failed.
    #[error("object store failed")]
    Store(#[source] object_store::Error),
}

/// Keeps bytes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
}

impl Objects {
    /// Keeps bytes in a directory, which is created if it is missing.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::Store`] if the directory cannot be used.
    pub fn in_directory(path: &Path) -> Result<Self, ObjectError> {
        std::fs::create_dir_all(path).map_err(|source| {
            ObjectError::Store(object_store::Error::Generic {
                store: "local",
                source: source.into(),
            })
        })?;
        let store = object_store::local::LocalFileSystem::new_with_prefix(path)
            .map_err(ObjectError::Store)?
            .with_fsync(true);
        Ok(Self { store: Arc::new(store) })
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
        let found = match self.store.get(&key(name)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => {
                return Err(ObjectError::Missing(name.to_owned()));
            }
            Err(error) => return Err(ObjectError::Store(error)),
        };
        let bytes = found.bytes().await.map_err(ObjectError::Store)?;
        if hex::encode(Sha256::digest(&bytes)) == name {
            Ok(bytes)
        } else {
            Err(ObjectError::Damaged(name.to_owned()))
        }
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
}

/// Two levels of folders keep directories small.
fn key(name: &str) -> Key {
    let folder = name.get(..2).unwrap_or("00");
    Key::from(format!("{folder}/{name}"))
}
