//! A running service, called through its router.

use std::sync::Arc;

use axum::body::Body;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use platform::auth::{Authenticator, BoxFuture, Caller, Credential};
use platform::cache::Cache;
use platform::clock::Clock;
use platform::events::Events;
use platform::http::compose::{Composed, Mounted, Parts, compose};
use platform::ids::Ids;
use platform::jobs::Queue;
use platform::leader::Leader;
use platform::objects::Objects;
use platform::problem::Problem;
use platform::schedule::{Schedule, Scheduler};
use platform::service::{Context, Registration, Service};
use platform::settings::{Env, PlatformSettings};
use platform::tasks::Tasks;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::TestDb;

/// A running service. Clones share it.
#[derive(Clone)]
pub struct TestApp {
    /// What the service was given.
    pub context: Context,
    router: axum::Router,
    jobs: platform::jobs::Jobs,
    scheduler: Scheduler,
    demo: Option<platform::service::Demo>,
    headers: HeaderMap,
    _database: Arc<TestDb>,
}

/// A whole answer.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads the body as JSON; an empty one is `null`.
    ///
    /// # Panics
    ///
    /// Panics if it is neither.
    #[must_use]
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.text()))
    }

    /// Reads the body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl TestApp {
    /// Starts a service with its default settings; calls are made as an administrator.
    pub async fn start(registration: Registration) -> Self {
        Self::start_with(registration, &[]).await
    }

    /// Starts a service with these environment variables.
    ///
    /// # Panics
    ///
    /// Panics if the service does not start.
    pub async fn start_with(registration: Registration, variables: &[(&str, &str)]) -> Self {
        let database = Arc::new(TestDb::create().await);
        database.db.migrate(&registration.migrations).await.expect("the service's tables");

        let directory = database.directory.path();
        let own = [
            ("DATA_DIR", directory.display().to_string()),
            ("LOG_FILE", directory.join("backend.log").display().to_string()),
            ("ENVIRONMENT", "test".to_owned()),
        ];
        let given = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
        let mut env = Env::new(own.chain(given));
        let settings = Arc::new(PlatformSettings::read(&mut env));
        let start = (registration.configure)(&mut env);
        env.finish().expect("settings are good");

        let context = context(registration.name, &database, settings);
        let mut service = start(context.clone()).await.expect("the service starts");
        let scheduler = scheduler(&context, std::mem::take(&mut service.schedules));
        let (router, jobs, demo) = mount(&context, registration.name, service);
        let app = Self {
            context,
            router,
            jobs,
            scheduler,
            demo,
            headers: HeaderMap::new(),
            _database: database,
        };
        app.as_caller("admin")
    }

    /// Returns a handle whose calls are made with these grants, separated by commas.
    ///
    /// # Panics
    ///
    /// Panics if the text cannot stand in a header.
    #[must_use]
    pub fn as_caller(&self, grants: &str) -> Self {
        self.with_header(HeaderAuthenticator::HEADER, grants)
    }

    /// Returns a handle whose calls carry no credentials.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        let mut app = self.clone();
        app.headers.remove(HeaderAuthenticator::HEADER);
        app
    }

    /// Returns a handle whose calls carry a header.
    ///
    /// # Panics
    ///
    /// Panics if the text cannot stand in a header.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut app = self.clone();
        app.headers.insert(name, value.parse().expect("a header value"));
        app
    }

    /// Sends `GET`.
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Method::GET, path, None).await
    }

    /// Sends `POST` with JSON.
    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Sends `PUT` with JSON.
    pub async fn put(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Sends `PATCH` with JSON.
    pub async fn patch(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// Sends `DELETE`.
    pub async fn delete(&self, path: &str) -> (StatusCode, Value) {
        self.send(Method::DELETE, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let builder = Request::builder().method(method).uri(path);
        let request = match body {
            Some(body) => builder
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.to_string())),
            None => builder.body(Body::empty()),
        };
        let reply = self.request(request.expect("a request")).await;
        (reply.status, reply.json())
    }

    /// Sends any request and reads the whole answer.
    ///
    /// # Panics
    ///
    /// Panics if the body breaks off.
    pub async fn request(&self, mut request: Request<Body>) -> Reply {
        for (name, value) in &self.headers {
            request.headers_mut().entry(name).or_insert(value.clone());
        }
        let response = self.router.clone().oneshot(request).await.expect("never fails");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the whole body").to_bytes().to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Sends any request and returns the answer with its body unread, for streams.
    ///
    /// # Panics
    ///
    /// Never.
    pub async fn open(&self, mut request: Request<Body>) -> http::Response<Body> {
        for (name, value) in &self.headers {
            request.headers_mut().entry(name).or_insert(value.clone());
        }
        self.router.clone().oneshot(request).await.expect("never fails")
    }

    /// Returns what the service's jobs do.
    #[must_use]
    pub fn jobs(&self) -> &platform::jobs::Jobs {
        &self.jobs
    }

    /// Begins what the service does periodically and is due, and returns the names. What is seen for
    /// the first time waits for its next occurrence.
    ///
    /// # Panics
    ///
    /// Panics if the database does not answer.
    pub async fn run_due_schedules(&self) -> Vec<&'static str> {
        self.scheduler.run_due().await.expect("schedules can be looked at")
    }

    /// Loads the demo data, if the service has any.
    ///
    /// # Panics
    ///
    /// Panics if it cannot be loaded.
    pub async fn load_demo(&self) {
        if let Some(demo) = &self.demo {
            demo().await.expect("demo data loads");
        }
    }
}

fn context(name: &'static str, database: &TestDb, settings: Arc<PlatformSettings>) -> Context {
    let noon: DateTime<Utc> = "2026-01-15T12:00:00Z".parse().expect("an instant");
    let (clock, ids) = (Clock::fixed(noon), Ids::counting());
    let queue = Queue::new(name, database.db.clone(), clock.clone(), ids.clone());
    let objects = database.directory.path().join("objects");
    Context {
        db: database.db.clone(),
        clock,
        ids,
        tasks: Tasks::default(),
        cache: Cache::in_process(8 << 20, std::time::Duration::from_hours(1)),
        events: Events::default(),
        objects: Objects::in_directory(&objects).expect("a directory for objects").of_service(name),
        queue,
        leader: Leader::alone(),
        settings,
    }
}

fn scheduler(context: &Context, schedules: Vec<Schedule>) -> Scheduler {
    let schedules = schedules.into_iter().map(|schedule| (context.db.clone(), schedule));
    let Context { leader, clock, tasks, .. } = context.clone();
    Scheduler::new(schedules, leader, clock, tasks).expect("schedules can be read")
}

fn mount(
    context: &Context,
    name: &'static str,
    service: Service,
) -> (axum::Router, platform::jobs::Jobs, Option<platform::service::Demo>) {
    let parts = Parts {
        settings: context.settings.clone(),
        clock: context.clock.clone(),
        ids: context.ids.clone(),
        tasks: context.tasks.clone(),
        db: context.db.clone(),
        authenticator: service.authenticator.unwrap_or_else(|| Arc::new(HeaderAuthenticator)),
        limiter: None,
        mounted: vec![Mounted { service: name, routes: service.routes, access: service.access }],
        fallback: None,
    };
    let Composed { router, .. } = compose(parts).expect("every operation has its access row");
    (router, service.jobs, service.demo)
}

/// Believes the header [`HeaderAuthenticator::HEADER`]; exists in tests only.
#[derive(Debug, Clone, Copy)]
pub struct HeaderAuthenticator;

impl HeaderAuthenticator {
    /// Names the grants of the caller, separated by commas.
    pub const HEADER: &'static str = "x-test-caller";
}

impl Authenticator for HeaderAuthenticator {
    fn authenticate<'a>(
        &'a self,
        request: &'a http::request::Parts,
    ) -> BoxFuture<'a, Result<Option<Caller>, Problem>> {
        let grants = request.headers.get(Self::HEADER).and_then(|value| value.to_str().ok());
        let tenant = request.headers.get("x-test-tenant").and_then(|value| value.to_str().ok());
        let user = request.headers.get("x-test-user").and_then(|value| value.to_str().ok());
        let caller = grants.map(|grants| Caller {
            user_id: user.unwrap_or("user_test").to_owned(),
            tenant_id: tenant.unwrap_or("default").to_owned(),
            email: "tester@example.com".to_owned(),
            grants: grants.split(',').map(|grant| grant.parse().expect("a grant")).collect(),
            scopes: None,
            credential: Credential::Bearer,
            session_id: "session_test".to_owned(),
            must_change_password: false,
        });
        Box::pin(async move { Ok(caller) })
    }
}
