//! Who may do what with a deal.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use testkit::TestApp;

use crate::deals_desk::{add_deal, add_run, person, small_deal};
use crate::desk::start;

/// What was tried, in the order of [`tries`].
const TRIES: [&str; 10] = [
    "look", "versions", "diff", "check", "change", "publish", "grants", "share", "restore",
    "export",
];

/// Tries everything but deleting, and returns the status codes.
async fn tries(app: &TestApp, id: &str) -> Vec<u16> {
    let path = format!("/api/v1/deals/{id}");
    let share = json!({"shared_with_id": "user_z", "permission_level": "read"});
    let asked: [(&str, String, Option<Value>); 10] = [
        ("GET", path.clone(), None),
        ("GET", format!("{path}/versions"), None),
        ("GET", format!("{path}/diff"), None),
        ("POST", format!("{path}/check"), None),
        ("PUT", path.clone(), Some(json!({"description": "seen"}))),
        ("PUT", path.clone(), Some(json!({"is_public": true}))),
        ("GET", format!("{path}/access"), None),
        ("POST", format!("{path}/share"), Some(share)),
        ("POST", format!("{path}/versions/1/restore"), None),
        ("POST", format!("{path}/export"), None),
    ];
    let mut seen = Vec::new();
    for (method, address, body) in asked {
        let builder = Request::builder().method(method.parse::<Method>().unwrap()).uri(address);
        let request = match body {
            Some(body) => builder
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            None => builder.body(Body::empty()),
        };
        seen.push(app.request(request.unwrap()).await.status.as_u16());
    }
    seen
}

async fn private_deal(app: &TestApp) -> String {
    let owner = person(app, "user_owner");
    let id = add_deal(&owner, "Private").await;
    for (user, level) in [("user_read", "read"), ("user_edit", "edit"), ("user_admin", "admin")] {
        let body = json!({"shared_with_id": user, "permission_level": level});
        let (status, grant) = owner.post(&format!("/api/v1/deals/{id}/share"), body).await;
        assert_eq!((status, &grant["permission_level"]), (StatusCode::OK, &json!(level)));
    }
    id
}

#[tokio::test]
async fn each_permission_allows_its_part_and_a_stranger_sees_nothing() {
    let app = start().await;
    let expected: [(&str, TestApp, [u16; 10]); 7] = [
        ("stranger", person(&app, "user_c"), [404; 10]),
        (
            "other tenant",
            person(&app, "user_owner").with_header("x-test-tenant", "other"),
            [404; 10],
        ),
        (
            "other tenant's admin",
            app.as_caller("admin").with_header("x-test-tenant", "other"),
            [404; 10],
        ),
        ("read", person(&app, "user_read"), [200, 200, 200, 200, 403, 403, 403, 403, 403, 200]),
        ("edit", person(&app, "user_edit"), [200, 200, 200, 200, 200, 403, 403, 403, 200, 200]),
        ("admin", person(&app, "user_admin"), [200; 10]),
        ("tenant admin", app.as_caller("credit:admin"), [200; 10]),
    ];
    for (who, caller, codes) in expected {
        let id = private_deal(&app).await;
        let seen = tries(&caller, &id).await;
        let differing: Vec<_> =
            TRIES.iter().zip(seen.iter().zip(&codes)).filter(|(_, (a, b))| a != b).collect();
        assert!(differing.is_empty(), "{who}: {differing:?}");
    }
}

#[tokio::test]
async fn the_owner_may_do_everything_and_nobody_else_deletes_but_admins() {
    let app = start().await;
    let id = private_deal(&app).await;
    let path = format!("/api/v1/deals/{id}");

    assert_eq!(tries(&person(&app, "user_owner"), &id).await, [200; 10]);
    // It is public now.
    assert_eq!(person(&app, "user_c").delete(&path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(person(&app, "user_edit").delete(&path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(person(&app, "user_admin").delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(person(&app, "user_owner").get(&path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn those_who_are_not_signed_in_see_public_deals_only() {
    let app = start().await;
    let id = private_deal(&app).await;
    let owner = person(&app, "user_owner");
    let nobody = app.anonymous();
    let path = format!("/api/v1/deals/{id}");

    assert_eq!(nobody.get(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(nobody.get("/api/v1/deals/public").await.1["items"], json!([]));
    owner.put(&path, json!({"is_public": true})).await;
    let (status, deal) = nobody.get(&path).await;
    let (_, list) = nobody.get("/api/v1/deals/public?name=priv").await;

    assert_eq!((status, &deal["permission"]), (StatusCode::OK, &json!("read")));
    assert_eq!(deal["owner_id"], Value::Null, "the world need not know who made it");
    assert_eq!(list["items"][0]["id"], json!(id));
    for (method, address) in [("GET", "/versions"), ("GET", "/runs"), ("POST", "/run"), ("PUT", "")]
    {
        let request = Request::builder()
            .method(method.parse::<Method>().unwrap())
            .uri(format!("{path}{address}"))
            .body(Body::empty())
            .unwrap();
        let reply = nobody.request(request).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {address}");
    }
    let outsider = person(&app, "user_c").with_header("x-test-tenant", "other");
    assert_eq!(outsider.get(&path).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_editor_writes_a_version_and_sees_nothing_after_the_grant_is_taken_back() {
    let app = start().await;
    let owner = person(&app, "user_owner");
    let editor = person(&app, "user_edit");
    let id = private_deal(&app).await;
    let path = format!("/api/v1/deals/{id}");
    let run = add_run(&editor, &id).await;

    let (status, changed) = editor.put(&path, json!({"description": "better"})).await;
    let (_, again) = editor
        .post(&format!("{path}/run"), json!({"collateral": crate::deals_desk::small_flows()}))
        .await;
    let revoked = owner.delete(&format!("{path}/share/user_edit")).await.0;

    assert_eq!((status, &changed["version"]), (StatusCode::OK, &json!(2)));
    assert_eq!(again["cache_hit"], true, "the deal and its results are cached");
    assert_eq!(revoked, StatusCode::NO_CONTENT);
    for address in [path.clone(), format!("{path}/runs"), run.clone(), format!("{run}/bonds")] {
        assert_eq!(editor.get(&address).await.0, StatusCode::NOT_FOUND, "{address}");
    }
    let body = json!({"collateral": crate::deals_desk::small_flows()});
    assert_eq!(editor.post(&format!("{path}/run"), body).await.0, StatusCode::NOT_FOUND);
    let (_, versions) = owner.get(&format!("{path}/versions")).await;
    assert_eq!(versions["items"][0]["created_by"], "user_edit");
    assert_eq!(owner.delete(&format!("{path}/share/user_edit")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn sharing_again_changes_the_level_and_people_may_leave() {
    let app = start().await;
    let owner = person(&app, "user_owner");
    let reader = person(&app, "user_read");
    let id = private_deal(&app).await;
    let path = format!("/api/v1/deals/{id}");

    let body = json!({"shared_with_id": "user_read", "permission_level": "edit"});
    owner.post(&format!("{path}/share"), body).await;
    let (_, shared) = reader.get("/api/v1/deals/shared-with-me?permission_level=edit").await;
    assert_eq!(
        (&shared["items"][0]["id"], &shared["items"][0]["permission"]),
        (&json!(id), &json!("edit"))
    );
    let (_, access) = owner.get(&format!("{path}/access")).await;
    let levels: Vec<&str> = access
        .as_array()
        .unwrap()
        .iter()
        .map(|grant| grant["permission_level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, ["owner", "admin", "edit", "edit"]);

    assert_eq!(reader.delete(&format!("{path}/share/user_edit")).await.0, StatusCode::FORBIDDEN);
    assert_eq!(reader.delete(&format!("{path}/share/user_read")).await.0, StatusCode::NO_CONTENT);
    assert_eq!(reader.get(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(reader.get("/api/v1/deals/shared-with-me").await.1["items"], json!([]));
}

#[tokio::test]
async fn senseless_grants_are_refused() {
    let app = start().await;
    let owner = person(&app, "user_owner");
    let path = format!("/api/v1/deals/{}/share", add_deal(&owner, "Oak").await);
    for body in [
        json!({"shared_with_id": "user_owner", "permission_level": "read"}),
        json!({"shared_with_id": "user_b", "permission_level": "owner"}),
        json!({"shared_with_id": "user_b", "permission_level": "boss"}),
        json!({"shared_with_id": "", "permission_level": "read"}),
        json!({"shared_with_id": "a b\u{0}", "permission_level": "read"}),
        json!({"shared_with_id": "user_b"}),
    ] {
        let (status, problem) = owner.post(&path, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    }
}

#[tokio::test]
async fn guessed_ids_lead_nowhere() {
    let app = start().await;
    let id = add_deal(&app, "Oak").await;
    let run = add_run(&app, &id).await;
    for address in [
        "/api/v1/deals/deal_00000000000000000000000000000000".to_owned(),
        "/api/v1/deals/%00".to_owned(),
        format!("/api/v1/deals/{}", "x".repeat(3_000)),
        "/api/v1/deals/'%20OR%201=1".to_owned(),
        format!("/api/v1/deals/{id}/runs/%00"),
        format!("/api/v1/deals/{id}/runs/dealrun_1"),
    ] {
        let reply = app.request(Request::get(&address).body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{address}");
    }
    let other = add_deal(&app, "Elm").await;
    let moved = run.replace(&id, &other);
    assert_eq!(app.get(&moved).await.0, StatusCode::NOT_FOUND, "the run of another deal");
}

#[tokio::test]
async fn a_reader_of_a_public_deal_sees_own_runs_and_the_owners() {
    let app = start().await;
    let owner = person(&app, "user_owner");
    let (reader, other) = (person(&app, "user_b"), person(&app, "user_c"));
    let body = json!({"name": "Oak", "structure": small_deal(), "is_public": true});
    let (_, deal) = owner.post("/api/v1/deals", body).await;
    let id = deal["id"].as_str().unwrap();
    let (owners, readers) = (add_run(&owner, id).await, add_run(&reader, id).await);

    let count = async |who: &TestApp| {
        who.get(&format!("/api/v1/deals/{id}/runs")).await.1["items"].as_array().unwrap().len()
    };
    assert_eq!((count(&owner).await, count(&reader).await, count(&other).await), (2, 2, 1));
    assert_eq!(other.get(&owners).await.0, StatusCode::OK);
    assert_eq!(other.get(&readers).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.delete(&owners).await.0, StatusCode::FORBIDDEN);
    assert_eq!(reader.delete(&readers).await.0, StatusCode::NO_CONTENT);
}

/// What needs the role of an operator.
const OPERATOR: [(&str, &str); 17] = [
    ("POST", "/api/v1/deals"),
    ("PUT", "/api/v1/deals/deal_1"),
    ("DELETE", "/api/v1/deals/deal_1"),
    ("POST", "/api/v1/deals/deal_1/share"),
    ("POST", "/api/v1/deals/deal_1/versions/1/restore"),
    ("POST", "/api/v1/deals/import"),
    ("POST", "/api/v1/deals/deal_1/clone"),
    ("POST", "/api/v1/deals/preview-run"),
    ("POST", "/api/v1/deals/deal_1/run"),
    ("DELETE", "/api/v1/deals/deal_1/runs/dealrun_1"),
    ("POST", "/api/v1/deals/deal_1/price"),
    ("POST", "/api/v1/deals/deal_1/solve"),
    ("POST", "/api/v1/deals/deal_1/sensitivity"),
    ("POST", "/api/v1/structured/deals/analyze"),
    ("POST", "/api/v1/structured/deals/scenarios"),
    ("POST", "/api/v1/structured-products/deals/analyze"),
    ("POST", "/api/v1/structured-products/deals/scenarios"),
];

/// What needs the role of a viewer.
const VIEWER: [(&str, &str); 26] = [
    ("GET", "/api/v1/deals/my-deals"),
    ("GET", "/api/v1/deals/shared-with-me"),
    ("DELETE", "/api/v1/deals/deal_1/share/user_1"),
    ("GET", "/api/v1/deals/deal_1/access"),
    ("GET", "/api/v1/deals/deal_1/versions"),
    ("GET", "/api/v1/deals/deal_1/versions/1"),
    ("GET", "/api/v1/deals/deal_1/diff"),
    ("POST", "/api/v1/deals/deal_1/export"),
    ("POST", "/api/v1/deals/parse"),
    ("POST", "/api/v1/deals/format"),
    ("POST", "/api/v1/deals/complete"),
    ("POST", "/api/v1/deals/check"),
    ("POST", "/api/v1/deals/deal_1/check"),
    ("GET", "/api/v1/deals/templates"),
    ("GET", "/api/v1/deals/templates/x"),
    ("GET", "/api/v1/deals/deal_1/runs"),
    ("GET", "/api/v1/deals/deal_1/runs/dealrun_1"),
    ("GET", "/api/v1/deals/deal_1/runs/dealrun_1/bonds"),
    ("GET", "/api/v1/deals/deal_1/runs/dealrun_1/log"),
    ("GET", "/api/v1/deals/deal_1/runs/dealrun_1/explain?bond=A&date=2026-01-01"),
    ("GET", "/api/v1/deals/deal_1/runs/compare?a=dealrun_1"),
    ("POST", "/api/v1/deals/deal_1/runs/dealrun_1/price"),
    ("GET", "/api/v1/structured/health"),
    ("GET", "/api/v1/structured/metrics"),
    ("GET", "/api/v1/structured-products/health"),
    ("GET", "/api/v1/structured-products/metrics"),
];

#[tokio::test]
async fn roles_come_before_permissions() {
    let app = start().await;
    let (nobody, stranger) = (app.anonymous(), app.as_caller("levels:admin"));
    let (viewer, operator) = (app.as_caller("credit:viewer"), app.as_caller("credit:operator"));
    let ask = async |app: &TestApp, (method, path): (&str, &str)| {
        let method: Method = method.parse().unwrap();
        let request = Request::builder().method(method).uri(path);
        let request = request.header("content-type", "application/json").body(Body::from("{}"));
        app.request(request.unwrap()).await.status
    };
    for operation in OPERATOR.into_iter().chain(VIEWER) {
        assert_eq!(ask(&nobody, operation).await, StatusCode::UNAUTHORIZED, "{operation:?}");
        assert_eq!(ask(&stranger, operation).await, StatusCode::FORBIDDEN, "{operation:?}");
        let done = ask(&operator, operation).await;
        assert!(done != StatusCode::FORBIDDEN && !done.is_server_error(), "{operation:?}: {done}");
    }
    for operation in OPERATOR {
        assert_eq!(ask(&viewer, operation).await, StatusCode::FORBIDDEN, "{operation:?}");
    }
    for operation in VIEWER {
        assert_ne!(ask(&viewer, operation).await, StatusCode::FORBIDDEN, "{operation:?}");
    }
}
