//! Every operation of the OpenAPI document, as nobody, in the wrong role and in the right one.

use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request, StatusCode};
use platform::auth::{Access, Authenticator, BoxFuture, Caller, Role};
use platform::http::operations::Operation;
use platform::problem::Problem;
use server::start::{Started, assemble};
use testkit::HeaderAuthenticator;
use tower::ServiceExt as _;

/// Believes the header of the test kit, and gives the caller ids of the real form.
struct WellFormed;

impl Authenticator for WellFormed {
    fn authenticate<'a>(
        &'a self,
        request: &'a http::request::Parts,
    ) -> BoxFuture<'a, Result<Option<Caller>, Problem>> {
        Box::pin(async move {
            let caller = HeaderAuthenticator.authenticate(request).await?;
            Ok(caller.map(|caller| Caller {
                user_id: format!("user_{}", "1".repeat(32)),
                session_id: format!("session_{}", "2".repeat(32)),
                ..caller
            }))
        })
    }
}

async fn started(directory: &std::path::Path) -> Started {
    let text = directory.display();
    let variables = [
        ("ENVIRONMENT", "test".to_owned()),
        ("DATA_DIR", text.to_string()),
        ("LOG_FILE", format!("{text}/backend.log")),
        ("RATE_LIMIT_ENABLED", "false".to_owned()),
    ];
    assemble(&variables, Some(Arc::new(WellFormed))).await.unwrap()
}

/// Calls an operation with made-up path parameters and no body.
async fn call(started: &Started, method: &Method, route: &str, grants: Option<&str>) -> StatusCode {
    let mut path = String::new();
    for segment in route.split('/').skip(1) {
        path.push('/');
        path.push_str(if segment.starts_with('{') { "absent" } else { segment });
    }
    let mut request =
        Request::builder().method(method).uri(if path.is_empty() { "/" } else { &path });
    if let Some(grants) = grants {
        request = request.header(HeaderAuthenticator::HEADER, grants);
    }
    let request = request.body(Body::empty()).unwrap();
    started.router.clone().oneshot(request).await.unwrap().status()
}

/// Grants that are good for everything but this operation.
fn wrong_grants(operation: Operation, role: Role) -> String {
    let lesser = Role::ALL.into_iter().filter(|held| !held.includes(role));
    let lesser = lesser.map(|role| format!("{}:{role}", operation.service));
    let elsewhere = "elsewhere:admin".to_owned();
    lesser.chain([elsewhere]).collect::<Vec<_>>().join(",")
}

#[tokio::test]
async fn every_operation_admits_the_right_callers_only() {
    let directory = tempfile::tempdir().unwrap();
    let started = started(directory.path()).await;
    let mut wrong = Vec::new();
    let mut count = 0;

    for (route, method, operation) in started.operations.iter() {
        count += 1;
        let anonymous = call(&started, method, route, None).await;
        let protected = matches!(operation.access, Access::SignedIn | Access::Role(_));
        if protected && anonymous != StatusCode::UNAUTHORIZED {
            wrong.push(format!("{} answers nobody with {anonymous}", operation.id));
        }
        if let Access::Role(role) = operation.access {
            let status = call(&started, method, route, Some(&wrong_grants(operation, role))).await;
            if status != StatusCode::FORBIDDEN {
                wrong.push(format!("{} answers the wrong role with {status}", operation.id));
            }
        }
        let right = match operation.access {
            Access::Role(role) => format!("{}:{role}", operation.service),
            _ => "viewer".to_owned(),
        };
        let status = call(&started, method, route, Some(&right)).await;
        let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        if (protected && refused)
            || status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
        {
            wrong.push(format!("{} answers the right role with {status}", operation.id));
        }
    }

    assert!(count > 20, "only {count} operations were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn operation_ids_are_unique_and_every_problem_is_documented() {
    let directory = tempfile::tempdir().unwrap();
    let started = started(directory.path()).await;
    let document = serde_json::to_value(&started.document).unwrap();
    let mut seen = std::collections::BTreeSet::new();

    for (route, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            assert!(seen.insert(id.to_owned()), "{id} names two operations");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("429"), "{method} {route} does not document 429");
            for (status, response) in responses.iter().filter(|(status, _)| status.starts_with('4'))
            {
                let content = response["content"].as_object();
                assert!(content.is_some_and(|c| !c.is_empty()), "{id} {status} has no body");
            }
        }
    }
}
