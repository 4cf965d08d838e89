//! The first administrator, and what is cleared away later.

use chrono::TimeDelta;
use futures::future::join_all;
use http::StatusCode;
use platform::jobs::JobRun;
use platform::settings::Env;
use serde_json::json;

use crate::desk::{ADMIN, PASSWORD, empty, first_run, login, sign_in, start};

#[tokio::test]
async fn of_many_processes_that_start_at_once_one_makes_the_administrator() {
    let app = empty().await;
    let run = first_run(&[]);
    let made = join_all((0..8).map(|_| run.ensure_admin(&app.context))).await;
    let made: Vec<_> = made.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(made.len(), 1);
    let (status, body) = login(&app, &made[0].email, made[0].password.reveal()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&body["must_change_password"], &body["user"]["grants"]),
        (&json!(true), &json!(["admin"]))
    );
    assert!(run.ensure_admin(&app.context).await.unwrap().is_none());
}

#[tokio::test]
async fn production_makes_an_administrator_only_from_a_password_that_was_given() {
    let app = empty().await;
    let run = first_run(&[("ENVIRONMENT", "production")]);
    assert!(run.ensure_admin(&app.context).await.unwrap().is_none());
    assert_eq!(login(&app, ADMIN, PASSWORD).await.0, StatusCode::UNAUTHORIZED);

    let given = [
        ("ENVIRONMENT", "production"),
        ("ADMIN_EMAIL", "Chief@Example.com"),
        ("ADMIN_PASSWORD", PASSWORD),
    ];
    assert!(first_run(&given).ensure_admin(&app.context).await.unwrap().is_none());
    let (status, body) = login(&app, "chief@example.com", PASSWORD).await;
    assert_eq!((status, &body["must_change_password"]), (StatusCode::OK, &json!(true)));
}

#[test]
fn a_weak_first_password_and_a_wrong_address_are_problems_of_the_settings() {
    for (name, value) in [("ADMIN_PASSWORD", "admin"), ("ADMIN_EMAIL", "nobody")] {
        let mut env = Env::new([(name.to_owned(), value.to_owned())]);
        let _ = accounts::first_run::FirstRun::read(&mut env);
        let problems = env.finish().unwrap_err().0;
        assert!(problems.len() == 1 && problems[0].starts_with(name), "{problems:?}");
        assert!(name == "ADMIN_EMAIL" || !problems[0].contains("`admin`"));
    }
}

#[tokio::test]
async fn the_purge_removes_what_has_expired_and_may_run_twice() {
    let (app, _) = start().await;
    login(&app, "nobody@example.com", "wrong").await;
    app.context.clock.advance(TimeDelta::days(37) + TimeDelta::minutes(1));
    let person = sign_in(&app, ADMIN, PASSWORD).await;

    let purge = async || {
        let runner = app.jobs().find("accounts.purge_expired").unwrap();
        let token = tokio_util::sync::CancellationToken::new();
        let (run, _) = JobRun::new("job_1".into(), "default".into(), "system".into(), 1, token);
        runner(json!({}), run).await.unwrap()
    };
    assert_eq!(
        purge().await,
        json!({"auth_sessions": 1, "auth_refresh_tokens": 0, "auth_login_failures": 1})
    );
    assert_eq!(
        purge().await,
        json!({"auth_sessions": 0, "auth_refresh_tokens": 0, "auth_login_failures": 0})
    );
    assert_eq!(person.app.get("/api/auth/me").await.0, StatusCode::OK);
}
