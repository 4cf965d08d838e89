//! The audit trail.

use http::StatusCode;
use platform::db::Sql;
use serde_json::json;
use testkit::TestApp;

use crate::desk::{deeds, invite, start};

async fn execute(app: &TestApp, sql: Sql) -> Result<u64, platform::db::DbError> {
    let mut tx = app.context.db.write().await.unwrap();
    let changed = tx.query(sql).execute().await?;
    tx.commit().await?;
    Ok(changed)
}

/// Switches the protection off, as somebody with all rights over the database could.
async fn unprotect(app: &TestApp) {
    for (sqlite, postgres) in [
        (
            "DROP TRIGGER audit_entries_no_update",
            "DROP TRIGGER audit_entries_no_update ON audit_entries",
        ),
        (
            "DROP TRIGGER audit_entries_no_delete",
            "DROP TRIGGER audit_entries_no_truncate ON audit_entries",
        ),
    ] {
        execute(app, Sql { sqlite, postgres }).await.unwrap();
    }
}

#[tokio::test]
async fn every_write_leaves_its_deed() {
    let (_, admin) = start().await;
    let ada = invite(&admin, "ada@example.com", &["viewer"]).await;
    admin.app.patch(&format!("/api/users/{}", ada.id), json!({"grants": ["operator"]})).await;
    assert_eq!(
        deeds(&admin).await,
        [
            "user_created",
            "login",
            "password_changed",
            "user_created",
            "login",
            "password_changed",
            "user_changed"
        ]
    );
    let (_, page) = admin.app.get("/api/users/audit?limit=1").await;
    let entry = &page["items"][0];
    assert_eq!(entry["actor_id"], admin.id.as_str());
    assert_eq!(entry["target"], ada.id.as_str());
    assert_eq!(entry["detail"], json!({"grants": [["viewer"], ["operator"]]}));
    assert_eq!(entry["ip"], "127.0.0.1");
    assert!(!entry["request_id"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn the_trail_is_read_in_pages_and_by_actor_deed_and_target() {
    let (_, admin) = start().await;
    let ada = invite(&admin, "ada@example.com", &["viewer"]).await;
    let (_, first) = admin.app.get("/api/users/audit?limit=4").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let (_, second) = admin.app.get(&format!("/api/users/audit?limit=4&cursor={cursor}")).await;
    let seqs: Vec<_> = [&first, &second]
        .iter()
        .flat_map(|p| p["items"].as_array().unwrap())
        .map(|e| e["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(seqs, [6, 5, 4, 3, 2, 1]);

    let count = async |query: &str| {
        let (_, page) = admin.app.get(&format!("/api/users/audit?{query}")).await;
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(count(&format!("actor_id={}", ada.id)).await, 2);
    assert_eq!(count("action=user_created").await, 2);
    assert_eq!(count(&format!("target={}&action=user_created", ada.id)).await, 1);
    assert_eq!(count("action=").await, 6);
    for bad in ["action=%00", "actor_id=%0A", "cursor=x", "limit=1001"] {
        let (status, _) = admin.app.get(&format!("/api/users/audit?{bad}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_the_trail() {
    let (app, admin) = start().await;
    for sql in ["UPDATE audit_entries SET action = 'nothing'", "DELETE FROM audit_entries"] {
        assert!(execute(&app, sql.into()).await.is_err(), "{sql}");
    }
    if app.context.db.is_postgres() {
        assert!(execute(&app, "TRUNCATE audit_entries".into()).await.is_err());
    }
    let (_, report) = admin.app.get("/api/users/audit/verify").await;
    assert_eq!((report["valid"].as_bool(), report["verified"].as_i64()), (Some(true), Some(3)));
}

#[tokio::test]
async fn an_entry_that_was_changed_all_the_same_is_found() {
    let (app, admin) = start().await;
    unprotect(&app).await;
    execute(&app, "UPDATE audit_entries SET action = 'nothing' WHERE seq = 2".into())
        .await
        .unwrap();
    let (_, report) = admin.app.get("/api/users/audit/verify").await;
    assert_eq!(report["valid"], false);
    assert_eq!(
        (report["first_broken_seq"].as_i64(), report["reason"].as_str()),
        (Some(2), Some("it was changed after it was recorded"))
    );
}

#[tokio::test]
async fn entries_that_were_removed_are_missed_in_the_middle_and_at_the_end() {
    let (app, admin) = start().await;
    unprotect(&app).await;
    execute(&app, "DELETE FROM audit_entries WHERE seq = 3".into()).await.unwrap();
    let (_, report) = admin.app.get("/api/users/audit/verify").await;
    assert_eq!(
        (report["verified"].as_i64(), report["first_broken_seq"].as_i64()),
        (Some(2), Some(3))
    );
    execute(&app, "DELETE FROM audit_entries WHERE seq = 1".into()).await.unwrap();
    let (_, report) = admin.app.get("/api/users/audit/verify").await;
    assert_eq!(
        (report["first_broken_seq"].as_i64(), report["reason"].as_str()),
        (Some(1), Some("an entry is missing before this one"))
    );
}

#[tokio::test]
async fn an_end_that_does_not_fit_is_noticed() {
    let (app, admin) = start().await;
    execute(&app, "UPDATE audit_head SET last_hash = 'x'".into()).await.unwrap();
    let (_, report) = admin.app.get("/api/users/audit/verify").await;
    assert_eq!(
        (report["valid"].as_bool(), report["first_broken_seq"].as_i64()),
        (Some(false), Some(3))
    );
}
