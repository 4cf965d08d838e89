//! People, for their administrators.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::desk::{ADMIN, PASSWORD, Tokens as _, deeds, invite, login, send, sign_in, start};

fn code(answer: &(StatusCode, Value)) -> (u16, &str) {
    (answer.0.as_u16(), answer.1["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn an_invited_user_signs_in_once_and_must_then_choose_a_password() {
    let (app, admin) = start().await;
    let new = json!({"email": "Ada@Example.com", "full_name": "Ada Lovelace", "grants": ["credit:operator", "admin"]});
    let reply = send(&admin.app, Method::POST, "/api/users", &[], Some(new)).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(reply.headers["etag"], "\"1\"");
    assert_eq!(reply.headers["cache-control"], "no-store");
    let body = reply.json();
    let id = body["user"]["id"].as_str().unwrap();
    assert_eq!(reply.headers["location"], format!("/api/users/{id}"));
    assert_eq!(body["user"]["email"], "ada@example.com");

    let one_time = body["one_time_password"].as_str().unwrap();
    let ada = sign_in(&app, "ada@example.com", one_time).await;
    assert_eq!(code(&ada.app.get("/api/users").await), (403, "password_change_required"));
    assert_eq!(code(&ada.app.get("/api/auth/api-keys").await), (403, "password_change_required"));
    let change = json!({"current_password": one_time, "new_password": PASSWORD});
    assert_eq!(ada.app.post("/api/auth/password", change).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ada.app.get("/api/users").await.0, StatusCode::OK);
    assert_eq!(login(&app, "ada@example.com", one_time).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(login(&app, "ada@example.com", PASSWORD).await.1["must_change_password"], false);
}

#[tokio::test]
async fn only_administrators_reach_users_and_their_audit_trail() {
    let (app, admin) = start().await;
    let auditor = invite(&admin, "audit@example.com", &["auditor"]).await;
    let operator = invite(&admin, "op@example.com", &["operator", "credit:admin"]).await;
    let one = format!("/api/users/{}", admin.id);
    let reset = format!("{one}/password");
    for (person, status) in [(&operator, 403), (&auditor, 403)] {
        assert_eq!(person.app.get("/api/users").await.0, status);
        assert_eq!(person.app.get(&one).await.0, status);
        assert_eq!(person.app.post("/api/users", json!({"email": "x@y.z"})).await.0, status);
        assert_eq!(person.app.patch(&one, json!({})).await.0, status);
        assert_eq!(person.app.delete(&one).await.0, status);
        assert_eq!(send(&person.app, Method::POST, &reset, &[], None).await.status, status);
        assert_eq!(person.app.post("/api/auth/register", json!({})).await.0, status);
    }
    for path in ["/api/users/audit", "/api/users/audit/verify"] {
        assert_eq!(auditor.app.get(path).await.0, StatusCode::OK);
        assert_eq!(operator.app.get(path).await.0, StatusCode::FORBIDDEN);
        assert_eq!(app.get(path).await.0, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(code(&app.get("/api/users").await), (401, "unauthenticated"));
}

#[tokio::test]
async fn every_refused_field_is_named() {
    let (_, admin) = start().await;
    let new = json!({"email": "nonsense", "full_name": "a\u{0}b", "grants": ["viewer", "king"]});
    let (status, problem) = admin.app.post("/api/users", new).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/email", "/full_name", "/grants/1"]);
    let unknown =
        admin.app.post("/api/users", json!({"email": "a@b.c", "is_superuser": true})).await;
    assert_eq!(unknown.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_address_is_used_once_whatever_its_case() {
    let (_, admin) = start().await;
    let answer = admin.app.post("/api/users", json!({"email": "ADMIN@localhost"})).await;
    assert_eq!(code(&answer), (409, "email_taken"));
    assert_eq!(answer.1["errors"][0]["pointer"], "/email");
}

#[tokio::test]
async fn registration_sets_a_first_password_by_the_rules() {
    let (app, admin) = start().await;
    let new = |password: &str| json!({"email": "ada@example.com", "password": password});
    let weak = admin.app.post("/api/auth/register", new("short")).await;
    assert_eq!(
        (weak.0.as_u16(), weak.1["errors"][0]["code"].as_str()),
        (422, Some("password_length"))
    );
    let (status, user) = admin.app.post("/api/auth/register", new(PASSWORD)).await;
    assert_eq!((status, &user["grants"]), (StatusCode::CREATED, &json!(["viewer"])));
    assert_eq!(login(&app, "ada@example.com", PASSWORD).await.1["must_change_password"], true);
    assert_eq!(
        code(&admin.app.post("/api/auth/register", new(PASSWORD)).await),
        (409, "email_taken")
    );
}

#[tokio::test]
async fn users_are_listed_in_pages() {
    let (_, admin) = start().await;
    for number in 0..4 {
        let new = json!({"email": format!("user{number}@example.com")});
        assert_eq!(admin.app.post("/api/users", new).await.0, StatusCode::CREATED);
    }
    let (_, first) = admin.app.get("/api/users?limit=3").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let (_, second) = admin.app.get(&format!("/api/users?limit=3&cursor={cursor}")).await;
    let emails: Vec<_> = [&first, &second]
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|user| user["email"].as_str().unwrap())
        .collect();
    assert_eq!(
        emails,
        [ADMIN, "user0@example.com", "user1@example.com", "user2@example.com", "user3@example.com"]
    );
    assert!(second.get("next_cursor").is_none());
    assert_eq!(admin.app.get("/api/users?limit=0").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    for cursor in ["nonsense", "IlwwIg", "InVzZXJfXHUwMDAwIg"] {
        let (status, _) = admin.app.get(&format!("/api/users?cursor={cursor}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{cursor}");
    }
}

#[tokio::test]
async fn a_change_is_made_to_the_version_that_was_seen() {
    let (_, admin) = start().await;
    let ada = invite(&admin, "ada@example.com", &["viewer"]).await;
    let path = format!("/api/users/{}", ada.id);
    let seen = send(&admin.app, Method::GET, &path, &[], None).await;
    let etag = seen.headers["etag"].to_str().unwrap().to_owned();

    let change = json!({"full_name": "Ada Lovelace", "grants": ["operator"]});
    let reply =
        send(&admin.app, Method::PATCH, &path, &[("if-match", &etag)], Some(change.clone())).await;
    assert_eq!(reply.status, StatusCode::OK);
    let user = reply.json();
    assert_eq!(
        (user["full_name"].as_str(), &user["grants"]),
        (Some("Ada Lovelace"), &json!(["operator"]))
    );
    assert_ne!(reply.headers["etag"], etag);
    let stale = send(
        &admin.app,
        Method::PATCH,
        &path,
        &[("if-match", &etag)],
        Some(json!({"is_active": false})),
    )
    .await;
    assert_eq!(
        (stale.status, stale.json()["code"].as_str()),
        (StatusCode::PRECONDITION_FAILED, Some("stale_version"))
    );
    let stale = send(&admin.app, Method::DELETE, &path, &[("if-match", &etag)], None).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);

    // What changes nothing is no new version, and no deed.
    let again = send(&admin.app, Method::PATCH, &path, &[], Some(change)).await;
    assert_eq!(again.headers["etag"], reply.headers["etag"]);
    let changes = deeds(&admin).await.iter().filter(|deed| *deed == "user_changed").count();
    assert_eq!(changes, 1);
    let bad = admin.app.patch(&path, json!({"full_name": "x".repeat(201), "grants": ["?"]})).await;
    assert_eq!(bad.1["errors"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_grant_that_is_taken_away_is_gone_at_once() {
    let (_, admin) = start().await;
    let bob = invite(&admin, "bob@example.com", &["admin"]).await;
    assert_eq!(bob.app.get("/api/users").await.0, StatusCode::OK);
    let path = format!("/api/users/{}", bob.id);
    assert_eq!(admin.app.patch(&path, json!({"grants": ["viewer"]})).await.0, StatusCode::OK);
    assert_eq!(code(&bob.app.get("/api/users").await), (403, "forbidden"));
}

#[tokio::test]
async fn the_last_active_administrator_stays() {
    let (_, admin) = start().await;
    let path = format!("/api/users/{}", admin.id);
    assert_eq!(code(&admin.app.delete(&path).await), (409, "last_admin"));
    assert_eq!(
        code(&admin.app.patch(&path, json!({"grants": ["accounts:admin"]})).await),
        (409, "last_admin")
    );
    assert_eq!(
        code(&admin.app.patch(&path, json!({"is_active": false})).await),
        (409, "last_admin")
    );

    let bob = invite(&admin, "bob@example.com", &["admin"]).await;
    assert_eq!(bob.app.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(code(&admin.app.get("/api/users").await), (401, "session_ended"));
    // An inactive administrator does not count.
    let own = format!("/api/users/{}", bob.id);
    assert_eq!(code(&bob.app.delete(&own).await), (409, "last_admin"));
    assert_eq!(bob.app.patch(&path, json!({"is_active": true})).await.1["is_active"], true);
}

#[tokio::test]
async fn nobody_acts_above_themselves_or_hands_on_what_they_do_not_hold() {
    let (_, admin) = start().await;
    let desk = invite(&admin, "desk@example.com", &["accounts:admin", "credit:operator"]).await;
    let ada = invite(&admin, "ada@example.com", &["credit:viewer"]).await;
    let beyond = (403, "beyond_your_grants");
    let wide = json!({"email": "eve@example.com", "grants": ["admin"]});
    assert_eq!(code(&desk.app.post("/api/users", wide).await), beyond);
    // Without grants named, `viewer` of all services is meant; that, too, is more than they hold.
    assert_eq!(
        code(&desk.app.post("/api/users", json!({"email": "eve@example.com"})).await),
        beyond
    );
    let narrow = json!({"email": "eve@example.com", "grants": ["credit:viewer"]});
    assert_eq!(desk.app.post("/api/users", narrow).await.0, StatusCode::CREATED);

    let above = format!("/api/users/{}", admin.id);
    assert_eq!(code(&desk.app.delete(&above).await), beyond);
    let reset = send(&desk.app, Method::POST, &format!("{above}/password"), &[], None).await;
    assert_eq!(reset.status, StatusCode::FORBIDDEN);
    let below = format!("/api/users/{}", ada.id);
    assert_eq!(code(&desk.app.patch(&below, json!({"grants": ["levels:viewer"]})).await), beyond);
    assert_eq!(
        desk.app.patch(&below, json!({"grants": ["credit:operator"]})).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_reset_password_ends_all_sessions_and_is_good_once() {
    let (app, admin) = start().await;
    let ada = invite(&admin, "ada@example.com", &["viewer"]).await;
    let path = format!("/api/users/{}/password", ada.id);
    let reply = send(&admin.app, Method::POST, &path, &[], None).await;
    assert_eq!(
        (reply.status, &reply.headers["cache-control"]),
        (StatusCode::OK, &"no-store".parse().unwrap())
    );
    assert_eq!(ada.app.get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(login(&app, "ada@example.com", PASSWORD).await.0, StatusCode::UNAUTHORIZED);
    let json = reply.json();
    let one_time = json["one_time_password"].as_str().unwrap();
    let (status, body) = login(&app, "ada@example.com", one_time).await;
    assert_eq!((status, &body["must_change_password"]), (StatusCode::OK, &json!(true)));
}

#[tokio::test]
async fn who_is_not_there_is_not_found() {
    let (_, admin) = start().await;
    let nobody = format!("user_{}", "0".repeat(32));
    for id in [nobody.as_str(), "user_1", "%00", "..%2F.."] {
        let path = format!("/api/users/{id}");
        assert_eq!(code(&admin.app.get(&path).await), (404, "user_not_found"), "{id}");
        assert_eq!(code(&admin.app.patch(&path, json!({})).await), (404, "user_not_found"));
        assert_eq!(code(&admin.app.delete(&path).await), (404, "user_not_found"));
        let reset = send(&admin.app.without_token(), Method::POST, &path, &[], None).await;
        assert_eq!(reset.status, StatusCode::METHOD_NOT_ALLOWED);
        let reset = send(&admin.app, Method::POST, &format!("{path}/password"), &[], None).await;
        assert_eq!(reset.json()["code"], "user_not_found");
    }
}
