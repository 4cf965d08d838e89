//! The operations of all services: what OpenAPI says of them, and what their access tables ask.

use std::collections::{BTreeMap, HashMap};

use http::Method;
use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::Operation as Documented;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, RefOr, Response as DocumentedResponse};

use crate::auth::{Access, AccessTable};

/// One operation, as the layers need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its OpenAPI id.
    pub id: &'static str,
    /// The service it belongs to.
    pub service: &'static str,
    /// What it asks of its caller.
    pub access: Access,
    /// Whether the body or the answer is a stream without a deadline (`x-streamed`).
    pub streamed: bool,
}

/// Finds operations by method and route.
#[derive(Debug, Clone, Default)]
pub struct Operations {
    routes: HashMap<String, Vec<(Method, Operation)>>,
}

/// Operations and access tables that do not fit together.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("operations and access tables differ:\n  {}", .0.join("\n  "))]
pub struct AccessGaps(pub Vec<String>);

impl Operations {
    /// Returns the operation at a route such as `/api/users/{id}`.
    #[must_use]
    pub fn find(&self, method: &Method, route: &str) -> Option<Operation> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.routes.get(route)?.iter().find(|(m, _)| m == method).map(|(_, operation)| *operation)
    }

    /// Lists all operations with method and route.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Method, Operation)> {
        self.routes.iter().flat_map(|(route, operations)| {
            operations.iter().map(move |(method, operation)| (route.as_str(), method, *operation))
        })
    }

    /// Joins the documented operations of one service with its access table, and completes their
    /// documentation: what every operation may answer, and what it asks of its caller.
    pub(crate) fn add(
        &mut self,
        service: &'static str,
        table: AccessTable,
        document: &mut OpenApi,
        gaps: &mut Vec<String>,
    ) {
        let mut rows: BTreeMap<&'static str, Access> = table.iter().copied().collect();
        for (route, item) in &mut document.paths.paths {
            for (method, documented) in methods(item) {
                let id = documented.operation_id.clone().unwrap_or_default();
                let Some((id, access)) = rows.remove_entry(id.as_str()) else {
                    gaps.push(format!("{service}: `{id}` ({method} {route}) has no access row"));
                    continue;
                };
                let streamed = serde_json::to_value(&documented.extensions)
                    .is_ok_and(|extensions| extensions.get("x-streamed").is_some());
                complete(documented, service, access);
                let operation = Operation { id, service, access, streamed };
                self.routes.entry(route.clone()).or_default().push((method, operation));
            }
        }
        gaps.extend(rows.keys().map(|id| format!("{service}: access row `{id}` has no operation")));
    }
}

fn methods(
    item: &mut utoipa::openapi::PathItem,
) -> impl Iterator<Item = (Method, &mut Documented)> {
    [
        (Method::GET, item.get.as_mut()),
        (Method::POST, item.post.as_mut()),
        (Method::PUT, item.put.as_mut()),
        (Method::PATCH, item.patch.as_mut()),
        (Method::DELETE, item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}

/// The answers that the layers give before a handler runs, or instead of it.
const COMMON: [(&str, &str); 7] = [
    ("400", "The request cannot be read."),
    ("413", "The body is too large."),
    ("415", "The body has the wrong media type."),
    ("422", "The request was read and is refused; `errors` names the fields."),
    ("429", "Too many requests; `Retry-After` says when to try again."),
    ("503", "A part that this needs is not available; `Retry-After` says when to try again."),
    ("504", "It took too long."),
];

fn complete(operation: &mut Documented, service: &'static str, access: Access) {
    let mut common = COMMON.to_vec();
    if !matches!(access, Access::Public) {
        common.push(("401", "Credentials are missing or not good."));
        common.push(("403", "The caller may not do this."));
        operation.security = Some(vec![
            SecurityRequirement::new::<_, [&str; 0], &str>("session", []),
            SecurityRequirement::new::<_, [&str; 0], &str>("bearer", []),
            SecurityRequirement::new::<_, [&str; 0], &str>("api_key", []),
        ]);
    }
    for (status, text) in common {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| problem(text));
    }
    let asks = match access {
        Access::Public => "public".to_owned(),
        Access::Optional => "optional".to_owned(),
        Access::SignedIn => "signed_in".to_owned(),
        Access::Role(role) => format!("{service}:{role}"),
    };
    let extensions = ExtensionsBuilder::new().add("x-access", json!(asks)).build();
    match &mut operation.extensions {
        Some(present) => present.merge(extensions),
        None => operation.extensions = Some(extensions),
    }
}

fn problem(text: &str) -> RefOr<DocumentedResponse> {
    use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder};
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new()
        .description(text)
        .content("application/problem+json", content)
        .build()
        .into()
}
