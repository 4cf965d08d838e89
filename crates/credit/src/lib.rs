//! Credit: turns loan tapes into pools, and pools into cash flows, measures and exports.
//!
//! - [`domain`] decides: fields of assets, tapes, tables of loans, analyses, exports. Pure.
//! - `store` remembers. Each function takes the caller's transaction.
//! - `calculator` runs analyses, bounded in number, time and work, and caches them.
//! - `deals` keeps structured deals and runs them.
//! - `tapes` keeps uploaded tapes in pieces and imports them; `pools` adds versions.
//! - `http` translates between JSON and the above; `jobs` does later what nobody should wait for.
//! - [`cli`] does an analysis without a server and without a database.
//!
//! # Invariants
//!
//! - Bytes are in the object store before a row names them: a killed process leaves no row without
//!   its bytes.
//! - A version of a pool never changes; a finished run never changes.
//! - A cached result is found by what it depends on (tenant, loans, terms, engine), never by a name.
//!
//! Deliberately absent: formulas (they are the engine's) and users (they are the accounts').

pub mod cli;
pub mod domain;
pub mod metrics;

mod calculator;
mod class_analytics;
mod deals;
mod demo;
mod http;
mod jobs;
mod pools;
mod settings;
mod simulations;
mod store;
mod stress;
mod tapes;

use std::sync::Arc;

use platform::cache::Cache;
use platform::clock::Clock;
use platform::db::Db;
use platform::health::{Check, Finding};
use platform::ids::Ids;
use platform::jobs::Queue;
use platform::objects::Objects;
use platform::service::{Context, Registration, Service, Start, StartError};
use platform::settings::Env;
use tokio::sync::Semaphore;

use crate::settings::Settings;

/// How credit presents itself to the server.
pub const REGISTRATION: Registration = Registration {
    name: "credit",
    title: "Credit",
    migrations: platform::db::Migrations {
        owner: "credit",
        sqlite: &sqlx::migrate!("migrations/sqlite"),
        postgres: &sqlx::migrate!("migrations/postgres"),
    },
    durability: platform::db::Durability::Full,
    configure,
};

/// What handlers and jobs share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Credit {
    db: Db,
    clock: Clock,
    ids: Ids,
    cache: Cache,
    objects: Objects,
    queue: Queue,
    settings: Arc<Settings>,
    max_upload_bytes: u64,
    /// One permit for each computation that may run at one time.
    turns: Arc<Semaphore>,
    parallelism: usize,
    /// How fast stress tests were.
    pace: Arc<stress::Pace>,
    /// Counts stress tests by user.
    stress_limit: stress::Limiter,
    events: platform::events::Events,
    tasks: platform::tasks::Tasks,
    /// How a request for work on single loans becomes its answer; a job computes what a handler
    /// would have.
    compute_forecast: ComputeForecast,
}

/// Returns the measures of a request of a kind, and the whole answer; `None` if the last argument,
/// which is told the share that is done, says stop.
type ComputeForecast =
    fn(
        &str,
        serde_json::Value,
        chrono::NaiveDate,
        &mut dyn FnMut(f64) -> bool,
    ) -> Result<Option<(serde_json::Value, Vec<u8>)>, platform::problem::Problem>;

impl Credit {
    fn new(settings: Settings, context: &Context) -> Self {
        let parallelism = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        let cache = context.cache.clone().on_error(Arc::new(|| {
            ::metrics::counter!(crate::metrics::CACHE_ERRORS).increment(1);
        }));
        let stress_limit = stress::Limiter::new(
            &settings.stress,
            context.settings.rate_limit_enabled,
            &context.clock,
        );
        Self {
            pace: Arc::default(),
            stress_limit,
            events: context.events.clone(),
            tasks: context.tasks.clone(),
            db: context.db.clone(),
            clock: context.clock.clone(),
            ids: context.ids.clone(),
            cache,
            objects: context.objects.clone(),
            queue: context.queue.clone(),
            settings: Arc::new(settings),
            max_upload_bytes: context.settings.max_upload_bytes,
            turns: Arc::new(Semaphore::new(parallelism)),
            parallelism,
            compute_forecast: http::compute_forecast,
        }
    }
}

fn configure(env: &mut Env) -> Start {
    let settings = Settings::read(env);
    Box::new(move |context| Box::pin(start(settings, context)))
}

#[expect(clippy::unused_async, reason = "the registration asks for a future")]
async fn start(settings: Settings, context: Context) -> Result<Service, StartError> {
    crate::metrics::describe();
    let credit = Credit::new(settings, &context);
    let mut service = Service::new(http::routes(&credit), http::ACCESS);
    service.jobs = jobs::registry(&credit);
    service.schedules = jobs::schedules(&credit);
    service.health = vec![Check::database(&context.db), calculations(&credit)];
    let for_demo = credit.clone();
    service.demo = Some(Arc::new(move || {
        let credit = for_demo.clone();
        Box::pin(async move { demo::load(&credit).await })
    }));
    Ok(service)
}

/// Says whether there is a free turn for a computation.
fn calculations(credit: &Credit) -> Check {
    let (turns, all) = (credit.turns.clone(), credit.parallelism);
    Check::new("calculations", move || {
        let free = turns.available_permits();
        async move {
            if free == 0 {
                return Finding::degraded(format!("all {all} turns are taken; requests wait"));
            }
            Finding::healthy(format!("{free} of {all} turns are free"))
        }
    })
}
