//! Opens the databases: one SQLite file for each service, or one PostgreSQL server for all.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use platform::db::{Db, Durability, PLATFORM, PoolLimits};
use platform::service::Registration;
use platform::settings::{PlatformSettings, Secret};

/// The databases of a process.
pub(crate) struct Storage {
    /// Idempotency keys, and the leases of the process.
    pub(crate) platform: Db,
    /// One entry a service, in the order given; on PostgreSQL usually the same pool.
    pub(crate) services: Vec<(Registration, Db)>,
}

impl Storage {
    /// Opens the databases of these services.
    pub(crate) async fn of(loaded: &crate::settings::Loaded) -> Result<Self> {
        let services = loaded.services.iter();
        let services = services.map(|s| (&s.registration, s.database_url.as_ref()));
        Self::open(&loaded.platform, services).await
    }

    /// Returns the database of a service.
    pub(crate) fn of_service(&self, name: &str) -> Option<Db> {
        self.services.iter().find(|(service, _)| service.name == name).map(|(_, db)| db.clone())
    }

    /// Opens what the settings name.
    pub(crate) async fn open<'a>(
        settings: &PlatformSettings,
        services: impl Iterator<Item = (&'a Registration, Option<&'a Secret>)>,
    ) -> Result<Self> {
        let limits = PoolLimits {
            connections: settings.db_pool_size,
            acquire_timeout: Duration::from_secs(settings.db_timeout_seconds),
        };
        let shared = match settings.database_url.as_ref().map(|url| normalised(url.reveal())) {
            Some(url) if url.starts_with("postgres") => {
                Some(Db::connect_postgres(&url, limits).await.context("DATABASE_URL")?)
            }
            _ => None,
        };
        create_private_directory(&settings.data_dir)?;

        let mut opened = Vec::new();
        for (registration, own) in services {
            let own = own.or(settings.database_url.as_ref());
            let url = own.map(|url| normalised(url.reveal()));
            let db = match (url, &shared) {
                (Some(url), Some(shared))
                    if Some(url.as_str()) == shared_url(settings).as_deref() =>
                {
                    shared.clone()
                }
                (Some(url), _) if url.starts_with("postgres") => {
                    Db::connect_postgres(&url, limits).await.context(registration.name)?
                }
                (Some(url), _) => {
                    let file = sqlite_file(&url, registration.name)?;
                    Db::open_sqlite(Path::new(&file), registration.durability, limits).await?
                }
                (None, _) => {
                    let file = settings.data_dir.join(format!("{}.db", registration.name));
                    Db::open_sqlite(&file, registration.durability, limits).await?
                }
            };
            opened.push((*registration, db));
        }
        let platform = if let Some(shared) = shared {
            shared
        } else {
            let file = settings.data_dir.join("platform.db");
            Db::open_sqlite(&file, Durability::Normal, limits).await?
        };
        Ok(Self { platform, services: opened })
    }

    /// Applies all migrations that are missing.
    pub(crate) async fn migrate(&self) -> Result<()> {
        self.platform.migrate(&PLATFORM).await.context("platform")?;
        for (registration, db) in &self.services {
            db.migrate(&PLATFORM).await.context(registration.name)?;
            db.migrate(&registration.migrations).await.context(registration.name)?;
        }
        Ok(())
    }

    /// Lists the migrations that are missing.
    pub(crate) async fn pending(&self) -> Result<Vec<platform::db::Pending>> {
        let mut pending = PLATFORM.pending(&self.platform).await?;
        for (registration, db) in &self.services {
            pending.extend(registration.migrations.pending(db).await?);
        }
        Ok(pending)
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        for (_, db) in &self.services {
            db.close().await;
        }
        self.platform.close().await;
    }
}

/// Connects to the PostgreSQL database of an address.
pub(crate) async fn open_postgres(url: &Secret) -> Result<Db> {
    let url = normalised(url.reveal());
    Db::connect_postgres(&url, PoolLimits::default()).await.context("DATABASE_URL")
}

fn shared_url(settings: &PlatformSettings) -> Option<String> {
    settings.database_url.as_ref().map(|url| normalised(url.reveal()))
}

/// Drops the driver that Python's URLs name: `postgresql+asyncpg://` is `postgresql://`.
fn normalised(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let engine = scheme.split('+').next().unwrap_or(scheme);
            format!("{engine}://{rest}")
        }
        None => url.to_owned(),
    }
}

fn sqlite_file(url: &str, service: &str) -> Result<String> {
    let Some(rest) = url.strip_prefix("sqlite:") else {
        bail!("{service}: a database URL begins with postgres:// or sqlite:");
    };
    // `sqlite:///x` is the relative file `x`, `sqlite:////x` the absolute file `/x`.
    let file = rest.strip_prefix("///").or_else(|| rest.strip_prefix("//")).unwrap_or(rest);
    if file.is_empty() {
        bail!("{service}: the sqlite URL names no file");
    }
    Ok(file.to_owned())
}

/// Creates a directory that only this user can read.
pub(crate) fn create_private_directory(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if path.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o750)
        .create(path)
        .with_context(|| format!("DATA_DIR `{}` cannot be created", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn driver_suffixes_are_dropped() {
        assert_eq!(normalised("postgresql+asyncpg://u@h/d"), "postgresql://u@h/d");
        assert_eq!(normalised("postgresql+psycopg://u@h/d"), "postgresql://u@h/d");
        assert_eq!(normalised("sqlite+aiosqlite:///x.db"), "sqlite:///x.db");
        assert_eq!(sqlite_file("sqlite:///x.db", "credit").unwrap(), "x.db");
        assert_eq!(sqlite_file("sqlite:////var/x.db", "credit").unwrap(), "/var/x.db");
        assert_eq!(sqlite_file("sqlite:x.db", "credit").unwrap(), "x.db");
        let of_the_guide = normalised("sqlite+aiosqlite:////app/data/delta_trader.db");
        assert_eq!(sqlite_file(&of_the_guide, "strangle").unwrap(), "/app/data/delta_trader.db");
    }
}
