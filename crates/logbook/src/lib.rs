//! The log of the product: written, read into SQL, kept for a while, searched.
//!
//! - [`writer`] writes JSON lines to the log file; the server starts it first.
//! - `tail` reads the file into the table `backend_logs` (`BackendLogTailService`).
//! - `retention` deletes old rows, and archives them before (`BackendLogRetentionService`).
//! - `http` is the Log Viewer's API, and takes what browsers report.
//! - `domain` says what a line is, `store` keeps rows.
//!
//! # Invariants
//!
//! - A line that was written is stored exactly once, through rotations and crashes.
//! - Secrets are masked when a line is written, and again when it is stored.
//! - The log of the process belongs to the installation, not to a tenant; what browsers report
//!   belongs to the tenant of the reporter.
//!
//! # Absent
//!
//! - Shipping to other log stores: OpenTelemetry exports are the business of the server.

mod domain;
#[cfg(fuzzing)]
pub mod fuzzing;
mod health;
mod http;
mod metrics;
mod retention;
mod settings;
mod store;
mod tail;
#[cfg(test)]
mod testing;
pub mod writer;

use std::sync::Arc;

use platform::db::{Durability, Migrations};
use platform::service::{Context, Registration, Service};
use platform::settings::Env;

use http::ingest_limit::IngestLimit;
use retention::BackendLogRetentionService;
use settings::LogbookSettings;
use tail::service::{BackendLogTailService, TailSettings, TailStatus};

/// How the server knows this crate.
pub const REGISTRATION: Registration = Registration {
    name: "logbook",
    title: "Logbook",
    migrations: Migrations {
        owner: "logbook",
        sqlite: &sqlx::migrate!("migrations/sqlite"),
        postgres: &sqlx::migrate!("migrations/postgres"),
    },
    durability: Durability::Normal,
    configure,
};

/// What handlers work with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) context: Context,
    pub(crate) settings: Arc<LogbookSettings>,
    pub(crate) tail: TailStatus,
    pub(crate) limit: IngestLimit,
}

fn configure(env: &mut Env) -> platform::service::Start {
    let settings = LogbookSettings::read(env);
    Box::new(move |context| Box::pin(async move { Ok(start(context, settings)) }))
}

fn start(context: Context, settings: LogbookSettings) -> Service {
    metrics::describe();
    let app = App {
        limit: IngestLimit::new(settings.ingest_per_minute),
        settings: Arc::new(settings),
        tail: TailStatus::default(),
        context,
    };
    let tasks = app.context.tasks.clone();
    if app.settings.ingest_enabled {
        let tail = BackendLogTailService {
            settings: TailSettings {
                log: app.context.settings.log_file.clone(),
                poll_interval: app.settings.poll_interval,
                batch_size: app.settings.batch_size,
                keep_raw: app.settings.keep_raw,
            },
            db: app.context.db.clone(),
            clock: app.context.clock.clone(),
            ids: app.context.ids.clone(),
            status: app.tail.clone(),
        };
        tasks.spawn("BackendLogTailService", tail.run(tasks.clone()));
    }
    let retention = BackendLogRetentionService { app: app.clone() };
    tasks.spawn("BackendLogRetentionService", retention.run());
    tasks.spawn("log-level", http::level::follow_changes(app.clone()));

    let mut service = Service::new(http::router(&app), http::access::ACCESS);
    service.health = vec![health::check(&app)];
    service
}
