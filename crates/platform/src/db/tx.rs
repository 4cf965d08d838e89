//! A transaction and the statements in it.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{
    Encode, FromRow, PgConnection, Postgres, QueryBuilder, Sqlite, SqliteConnection, Transaction,
    Type,
};

use super::error::Result;

/// A value that both engines can store.
pub trait Value:
    Type<Sqlite>
    + Type<Postgres>
    + for<'q> Encode<'q, Sqlite>
    + for<'q> Encode<'q, Postgres>
    + Send
    + 'static
{
}
impl<T> Value for T where
    T: Type<Sqlite>
        + Type<Postgres>
        + for<'q> Encode<'q, Sqlite>
        + for<'q> Encode<'q, Postgres>
        + Send
        + 'static
{
}

/// A record that both engines can return.
pub trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static
{
}
impl<T> Record for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static
{
}

/// A transaction. Dropping it without [`Tx::commit`] rolls back.
#[derive(Debug)]
pub enum Tx {
    /// A transaction in the embedded engine.
    Sqlite(Transaction<'static, Sqlite>),
    /// A transaction on the server.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Starts a statement; parameters are `$1`, `$2`, … in both engines.
    pub fn query(&mut self, sql: impl Into<Sql>) -> Query<'_> {
        let sql = sql.into();
        match self {
            Self::Sqlite(tx) => Query::Sqlite(tx, sqlx::query(sql.sqlite)),
            Self::Postgres(tx) => Query::Postgres(tx, sqlx::query(sql.postgres)),
        }
    }

    /// Inserts many rows with one statement: `head` is `INSERT INTO t (a, b)`, `tail` follows the
    /// rows, and `bind` pushes the `columns` values of one row.
    ///
    /// Rows are sent in as many statements as the engines' parameter limits ask for.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Unique`](super::DbError::Unique) on a duplicate key.
    pub async fn insert_many<T>(
        &mut self,
        head: &'static str,
        tail: &'static str,
        columns: usize,
        rows: &[T],
        bind: impl Fn(&mut Row<'_>, &T),
    ) -> Result<u64> {
        let per_statement = (32_000 / columns.max(1)).max(1);
        let mut written = 0;
        for chunk in rows.chunks(per_statement) {
            written += match self {
                Self::Sqlite(tx) => {
                    let mut builder = QueryBuilder::<Sqlite>::new(head);
                    builder.push_values(chunk, |row, item| bind(&mut Row::Sqlite(row), item));
                    builder.push(" ").push(tail);
                    builder.build().persistent(false).execute(&mut **tx).await?.rows_affected()
                }
                Self::Postgres(tx) => {
                    let mut builder = QueryBuilder::<Postgres>::new(head);
                    builder.push_values(chunk, |row, item| bind(&mut Row::Postgres(row), item));
                    builder.push(" ").push(tail);
                    builder.build().persistent(false).execute(&mut **tx).await?.rows_affected()
                }
            };
        }
        Ok(written)
    }

    /// Tells which engine runs the statements.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Makes the changes durable.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Driver`](super::DbError::Driver) if the engine refuses; nothing was
    /// written then.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// One row of [`Tx::insert_many`].
pub enum Row<'a> {
    /// For the embedded engine.
    Sqlite(sqlx::query_builder::Separated<'a, Sqlite, &'static str>),
    /// For the server.
    Postgres(sqlx::query_builder::Separated<'a, Postgres, &'static str>),
}

impl Row<'_> {
    /// Adds the next value of the row.
    pub fn push(&mut self, value: impl Value) -> &mut Self {
        match self {
            Self::Sqlite(row) => {
                row.push_bind(value);
            }
            Self::Postgres(row) => {
                row.push_bind(value);
            }
        }
        self
    }
}

/// The text of a statement: one for both engines, or, where that cannot be, one for each.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// For the embedded engine.
    pub sqlite: &'static str,
    /// For the server.
    pub postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(both: &'static str) -> Self {
        Self { sqlite: both, postgres: both }
    }
}

/// A statement with its parameters, not yet sent.
#[must_use = "a query does nothing until it is executed or fetched"]
pub enum Query<'t> {
    /// For the embedded engine.
    Sqlite(&'t mut SqliteConnection, sqlx::query::Query<'static, Sqlite, SqliteArguments>),
    /// For the server.
    Postgres(&'t mut PgConnection, sqlx::query::Query<'static, Postgres, PgArguments>),
}

impl Query<'_> {
    /// Binds the next parameter.
    pub fn bind(self, value: impl Value) -> Self {
        match self {
            Self::Sqlite(conn, query) => Self::Sqlite(conn, query.bind(value)),
            Self::Postgres(conn, query) => Self::Postgres(conn, query.bind(value)),
        }
    }

    /// Runs the statement and returns how many rows it changed.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Unique`](super::DbError::Unique) on a duplicate key and
    /// [`DbError::Driver`](super::DbError::Driver) otherwise.
    pub async fn execute(self) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(conn, query) => query.execute(conn).await?.rows_affected(),
            Self::Postgres(conn, query) => query.execute(conn).await?.rows_affected(),
        })
    }

    /// Runs the statement and returns its only row.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Driver`](super::DbError::Driver) if there is no row, the statement fails
    /// or a column has the wrong type.
    pub async fn fetch_one<R: Record>(self) -> Result<R> {
        Ok(match self {
            Self::Sqlite(conn, query) => R::from_row(&query.fetch_one(conn).await?)?,
            Self::Postgres(conn, query) => R::from_row(&query.fetch_one(conn).await?)?,
        })
    }

    /// Runs the statement and returns its only row, if there is one.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Driver`](super::DbError::Driver) if the statement fails or a column has
    /// the wrong type.
    pub async fn fetch_optional<R: Record>(self) -> Result<Option<R>> {
        Ok(match self {
            Self::Sqlite(conn, query) => {
                query.fetch_optional(conn).await?.map(|row| R::from_row(&row)).transpose()?
            }
            Self::Postgres(conn, query) => {
                query.fetch_optional(conn).await?.map(|row| R::from_row(&row)).transpose()?
            }
        })
    }

    /// Runs the statement and returns all its rows.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Driver`](super::DbError::Driver) if the statement fails or a column has
    /// the wrong type.
    pub async fn fetch_all<R: Record>(self) -> Result<Vec<R>> {
        Ok(match self {
            Self::Sqlite(conn, query) => {
                let rows = query.fetch_all(conn).await?;
                rows.iter().map(R::from_row).collect::<Result<_, _>>()?
            }
            Self::Postgres(conn, query) => {
                let rows = query.fetch_all(conn).await?;
                rows.iter().map(R::from_row).collect::<Result<_, _>>()?
            }
        })
    }
}
