//! Jobs as people see them.

use std::time::Duration;

use axum::body::Body;
use futures::StreamExt as _;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use platform::auth::{Caller, Credential};
use platform::clock::Clock;
use platform::events::Events;
use platform::ids::Ids;
use platform::jobs::{
    ACCESS, Job, JobError, JobRun, Jobs, NewJob, Queue, Queues, Worker, WorkerOptions, routes,
};
use platform::tasks::Tasks;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{TestDb, noon};

#[derive(Debug, Serialize, Deserialize)]
struct Sum {
    of: Vec<i64>,
}

impl Job for Sum {
    const NAME: &'static str = "credit.sum";
    type Context = ();

    async fn run(self, (): (), _: JobRun) -> Result<Value, JobError> {
        Ok(json!({"sum": self.of.iter().sum::<i64>()}))
    }
}

/// Two services: in one database with PostgreSQL, in a file each with SQLite.
struct House {
    databases: Vec<TestDb>,
    credit: Queue,
    levels: Queue,
    queues: Queues,
    tasks: Tasks,
    events: Events,
}

impl House {
    async fn open() -> Self {
        let (first, second) = (TestDb::open().await, TestDb::open().await);
        let (clock, ids, events) = (Clock::fixed(noon()), Ids::counting(), Events::default());
        let shared = if first.db.is_postgres() { &first } else { &second };
        let levels = Queue::new("levels", shared.db.clone(), clock.clone(), ids.clone());
        let levels = levels.with_events(events.clone());
        let credit = Queue::new("credit", first.db.clone(), clock, ids).with_events(events.clone());
        let tasks = Tasks::default();
        let both = [credit.clone(), levels.clone()];
        let queues = Queues::new(both, events.clone(), tasks.clone());
        Self { databases: vec![first, second], credit, levels, queues, tasks, events }
    }

    async fn enqueue(&self, queue: &Queue, db: usize, tenant: &str, owner: &str) -> String {
        let db = if self.databases[0].db.is_postgres() { 0 } else { db };
        let mut tx = self.databases[db].db.write().await.unwrap();
        let new = NewJob {
            job: &Sum { of: vec![1, 2] },
            title: "One and two".to_owned(),
            tenant_id: tenant.to_owned(),
            owner_id: owner.to_owned(),
            priority: 0,
            unique_key: None,
            result_url: Some("/api/v1/sums/1".to_owned()),
        };
        let id = queue.enqueue(&mut tx, new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn call(&self, method: &str, path: &str, caller: &Caller) -> (StatusCode, Value) {
        let response = self.response(method, path, caller, None).await;
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    async fn response(
        &self,
        method: &str,
        path: &str,
        caller: &Caller,
        last_event_id: Option<&str>,
    ) -> axum::response::Response {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(caller.clone());
        let (router, _) = routes(self.queues.clone()).split_for_parts();
        router.oneshot(request).await.unwrap()
    }
}

fn caller(user: &str, tenant: &str, grants: &[&str]) -> Caller {
    Caller {
        user_id: user.to_owned(),
        tenant_id: tenant.to_owned(),
        email: "a@b.c".to_owned(),
        grants: grants.iter().map(|grant| grant.parse().unwrap()).collect(),
        scopes: None,
        credential: Credential::Bearer,
        session_id: "session_1".to_owned(),
        must_change_password: false,
    }
}

#[tokio::test]
async fn the_jobs_of_all_services_are_one_list_newest_first() {
    let house = House::open().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let (queue, db) = if number % 2 == 0 { (&house.credit, 0) } else { (&house.levels, 1) };
        ids.push(house.enqueue(queue, db, "default", "user_1").await);
    }
    house.enqueue(&house.credit, 0, "elsewhere", "user_9").await;
    ids.reverse();
    let viewer = caller("user_2", "default", &["viewer"]);

    let (status, first) = house.call("GET", "/api/jobs?limit=3", &viewer).await;
    assert_eq!(status, StatusCode::OK);
    let cursor = first["next_cursor"].as_str().unwrap();
    let (_, second) =
        house.call("GET", &format!("/api/jobs?limit=3&cursor={cursor}"), &viewer).await;

    let listed: Vec<&str> = [&first, &second]
        .into_iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|job| job["id"].as_str().unwrap())
        .collect();
    assert_eq!(listed, ids);
    assert!(second.get("next_cursor").is_none());
}

#[tokio::test]
async fn the_list_shows_the_states_and_services_that_were_asked_for_and_may_be_seen() {
    let house = House::open().await;
    let cancelled = house.enqueue(&house.credit, 0, "default", "user_1").await;
    house.credit.cancel(&cancelled).await.unwrap();
    let waiting = house.enqueue(&house.credit, 0, "default", "user_1").await;
    let hidden = house.enqueue(&house.levels, 1, "default", "user_1").await;
    let viewer = caller("user_2", "default", &["credit:viewer"]);

    let (_, all) = house.call("GET", "/api/jobs", &viewer).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let (_, queued) = house.call("GET", "/api/jobs?state=queued&service=credit", &viewer).await;
    assert_eq!(queued["items"][0]["id"], json!(waiting));
    let (_, none) = house.call("GET", "/api/jobs?service=levels", &viewer).await;
    assert_eq!(none["items"], json!([]));
    let (status, problem) = house.call("GET", &format!("/api/jobs/{hidden}"), &viewer).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("job_not_found")));
    let (status, problem) = house.call("GET", "/api/jobs?limit=0", &viewer).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["pointer"], json!("/query/limit"));
}

#[tokio::test]
async fn a_job_shows_its_result_and_where_to_read_it() {
    let house = House::open().await;
    let id = house.enqueue(&house.credit, 0, "default", "user_1").await;
    let jobs = Jobs::default().with::<Sum>(&());
    let queues = [(house.credit.clone(), jobs)];
    let worker = Worker::new(queues, WorkerOptions::default(), house.tasks.clone());
    worker.run_until_idle().await.unwrap();
    let viewer = caller("user_2", "default", &["viewer"]);

    let (status, job) = house.call("GET", &format!("/api/jobs/{id}"), &viewer).await;

    assert_eq!(status, StatusCode::OK);
    let expected = json!({
        "id": "job_00000000000070008000000000000001",
        "service": "credit",
        "name": "credit.sum",
        "title": "One and two",
        "state": "succeeded",
        "progress": 1.0,
        "message": "",
        "created_at": "2026-01-15T12:00:00Z",
        "started_at": "2026-01-15T12:00:00Z",
        "finished_at": "2026-01-15T12:00:00Z",
        "attempts": 1,
        "error": null,
        "result_url": "/api/v1/sums/1",
        "result": {"sum": 3},
        "cancel_requested": false,
    });
    assert_eq!(job, expected);
}

#[tokio::test]
async fn the_owner_and_operators_of_the_service_may_cancel_and_nobody_else() {
    let house = House::open().await;
    let id = house.enqueue(&house.credit, 0, "default", "user_1").await;
    let path = format!("/api/jobs/{id}/cancel");
    let other = caller("user_2", "default", &["viewer", "levels:operator"]);
    let foreign = caller("user_1", "elsewhere", &["admin"]);
    let reader = Caller {
        scopes: Some(vec!["credit:read".to_owned()]),
        ..caller("user_1", "default", &["operator"])
    };
    for (nobody, status) in [
        (other, StatusCode::FORBIDDEN),
        (foreign, StatusCode::NOT_FOUND),
        (reader, StatusCode::FORBIDDEN),
    ] {
        assert_eq!(house.call("POST", &path, &nobody).await.0, status);
    }

    let owner = caller("user_1", "default", &["viewer"]);
    let (status, job) = house.call("POST", &path, &owner).await;
    assert_eq!((status, &job["state"]), (StatusCode::OK, &json!("cancelled")));
    let operator = caller("user_3", "default", &["credit:operator"]);
    let (status, again) = house.call("POST", &path, &operator).await;
    assert_eq!((status, again), (StatusCode::OK, job), "an ended job stays as it is");
}

#[tokio::test]
async fn a_stream_carries_the_jobs_of_the_tenant_and_goes_on_where_it_was_lost() {
    let house = House::open().await;
    let viewer = caller("user_2", "default", &["credit:viewer"]);
    let first = house.enqueue(&house.credit, 0, "default", "user_1").await;
    house.enqueue(&house.credit, 0, "elsewhere", "user_1").await;
    house.enqueue(&house.levels, 1, "default", "user_1").await;
    let mut everything = Box::pin(house.events.follow(Some(0)));
    assert!(everything.next().await.unwrap().event.is_reset(), "event 0 is not known");

    let live = house.response("GET", "/api/jobs/events", &viewer, None).await;
    house.credit.cancel(&first).await.unwrap();
    let text = first_frame(live).await;
    assert!(text.contains("event: job_cancelled"), "{text}");
    assert!(text.contains(&first), "{text}");
    let id = text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap().to_owned();

    let second = house.enqueue(&house.credit, 0, "default", "user_1").await;
    let resumed = house.response("GET", "/api/jobs/events", &viewer, Some(&id)).await;
    let text = first_frame(resumed).await;
    assert!(text.contains("event: job_queued") && text.contains(&second), "{text}");

    let reset = house.response("GET", "/api/jobs/events", &viewer, Some("7")).await;
    assert!(first_frame(reset).await.contains("event: reset"));
    let bad = house.response("GET", "/api/jobs/events", &viewer, Some("x")).await;
    assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
}

async fn first_frame(response: axum::response::Response) -> String {
    let mut body = response.into_body().into_data_stream();
    let chunk = tokio::time::timeout(Duration::from_secs(5), body.next()).await;
    String::from_utf8(chunk.unwrap().unwrap().unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn every_operation_has_a_row_in_the_access_table() {
    let house = House::open().await;
    let (_, document) = routes(house.queues.clone()).split_for_parts();
    let document = serde_json::to_value(document).unwrap();
    let mut operations: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
        .collect();
    operations.sort();
    let mut rows: Vec<&str> = ACCESS.iter().map(|(operation, _)| *operation).collect();
    rows.sort_unstable();
    assert_eq!(operations, rows);
}
