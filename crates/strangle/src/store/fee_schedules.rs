//! The `fee_schedules` table.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Result, Tx};
use sqlx::FromRow;
use strangle_engine::fees::FeeRates;

/// What the exchange takes from an instant on.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct FeeScheduleRow {
    pub(crate) valid_from: DateTime<Utc>,
    pub(crate) taker: Exact,
    pub(crate) maker: Exact,
    pub(crate) premium_cap: Exact,
    pub(crate) gst: Exact,
}

/// Returns the schedule of an instant; a tenant's own wins over that of all.
pub(crate) async fn find(
    tx: &mut Tx,
    tenant: &str,
    at: DateTime<Utc>,
) -> Result<Option<FeeScheduleRow>> {
    tx.query(
        "SELECT valid_from, taker, maker, premium_cap, gst FROM \
         fee_schedules WHERE tenant_id IN ($1, '') AND valid_from <= $2 ORDER BY \
         tenant_id DESC, valid_from DESC LIMIT 1",
    )
    .bind(tenant.to_owned())
    .bind(at)
    .fetch_optional()
    .await
}

impl FeeScheduleRow {
    /// The rates.
    pub(crate) fn rates(&self) -> FeeRates {
        FeeRates {
            taker: self.taker.0,
            maker: self.maker.0,
            premium_cap: self.premium_cap.0,
            gst: self.gst.0,
        }
    }
}
