//! Moves simulations past their retention to the archive, with their figures and without their
//! distributions.

use std::sync::Arc;

use platform::db::DbError;
use platform::schedule::Schedule;

use crate::Credit;
use crate::store::simulations;

/// Simulations moved in one transaction.
const BATCH: u32 = 100;

/// Archives simulations every night.
pub(super) fn schedule(credit: &Credit) -> Schedule {
    let credit = credit.clone();
    Schedule {
        name: "credit.archive_simulations",
        cron: "0 2 * * *".to_owned(),
        run: Arc::new(move || {
            let credit = credit.clone();
            Box::pin(async move {
                archive(&credit).await?;
                Ok(())
            })
        }),
    }
}

/// Archives, or only removes, what ended before the retention; returns how many.
pub(crate) async fn archive(credit: &Credit) -> Result<u64, DbError> {
    let now = credit.clock.now();
    let before = now - credit.settings.simulation_retention;
    let mut moved = 0;
    loop {
        let mut tx = credit.db.write().await?;
        let ended = simulations::list_ended(&mut tx, before, BATCH).await?;
        for (tenant, id) in &ended {
            if credit.settings.simulation_archive {
                simulations::archive(&mut tx, tenant, id, now).await?;
            }
            simulations::delete(&mut tx, tenant, id).await?;
            moved += 1;
        }
        tx.commit().await?;
        if ended.len() < BATCH as usize {
            return Ok(moved);
        }
    }
}
