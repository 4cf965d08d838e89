//! What credit does later.

mod analyze_pool;
mod import_tape;
mod sweep_objects;

use std::sync::Arc;

use platform::jobs::Jobs;
use platform::schedule::Schedule;

pub(crate) use analyze_pool::AnalyzePool;
pub(crate) use import_tape::{ImportTape, Target};
pub(crate) use sweep_objects::SweepObjects;

use crate::Credit;

/// Lists what this service's workers can run.
pub(crate) fn registry(credit: &Credit) -> Jobs {
    Jobs::default()
        .with::<AnalyzePool>(credit)
        .with::<ImportTape>(credit)
        .with::<SweepObjects>(credit)
}

/// Lists what this service does periodically.
pub(crate) fn schedules(credit: &Credit) -> Vec<Schedule> {
    let credit = credit.clone();
    vec![Schedule {
        name: "credit.sweep_objects",
        cron: "41 3 * * *".to_owned(),
        run: Arc::new(move || {
            let credit = credit.clone();
            Box::pin(async move {
                SweepObjects::enqueue(&credit).await?;
                Ok(())
            })
        }),
    }]
}
