//! What people do for themselves.

use http::StatusCode;
use serde_json::json;

use crate::desk::{ADMIN, PASSWORD, Tokens as _, deeds, login, sign_in, start};

const OTHER: &str = "difference engine plans";

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_keeps_this_one() {
    let (app, admin) = start().await;
    let other = sign_in(&app, ADMIN, PASSWORD).await;
    let change = json!({"current_password": PASSWORD, "new_password": OTHER});
    assert_eq!(admin.app.post("/api/auth/password", change).await.0, StatusCode::NO_CONTENT);
    assert_eq!(admin.app.get("/api/auth/me").await.0, StatusCode::OK);
    assert_eq!(other.app.get("/api/auth/me").await.1["code"], "session_ended");
    assert_eq!(login(&app, ADMIN, PASSWORD).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(login(&app, ADMIN, OTHER).await.0, StatusCode::OK);
    assert!(deeds(&admin).await.contains(&"password_changed".to_owned()));
}

#[tokio::test]
async fn a_password_that_breaks_a_rule_is_refused_by_name() {
    let (_, admin) = start().await;
    for (new, rule) in [
        ("short", "password_length"),
        (&"long ".repeat(26), "password_length"),
        (ADMIN, "password_is_email"),
        ("password1234", "password_common"),
        (PASSWORD, "password_unchanged"),
    ] {
        let change = json!({"current_password": PASSWORD, "new_password": new});
        let (status, problem) = admin.app.post("/api/auth/password", change).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["errors"][0]["code"], rule, "{new}");
        assert_eq!(problem["errors"][0]["pointer"], "/new_password");
    }
}

#[tokio::test]
async fn whoever_finds_an_open_session_gets_five_guesses_at_its_password() {
    let (_, admin) = start().await;
    let change = json!({"current_password": "a guess", "new_password": OTHER});
    for _ in 0..5 {
        let (status, problem) = admin.app.post("/api/auth/password", change.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["errors"][0]["pointer"], "/current_password");
    }
    let change = json!({"current_password": PASSWORD, "new_password": OTHER});
    let (status, problem) = admin.app.post("/api/auth/password", change).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::TOO_MANY_REQUESTS, Some("too_many_attempts"))
    );
}

#[tokio::test]
async fn people_see_their_own_sessions_and_end_them() {
    let (app, admin) = start().await;
    let person = sign_in(&app.with_header("user-agent", "a browser"), ADMIN, PASSWORD).await;
    let (_, page) = person.app.get("/api/auth/sessions").await;
    let sessions = page["items"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(
        (sessions[0]["current"].as_bool(), sessions[1]["current"].as_bool()),
        (Some(true), Some(false))
    );
    assert_eq!(
        (sessions[0]["user_agent"].as_str(), sessions[0]["ip"].as_str()),
        (Some("a browser"), Some("127.0.0.1"))
    );

    let older = format!("/api/auth/sessions/{}", sessions[1]["id"].as_str().unwrap());
    assert_eq!(person.app.delete(&older).await.0, StatusCode::NO_CONTENT);
    assert_eq!(admin.app.get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(person.app.delete(&older).await.1["code"], "session_not_found");
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let (_, admin) = start().await;
    let ada = crate::desk::invite(&admin, "ada@example.com", &["viewer"]).await;
    let (_, page) = admin.app.get("/api/auth/sessions").await;
    let path = format!("/api/auth/sessions/{}", page["items"][0]["id"].as_str().unwrap());
    assert_eq!(ada.app.delete(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(ada.app.delete("/api/auth/sessions/%00").await.0, StatusCode::NOT_FOUND);
    assert_eq!(admin.app.get("/api/auth/me").await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_stranger_has_none_of_this() {
    let (app, _) = start().await;
    for path in ["/api/auth/me", "/api/auth/sessions", "/api/auth/api-keys"] {
        assert_eq!(app.get(path).await.1["code"], "unauthenticated");
        assert_eq!(app.with_token("nonsense").get(path).await.1["code"], "invalid_token");
    }
    assert_eq!(app.post("/api/auth/password", json!({})).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(app.delete("/api/auth/sessions/x").await.0, StatusCode::UNAUTHORIZED);
}
