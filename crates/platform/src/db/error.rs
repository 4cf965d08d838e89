//! What can go wrong with a database.

/// A failure of the database or of the data in it.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The statement broke this unique constraint: `table_column_key`, in both engines.
    #[error("unique constraint `{0}` violated")]
    Unique(String),
    /// The stored data does not satisfy the domain's rules.
    #[error("row in `{table}` is not valid")]
    Corrupt {
        /// The table that holds the row.
        table: &'static str,
        /// Why the domain refused it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database cannot be reached now; the same call may succeed later.
    #[error("database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// Migrations could not be applied.
    #[error("migrations failed")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The writer has lost the lease under which it writes.
    #[error("lease `{0}` is held by another process")]
    Fenced(String),
    /// Anything else that the driver reports.
    #[error("database failed")]
    Driver(#[source] sqlx::Error),
}

/// The result of a database operation.
pub type Result<T, E = DbError> = std::result::Result<T, E>;

impl From<sqlx::Error> for DbError {
    fn from(source: sqlx::Error) -> Self {
        match &source {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
                return Self::Unavailable(source);
            }
            sqlx::Error::Database(e) if is_outage(e.code().as_deref()) => {
                return Self::Unavailable(source);
            }
            _ => {}
        }
        match source.as_database_error() {
            Some(e) if e.is_unique_violation() => {
                Self::Unique(e.constraint().map_or_else(|| key_name(e.message()), str::to_owned))
            }
            _ => Self::Driver(source),
        }
    }
}

/// PostgreSQL's classes 08 (connection), 53 (resources) and 57P (operator intervention), and 25P03:
/// the transaction was idle for too long and was ended with its connection.
fn is_outage(code: Option<&str>) -> bool {
    code.is_some_and(|c| {
        c.len() == 5 && ["08", "53", "57P", "25P03"].iter().any(|class| c.starts_with(class))
    })
}

/// Names the constraint the way PostgreSQL does: SQLite only reports `… failed: loans.a, loans.b`.
fn key_name(message: &str) -> String {
    let columns = message.rsplit(": ").next().unwrap_or(message);
    let (table, _) = columns.split_once('.').unwrap_or((columns, ""));
    let columns = columns.split(", ").filter_map(|column| Some(column.split_once('.')?.1));
    columns.fold(table.to_owned(), |name, column| name + "_" + column) + "_key"
}
