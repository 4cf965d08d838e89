//! Exchanging refresh tokens.

use chrono::TimeDelta;
use futures::future::join_all;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestApp;

use crate::desk::{ADMIN, PASSWORD, Tokens as _, cookies, deeds, invite, send, sign_in, start};

async fn refresh(app: &TestApp, token: &str) -> (StatusCode, Value) {
    app.post("/api/auth/refresh", json!({"refresh_token": token})).await
}

fn text(body: &Value, field: &str) -> String {
    body[field].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_fresh_ones_of_the_same_session() {
    let (app, _) = start().await;
    let person = sign_in(&app, ADMIN, PASSWORD).await;
    app.context.clock.advance(TimeDelta::minutes(31));
    assert_eq!(person.app.get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);

    let (status, first) = refresh(&app, &person.refresh_token).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    let (status, second) = refresh(&app, &text(&first, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK);
    let me = app.with_token(&text(&second, "access_token")).get("/api/auth/me").await;
    assert_eq!(me.0, StatusCode::OK);
}

#[tokio::test]
async fn a_token_that_is_used_again_ends_the_whole_session() {
    let (app, admin) = start().await;
    let person = sign_in(&app, ADMIN, PASSWORD).await;
    let (_, fresh) = refresh(&app, &person.refresh_token).await;
    app.context.clock.advance(TimeDelta::seconds(10));

    let (status, problem) = refresh(&app, &person.refresh_token).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("refresh_token_reused"))
    );
    assert_eq!(refresh(&app, &text(&fresh, "refresh_token")).await.0, StatusCode::UNAUTHORIZED);
    let me = app.with_token(&text(&fresh, "access_token")).get("/api/auth/me").await;
    assert_eq!(me.1["code"], "session_ended");
    assert_eq!(deeds(&admin).await.last().unwrap(), "refresh_token_reused");
    // The administrator's own session is another family.
    assert_eq!(admin.app.get("/api/auth/me").await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_second_tab_gets_no_token_and_does_no_harm() {
    let (app, _) = start().await;
    let person = sign_in(&app, ADMIN, PASSWORD).await;
    let (_, fresh) = refresh(&app, &person.refresh_token).await;

    let reply = send(
        &app,
        Method::POST,
        "/api/auth/refresh",
        &[],
        Some(json!({"refresh_token": person.refresh_token})),
    )
    .await;
    assert_eq!(
        (reply.status, reply.json()["code"].as_str()),
        (StatusCode::CONFLICT, Some("refresh_superseded"))
    );
    assert_eq!(reply.headers["retry-after"], "1");
    assert!(reply.json().get("access_token").is_none());
    let (status, next) = refresh(&app, &text(&fresh, "refresh_token")).await;
    assert_eq!(status, StatusCode::OK);

    // The successor has been used: from here on the old token can only be a stolen one.
    assert_eq!(refresh(&app, &person.refresh_token).await.1["code"], "refresh_token_reused");
    assert_eq!(refresh(&app, &text(&next, "refresh_token")).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn of_many_exchanges_at_once_exactly_one_succeeds() {
    let (app, _) = start().await;
    let person = sign_in(&app, ADMIN, PASSWORD).await;
    let answers = join_all((0..8).map(|_| refresh(&app, &person.refresh_token))).await;
    let count = |wanted| answers.iter().filter(|(status, _)| *status == wanted).count();
    assert_eq!((count(StatusCode::OK), count(StatusCode::CONFLICT)), (1, 7));
}

#[tokio::test]
async fn the_console_refreshes_by_cookie_and_csrf_token() {
    let (app, _) = start().await;
    let body = json!({"username": ADMIN, "password": PASSWORD});
    let login =
        send(&app, Method::POST, "/api/auth/login", &[("x-quintet-client", "console")], Some(body))
            .await;
    let csrf = text(&login.json(), "csrf_token");
    let cookie = format!("quintet_refresh={}", cookies(&login)[1].1);

    let reply = send(&app, Method::POST, "/api/auth/refresh", &[("cookie", &cookie)], None).await;
    assert_eq!(
        (reply.status, reply.json()["code"].as_str()),
        (StatusCode::FORBIDDEN, Some("csrf"))
    );
    let good = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
    let reply = send(&app, Method::POST, "/api/auth/refresh", &good, None).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert!(reply.json().get("refresh_token").is_none());
    let names: Vec<_> = cookies(&reply).into_iter().map(|(name, _, _)| name).collect();
    assert_eq!(names, ["quintet_session", "quintet_refresh", "quintet_csrf"]);
}

#[tokio::test]
async fn an_unused_session_ends_after_a_week_and_any_after_a_month() {
    let (app, _) = start().await;
    let idle = sign_in(&app, ADMIN, PASSWORD).await;
    let mut token = sign_in(&app, ADMIN, PASSWORD).await.refresh_token;
    for _ in 0..4 {
        app.context.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
        let (status, fresh) = refresh(&app, &token).await;
        assert_eq!(status, StatusCode::OK, "{fresh}");
        token = text(&fresh, "refresh_token");
    }
    assert_eq!(refresh(&app, &idle.refresh_token).await.1["code"], "invalid_refresh_token");
    app.context.clock.advance(TimeDelta::days(3));
    assert_eq!(refresh(&app, &token).await.1["code"], "invalid_refresh_token");
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused() {
    let (app, admin) = start().await;
    for token in ["", "nonsense", "\0", &admin.access_token] {
        let (status, problem) = refresh(&app, token).await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (StatusCode::UNAUTHORIZED, Some("invalid_refresh_token"))
        );
    }
    for nothing in [None, Some(Value::Null), Some(json!({}))] {
        let reply = send(&app, Method::POST, "/api/auth/refresh", &[], nothing).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_deactivated_user_cannot_refresh() {
    let (app, admin) = start().await;
    let ada = invite(&admin, "ada@example.com", &["viewer"]).await;
    admin.app.delete(&format!("/api/users/{}", ada.id)).await;
    assert_eq!(refresh(&app, &ada.refresh_token).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ada.app.get("/api/auth/me").await.1["code"], "session_ended");
}
