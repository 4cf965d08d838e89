//! API keys.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::desk::{PASSWORD, Person, Tokens as _, invite, start};

async fn create(person: &Person, new: Value) -> (String, String) {
    let (status, body) = person.app.post("/api/auth/api-keys", new).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&body["key"]), text(&body["api_key"]["id"]))
}

fn with_key(app: &TestApp, key: &str) -> TestApp {
    app.with_header("x-api-key", key)
}

#[tokio::test]
async fn a_key_is_shown_once_and_works_in_both_headers() {
    let (app, admin) = start().await;
    let new = json!({"name": "nightly import", "scopes": ["*"]});
    let (key, id) = create(&admin, new).await;
    assert!(key.starts_with("qk_") && key.contains(id.strip_prefix("key_").unwrap()));

    for app in [with_key(&app, &key), app.with_token(&key)] {
        let (status, me) = app.get("/api/auth/me").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            (me["credential"].as_str(), me["session_id"].as_str()),
            (Some("api_key"), Some(id.as_str()))
        );
        assert_eq!(app.get("/api/users").await.0, StatusCode::OK);
    }
    let (_, page) = admin.app.get("/api/auth/api-keys").await;
    assert!(!page.to_string().contains(&key[40..]));
    assert_eq!(page["items"][0]["last_used_at"], "2026-01-15T12:00:00Z");
    assert_eq!(page["items"][0]["expires_at"], "2026-04-15T12:00:00Z");
}

#[tokio::test]
async fn what_is_nearly_a_key_is_refused() {
    let (app, admin) = start().await;
    let (key, _) = create(&admin, json!({"name": "k", "scopes": ["*"]})).await;
    let other = if key.ends_with('A') { 'B' } else { 'A' };
    let tampered = format!("{}{other}", &key[..key.len() - 1]);
    for bad in
        [tampered.as_str(), "", "qk_", "qk_1_2", &key[..40], &format!("qk_{}_x", "0".repeat(32))]
    {
        let (status, problem) = with_key(&app, bad).get("/api/auth/me").await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (StatusCode::UNAUTHORIZED, Some("invalid_api_key")),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn scopes_and_grants_narrow_a_key() {
    let (app, admin) = start().await;
    let (reader, _) = create(&admin, json!({"name": "r", "scopes": ["accounts:audit"]})).await;
    let app_of = |key: &str| with_key(&app, key);
    assert_eq!(app_of(&reader).get("/api/users/audit").await.0, StatusCode::OK);
    assert_eq!(app_of(&reader).get("/api/users").await.0, StatusCode::FORBIDDEN);
    let (credit, _) =
        create(&admin, json!({"name": "c", "scopes": ["*"], "grants": ["credit:admin"]})).await;
    assert_eq!(app_of(&credit).get("/api/users").await.0, StatusCode::FORBIDDEN);
    assert_eq!(app_of(&credit).get("/api/auth/me").await.1["grants"], json!(["credit:admin"]));
}

#[tokio::test]
async fn a_narrowed_key_cannot_widen_itself() {
    let (app, admin) = start().await;
    let (key, _) = create(&admin, json!({"name": "k", "scopes": ["accounts:admin"]})).await;
    let app = with_key(&app, &key);
    let (status, problem) =
        app.post("/api/users", json!({"email": "eve@example.com", "grants": ["admin"]})).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::FORBIDDEN, Some("beyond_your_grants"))
    );
    let new = json!({"name": "wider", "scopes": ["*"]});
    assert_eq!(app.post("/api/auth/api-keys", new).await.1["code"], "person_required");
    assert_eq!(app.get("/api/auth/sessions").await.1["code"], "person_required");
    assert_eq!(app.delete("/api/auth/api-keys/x").await.1["code"], "person_required");
    assert_eq!(app.delete("/api/auth/sessions/x").await.1["code"], "person_required");
    let change = json!({"current_password": PASSWORD, "new_password": "something else entirely"});
    assert_eq!(app.post("/api/auth/password", change).await.1["code"], "person_required");
}

#[tokio::test]
async fn a_key_loses_what_its_owner_loses() {
    let (app, admin) = start().await;
    let bob = invite(&admin, "bob@example.com", &["admin"]).await;
    let (key, _) = create(
        &bob,
        json!({"name": "k", "scopes": ["*"], "grants": ["accounts:admin", "credit:viewer"]}),
    )
    .await;
    assert_eq!(with_key(&app, &key).get("/api/users").await.0, StatusCode::OK);
    let path = format!("/api/users/{}", bob.id);
    admin.app.patch(&path, json!({"grants": ["viewer"]})).await;
    assert_eq!(with_key(&app, &key).get("/api/users").await.0, StatusCode::FORBIDDEN);
    assert_eq!(
        with_key(&app, &key).get("/api/auth/me").await.1["grants"],
        json!(["credit:viewer"])
    );
    admin.app.delete(&path).await;
    assert_eq!(with_key(&app, &key).get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_key_stops_when_it_is_revoked_or_expires() {
    let (app, admin) = start().await;
    let (revoked, id) = create(&admin, json!({"name": "a", "scopes": ["*"]})).await;
    let (short, _) =
        create(&admin, json!({"name": "b", "scopes": ["*"], "expires_at": "2026-01-15T12:01:00Z"}))
            .await;
    assert_eq!(with_key(&app, &revoked).get("/api/auth/me").await.0, StatusCode::OK);
    let path = format!("/api/auth/api-keys/{id}");
    assert_eq!(admin.app.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(with_key(&app, &revoked).get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(admin.app.delete(&path).await.1["code"], "api_key_not_found");
    assert_eq!(admin.app.delete("/api/auth/api-keys/%00").await.1["code"], "api_key_not_found");

    assert_eq!(with_key(&app, &short).get("/api/auth/me").await.0, StatusCode::OK);
    app.context.clock.advance(TimeDelta::minutes(1));
    assert_eq!(with_key(&app, &short).get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn every_refused_field_of_a_key_is_named() {
    let (_, admin) = start().await;
    let ada = invite(&admin, "ada@example.com", &["viewer"]).await;
    let new = json!({"name": " ", "scopes": [], "grants": ["operator"], "expires_at": "2026-01-15T12:00:00Z"});
    let (status, problem) = ada.app.post("/api/auth/api-keys", new).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let codes: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["invalid_name", "missing", "beyond_your_grants", "out_of_range"]);
    for expires_at in ["2027-02-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"] {
        let new = json!({"name": "k", "scopes": ["*"], "expires_at": expires_at});
        assert_eq!(
            ada.app.post("/api/auth/api-keys", new).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    let odd = json!({"name": "k", "scopes": ["*:fly", "a\u{0}:read"], "grants": ["\u{0}:viewer"]});
    assert_eq!(ada.app.post("/api/auth/api-keys", odd).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_person_has_at_most_a_hundred_keys() {
    let (_, admin) = start().await;
    for _ in 0..100 {
        create(&admin, json!({"name": "k", "scopes": ["*:read"]})).await;
    }
    let new = json!({"name": "k", "scopes": ["*:read"]});
    let (status, problem) = admin.app.post("/api/auth/api-keys", new).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::CONFLICT, Some("too_many_api_keys"))
    );
    let (_, page) = admin.app.get("/api/auth/api-keys?limit=60").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    let (_, page) = admin.app.get(&format!("/api/auth/api-keys?limit=60&cursor={cursor}")).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 40);
}
