//! Deals as files, in and out, and copies.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use deal_engine::model::Deal;
use http::{HeaderValue, header};
use platform::auth::Caller;
use platform::http::{Json, Path, Query};
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::library::{checked, created, seen, version_of};
use super::problems::{draft_problem, not_yet};
use super::views::{Created, DealView};
use crate::Credit;
use crate::deals::AboutDeal;
use crate::domain::deals::{DealType, Permission, Structure};
use crate::http::pools::owner;

/// Names the file format; other formats are refused.
const FORMAT: &str = "quintet-deal/1";

/// A deal as a file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DealFile {
    /// `quintet-deal/1`; absent for a text alone.
    #[serde(default)]
    #[schema(example = "quintet-deal/1")]
    format: Option<String>,
    /// The name of the deal; what the structure says if absent.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    deal_type: Option<DealType>,
    /// The deal as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    structure: Option<Deal>,
    /// The deal as text; if both are there, they must say the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// What the copy is called.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloneBody {
    /// `Copy of …` if absent.
    name: Option<String>,
}

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DealFormat {
    /// JSON with everything.
    #[default]
    Native,
    /// The deal language.
    Text,
    /// A later release does it.
    Absbox,
}

/// The file to make.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DealExportQuery {
    /// `native` (default) or `text`.
    #[param(inline)]
    format: Option<DealFormat>,
}

/// Returns a deal as a file.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/export",
    tag = "deals",
    params(("id" = String, Path), DealExportQuery),
    responses(
        (status = 200, description = "The file", content(
            (DealFile = "application/json"),
            (String = "text/plain"),
        )),
        (status = 404, body = Problem),
        (status = 501, description = "`not_implemented`: `format=absbox`", body = Problem),
    ),
)]
pub(crate) async fn export_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<DealExportQuery>,
) -> Result<Response, Problem> {
    let (deal, _) = seen(&app, Some(&caller), &id, Permission::Read).await?;
    let (version, structure) = version_of(&app, &deal, None).await?;
    match query.format.unwrap_or_default() {
        DealFormat::Absbox => Err(absbox()),
        DealFormat::Text => {
            let kind = "text/plain; charset=utf-8";
            Ok(file(structure.text.into_bytes(), &version.name, "deal", kind))
        }
        DealFormat::Native => {
            let whole = DealFile {
                format: Some(FORMAT.to_owned()),
                name: Some(version.name.clone()),
                description: version.description,
                deal_type: serde_json::from_value(version.deal_type.into()).ok(),
                structure: Some(structure.deal),
                text: Some(structure.text),
            };
            let bytes = serde_json::to_vec_pretty(&whole).map_err(Problem::internal)?;
            Ok(file(bytes, &version.name, "json", "application/json"))
        }
    }
}

fn absbox() -> Problem {
    not_yet(
        "The AbsBox form of deals is not available yet; use format=native, or format=text for the \
         deal language.",
    )
}

/// Bytes to keep as a file.
fn file(bytes: Vec<u8>, name: &str, end: &str, kind: &'static str) -> Response {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
        .take(80)
        .collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{plain}.{end}\""));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment")),
    );
    response
}

/// Adds the deal of a file.
#[utoipa::path(
    post,
    path = "/api/v1/deals/import",
    tag = "deals",
    request_body = DealFile,
    responses(
        (status = 201, body = DealView),
        (status = 422, description = "`validation`", body = Problem),
        (status = 501, description = "`not_implemented`: an AbsBox file", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.import_deal", skip_all)]
pub(crate) async fn import_deal(
    State(app): State<Credit>,
    caller: Caller,
    Json(sent): Json<DealFile>,
) -> Result<Created, Problem> {
    match sent.format.as_deref() {
        None | Some(FORMAT) => {}
        Some("absbox") => return Err(absbox()),
        Some(_) => {
            let message = format!("must be {FORMAT}");
            return Err(Problem::invalid(vec![FieldError::new(
                "/format",
                "unknown_value",
                message,
            )]));
        }
    }
    let field = if sent.structure.is_some() { "/structure" } else { "/text" };
    let structure = match (sent.structure, sent.text) {
        (Some(deal), Some(text)) => {
            let read = Structure::read(None, Some(text)).map_err(draft_problem)?;
            if read.deal != deal {
                let message = "says something else than structure; send one of the two";
                return Err(Problem::invalid(vec![FieldError::new("/text", "conflict", message)]));
            }
            read
        }
        (structure, text) => Structure::read(structure, text).map_err(draft_problem)?,
    };
    let about = AboutDeal {
        name: sent.name.unwrap_or_else(|| structure.deal.name.clone()).trim().to_owned(),
        description: sent.description,
        deal_type: sent.deal_type.unwrap_or(DealType::Imported).name().to_owned(),
        is_public: false,
        change: "Imported".to_owned(),
    };
    // A file may hold a draft; what is wrong with it is said when it is shown.
    checked(&about, &structure, field, true)?;

    let mut tx = app.db.write().await?;
    let (deal, version) = app.add_deal(&mut tx, &owner(&caller), about, &structure).await?;
    tx.commit().await?;

    Ok(created(deal, version, structure))
}

/// Adds a copy that belongs to the caller.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/clone",
    tag = "deals",
    params(("id" = String, Path)),
    request_body = CloneBody,
    responses(
        (status = 201, body = DealView),
        (status = 404, body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.clone_deal", skip_all, fields(deal.id = %id))]
pub(crate) async fn clone_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<CloneBody>,
) -> Result<Created, Problem> {
    let (deal, _) = seen(&app, Some(&caller), &id, Permission::Read).await?;
    let (version, structure) = version_of(&app, &deal, None).await?;
    let copy = || format!("Copy of {}", version.name).chars().take(200).collect();
    let about = AboutDeal {
        name: body.name.map_or_else(copy, |name| name.trim().to_owned()),
        description: version.description.clone(),
        deal_type: version.deal_type.clone(),
        is_public: false,
        change: format!("Copied from {id}, version {}", version.version),
    };
    checked(&about, &structure, "/structure", true)?;

    let mut tx = app.db.write().await?;
    let (deal, version) = app.add_deal(&mut tx, &owner(&caller), about, &structure).await?;
    tx.commit().await?;

    Ok(created(deal, version, structure))
}
