//! Runs simulations: in fixed blocks of paths, each kept before the next begins.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use credit_engine::loan::Loan;
use credit_engine::projection::Control;
use platform::jobs::{JobError, JobRun};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::Credit;
use crate::calculator::{Failure, Loans, load};
use crate::domain::analysis::ENGINE_VERSION;
use crate::domain::simulation::{Block, Model, ModelError, Plan, Report, Subject, report, work};
use crate::store::simulations::{self, SimulationRow};

/// Paths of a block.
const BLOCK_PATHS: u32 = 500;
/// Work of a block that is not exceeded if a block may be smaller, in months of groups.
const BLOCK_WORK: u64 = 100_000_000;
/// Told how far it is so often.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Identifies a simulation: equal hashes have equal results.
pub(crate) fn simulation_hash(pool_hash: &str, plan: &Plan) -> Result<String, serde_json::Error> {
    let canonical = serde_json::to_vec(&(ENGINE_VERSION, "simulation", pool_hash, plan))?;
    Ok(hex::encode(Sha256::digest(canonical)))
}

/// Returns how many paths a block has: fewer if a path is much work.
pub(crate) fn block_paths(work: u64, paths: u32) -> u32 {
    let per_path = (work / u64::from(paths.max(1))).max(1);
    let fitting = u32::try_from(BLOCK_WORK / per_path).unwrap_or(BLOCK_PATHS);
    fitting.clamp(10, BLOCK_PATHS)
}

/// Loans and plan, ready for paths.
#[derive(Debug)]
pub(crate) struct Prepared {
    subject: Subject,
    plan: Plan,
}

/// Refuses a simulation that is more work than `allowed`; returns its work.
pub(crate) fn admit(loans: &[Loan], plan: &Plan, allowed: u64) -> Result<u64, Failure> {
    let needed = work(loans, plan);
    if needed > allowed { Err(Failure::TooExpensive { needed, allowed }) } else { Ok(needed) }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        if error.is_stopped() { Self::Cancelled } else { Self::TooLarge }
    }
}

/// Runs all paths at once.
pub(crate) fn run_whole(
    loans: Vec<Loan>,
    plan: &Plan,
    cancelled: &AtomicBool,
) -> Result<Report, Failure> {
    let control = Control { cancelled: Some(cancelled), progress: None };
    let subject = Subject::new(loans, plan, control).map_err(Failure::from)?;
    let model = Model::new(&subject, plan, control).map_err(Failure::from)?;
    let done = AtomicUsize::new(0);
    let block = model.run(0..u64::from(plan.paths), &done).map_err(Failure::from)?;
    Ok(report(plan, &subject, &[block]))
}

/// The figures that lists show.
pub(crate) fn summary(report: &Report) -> Value {
    let mean = |name: &str| report.measures.get(name).map(|measure| measure.mean);
    json!({
        "value_mean": mean("value"), "loss_mean": mean("loss"), "irr_mean": mean("irr"),
        "value_tails": report.value_tails, "converged": report.converged,
        "base_value": report.base_value,
    })
}

impl Credit {
    /// Fetches the loans of a simulation.
    pub(crate) async fn simulation_loans(&self, loans: &Loans) -> Result<Vec<Loan>, Failure> {
        match loans {
            Loans::Here(loans) => Ok(loans.to_vec()),
            Loans::Stored(object) => {
                let bytes = self.objects.get(object).await?;
                Ok(tokio::task::spawn_blocking(move || load(&bytes)).await??)
            }
        }
    }

    /// Runs a computation on a thread of its own when it is its turn.
    pub(crate) async fn in_turn<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        // Closing the semaphore is not possible, so that a turn always comes.
        let turn = self.turns.clone().acquire_owned().await.ok();
        let span = tracing::Span::current();
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let _entered = span.entered();
            compute()
        })
        .await?
    }

    /// Runs the blocks of a simulation that are not kept yet, and makes the report of all.
    pub(crate) async fn run_blocks(
        &self,
        row: &SimulationRow,
        run: &JobRun,
        cancelled: &Arc<AtomicBool>,
    ) -> Result<Report, SimulationFailure> {
        let plan = row.plan.0.clone();
        let loans = self.simulation_loans(&Loans::Stored(row.loans_object.clone())).await?;
        admit(&loans, &plan, self.settings.simulation_work)?;
        let prepared = {
            let cancelled = cancelled.clone();
            self.in_turn(move || {
                let control = Control { cancelled: Some(&cancelled), progress: None };
                let subject = Subject::new(loans, &plan, control).map_err(Failure::from)?;
                Ok(Arc::new(Prepared { subject, plan }))
            })
            .await?
        };
        let mut tx = self.db.read().await?;
        let kept = simulations::list_blocks(&mut tx, &row.tenant_id, &row.id).await?;
        drop(tx);
        let paths = u64::try_from(row.paths).unwrap_or(0);
        let size = u64::try_from(row.block_paths).unwrap_or(1).max(1);
        let done = Arc::new(AtomicUsize::new(0));
        let mut blocks = Vec::new();
        for (number, first) in (0_i64..).zip((0..paths).step_by(usize::try_from(size).unwrap_or(1)))
        {
            let range = first..(first + size).min(paths);
            let known = kept.iter().find(|(block, _)| *block == number);
            let object = match known {
                Some((_, object)) => {
                    let count = usize::try_from(range.end - range.start).unwrap_or(0);
                    done.fetch_add(count, Ordering::Relaxed);
                    object.clone()
                }
                None => {
                    self.run_block(row, run, &prepared, number, range, (cancelled, &done)).await?
                }
            };
            blocks.push(object);
        }
        self.finish_report(&prepared, blocks).await
    }

    /// Runs one block and keeps it: its bytes, then its row.
    async fn run_block(
        &self,
        row: &SimulationRow,
        run: &JobRun,
        prepared: &Arc<Prepared>,
        number: i64,
        range: Range<u64>,
        (cancelled, done): (&Arc<AtomicBool>, &Arc<AtomicUsize>),
    ) -> Result<String, SimulationFailure> {
        let work = {
            let (prepared, cancelled, done) = (prepared.clone(), cancelled.clone(), done.clone());
            self.in_turn(move || {
                let control = Control { cancelled: Some(&cancelled), progress: None };
                let model = Model::new(&prepared.subject, &prepared.plan, control);
                let block = model.and_then(|model| model.run(range, &done));
                Ok(block.map_err(Failure::from)?.to_bytes())
            })
        };
        let bytes = follow(work, run, row.paths, done).await?;
        let object = self.objects.put(bytes).await.map_err(Failure::from)?;
        let mut tx = self.db.write().await?;
        run.guard(&mut tx).await?;
        simulations::insert_block(&mut tx, &row.tenant_id, &row.id, number, &object).await?;
        tx.commit().await?;
        Ok(object)
    }

    async fn finish_report(
        &self,
        prepared: &Arc<Prepared>,
        objects: Vec<String>,
    ) -> Result<Report, SimulationFailure> {
        let mut all = Vec::with_capacity(objects.len());
        for object in objects {
            all.push(self.objects.get(&object).await.map_err(Failure::from)?);
        }
        let prepared = prepared.clone();
        let made = self.in_turn(move || {
            let blocks: Result<Vec<Block>, _> =
                all.iter().map(|bytes| Block::from_bytes(bytes)).collect();
            Ok(blocks.map(|blocks| report(&prepared.plan, &prepared.subject, &blocks)))
        });
        Ok(made.await??)
    }
}

/// Why a simulation has no report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SimulationFailure {
    /// The computation failed.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] platform::db::DbError),
    /// A kept block cannot be read.
    #[error(transparent)]
    Block(#[from] crate::domain::simulation::BlockError),
}

impl From<SimulationFailure> for JobError {
    fn from(failure: SimulationFailure) -> Self {
        match failure {
            SimulationFailure::Failure(Failure::Cancelled) => Self::Cancelled,
            SimulationFailure::Failure(
                error @ (Failure::TooExpensive { .. } | Failure::TooLarge),
            ) => Self::Fail { code: "too_expensive".to_owned(), message: format!("{error}.") },
            other => Self::Retry(other.into()),
        }
    }
}

/// Waits for `work` and tells how many paths are done meanwhile.
async fn follow<T>(
    work: impl Future<Output = Result<T, Failure>>,
    run: &JobRun,
    paths: i64,
    done: &AtomicUsize,
) -> Result<T, Failure> {
    tokio::pin!(work);
    let tell = || {
        let count = done.load(Ordering::Relaxed);
        let share = crate::calculator::share(count, usize::try_from(paths).unwrap_or(1));
        run.progress(share, format!("{count} of {paths} paths"));
    };
    loop {
        tokio::select! {
            result = &mut work => {
                tell();
                return result;
            }
            () = tokio::time::sleep(TELL_EVERY) => tell(),
        }
    }
}
