//! A running service with one administrator, and people at its door.

use accounts::first_run::FirstRun;
use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use platform::settings::Env;
use serde_json::{Value, json};
use testkit::{Reply, TestApp};

pub(crate) const ADMIN: &str = "admin@localhost";
pub(crate) const PASSWORD: &str = "analytical engine notes";

/// Somebody who is signed in with tokens.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) app: TestApp,
    pub(crate) id: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// Reads settings of the first run.
pub(crate) fn first_run(pairs: &[(&str, &str)]) -> FirstRun {
    let mut env = Env::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
    let first_run = FirstRun::read(&mut env);
    env.finish().unwrap();
    first_run
}

/// Starts the service without anybody in it.
pub(crate) async fn empty() -> TestApp {
    TestApp::start(accounts::REGISTRATION).await.anonymous()
}

/// Starts the service and signs in its administrator, whose password is [`PASSWORD`].
pub(crate) async fn start() -> (TestApp, Person) {
    let app = empty().await;
    let first = first_run(&[]).ensure_admin(&app.context).await.unwrap().unwrap();
    let admin = settle(&app, &first.email, first.password.reveal()).await;
    (app, admin)
}

/// Invites somebody and signs them in, with the password [`PASSWORD`].
pub(crate) async fn invite(admin: &Person, email: &str, grants: &[&str]) -> Person {
    let new = json!({"email": email, "full_name": "Somebody", "grants": grants});
    let (status, invited) = admin.app.post("/api/users", new).await;
    assert_eq!(status, StatusCode::CREATED, "{invited}");
    let one_time = invited["one_time_password"].as_str().unwrap();
    settle(&admin.app.without_token(), email, one_time).await
}

/// Signs in with a one-time password and replaces it.
async fn settle(app: &TestApp, email: &str, one_time: &str) -> Person {
    let person = sign_in(app, email, one_time).await;
    let change = json!({"current_password": one_time, "new_password": PASSWORD});
    let (status, body) = person.app.post("/api/auth/password", change).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    person
}

/// Signs in.
pub(crate) async fn sign_in(app: &TestApp, email: &str, password: &str) -> Person {
    let (status, body) = login(app, email, password).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let text = |field: &str| body[field].as_str().unwrap().to_owned();
    Person {
        app: app.with_token(&text("access_token")),
        id: body["user"]["id"].as_str().unwrap().to_owned(),
        access_token: text("access_token"),
        refresh_token: text("refresh_token"),
    }
}

/// Tries to sign in.
pub(crate) async fn login(app: &TestApp, email: &str, password: &str) -> (StatusCode, Value) {
    app.post("/api/auth/login", json!({"username": email, "password": password})).await
}

/// Calls with and without an access token.
pub(crate) trait Tokens {
    fn with_token(&self, token: &str) -> TestApp;
    fn without_token(&self) -> TestApp;
}

impl Tokens for TestApp {
    fn with_token(&self, token: &str) -> TestApp {
        self.with_header("authorization", &format!("Bearer {token}"))
    }

    fn without_token(&self) -> TestApp {
        self.with_header("authorization", "None")
    }
}

/// Sends a request with a JSON body, or none, and headers of its own.
pub(crate) async fn send(
    app: &TestApp,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Reply {
    let mut builder = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let request = match body {
        Some(body) => builder
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string())),
        None => builder.body(Body::empty()),
    };
    app.request(request.unwrap()).await
}

/// Returns the cookies that an answer sets, as `name=value` and the attributes after it.
pub(crate) fn cookies(reply: &Reply) -> Vec<(String, String, String)> {
    let lines = reply.headers.get_all(header::SET_COOKIE).iter();
    lines
        .map(|line| {
            let line = line.to_str().unwrap();
            let (pair, attributes) = line.split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            (name.to_owned(), value.to_owned(), attributes.to_owned())
        })
        .collect()
}

/// Returns the actions of the audit trail, oldest first.
pub(crate) async fn deeds(admin: &Person) -> Vec<String> {
    let (status, page) = admin.app.get("/api/users/audit?limit=1000").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let mut actions: Vec<String> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap().to_owned())
        .collect();
    actions.reverse();
    actions
}
