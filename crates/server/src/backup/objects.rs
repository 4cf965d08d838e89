//! Where the objects are that a backup holds.

use std::path::{Path, PathBuf};

use platform::settings::PlatformSettings;

/// Their directory inside a backup.
pub(super) const OBJECTS: &str = "objects";

/// The directory that `ARTIFACT_ROOT` names, `DATA_DIR/objects` by default; `None` if the objects
/// are in a bucket, which has a backup of its own.
pub(super) fn directory(settings: &PlatformSettings) -> Option<PathBuf> {
    let root = settings.artifact_root.as_str();
    match root.split_once("://") {
        None if root.is_empty() => Some(settings.data_dir.join(OBJECTS)),
        None => Some(root.into()),
        Some(("file", path)) => Some(path.into()),
        Some(_) => None,
    }
}

/// Tells whether a file of a backup is an object.
pub(super) fn is_object(file: &Path) -> bool {
    file.starts_with(OBJECTS)
}
