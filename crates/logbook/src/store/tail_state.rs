//! The table `log_tail_state`: how far each log file was read.

use std::path::Path;

use chrono::{DateTime, Utc};
use platform::db::{Result, Tx};
use sqlx::FromRow;

use crate::tail::files::FileId;
use crate::tail::reader::Position;

#[derive(FromRow)]
struct StateRow {
    device: i64,
    inode: i64,
    generation: i64,
    offset: i64,
    mark: Vec<u8>,
    updated_at: DateTime<Utc>,
}

/// Finds how far the log file named `source` was read.
pub(crate) async fn find(tx: &mut Tx, source: &str) -> Result<Option<Position>> {
    let row = tx
        .query(
            "SELECT device, inode, generation, \"offset\", mark, updated_at FROM log_tail_state \
             WHERE source = $1",
        )
        .bind(source.to_owned())
        .fetch_optional::<StateRow>()
        .await?;
    Ok(row.map(|row| Position {
        id: FileId { device: row.device.cast_unsigned(), inode: row.inode.cast_unsigned() },
        generation: row.generation.cast_unsigned(),
        offset: row.offset.cast_unsigned(),
        mark: row.mark,
        stored_at: i128::from(row.updated_at.timestamp_micros()) * 1_000,
    }))
}

/// Remembers how far the log file named `source` was read.
pub(crate) async fn save(
    tx: &mut Tx,
    source: &str,
    path: &Path,
    at: &Position,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.query(
        "INSERT INTO log_tail_state (source, path, device, inode, generation, \"offset\", mark, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (source) DO UPDATE SET \
         path = excluded.path, device = excluded.device, inode = excluded.inode, \
         generation = excluded.generation, \"offset\" = excluded.\"offset\", \
         mark = excluded.mark, updated_at = excluded.updated_at",
    )
    .bind(source.to_owned())
    .bind(path.display().to_string())
    .bind(at.id.device.cast_signed())
    .bind(at.id.inode.cast_signed())
    .bind(at.generation.cast_signed())
    .bind(at.offset.cast_signed())
    .bind(at.mark.clone())
    .bind(now)
    .execute()
    .await?;
    Ok(())
}
