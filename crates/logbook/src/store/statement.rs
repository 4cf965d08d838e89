//! Statements with a varying number of conditions: fixed parts, and values that are bound.

use platform::db::{Record, Result, Sql, Tx};
use sqlx::AssertSqlSafe;

use crate::domain::instant::{self, Micros};

/// A value that is bound.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(String),
    Int(i64),
    Instant(Micros),
}

/// A statement for one of the engines. Its text consists of constants only.
#[derive(Debug)]
pub(crate) struct Statement {
    postgres: bool,
    text: String,
    values: Vec<Value>,
}

impl Statement {
    /// Starts a statement for the engine of `tx`.
    pub(crate) fn new(tx: &Tx, text: impl Into<Sql>) -> Self {
        let empty = Self { postgres: tx.is_postgres(), text: String::new(), values: Vec::new() };
        empty.then(text)
    }

    /// Adds text.
    pub(crate) fn then(mut self, text: impl Into<Sql>) -> Self {
        let text = text.into();
        self.text.push_str(if self.postgres { text.postgres } else { text.sqlite });
        self
    }

    /// Adds a value.
    pub(crate) fn bind(mut self, value: Value) -> Self {
        self.values.push(value);
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Tells which engine it is for.
    pub(crate) fn is_postgres(&self) -> bool {
        self.postgres
    }

    /// Runs the statement and returns all its rows.
    pub(crate) async fn fetch_all<R: Record>(self, tx: &mut Tx) -> Result<Vec<R>> {
        let text = AssertSqlSafe(self.text);
        Ok(match tx {
            Tx::Sqlite(tx) => {
                let mut query = sqlx::query_as(text).persistent(false);
                for value in self.values {
                    query = match value {
                        Value::Text(text) => query.bind(text),
                        Value::Int(number) => query.bind(number),
                        Value::Instant(micros) => query.bind(instant::text(micros)),
                    };
                }
                query.fetch_all(&mut **tx).await?
            }
            Tx::Postgres(tx) => {
                let mut query = sqlx::query_as(text).persistent(false);
                for value in self.values {
                    query = match value {
                        Value::Text(text) => query.bind(text),
                        Value::Int(number) => query.bind(number),
                        Value::Instant(micros) => query.bind(instant::to_utc(micros)),
                    };
                }
                query.fetch_all(&mut **tx).await?
            }
        })
    }

    /// Runs the statement and returns the number in its only row.
    pub(crate) async fn fetch_count(self, tx: &mut Tx) -> Result<i64> {
        let rows: Vec<(i64,)> = self.fetch_all(tx).await?;
        Ok(rows.first().map_or(0, |row| row.0))
    }
}
