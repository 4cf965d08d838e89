//! Objects that are too large to hold.

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::path::Path as Key;
use object_store::{MultipartUpload, ObjectStoreExt as _, PutPayload};
use sha2::{Digest as _, Sha256};

use super::{ObjectError, Objects, key, missing_or};
use crate::ids::Ids;

/// Where objects are written until their name is known.
pub(super) const INCOMING: &str = "incoming";
/// The size of all parts but the last; S3 wants at least 5 MiB.
const PART: usize = 8 * 1024 * 1024;

/// What was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The SHA-256 of the bytes.
    pub name: String,
    /// How many there are.
    pub size: u64,
}

impl Objects {
    /// Keeps the bytes of a stream, at most `max_bytes`, while they arrive: memory holds one part of
    /// 8 MiB. Nothing is kept unless the stream ends well.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::TooLarge`], [`ObjectError::Source`] if the stream fails, or
    /// [`ObjectError::Store`].
    pub async fn put_stream<E>(
        &self,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
        max_bytes: u64,
    ) -> Result<Stored, ObjectError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut bytes = std::pin::pin!(bytes);
        let mut incoming = Incoming::default();
        while let Some(chunk) = bytes.next().await {
            let chunk = chunk.map_err(|error| ObjectError::Source(error.into()));
            let taken = match chunk {
                Ok(chunk) => incoming.take(self, chunk, max_bytes).await,
                Err(error) => Err(error),
            };
            if let Err(error) = taken {
                incoming.give_up().await;
                return Err(error);
            }
        }
        incoming.finish(self).await
    }

    /// Returns the length of a name's bytes, and the bytes as they come; after the last of them
    /// comes [`ObjectError::Damaged`] if they were not what the name promises.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::Missing`].
    pub async fn get_stream(
        &self,
        name: &str,
    ) -> Result<(u64, impl Stream<Item = Result<Bytes, ObjectError>> + Send + use<>), ObjectError>
    {
        let found = self.store.get(&key(name)).await.map_err(|e| missing_or(name, e))?;
        let size = found.meta.size;
        let state = (found.into_stream(), Sha256::new(), name.to_owned());
        let checked = futures::stream::try_unfold(state, |(mut bytes, mut hash, name)| async {
            if let Some(chunk) = bytes.try_next().await.map_err(ObjectError::Store)? {
                hash.update(&chunk);
                return Ok(Some((chunk, (bytes, hash, name))));
            }
            if hex::encode(hash.finalize()) == name {
                Ok(None)
            } else {
                Err(ObjectError::Damaged(name))
            }
        });
        Ok((size, checked))
    }
}

/// An object that arrives.
#[derive(Default)]
struct Incoming {
    hash: Sha256,
    size: u64,
    buffer: BytesMut,
    upload: Option<(Key, Box<dyn MultipartUpload>)>,
}

impl Incoming {
    async fn take(
        &mut self,
        objects: &Objects,
        chunk: Bytes,
        max_bytes: u64,
    ) -> Result<(), ObjectError> {
        self.size = self.size.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if self.size > max_bytes {
            return Err(ObjectError::TooLarge(max_bytes));
        }
        self.hash.update(&chunk);
        self.buffer.extend_from_slice(&chunk);
        while self.buffer.len() > PART {
            let part = self.buffer.split_to(PART).freeze();
            self.send(objects, part).await?;
        }
        Ok(())
    }

    async fn send(&mut self, objects: &Objects, part: Bytes) -> Result<(), ObjectError> {
        let upload = if let Some((_, upload)) = &mut self.upload {
            upload
        } else {
            let key = Key::from(format!("{INCOMING}/{}", Ids::Random.draw().simple()));
            let upload = objects.store.put_multipart(&key).await.map_err(ObjectError::Store)?;
            &mut self.upload.insert((key, upload)).1
        };
        upload.put_part(PutPayload::from_bytes(part)).await.map_err(ObjectError::Store)
    }

    async fn finish(mut self, objects: &Objects) -> Result<Stored, ObjectError> {
        let rest = self.buffer.split().freeze();
        if self.upload.is_none() {
            let name = objects.put(rest).await?;
            return Ok(Stored { name, size: self.size });
        }
        if let Err(error) = self.send(objects, rest).await {
            self.give_up().await;
            return Err(error);
        }
        let name = hex::encode(self.hash.finalize_reset());
        let stored = Stored { name, size: self.size };
        if let Some((incoming, mut upload)) = self.upload.take() {
            upload.complete().await.map_err(ObjectError::Store)?;
            let named = key(&stored.name);
            objects.store.rename(&incoming, &named).await.map_err(ObjectError::Store)?;
        }
        Ok(stored)
    }

    async fn give_up(&mut self) {
        if let Some((_, mut upload)) = self.upload.take()
            && let Err(error) = upload.abort().await
        {
            tracing::warn!(error = %error, "parts of an upload stay in the object store");
        }
    }
}
