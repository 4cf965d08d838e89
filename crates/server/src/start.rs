//! Puts a process together: storage, what services are given, services, routes.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use accounts::first_run::FirstRun;
use anyhow::{Context as _, Result, anyhow};
use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::MethodRouter;
use http::StatusCode;
use platform::auth::Authenticator;
use platform::cache::Cache;
use platform::clock::Clock;
use platform::data_dir::DataDirLock;
use platform::db::Db;
use platform::events::Events;
use platform::health::Check;
use platform::http::compose::{Composed, Mounted, Parts, compose, unknown_route};
use platform::http::operations::Operations;
use platform::ids::Ids;
use platform::jobs::{Jobs, Queue, Queues, Worker, WorkerOptions};
use platform::leader::{Election, Leader, LeaderOptions};
use platform::objects::Objects;
use platform::rate_limit::RateLimiter;
use platform::redis::Redis;
use platform::schedule::{Schedule, Scheduler};
use platform::service::{Context, Demo, Service};
use platform::settings::{Env, PlatformSettings};
use platform::tasks::Tasks;
use tokio::sync::watch;
use utoipa::openapi::OpenApi;

use crate::backup::restore::finish_interrupted;
use crate::http::{self as own, Documents, Registry, ServiceName, System};
use crate::metrics::announce;
use crate::role::ProcessRole;
use crate::services::SERVICES;
use crate::settings::{self, Loaded};
use crate::storage::{Storage, create_private_directory};

/// A process, put together and not yet serving.
pub struct Started {
    /// All routes with their layers.
    pub router: Router,
    /// What is served.
    pub document: OpenApi,
    /// The operations and what they ask.
    pub operations: Operations,
    /// Background work; stops with the process.
    pub tasks: Tasks,
    pub(crate) settings: Arc<PlatformSettings>,
    pub(crate) first_run: FirstRun,
    pub(crate) accounts: Context,
    pub(crate) background: Background,
    pub(crate) leader: Leader,
    pub(crate) demos: Vec<(&'static str, Demo)>,
    pub(crate) storage: Storage,
    _lock: Option<DataDirLock>,
}

/// What a process does besides answering; started by [`Background::start`].
pub(crate) struct Background {
    worker: Worker,
    scheduler: Scheduler,
}

impl Background {
    /// Takes jobs, stands for leader, and does the periodic work while it leads.
    pub(crate) fn start(&self) {
        self.worker.start();
        self.scheduler.start();
    }
}

/// Puts a process together from its settings. Tests pass an authenticator of their own.
pub(crate) async fn start(
    loaded: Loaded,
    role: ProcessRole,
    authenticator: Option<Arc<dyn Authenticator>>,
) -> Result<Started> {
    let settings = loaded.platform.clone();
    create_private_directory(&settings.data_dir)?;
    let lock = lock_data_dir(&settings)?;
    let storage = Storage::of(&loaded).await?;
    storage.migrate().await?;

    let first_run = loaded.first_run;
    // Before the services: what they count while they start must not be lost.
    let metrics = platform::metrics::install(env!("CARGO_PKG_VERSION"))?;
    let shared = Shared::open(&settings, &storage, role)?;
    metrics.start_upkeep(&shared.tasks);
    let mut parts = Collected::default();
    for (configured, (registration, db)) in loaded.services.into_iter().zip(&storage.services) {
        let context = shared.context(registration.name, db);
        let queue = context.queue.clone();
        let service = (configured.start)(context)
            .await
            .map_err(|error| anyhow!("{} does not start: {error}", registration.name))?;
        parts.add(
            ServiceName { name: registration.name, title: registration.title },
            queue,
            db,
            service,
        );
    }

    announce(&parts.queues, &parts.names);
    let documents = Documents::default();
    let queues = parts.queues.iter().map(|(queue, _)| queue.clone());
    let queues = Queues::new(queues, shared.events.clone(), shared.tasks.clone());
    let system = System {
        settings: settings.clone(),
        clock: shared.clock.clone(),
        started_at: shared.clock.now(),
        health: shared.health(&parts.checks),
        metrics,
        services: parts.names.clone().into(),
        documents: documents.clone(),
    };
    let authenticator = authenticator.or(parts.authenticator);
    let (mounted, fallback) = serves(role, parts.mounted, queues, system);
    let Composed { router, document, operations } = compose(Parts {
        settings: settings.clone(),
        clock: shared.clock.clone(),
        ids: shared.ids.clone(),
        tasks: shared.tasks.clone(),
        db: storage.platform.clone(),
        authenticator: authenticator.context("no service verifies callers")?,
        limiter: Some(RateLimiter::of(&settings, shared.redis.clone(), shared.clock.clone())),
        mounted,
        fallback,
    })?;
    documents.publish(&document)?;
    let accounts = storage.of_service("accounts").context("accounts has a database")?;

    Ok(Started {
        router,
        document,
        operations,
        first_run,
        accounts: shared.context("accounts", &accounts),
        background: Background {
            worker: Worker::new(parts.queues, WorkerOptions::of(&settings), shared.tasks.clone()),
            scheduler: Scheduler::new(
                parts.schedules,
                shared.leader.clone(),
                shared.clock.clone(),
                shared.tasks.clone(),
            )?,
        },
        tasks: shared.tasks,
        leader: shared.leader,
        settings,
        demos: parts.demos,
        storage,
        _lock: lock,
    })
}

/// Says which operations a process answers: a worker those that its supervisor asks for only.
fn serves(
    role: ProcessRole,
    services: Vec<Mounted>,
    queues: Queues,
    system: System,
) -> (Vec<Mounted>, Option<MethodRouter>) {
    let platform = |routes, access| Mounted { service: "platform", routes, access };
    let probes = platform(own::probes(system.clone()), own::PROBE_ACCESS);
    if role == ProcessRole::Worker {
        return (vec![probes], None);
    }
    let mut mounted = services;
    mounted.push(probes);
    mounted.push(platform(platform::jobs::routes(queues), platform::jobs::ACCESS));
    mounted.push(platform(own::routes(system), own::ACCESS));
    let console = console::routes().fallback(unknown_route).layer(map_response(as_problem));
    (mounted, Some(console))
}

/// The console knows no problems: what it does not have is refused like everything else.
async fn as_problem(response: Response) -> Response {
    match response.status() {
        StatusCode::NOT_FOUND => unknown_route().await,
        _ => response,
    }
}

/// SQLite files belong to one process; on PostgreSQL the directory holds nothing that two would
/// write.
fn lock_data_dir(settings: &PlatformSettings) -> Result<Option<DataDirLock>> {
    let on_server =
        settings.database_url.as_ref().is_some_and(|url| url.reveal().starts_with("postgres"));
    if on_server {
        return Ok(None);
    }
    let lock = DataDirLock::acquire(&settings.data_dir)?;
    finish_interrupted(&settings.data_dir).context("a restore that was interrupted")?;
    Ok(Some(lock))
}

/// What all services are given.
struct Shared {
    settings: Arc<PlatformSettings>,
    clock: Clock,
    ids: Ids,
    tasks: Tasks,
    redis: Option<Redis>,
    cache: Cache,
    events: Events,
    objects: Objects,
    leader: Leader,
}

impl Shared {
    fn open(
        settings: &Arc<PlatformSettings>,
        storage: &Storage,
        role: ProcessRole,
    ) -> Result<Self> {
        let (clock, ids, tasks) = (Clock::System, Ids::Random, Tasks::default());
        let redis = Redis::of(settings).context("REDIS_URL")?;
        let cache = Cache::from_settings(settings, redis.clone());
        let events = Events::connect(redis.clone(), &storage.platform, &tasks);
        let objects = Objects::from_settings(settings).context("ARTIFACT_ROOT")?;
        let leader = match role {
            // Without a scheduler it would hold the lease and do nothing with it.
            ProcessRole::Api => Leader::following(watch::channel(None).1),
            _ => elect(settings, storage, redis.as_ref(), &clock, &tasks)?,
        };
        Ok(Self {
            settings: settings.clone(),
            clock,
            ids,
            tasks,
            redis,
            cache,
            events,
            objects,
            leader,
        })
    }

    fn context(&self, name: &'static str, db: &Db) -> Context {
        let queue = Queue::new(name, db.clone(), self.clock.clone(), self.ids.clone())
            .with_events(self.events.clone());
        Context {
            db: db.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            tasks: self.tasks.clone(),
            cache: self.cache.clone(),
            events: self.events.clone(),
            objects: self.objects.of_service(name),
            queue,
            leader: self.leader.clone(),
            settings: self.settings.clone(),
        }
    }

    fn health(&self, services: &[(&'static str, Check)]) -> Registry {
        let mut checks = services.to_vec();
        checks.push(("platform", self.cache.check()));
        checks.push(("platform", self.objects.check()));
        checks.push(("platform", platform::breaker::check()));
        Registry::new(checks, self.clock.clone(), self.tasks.clone())
    }
}

/// A process alone with its files leads; others ask for the lease.
fn elect(
    settings: &PlatformSettings,
    storage: &Storage,
    redis: Option<&Redis>,
    clock: &Clock,
    tasks: &Tasks,
) -> Result<Leader> {
    if !storage.platform.is_postgres() {
        return Ok(Leader::alone());
    }
    let election = match settings.leader_backend.as_str() {
        "redis" => Election::Redis(redis.context("LEADER_BACKEND=redis needs REDIS_URL")?.clone()),
        _ => Election::Sql(storage.platform.clone(), clock.clone()),
    };
    Ok(election.start(LeaderOptions::default(), tasks))
}

/// What the services brought.
#[derive(Default)]
struct Collected {
    names: Vec<ServiceName>,
    mounted: Vec<Mounted>,
    queues: Vec<(Queue, Jobs)>,
    schedules: Vec<(Db, Schedule)>,
    checks: Vec<(&'static str, Check)>,
    demos: Vec<(&'static str, Demo)>,
    authenticator: Option<Arc<dyn Authenticator>>,
}

impl Collected {
    fn add(&mut self, service_name: ServiceName, queue: Queue, db: &Db, service: Service) {
        let name = service_name.name;
        self.names.push(service_name);
        self.mounted.push(Mounted {
            service: name,
            routes: service.routes,
            access: service.access,
        });
        self.queues.push((queue, service.jobs));
        self.schedules.extend(service.schedules.into_iter().map(|s| (db.clone(), s)));
        self.checks.extend(service.health.into_iter().map(|check| (name, check)));
        self.demos.extend(service.demo.map(|demo| (name, demo)));
        self.authenticator = service.authenticator.or(self.authenticator.take());
    }
}

/// Puts all services together in an empty directory and returns what they serve.
pub(crate) async fn describe(directory: &Path) -> Result<OpenApi> {
    let variables = [("DATA_DIR", directory.display().to_string())];
    let started = assemble(&variables, None).await?;
    let document = started.document.clone();
    started.tasks.drain(Duration::from_secs(5)).await;
    started.storage.close().await;
    Ok(document)
}

/// Puts all services together from these variables alone; the process environment does not count.
///
/// # Errors
///
/// Returns what keeps the process from starting.
pub async fn assemble(
    variables: &[(&str, String)],
    authenticator: Option<Arc<dyn Authenticator>>,
) -> Result<Started> {
    let env = Env::new(variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    start(settings::read(env, SERVICES)?, ProcessRole::All, authenticator).await
}
