//! The deal language: read, write, check, templates.

use axum::extract::State;
use deal_engine::model::Deal;
use deal_engine::templates::{TEMPLATES, Template, find};
use deal_engine::text::{Completion, completions};
use platform::auth::Caller;
use platform::http::{Json, Path};
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::library::{seen, version_of};
use super::problems::{draft_problem, template_not_found};
use crate::Credit;
use crate::domain::deals::{
    FaultView, FindingView, Permission, Structure, read_text, suggested_run,
};

/// A deal as text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DealText {
    text: String,
}

/// What a text says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ParsedDealView {
    /// The deal, unless there are faults.
    deal: Option<Deal>,
    /// What the static check says about it.
    findings: Vec<FindingView>,
    /// Why the text cannot be read, with line and column.
    faults: Vec<FaultView>,
}

/// A deal as JSON.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DealStructure {
    structure: Deal,
}

/// A deal as text.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormattedDealView {
    text: String,
}

/// A deal as JSON or as text, one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DealToCheck {
    structure: Option<Deal>,
    text: Option<String>,
}

/// What the static check says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealCheckView {
    /// Whether the deal can be run: there may be warnings.
    valid: bool,
    findings: Vec<FindingView>,
    /// Why the text cannot be read, with line and column.
    faults: Vec<FaultView>,
}

/// A deal to begin with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealTemplateItem {
    /// What to ask for.
    #[schema(value_type = String)]
    name: &'static str,
    /// What people read.
    #[schema(value_type = String)]
    title: &'static str,
    #[schema(value_type = String)]
    description: &'static str,
}

/// A deal to begin with, whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealTemplateView {
    #[schema(value_type = String)]
    name: &'static str,
    #[schema(value_type = String)]
    title: &'static str,
    #[schema(value_type = String)]
    description: &'static str,
    /// The deal as text.
    #[schema(value_type = String)]
    text: &'static str,
    /// The same as JSON.
    structure: Deal,
    /// What to run it on: the body of a run, without the deal.
    #[schema(value_type = Object)]
    run: Value,
}

/// Reads a text; what cannot be read is said with line and column, and is no failure.
#[utoipa::path(
    post,
    path = "/api/v1/deals/parse",
    tag = "deal language",
    request_body = DealText,
    responses((status = 200, body = ParsedDealView)),
)]
pub(crate) async fn parse_deal_text(
    Json(body): Json<DealText>,
) -> Result<Json<ParsedDealView>, Problem> {
    let view = match read_text(&body.text) {
        Ok(parsed) => {
            let structure = Structure::parsed(parsed, body.text).map_err(draft_problem)?;
            ParsedDealView {
                deal: Some(structure.deal),
                findings: structure.findings,
                faults: Vec::new(),
            }
        }
        Err(faults) => ParsedDealView { deal: None, findings: Vec::new(), faults },
    };
    Ok(Json(view))
}

/// Writes a deal as text.
#[utoipa::path(
    post,
    path = "/api/v1/deals/format",
    tag = "deal language",
    request_body = DealStructure,
    responses((status = 200, body = FormattedDealView), (status = 422, description = "`validation`", body = Problem)),
)]
pub(crate) async fn format_deal(Json(body): Json<DealStructure>) -> Json<FormattedDealView> {
    Json(FormattedDealView { text: deal_engine::text::format(&body.structure) })
}

/// Checks a deal that is not kept; everything that is wrong is said at once.
#[utoipa::path(
    post,
    path = "/api/v1/deals/check",
    tag = "deal language",
    request_body = DealToCheck,
    responses((status = 200, body = DealCheckView), (status = 422, description = "`validation`", body = Problem)),
)]
pub(crate) async fn check_deal(
    Json(body): Json<DealToCheck>,
) -> Result<Json<DealCheckView>, Problem> {
    let structure = match (body.structure, body.text) {
        (Some(deal), None) => Structure::read(Some(deal), None).map_err(draft_problem)?,
        (None, Some(text)) => match read_text(&text) {
            Ok(parsed) => Structure::parsed(parsed, text).map_err(draft_problem)?,
            Err(faults) => {
                return Ok(Json(DealCheckView { valid: false, findings: Vec::new(), faults }));
            }
        },
        _ => {
            let message = "is missing: send structure or text, one of the two";
            return Err(Problem::invalid(vec![FieldError::new("/structure", "missing", message)]));
        }
    };
    Ok(Json(verdict(structure)))
}

/// A place in a text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DealTextPlace)]
pub(crate) struct TextPlace {
    text: String,
    /// From 1.
    line: usize,
    /// In characters, from 1; what stands before it counts.
    column: usize,
}

/// Lists what could stand at a place in a text.
#[utoipa::path(
    post,
    path = "/api/v1/deals/complete",
    tag = "deal language",
    request_body = TextPlace,
    responses((status = 200, body = [Completion])),
)]
pub(crate) async fn complete_deal_text(Json(body): Json<TextPlace>) -> Json<Vec<Completion>> {
    Json(completions(&body.text, body.line, body.column))
}

/// Checks a stored deal.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/check",
    tag = "deal language",
    params(("id" = String, Path)),
    responses((status = 200, body = DealCheckView), (status = 404, body = Problem)),
)]
pub(crate) async fn check_stored_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<DealCheckView>, Problem> {
    let (deal, _) = seen(&app, Some(&caller), &id, Permission::Read).await?;
    let (_, structure) = version_of(&app, &deal, None).await?;
    Ok(Json(verdict(structure)))
}

fn verdict(structure: Structure) -> DealCheckView {
    let valid = structure.issues("").is_empty();
    DealCheckView { valid, findings: structure.findings, faults: Vec::new() }
}

/// Lists deals to begin with.
#[utoipa::path(
    get,
    path = "/api/v1/deals/templates",
    tag = "deal language",
    responses((status = 200, body = [DealTemplateItem])),
)]
pub(crate) async fn list_deal_templates() -> Json<Vec<DealTemplateItem>> {
    let view = |template: &Template| DealTemplateItem {
        name: template.name,
        title: template.title,
        description: template.description,
    };
    Json(TEMPLATES.iter().map(view).collect())
}

/// Returns a deal to begin with.
#[utoipa::path(
    get,
    path = "/api/v1/deals/templates/{name}",
    tag = "deal language",
    params(("name" = String, Path)),
    responses((status = 200, body = DealTemplateView), (status = 404, body = Problem)),
)]
pub(crate) async fn find_deal_template(
    Path(name): Path<String>,
) -> Result<Json<DealTemplateView>, Problem> {
    let template = find(&name).ok_or_else(|| template_not_found(&name))?;
    let parsed = read_text(template.text);
    let deal = parsed.map_err(|_| Problem::internal("a template cannot be read"))?.deal;
    Ok(Json(DealTemplateView {
        name: template.name,
        title: template.title,
        description: template.description,
        text: template.text,
        run: suggested_run(template, &deal),
        structure: deal,
    }))
}
