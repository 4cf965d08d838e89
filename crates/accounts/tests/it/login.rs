//! Signing in and out.

use axum::body::Body;
use chrono::TimeDelta;
use futures::future::join_all;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::desk::{
    ADMIN, PASSWORD, Tokens as _, cookies, deeds, invite, login, send, sign_in, start,
};

#[tokio::test]
async fn a_client_gets_tokens_in_the_body_and_they_work() {
    let (app, _) = start().await;
    let (status, body) = login(&app, " Admin@LOCALHOST", PASSWORD).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (body["token_type"].as_str(), body["expires_in"].as_i64()),
        (Some("bearer"), Some(1_800))
    );
    assert_eq!(body["must_change_password"], false);
    assert_eq!(body["user"]["email"], ADMIN);
    assert!(body["user"].get("password_hash").is_none());

    let token = body["access_token"].as_str().unwrap();
    let (status, me) = app.with_token(token).get("/api/auth/me").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((me["email"].as_str(), me["credential"].as_str()), (Some(ADMIN), Some("bearer")));
    assert_eq!(me["grants"], json!(["admin"]));
}

#[tokio::test]
async fn a_form_and_the_oauth_path_do_as_well() {
    let (app, _) = start().await;
    let form =
        format!("grant_type=password&username={ADMIN}&password={}", PASSWORD.replace(' ', "+"));
    for path in ["/api/auth/login", "/api/v1/auth/token"] {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.clone()))
            .unwrap();
        let reply = app.request(request).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        assert!(reply.json()["access_token"].is_string());
        assert_eq!(reply.headers["cache-control"], "no-store");
    }
    let (status, problem) = app
        .post("/api/auth/login", json!({"username": "a", "password": "b", "grant_type": "magic"}))
        .await;
    assert_eq!(
        (status, problem["errors"][0]["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("unsupported_grant_type"))
    );
    let (status, _) = app.post("/api/v1/auth/token", json!({})).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn an_incomplete_request_says_what_is_missing() {
    let (app, _) = start().await;
    let (status, _) = app.post("/api/auth/login", json!({"username": "a"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = send(&app, Method::POST, "/api/auth/login", &[], None).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reply.json()["errors"][1]["pointer"], "/password");
}

#[tokio::test]
async fn an_unknown_user_and_a_wrong_password_get_the_same_answer() {
    let (app, admin) = start().await;
    let (wrong, mut of_wrong) = login(&app, ADMIN, "not the password").await;
    let (unknown, mut of_unknown) = login(&app, "nobody@example.com", PASSWORD).await;
    let (nonsense, mut of_nonsense) = login(&app, "no\0 address", PASSWORD).await;
    assert_eq!((wrong, unknown, nonsense), (StatusCode::UNAUTHORIZED, wrong, wrong));
    for body in [&mut of_wrong, &mut of_unknown, &mut of_nonsense] {
        body.as_object_mut().unwrap().remove("request_id");
    }
    assert_eq!(of_wrong["code"], "wrong_credentials");
    assert_eq!(of_wrong, of_unknown);
    assert_eq!(of_wrong, of_nonsense);

    let (_, page) = admin.app.get("/api/users/audit?action=login_failed").await;
    let targets: Vec<_> = page["items"].as_array().unwrap().iter().map(|e| &e["target"]).collect();
    assert_eq!(targets, [&json!(""), &json!(""), &json!(admin.id)]);
    assert!(!page.to_string().contains("nobody@example.com"));
}

#[tokio::test]
async fn an_inactive_user_learns_it_only_with_the_right_password() {
    let (app, admin) = start().await;
    let ada = invite(&admin, "ada@example.com", &["viewer"]).await;
    let (status, _) = admin.app.delete(&format!("/api/users/{}", ada.id)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);

    let (status, problem) = login(&app, "ada@example.com", "wrong password").await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("wrong_credentials"))
    );
    let (status, problem) = login(&app, "ada@example.com", PASSWORD).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::FORBIDDEN, Some("user_inactive")));
}

#[tokio::test]
async fn five_wrong_passwords_close_the_account_to_the_address_for_a_while() {
    let (app, _) = start().await;
    for _ in 0..5 {
        assert_eq!(login(&app, ADMIN, "wrong password").await.0, StatusCode::UNAUTHORIZED);
        app.context.clock.advance(TimeDelta::minutes(1));
    }
    let body = json!({"username": "ADMIN@localhost", "password": PASSWORD});
    let reply = send(&app, Method::POST, "/api/auth/login", &[], Some(body)).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.json()["code"], "too_many_attempts");
    assert_eq!(reply.headers["retry-after"], "601");
    // Unknown accounts are closed in the same way.
    for _ in 0..5 {
        login(&app, "nobody@example.com", "x").await;
    }
    assert_eq!(login(&app, "nobody@example.com", "x").await.0, StatusCode::TOO_MANY_REQUESTS);

    app.context.clock.advance(TimeDelta::minutes(11));
    assert_eq!(login(&app, ADMIN, PASSWORD).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_right_password_forgets_the_wrong_ones() {
    let (app, _) = start().await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(login(&app, ADMIN, "wrong password").await.0, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(login(&app, ADMIN, PASSWORD).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn however_many_guess_at_once_five_wrong_answers_are_all_they_get() {
    let (app, _) = start().await;
    let guesses = join_all((0..20).map(|_| login(&app, ADMIN, "wrong password"))).await;
    let wrong = guesses.iter().filter(|(status, _)| *status == StatusCode::UNAUTHORIZED).count();
    let locked = guesses.iter().filter(|(s, _)| *s == StatusCode::TOO_MANY_REQUESTS).count();
    assert_eq!((wrong, locked), (5, 15));
}

#[tokio::test]
async fn the_console_gets_cookies_and_no_token_in_the_body() {
    let (app, _) = start().await;
    let body = json!({"username": ADMIN, "password": PASSWORD});
    let console = [("x-quintet-client", "console")];
    let reply = send(&app, Method::POST, "/api/auth/login", &console, Some(body)).await;
    assert_eq!(reply.status, StatusCode::OK);
    let json = reply.json();
    assert!(json.get("access_token").is_none() && json.get("refresh_token").is_none());

    let set = cookies(&reply);
    let attributes: Vec<_> = set.iter().map(|(name, _, a)| (name.as_str(), a.as_str())).collect();
    assert_eq!(
        attributes,
        [
            ("quintet_session", "Path=/; Max-Age=1800; SameSite=Strict; HttpOnly"),
            ("quintet_refresh", "Path=/api/auth; Max-Age=604800; SameSite=Strict; HttpOnly"),
            ("quintet_csrf", "Path=/; Max-Age=604800; SameSite=Strict"),
        ]
    );
    assert_eq!(set[2].1, json["csrf_token"].as_str().unwrap());

    let (status, me) = app
        .with_header("cookie", &format!("quintet_session={}", set[0].1))
        .get("/api/auth/me")
        .await;
    assert_eq!((status, me["credential"].as_str()), (StatusCode::OK, Some("session")));
}

#[tokio::test]
async fn cookies_stay_with_tls_if_they_came_by_it() {
    let app =
        testkit::TestApp::start_with(accounts::REGISTRATION, &[("TRUSTED_PROXIES", "127.0.0.1")])
            .await;
    let admin = crate::desk::first_run(&[("ADMIN_PASSWORD", PASSWORD)]);
    assert!(admin.ensure_admin(&app.context).await.unwrap().is_none());
    let body = json!({"username": ADMIN, "password": PASSWORD});
    let headers = [
        ("x-quintet-client", "console"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-for", "192.0.2.7"),
    ];
    let reply = send(&app, Method::POST, "/api/auth/login", &headers, Some(body)).await;
    assert!(cookies(&reply).iter().all(|(_, _, attributes)| attributes.ends_with("; Secure")));
}

#[tokio::test]
async fn a_cookie_writes_only_with_the_token_that_our_own_script_reads() {
    let (app, _) = start().await;
    let body = json!({"username": ADMIN, "password": PASSWORD});
    let console = [("x-quintet-client", "console")];
    let reply = send(&app, Method::POST, "/api/auth/login", &console, Some(body)).await;
    let (session, csrf) =
        (cookies(&reply)[0].1.clone(), reply.json()["csrf_token"].as_str().unwrap().to_owned());
    let cookie = format!("quintet_session={session}; quintet_csrf={csrf}");
    let new = || Some(json!({"email": "ada@example.com"}));

    for bad in [
        vec![("cookie", cookie.as_str())],
        vec![("cookie", cookie.as_str()), ("x-csrf-token", "wrong")],
    ] {
        let reply = send(&app, Method::POST, "/api/users", &bad, new()).await;
        assert_eq!(
            (reply.status, reply.json()["code"].as_str()),
            (StatusCode::FORBIDDEN, Some("csrf"))
        );
    }
    let good = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
    assert_eq!(
        send(&app, Method::POST, "/api/users", &good, new()).await.status,
        StatusCode::CREATED
    );
    assert_eq!(
        send(&app, Method::GET, "/api/users", &good[..1], None).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_and_removes_the_cookies() {
    let (app, admin) = start().await;
    let person = sign_in(&app, ADMIN, PASSWORD).await;
    let reply = send(&person.app, Method::POST, "/api/auth/logout", &[], None).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    assert!(
        cookies(&reply).iter().all(|(_, value, a)| value.is_empty() && a.contains("Max-Age=0"))
    );

    let (status, problem) = person.app.get("/api/auth/me").await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("session_ended"))
    );
    let refresh = json!({"refresh_token": person.refresh_token});
    assert_eq!(app.post("/api/auth/refresh", refresh).await.0, StatusCode::UNAUTHORIZED);
    // Signing out twice, or without ever signing in, is no failure.
    assert_eq!(
        send(&person.app, Method::POST, "/api/auth/logout", &[], None).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        send(&app, Method::POST, "/api/auth/logout", &[], None).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(deeds(&admin).await.iter().filter(|d| *d == "logout").count(), 1);
}

#[tokio::test]
async fn a_refresh_token_signs_out_when_the_access_token_has_expired() {
    let (app, _) = start().await;
    let person = sign_in(&app, ADMIN, PASSWORD).await;
    app.context.clock.advance(TimeDelta::hours(1));
    let body = json!({"refresh_token": person.refresh_token});
    assert_eq!(person.app.post("/api/auth/logout", body.clone()).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.post("/api/auth/refresh", body).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_array_is_no_body_of_named_fields() {
    let (app, _) = start().await;

    for path in ["/api/auth/logout", "/api/v1/auth/logout"] {
        let (status, problem) = app.post(path, json!([null])).await;

        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["errors"][0]["code"], "wrong_type");
    }
}

#[tokio::test]
async fn a_cookie_signs_out_only_with_the_csrf_token() {
    let (app, _) = start().await;
    let body = json!({"username": ADMIN, "password": PASSWORD});
    let reply =
        send(&app, Method::POST, "/api/auth/login", &[("x-quintet-client", "console")], Some(body))
            .await;
    let cookie = format!("quintet_session={}", cookies(&reply)[0].1);
    let reply = send(&app, Method::POST, "/api/auth/logout", &[("cookie", &cookie)], None).await;
    assert_eq!(
        (reply.status, reply.json()["code"].as_str()),
        (StatusCode::FORBIDDEN, Some("csrf"))
    );
}

#[tokio::test]
async fn a_token_expires_and_a_tampered_one_is_not_valid() {
    let (app, admin) = start().await;
    let (message, signature) = admin.access_token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    let tampered = format!("{message}.{other}{}", &signature[1..]);
    let (status, problem) = app.with_token(&tampered).get("/api/auth/me").await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("invalid_token"))
    );

    app.context.clock.advance(TimeDelta::minutes(30));
    let (status, problem) = admin.app.get("/api/auth/me").await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("token_expired"))
    );
}

#[tokio::test]
async fn a_flood_of_sign_ins_is_sent_away_and_the_server_stays_up() {
    let (app, admin) = start().await;
    let names: Vec<String> = (0..150).map(|number| format!("user{number}@example.com")).collect();
    let answers = join_all(names.iter().map(|name| login(&app, name, "wrong password"))).await;
    let busy = answers.iter().filter(|(status, body)| {
        *status == StatusCode::SERVICE_UNAVAILABLE && body["code"] == "login_busy"
    });
    let wrong = answers.iter().filter(|(status, _)| *status == StatusCode::UNAUTHORIZED);
    assert_eq!((busy.count(), wrong.count()), (84, 66));
    assert_eq!(admin.app.get("/api/auth/me").await.0, StatusCode::OK);
    assert_eq!(login(&app, ADMIN, PASSWORD).await.0, StatusCode::OK);
}

#[tokio::test]
async fn programs_sign_in_stay_in_and_sign_out_under_v1() {
    let (app, _) = start().await;
    let form = format!("username={ADMIN}&password={}", PASSWORD.replace(' ', "+"));
    let request = Request::post("/api/v1/auth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form));
    let tokens = app.request(request.unwrap()).await.json();
    let refresh = |tokens: &Value| json!({"refresh_token": tokens["refresh_token"]});

    let (status, fresh) = app.post("/api/v1/auth/refresh", refresh(&tokens)).await;
    assert_eq!(status, StatusCode::OK, "{fresh}");
    let person = app.with_token(fresh["access_token"].as_str().unwrap());
    assert_eq!(person.get("/api/v1/auth/users/me").await.1, person.get("/api/auth/me").await.1);
    let (status, _) = app.post("/api/v1/auth/logout", refresh(&fresh)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(person.get("/api/v1/auth/users/me").await.1["code"], "session_ended");
    assert_eq!(app.get("/api/v1/auth/users/me").await.1["code"], "unauthenticated");
}

#[tokio::test]
async fn administration_is_open_to_the_networks_that_the_operator_names() {
    let networks = [("ADMIN_NETWORKS", "10.0.0.0/8"), ("TRUSTED_PROXIES", "127.0.0.1")];
    let app = testkit::TestApp::start_with(accounts::REGISTRATION, &networks).await;
    let admin = crate::desk::first_run(&[("ADMIN_PASSWORD", PASSWORD)]);
    assert!(admin.ensure_admin(&app.context).await.unwrap().is_none());
    let outside = app.with_header("x-forwarded-for", "192.0.2.7");
    let inside = app.with_header("x-forwarded-for", "192.0.2.7, 10.1.2.3");

    let (_, tokens) = login(&outside, ADMIN, PASSWORD).await;
    let token = tokens["access_token"].as_str().unwrap();
    let change = json!({"current_password": PASSWORD, "new_password": "difference engine plans"});
    let (status, _) = outside.with_token(token).post("/api/auth/password", change).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "what everybody may do is not administration");

    let (status, problem) = outside.with_token(token).get("/api/users").await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("address_not_allowed")));
    assert_eq!(inside.with_token(token).get("/api/users").await.0, StatusCode::OK);
    assert_eq!(outside.with_token(token).get("/api/auth/me").await.0, StatusCode::OK);
}
