//! The history of a schema, once for each engine.

use sqlx::migrate::{Migrate, Migrator};

use super::{Db, Result};

/// The migrations of one crate: two folders with the same numbers.
///
/// Each crate counts its own versions in its own table, because several share one server.
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    /// The crate, in lower case; names the table of applied versions.
    pub owner: &'static str,
    /// `sqlx::migrate!("migrations/sqlite")`
    pub sqlite: &'static Migrator,
    /// `sqlx::migrate!("migrations/postgres")`
    pub postgres: &'static Migrator,
}

/// A migration that a database does not have yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The crate it belongs to.
    pub owner: &'static str,
    /// Its number.
    pub version: i64,
    /// Its name.
    pub description: String,
}

impl Migrations {
    /// Applies what is missing, under a lock, one transaction for each migration.
    pub(super) async fn run(&self, db: &Db) -> Result<()> {
        match db {
            Db::Sqlite { writer, .. } => self.named(self.sqlite).run(writer).await?,
            Db::Postgres(pool) => self.named(self.postgres).run(pool).await?,
        }
        Ok(())
    }

    /// Lists what [`Db::migrate`] would apply.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`](super::DbError) if the database cannot be read.
    pub async fn pending(&self, db: &Db) -> Result<Vec<Pending>> {
        let applied = match db {
            Db::Sqlite { writer, .. } => {
                let mut conn = writer.acquire().await.map_err(super::DbError::from)?;
                conn.ensure_migrations_table(&self.table()).await?;
                conn.list_applied_migrations(&self.table()).await?
            }
            Db::Postgres(pool) => {
                let mut conn = pool.acquire().await.map_err(super::DbError::from)?;
                conn.ensure_migrations_table(&self.table()).await?;
                conn.list_applied_migrations(&self.table()).await?
            }
        };
        let known = if db.is_postgres() { self.postgres } else { self.sqlite };
        Ok(known
            .iter()
            .filter(|m| m.migration_type.is_up_migration())
            .filter(|m| !applied.iter().any(|a| a.version == m.version))
            .map(|m| Pending {
                owner: self.owner,
                version: m.version,
                description: m.description.to_string(),
            })
            .collect())
    }

    fn table(&self) -> String {
        format!("_migrations_{}", self.owner)
    }

    fn named(&self, migrator: &Migrator) -> Migrator {
        let mut named = Migrator { migrations: migrator.migrations.clone(), ..Migrator::DEFAULT };
        named.dangerous_set_table_name(self.table());
        named
    }
}

/// The platform's own tables (jobs, leases, idempotency keys), present in every database.
pub const PLATFORM: Migrations = Migrations {
    owner: "platform",
    sqlite: &sqlx::migrate!("migrations/sqlite"),
    postgres: &sqlx::migrate!("migrations/postgres"),
};
