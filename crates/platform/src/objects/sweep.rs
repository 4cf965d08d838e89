//! Removes what nothing refers to any more.

use std::path::Path;

use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use object_store::ObjectStoreExt as _;
use object_store::path::Path as Key;

use super::stream::INCOMING;
use super::{ObjectError, Objects};

impl Objects {
    /// Removes objects older than `before` that are not in use, and what is left of uploads that
    /// broke off; returns how many.
    ///
    /// `before` lies further back than the longest time from writing an object to committing the
    /// row that names it: a day. Only names that were in use at `before` or later matter, so that
    /// they can be collected first.
    ///
    /// # Errors
    ///
    /// Returns [`ObjectError::Store`]; what was removed until then stays removed.
    pub async fn sweep_orphans(
        &self,
        before: DateTime<Utc>,
        in_use: impl Fn(&str) -> bool + Send,
    ) -> Result<u64, ObjectError> {
        let mut listed = self.store.list(None);
        let mut removed = 0;
        while let Some(object) = listed.try_next().await.map_err(ObjectError::Store)? {
            let name = object.location.filename().unwrap_or_default();
            let is_orphan = is_incoming(&object.location) || !in_use(name);
            if object.last_modified < before
                && is_orphan
                && self.remove_older(&object.location, before).await?
            {
                removed += 1;
            }
        }
        if let Some(directory) = self.directory.clone() {
            let unfinished = move || remove_unfinished(&directory, before);
            removed += tokio::task::spawn_blocking(unfinished).await.unwrap_or_default();
        }
        Ok(removed)
    }

    /// Removes an object unless somebody has written it again since it was listed; returns whether
    /// it did.
    async fn remove_older(&self, key: &Key, before: DateTime<Utc>) -> Result<bool, ObjectError> {
        let removed = match self.store.head(key).await {
            Ok(object) if object.last_modified < before => self.store.delete(key).await,
            Ok(_) => return Ok(false),
            Err(error) => Err(error),
        };
        match removed {
            Ok(()) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(ObjectError::Store(error)),
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
