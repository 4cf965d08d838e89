//! Removes what nothing refers to any more.

use std::collections::HashSet;
use std::path::Path;

use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use object_store::ObjectStoreExt as _;
use object_store::path::Path as Key;

use super::stream::INCOMING;
use super::{ObjectError, Objects};

/// Names that are asked about at one time.
const BATCH: usize = 500;

/// Why a sweep broke off.
#[derive(Debug, thiserror::Error)]
pub enum SweepError<E> {
    /// The store failed.
    #[error("objects could not be swept")]
    Store(#[source] ObjectError),
    /// It could not be found out what is referred to.
    #[error("references could not be looked up")]
    References(#[source] E),
}

impl Objects {
    /// Removes objects older than `before` that `referred` does not return, and what is left of
    /// uploads that broke off; returns how many.
    ///
    /// `before` lies further back than the longest time from writing an object to committing the
    /// row that names it: a day. `referred` is given up to 500 names and returns those in use.
    ///
    /// # Errors
    ///
    /// Returns [`SweepError`]; what was removed until then stays removed.
    pub async fn sweep_orphans<E>(
        &self,
        before: DateTime<Utc>,
        mut referred: impl AsyncFnMut(Vec<String>) -> Result<HashSet<String>, E>,
    ) -> Result<u64, SweepError<E>> {
        let mut listed = self.store.list(None);
        let (mut names, mut keys, mut removed) = (Vec::new(), Vec::new(), 0);
        loop {
            let found = listed.try_next().await.map_err(store)?;
            let ended = found.is_none();
            if let Some(object) = found.filter(|object| object.last_modified < before) {
                names.push(object.location.filename().unwrap_or_default().to_owned());
                keys.push(object.location);
            }
            if names.len() >= BATCH || ended {
                let kept = referred(names.clone()).await.map_err(SweepError::References)?;
                for (name, key) in names.drain(..).zip(keys.drain(..)) {
                    if !kept.contains(&name) || is_incoming(&key) {
                        self.remove(&key).await?;
                        removed += 1;
                    }
                }
            }
            if ended {
                break;
            }
        }
        if let Some(directory) = self.directory.clone() {
            let unfinished = move || remove_unfinished(&directory, before);
            removed += tokio::task::spawn_blocking(unfinished).await.unwrap_or_default();
        }
        Ok(removed)
    }

    async fn remove<E>(&self, key: &Key) -> Result<(), SweepError<E>> {
        match self.store.delete(key).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(store(error)),
        }
    }
}

/// Removes files that a killed process was writing: they have a `#` in their names, and listings do
/// not show them.
fn remove_unfinished(root: &Path, before: DateTime<Utc>) -> u64 {
    let Ok(folders) = std::fs::read_dir(root) else { return 0 };
    let files = folders.flatten().filter_map(|folder| std::fs::read_dir(folder.path()).ok());
    let mut removed = 0;
    for file in files.flatten().flatten() {
        let is_unfinished = file.file_name().to_string_lossy().contains('#');
        let modified = file.metadata().and_then(|metadata| metadata.modified());
        let is_old = modified.is_ok_and(|modified| DateTime::<Utc>::from(modified) < before);
        if is_unfinished && is_old && std::fs::remove_file(file.path()).is_ok() {
            removed += 1;
        }
    }
    removed
}

fn is_incoming(key: &Key) -> bool {
    key.parts().next().is_some_and(|part| part.as_ref() == INCOMING)
}

fn store<E>(error: object_store::Error) -> SweepError<E> {
    SweepError::Store(ObjectError::Store(error))
}
