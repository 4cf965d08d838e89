//! Where the signing key comes from: the settings, or, on a first start without any, a file of its
//! own in the data directory.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use crate::domain::token::Keyring;
use crate::secret;
use crate::settings::Settings;

/// The name of the file.
const FILE: &str = "signing.key";

/// Makes the key ring from the settings, or else from the file, which is written if it is missing.
pub(crate) fn keyring(settings: &Settings, data_dir: &Path) -> io::Result<Keyring> {
    let current = match &settings.secret {
        Some(secret) => secret.reveal().to_owned(),
        None => read_or_create(data_dir)?,
    };
    let previous = settings.previous_secret.as_ref().map(|secret| secret.reveal().as_bytes());
    Ok(Keyring::new(current.as_bytes(), previous))
}

/// Reads the file, or creates it; of several processes that start at once, one creates it.
fn read_or_create(data_dir: &Path) -> io::Result<String> {
    let path = data_dir.join(FILE);
    match read(&path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        found => return found,
    }
    fs::create_dir_all(data_dir)?;
    let draft = data_dir.join(format!("{FILE}.{}", secret::token()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(secret::token().as_bytes())?;
    file.sync_all()?;
    // Unlike a rename, a link fails if another process was first.
    let linked = fs::hard_link(&draft, &path);
    fs::remove_file(&draft)?;
    match linked {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(e),
        _ => read(&path),
    }
}

fn read(path: &Path) -> io::Result<String> {
    let text = fs::read_to_string(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    let text = text.trim().to_owned();
    if text.len() < 32 {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{} is too short to be a key; remove it to get a new one", path.display()),
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn processes_that_start_at_once_agree_on_one_key_that_only_they_can_read() {
        let dir = tempfile::tempdir().unwrap();
        let keys: Vec<String> = thread::scope(|scope| {
            let path = dir.path();
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| read_or_create(path).unwrap())).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0] && key.len() == 43));
        let mode = fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_damaged_file_is_named_and_not_used() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), "short").unwrap();
        let error = read_or_create(dir.path()).unwrap_err();
        assert!(error.to_string().contains("signing.key is too short"));
    }
}
