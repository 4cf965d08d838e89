//! Several processes on one database: what one changes, the others see.

use std::time::Duration;

use ::http::{Request, request};
use axum::body::Body;
use futures::future::join_all;
use platform::auth::{Grant, Role};
use serde_json::json;
use testkit::TestApp;

use super::*;
use crate::audit::{Actor, Deed};
use crate::domain::email::Email;
use crate::domain::password::NewPassword;
use crate::people::{Change as Edit, NewPerson, PeopleError};
use crate::sign_in::{Client, Origin, SignedIn};
use crate::store::users::User;

const PASSWORD: &str = "analytical engine notes";

/// Starts another process on the database of `app`, with an event stream of its own.
async fn process(app: &TestApp) -> Accounts {
    let mut env =
        Env::new([("SECRET_KEY".to_owned(), "a shared secret of 32 bytes or more".to_owned())]);
    let settings = Settings::read(&mut env);
    let context = Context { events: Events::default(), ..app.context.clone() };
    Accounts::new(settings, &context).await.unwrap()
}

async fn two_processes() -> (TestApp, Accounts, Accounts) {
    let app = TestApp::start(REGISTRATION).await;
    let (one, other) = (process(&app).await, process(&app).await);
    (app, one, other)
}

fn admin_grant() -> Vec<Grant> {
    vec![Grant { service: None, role: Role::Admin }]
}

async fn add(accounts: &Accounts, email: &str, grants: Vec<Grant>) -> User {
    let email = Email::new(email).unwrap();
    let password = Some(NewPassword::new(PASSWORD.to_owned(), &email).unwrap());
    let new = NewPerson { email, full_name: String::new(), grants, password };
    accounts.people.add(&Actor::program("cli"), &admin_grant(), new).await.unwrap().0
}

async fn sign_in(accounts: &Accounts, email: &str) -> SignedIn {
    let ip = "192.0.2.1".parse().unwrap();
    let origin = Origin { client: Client::Api, ip, user_agent: String::new() };
    accounts.sign_in(email, PASSWORD, &origin).await.unwrap()
}

fn bearer(signed_in: &SignedIn) -> request::Parts {
    let value = format!("Bearer {}", signed_in.access_token);
    let request = Request::get("/").header("authorization", value).body(Body::empty()).unwrap();
    request.into_parts().0
}

#[tokio::test]
async fn a_session_that_one_process_ends_is_refused_by_the_other_within_seconds() {
    let (_app, one, other) = two_processes().await;
    let user = add(&one, "ada@example.com", admin_grant()).await;
    let request = bearer(&sign_in(&one, "ada@example.com").await);
    assert!(one.find_caller(&request).await.is_ok() && other.find_caller(&request).await.is_ok());

    let edit = Edit { full_name: Some("Ada".into()), ..Edit::default() };
    let operator = Actor::program("cli");
    one.people.change(&operator, &admin_grant(), &user.id, None, edit).await.unwrap();
    one.people.reset_password(&operator, &admin_grant(), &user.id, None).await.unwrap();
    one.announce(&Change::User(user.id), "password_reset").await;

    assert!(one.find_caller(&request).await.is_err(), "at once where it happened");
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    assert!(other.find_caller(&request).await.is_err(), "after two seconds elsewhere");
}

#[tokio::test]
async fn an_event_from_another_process_is_obeyed_at_once() {
    let (app, one, other) = two_processes().await;
    let listener = Accounts { events: one.events.clone(), ..other.clone() };
    let stop = app.context.tasks.stop_token();
    app.context.tasks.spawn("listen", async move {
        stop.run_until_cancelled(listen(listener)).await;
    });
    let user = add(&one, "ada@example.com", admin_grant()).await;
    let signed_in = sign_in(&one, "ada@example.com").await;
    let request = bearer(&signed_in);
    assert!(other.find_caller(&request).await.is_ok());

    let mut tx = audit::begin(&one.people.db).await.unwrap();
    let now = one.people.now();
    store::sessions::revoke(&mut tx, &user.id, &signed_in.session.id, "test", now).await.unwrap();
    tx.commit().await.unwrap();
    one.announce(&Change::Session(signed_in.session.id), "test").await;

    for _ in 0..50 {
        if other.find_caller(&request).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the event was not obeyed within half a second");
}

#[tokio::test]
async fn a_person_is_read_again_when_they_change_and_after_two_seconds_elsewhere() {
    let (_app, one, other) = two_processes().await;
    let user = add(&one, "ada@example.com", admin_grant()).await;
    let name_in = async |process: &Accounts| {
        let found = process.identities.of_user(TENANT, &user.id).await.unwrap();
        found.map(|user| user.full_name.clone()).unwrap_or_default()
    };
    assert_eq!((name_in(&one).await, name_in(&other).await), (String::new(), String::new()));

    let edit = Edit { full_name: Some("Ada".into()), ..Edit::default() };
    let operator = Actor::program("cli");
    one.people.change(&operator, &admin_grant(), &user.id, None, edit).await.unwrap();
    assert_eq!(name_in(&one).await, "", "from memory until the change is announced");
    one.announce(&Change::User(user.id.clone()), "user_changed").await;

    assert_eq!(name_in(&one).await, "Ada", "at once where it happened");
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    assert_eq!(name_in(&other).await, "Ada", "after two seconds elsewhere");
}

#[tokio::test]
async fn fifty_processes_that_record_at_once_make_one_chain_without_gaps() {
    let (app, one, _) = two_processes().await;
    let record = |number: usize| {
        let db = one.people.db.clone();
        let now = one.people.now();
        async move {
            let mut tx = audit::begin(&db).await?;
            let deed = Deed { action: "tested", target: number.to_string(), detail: json!({}) };
            let seq = audit::record(&mut tx, now, &Actor::program("system"), deed).await?;
            // Every fifth gives up: its place must not stay empty.
            if !number.is_multiple_of(5) {
                tx.commit().await?;
            }
            Ok::<_, platform::db::DbError>(seq)
        }
    };
    let results = join_all((0..50).map(record)).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");

    let mut tx = app.context.db.read().await.unwrap();
    let links = store::audit::list_after(&mut tx, 0, 1_000).await.unwrap();
    let mut walk = domain::audit::Walk::default();
    for link in &links {
        walk.step(&link.entry, &link.prev_hash, &link.hash).unwrap();
    }
    assert_eq!(links.len(), 40);
    assert_eq!(walk, store::audit::end(&mut tx).await.unwrap());
}

#[tokio::test]
async fn of_the_last_two_administrators_who_are_demoted_at_once_one_stays() {
    let (_app, one, other) = two_processes().await;
    let ada = add(&one, "ada@example.com", admin_grant()).await;
    let bob = add(&one, "bob@example.com", admin_grant()).await;
    let demote = |accounts: Accounts, user: User| async move {
        let edit = Edit { grants: Some(Vec::new()), ..Edit::default() };
        let operator = Actor::program("cli");
        accounts.people.change(&operator, &admin_grant(), &user.id, None, edit).await
    };
    let (first, second) = tokio::join!(demote(one, ada), demote(other, bob));
    let refused = [first, second].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert!(matches!(refused.as_slice(), [PeopleError::LastAdmin]), "{refused:?}");
}

#[tokio::test]
async fn two_edits_of_one_version_do_not_overwrite_each_other() {
    let (_app, one, other) = two_processes().await;
    let ada = add(&one, "ada@example.com", admin_grant()).await;
    let rename = |accounts: Accounts, name: &'static str| {
        let id = ada.id.clone();
        async move {
            let edit = Edit { full_name: Some(name.to_owned()), ..Edit::default() };
            let operator = Actor::program("cli");
            accounts.people.change(&operator, &admin_grant(), &id, Some(1), edit).await
        }
    };
    let (first, second) = tokio::join!(rename(one, "Ada"), rename(other, "Augusta"));
    assert!(first.is_ok() ^ second.is_ok());
    let refused = first.err().or(second.err());
    assert!(matches!(refused, Some(PeopleError::Stale(2))), "{refused:?}");
}
