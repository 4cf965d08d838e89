//! How a service presents itself to the server.
//!
//! Registering a service is one line in the server: its [`Registration`]. Everything else (routes,
//! access table, jobs, schedules, health items, demo data) comes out of [`Registration::configure`].

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

use crate::auth::{AccessTable, Authenticator, BoxFuture};
use crate::cache::Cache;
use crate::clock::Clock;
use crate::db::{Db, Durability, Migrations};
use crate::events::Events;
use crate::health::Check;
use crate::ids::Ids;
use crate::jobs::{Jobs, Queue};
use crate::leader::Leader;
use crate::objects::Objects;
use crate::schedule::Schedule;
use crate::settings::{Env, PlatformSettings};
use crate::tasks::Tasks;

/// The failure that keeps a service from starting, in words for the operator.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

/// Starts a service that has read its settings.
pub type Start = Box<dyn FnOnce(Context) -> BoxFuture<'static, Result<Service, StartError>> + Send>;

/// A service, before it has read its settings.
#[derive(Clone, Copy)]
pub struct Registration {
    /// One word in lower case: `credit`. Names the database file and the roles.
    pub name: &'static str,
    /// As people read it: `Credit`.
    pub title: &'static str,
    /// The history of its tables.
    pub migrations: Migrations,
    /// How hard its SQLite file tries to survive a power cut.
    pub durability: Durability,
    /// Reads its settings, and returns how to start it.
    pub configure: fn(&mut Env) -> Start,
}

/// What a service is given. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Context {
    /// Where its rows are; the platform's tables (jobs, leases) are in the same database.
    pub db: Db,
    /// Where time comes from.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: Ids,
    /// Where background work is started.
    pub tasks: Tasks,
    /// Results that can be computed again.
    pub cache: Cache,
    /// What happened, for streams to the browser.
    pub events: Events,
    /// Large immutable bytes.
    pub objects: Objects,
    /// Work for later, in this service's database.
    pub queue: Queue,
    /// Whether this process does the periodic work.
    pub leader: Leader,
    /// What every process has.
    pub settings: Arc<PlatformSettings>,
}

/// A running service.
pub struct Service {
    /// Its operations, with their state applied.
    pub routes: OpenApiRouter,
    /// What its operations ask of the caller: one row each.
    pub access: AccessTable,
    /// What its jobs do.
    pub jobs: Jobs,
    /// What it does periodically, on the leader.
    pub schedules: Vec<Schedule>,
    /// What `/health` says about it.
    pub health: Vec<Check>,
    /// Fills an empty database with something to look at.
    pub demo: Option<Demo>,
    /// Verifies callers; exactly one service does.
    pub authenticator: Option<Arc<dyn Authenticator>>,
}

/// Fills an empty database with something to look at; does nothing if it is not empty.
pub type Demo = Arc<dyn Fn() -> BoxFuture<'static, Result<(), StartError>> + Send + Sync>;

impl Service {
    /// Returns a service with routes, and nothing else.
    #[must_use]
    pub fn new(routes: OpenApiRouter, access: AccessTable) -> Self {
        Self {
            routes,
            access,
            jobs: Jobs::default(),
            schedules: Vec::new(),
            health: Vec::new(),
            demo: None,
            authenticator: None,
        }
    }
}
