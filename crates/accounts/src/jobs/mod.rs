//! What accounts do later.

mod purge_expired;

use std::sync::Arc;

use platform::jobs::Jobs;
use platform::schedule::Schedule;

pub(crate) use purge_expired::PurgeExpired;

use crate::Accounts;

/// Lists what this service's workers can run.
pub(crate) fn registry(accounts: &Accounts) -> Jobs {
    Jobs::default().with::<PurgeExpired>(accounts)
}

/// Lists what this service does periodically.
pub(crate) fn schedules(accounts: &Accounts) -> Vec<Schedule> {
    let accounts = accounts.clone();
    vec![Schedule {
        name: PurgeExpired::SCHEDULE,
        cron: "17 * * * *".to_owned(),
        run: Arc::new(move || {
            let accounts = accounts.clone();
            Box::pin(async move {
                PurgeExpired::enqueue(&accounts).await?;
                Ok(())
            })
        }),
    }]
}
