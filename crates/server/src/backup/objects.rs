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

/// Tells whether a file below [`directory`] is an object, and not one that is still being written:
/// those are named by their SHA-256 only when they are whole.
pub(super) fn is_whole(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().as_encoded_bytes();
    name.len() == 64 && name.iter().all(u8::is_ascii_hexdigit)
}

/// Tells whether a file of a backup is an object.
pub(super) fn is_object(file: &Path) -> bool {
    file.starts_with(OBJECTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_being_written_is_not_an_object() {
        let name = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(is_whole(Path::new("e3").join(name).as_path()));
        for partial in [format!("e3/{name}#1"), "incoming/upload_1".to_owned()] {
            assert!(!is_whole(Path::new(&partial)), "{partial}");
        }
    }
}
