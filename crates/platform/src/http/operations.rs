//! The operations of all services: what OpenAPI says of them, and what their access tables ask.

use std::collections::{BTreeMap, HashMap};

use http::Method;
use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation as Documented, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, Response as DocumentedResponse,
    ResponseBuilder,
};

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
    ///
    /// A service may answer at more addresses than it documents: with a slash at the end, and with
    /// `/api/v1/<service>` for `/api`. Such a route is the same operation.
    #[must_use]
    pub fn find(&self, method: &Method, route: &str) -> Option<Operation> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let plain = route.strip_suffix('/').unwrap_or(route);
        self.at(method, route).or_else(|| self.at(method, plain)).or_else(|| {
            let (service, rest) = plain.strip_prefix("/api/v1/")?.split_once('/')?;
            let operation = self.at(method, &format!("/api/{rest}"))?;
            (operation.service == service).then_some(operation)
        })
    }

    fn at(&self, method: &Method, route: &str) -> Option<Operation> {
        self.routes.get(route)?.iter().find(|(m, _)| m == method).map(|(_, operation)| *operation)
    }

    /// Lists all operations with method and route.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Method, Operation)> {
        self.routes.iter().flat_map(|(route, operations)| {
            operations.iter().map(move |(method, operation)| (route.as_str(), method, *operation))
        })
    }

    /// Returns the service that has an operation of this name.
    fn service_with(&self, id: &str) -> Option<&'static str> {
        let mut all = self.routes.values().flatten();
        all.find(|(_, operation)| operation.id == id).map(|(_, operation)| operation.service)
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
                let said = Said { method: &method, route, service, access, streamed };
                complete(documented, &said);
                if let Some(other) = self.service_with(id) {
                    gaps.push(format!("{service}: the name `{id}` is taken by {other}"));
                }
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

/// What is known about an operation beside what its handler documents.
struct Said<'a> {
    method: &'a Method,
    route: &'a str,
    service: &'static str,
    access: Access,
    streamed: bool,
}

/// The media type of every failure.
const PROBLEM: &str = "application/problem+json";

/// The answers that the layers give before any handler runs, or instead of it.
const COMMON: [(&str, &str); 5] = [
    ("400", "The request cannot be read."),
    ("421", "This host is not served here."),
    ("422", "The request was read and is refused; `errors` names the fields."),
    ("429", "Too many requests; `Retry-After` says when to try again."),
    ("503", "A part that this needs is not available; `Retry-After` says when to try again."),
];

/// Those that need credentials.
const PROTECTED: [(&str, &str); 2] =
    [("401", "Credentials are missing or not good."), ("403", "The caller may not do this.")];

/// Those about a body.
const BODY: [(&str, &str); 2] =
    [("413", "The body is too large."), ("415", "The body has the wrong media type.")];

fn complete(operation: &mut Documented, said: &Said<'_>) {
    let mut common = COMMON.to_vec();
    if !said.streamed {
        common.push(("504", "It took too long."));
    }
    if said.route.contains('{') {
        common.push(("404", "There is no such thing, or the caller may not see it."));
    }
    if !said.method.is_safe() {
        common.extend(BODY);
    }
    if !matches!(said.access, Access::Public) {
        common.extend(PROTECTED);
        operation.security = Some(vec![
            SecurityRequirement::new::<_, [&str; 0], &str>("session", []),
            SecurityRequirement::new::<_, [&str; 0], &str>("bearer", []),
            SecurityRequirement::new::<_, [&str; 0], &str>("api_key", []),
        ]);
        if !said.method.is_safe() {
            common.push(("409", "The first request with this Idempotency-Key is still running."));
            operation.parameters.get_or_insert_default().push(idempotency_key().into());
        }
    }
    for (status, text) in common {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| problem(text));
    }
    for response in operation.responses.responses.values_mut() {
        name_problems(response);
    }
    describe_access(operation, said);
}

fn describe_access(operation: &mut Documented, said: &Said<'_>) {
    let asks = match said.access {
        Access::Public => "public".to_owned(),
        Access::Optional => "optional".to_owned(),
        Access::SignedIn => "signed_in".to_owned(),
        Access::Role(role) => format!("{}:{role}", said.service),
    };
    let extensions = ExtensionsBuilder::new().add("x-access", json!(asks)).build();
    match &mut operation.extensions {
        Some(present) => present.merge(extensions),
        None => operation.extensions = Some(extensions),
    }
}

/// Every write of a known caller may carry one.
fn idempotency_key() -> Parameter {
    let schema =
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("A second request with this key gets the first answer, for 24 hours."))
        .schema(Some(schema))
        .build()
}

fn problem(text: &str) -> RefOr<DocumentedResponse> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(text).content(PROBLEM, content).build().into()
}

/// Handlers document a failure as `body = Problem`, for which the macro writes the media type of
/// ordinary answers.
fn name_problems(response: &mut RefOr<DocumentedResponse>) {
    let RefOr::T(response) = response else { return };
    let is_problem = response.content.get("application/json").is_some_and(|content| {
        let RefOr::T(content) = content else { return false };
        matches!(&content.schema, Some(RefOr::Ref(r)) if r.ref_location.ends_with("/Problem"))
    });
    if is_problem && let Some(content) = response.content.shift_remove("application/json") {
        response.content.insert(PROBLEM.to_owned(), content);
    }
}
