//! The `pnl_points` table: the path of the profit, thinned out as it grows.

use chrono::{DateTime, Utc};
use platform::db::{Result, Tx};
use sqlx::FromRow;

/// The most points of one session.
pub(crate) const MOST: i64 = 2_000;

/// The profit at one moment.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct PointRow {
    pub(crate) session_id: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) tenant_id: String,
    pub(crate) net: f64,
    pub(crate) gross: f64,
    pub(crate) fees: f64,
    pub(crate) spot: Option<f64>,
}

/// Adds points; one at an instant that has one already changes nothing.
pub(crate) async fn insert_many(tx: &mut Tx, rows: &[PointRow]) -> Result<u64> {
    tx.insert_many(
        "INSERT INTO pnl_points (session_id, at, tenant_id, net, gross, fees, spot)",
        "ON CONFLICT (session_id, at) DO NOTHING",
        7,
        rows,
        |values, row| {
            values
                .push(row.session_id)
                .push(row.at)
                .push(row.tenant_id.clone())
                .push(row.net)
                .push(row.gross)
                .push(row.fees)
                .push(row.spot);
        },
    )
    .await
}

/// Adds a point, and drops every second one when there are too many.
pub(crate) async fn insert(tx: &mut Tx, row: &PointRow) -> Result<()> {
    insert_many(tx, std::slice::from_ref(row)).await?;
    let (count,): (i64,) = tx
        .query("SELECT COUNT(*) FROM pnl_points WHERE session_id = $1")
        .bind(row.session_id)
        .fetch_one()
        .await?;
    if count > MOST { thin(tx, row.session_id).await } else { Ok(()) }
}

/// Adds a point, or replaces the one that is there at that instant: the last one is the result.
pub(crate) async fn put(tx: &mut Tx, row: &PointRow) -> Result<()> {
    tx.query(
        "INSERT INTO pnl_points (session_id, at, tenant_id, net, gross, fees, spot) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (session_id, at) DO UPDATE SET \
         net = excluded.net, gross = excluded.gross, fees = excluded.fees, spot = excluded.spot",
    )
    .bind(row.session_id)
    .bind(row.at)
    .bind(row.tenant_id.clone())
    .bind(row.net)
    .bind(row.gross)
    .bind(row.fees)
    .bind(row.spot)
    .execute()
    .await?;
    Ok(())
}

/// Drops every second point. The first, the last, the highest and the lowest stay.
pub(crate) async fn thin(tx: &mut Tx, session: i64) -> Result<()> {
    tx.query(
        "DELETE FROM pnl_points WHERE session_id = $1 AND at IN ( \
           SELECT at FROM ( \
             SELECT at, ROW_NUMBER() OVER (ORDER BY at) AS place, \
               ROW_NUMBER() OVER (ORDER BY at DESC) AS from_end, \
               ROW_NUMBER() OVER (ORDER BY net, at) AS from_low, \
               ROW_NUMBER() OVER (ORDER BY net DESC, at) AS from_high \
             FROM pnl_points WHERE session_id = $1) AS numbered \
           WHERE place % 2 = 0 AND from_end > 1 AND from_low > 1 AND from_high > 1)",
    )
    .bind(session)
    .execute()
    .await?;
    Ok(())
}

/// Lists the points of a session in their order.
pub(crate) async fn list(tx: &mut Tx, session: i64) -> Result<Vec<PointRow>> {
    tx.query(
        "SELECT session_id, at, tenant_id, net, gross, fees, spot FROM pnl_points \
         WHERE session_id = $1 ORDER BY at",
    )
    .bind(session)
    .fetch_all()
    .await
}
