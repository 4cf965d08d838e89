//! What credit does later.

mod analyze_pool;
mod archive_simulations;
mod deals;
mod import_tape;
mod run_forecast;
mod run_simulation;
mod run_stress_test;
mod sweep_objects;

use std::sync::Arc;

use platform::jobs::Jobs;
use platform::schedule::Schedule;

pub(crate) use analyze_pool::AnalyzePool;
pub(crate) use deals::RunDeal;
pub(crate) use import_tape::{ImportTape, Target};
pub(crate) use run_forecast::RunForecast;
pub(crate) use run_simulation::RunSimulation;
pub(crate) use run_stress_test::RunStressTest;
pub(crate) use sweep_objects::SweepObjects;

use crate::Credit;

/// Lists what this service's workers can run.
pub(crate) fn registry(credit: &Credit) -> Jobs {
    Jobs::default()
        .with::<AnalyzePool>(credit)
        .with::<ImportTape>(credit)
        .with::<RunSimulation>(credit)
        .with::<RunForecast>(credit)
        .with::<RunStressTest>(credit)
        .with::<RunDeal>(credit)
        .with::<SweepObjects>(credit)
}

/// Lists what this service does periodically.
pub(crate) fn schedules(credit: &Credit) -> Vec<Schedule> {
    let for_expiry = credit.clone();
    let credit = credit.clone();
    vec![
        archive_simulations::schedule(&credit),
        stress_expiry(for_expiry),
        Schedule {
            name: "credit.sweep_objects",
            cron: "41 3 * * *".to_owned(),
            run: Arc::new(move || {
                let credit = credit.clone();
                Box::pin(async move {
                    SweepObjects::enqueue(&credit).await?;
                    Ok(())
                })
            }),
        },
    ]
}

/// Removes stress tests whose time is over, every hour.
fn stress_expiry(credit: Credit) -> Schedule {
    Schedule {
        name: "credit.expire_stress_tests",
        cron: "17 * * * *".to_owned(),
        run: Arc::new(move || {
            let credit = credit.clone();
            Box::pin(async move {
                loop {
                    let mut tx = credit.db.write().await?;
                    let removed =
                        crate::store::stress_runs::purge(&mut tx, credit.clock.now()).await?;
                    tx.commit().await?;
                    if removed < 1_000 {
                        return Ok(());
                    }
                }
            })
        }),
    }
}
