//! Tapes into pools: uploaded as a stream, imported at once or as a job.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use http::{HeaderMap, StatusCode, header};
use platform::auth::Caller;
use platform::http::etag::{IfMatch, etag, stale};
use platform::http::{Json, Path, Query};
use platform::jobs::NewJob;
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::analyze::AcceptedView;
use super::pools::{PoolView, find, owner};
use super::problems::{
    import, invalid_rows, mapping_not_found, storage, table, unsupported_tape, upload,
};
use crate::Credit;
use crate::domain::analysis::OnInvalid;
use crate::domain::pool::MOST_ISSUES;
use crate::domain::tape::{Format, Imported, Mapping, Report, Resolution, Severity, read_issues};
use crate::jobs::{ImportTape, Target};
use crate::pools::About;
use crate::store::mappings;
use crate::store::pools::PoolRow;
use crate::tapes::{PreviewFailure, Tape};

/// How a tape is read and what becomes of it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TapeQuery {
    /// `csv`, `parquet` or `xlsx`; from the content type or the file name if absent.
    #[param(inline)]
    format: Option<Format>,
    /// Name of the file, for people.
    file_name: Option<String>,
    /// Name of the new pool; the file name if absent.
    name: Option<String>,
    /// What people say about the new pool.
    description: Option<String>,
    /// ISO code of the currency of the new pool.
    currency: Option<String>,
    /// The date of the balances.
    cut_off_date: Option<NaiveDate>,
    /// A mapping as JSON; guessed if absent.
    mapping: Option<String>,
    /// A saved mapping instead.
    mapping_id: Option<String>,
    /// `skip` (default) imports the rows that fit; `reject` imports all or nothing.
    on_invalid: Option<OnInvalid>,
    /// `true` only proposes a mapping and shows the first rows; the beginning of a CSV file is
    /// enough then.
    preview: Option<bool>,
    /// `true` makes a job of it, whatever the size.
    run_async: Option<bool>,
}

/// What an import made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TapeView {
    /// The pool in its new version.
    pool: PoolView,
    /// What was done with the rows.
    report: Report,
    /// The mapping that was used.
    mapping: Mapping,
    /// Where rows that do not fit are listed.
    issues_url: String,
}

/// Imports a tape into a new pool.
#[utoipa::path(
    post,
    path = "/api/v1/pools/tape",
    tag = "tapes",
    params(TapeQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file itself"),
    responses(
        (status = 200, description = "With `preview=true`", body = crate::domain::tape::Preview),
        (status = 201, body = TapeView),
        (status = 202, description = "A large tape became a job", body = AcceptedView),
        (status = 404, description = "`mapping_not_found`", body = Problem),
        (status = 413, body = Problem),
        (status = 415, body = Problem),
        (status = 422, description = "`malformed_tape`, `invalid_rows`, `too_many_rows`, `validation`", body = Problem),
    ),
    extensions(("x-streamed" = json!(true))),
)]
#[tracing::instrument(name = "http.credit.import_tape", skip_all)]
pub(super) async fn import_tape(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<TapeQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let about = query.about()?;
    if query.preview == Some(true) {
        return preview(&app, &query, &headers, body).await;
    }
    let (tape, tape_object) = receive(&app, &query, &headers, body).await?;
    let target = Target::New { id: app.ids.with_prefix("pool"), about };
    take(&app, &caller, &query, tape, tape_object, target, None).await
}

/// Imports a tape into a new version of a pool.
#[utoipa::path(
    post,
    path = "/api/v1/pools/{id}/tape",
    tag = "tapes",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), TapeQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file itself"),
    responses(
        (status = 200, description = "With `preview=true`", body = crate::domain::tape::Preview),
        (status = 201, body = TapeView),
        (status = 202, description = "A large tape became a job", body = AcceptedView),
        (status = 404, body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
        (status = 413, body = Problem),
        (status = 415, body = Problem),
        (status = 422, description = "`malformed_tape`, `invalid_rows`, `too_many_rows`, `validation`", body = Problem),
    ),
    extensions(("x-streamed" = json!(true))),
)]
#[tracing::instrument(name = "http.credit.import_pool_tape", skip_all, fields(pool.id = %id))]
pub(super) async fn import_pool_tape(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    Query(query): Query<TapeQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let pool = find(&app, &caller, &id).await?;
    if_match.check(pool.version)?;
    if query.preview == Some(true) {
        return preview(&app, &query, &headers, body).await;
    }
    let (tape, tape_object) = receive(&app, &query, &headers, body).await?;
    let target = Target::Version { id, seen: pool.version };
    take(&app, &caller, &query, tape, tape_object, target, Some(pool)).await
}

/// Proposes a mapping and keeps nothing.
async fn preview(
    app: &Credit,
    query: &TapeQuery,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let format = query.format(headers)?;
    match app.preview_tape(format, body.into_data_stream()).await {
        Ok(preview) => Ok(Json(preview).into_response()),
        Err(PreviewFailure::Upload(error)) => Err(upload(error)),
        Err(PreviewFailure::Import(error)) => Err(import(error)),
    }
}

/// Keeps the bytes while they arrive.
async fn receive(
    app: &Credit,
    query: &TapeQuery,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Tape, String), Problem> {
    let format = query.format(headers)?;
    let length =
        headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > app.max_upload_bytes) {
        return Err(upload(crate::tapes::UploadError::TooLarge(app.max_upload_bytes)));
    }
    let file_name = query.file_name.clone().unwrap_or_else(|| "tape".to_owned());
    app.keep_tape(file_name, format, body.into_data_stream()).await.map_err(upload)
}

/// Imports a small tape, or makes a job of a large one.
async fn take(
    app: &Credit,
    caller: &Caller,
    query: &TapeQuery,
    tape: Tape,
    tape_object: String,
    target: Target,
    pool: Option<PoolRow>,
) -> Result<Response, Problem> {
    let mapping = query.chosen_mapping(app, caller).await?;
    let reject_invalid = query.on_invalid == Some(OnInvalid::Reject);
    if query.run_async == Some(true) || tape.size > app.settings.direct_tape_bytes {
        let title = format!("Import {}", tape.file_name);
        let resolution = Resolution::default();
        let job = ImportTape { tape_object, mapping, resolution, reject_invalid, target };
        return enqueue(app, caller, &job, title).await;
    }
    let imported =
        app.import_tape(tape, mapping, Resolution::default(), |_, _| true).await.map_err(import)?;
    let imported = usable(imported, reject_invalid)?;
    save(app, caller, imported, tape_object, Resolution::default(), target, pool).await
}

/// Makes a job of an import.
pub(super) async fn enqueue(
    app: &Credit,
    caller: &Caller,
    job: &ImportTape,
    title: String,
) -> Result<Response, Problem> {
    let (Target::New { id, .. } | Target::Version { id, .. }) = &job.target;
    let result_url = format!("/api/v1/pools/{id}");
    let new = NewJob {
        job,
        title,
        tenant_id: caller.tenant_id.clone(),
        owner_id: caller.user_id.clone(),
        priority: 0,
        unique_key: None,
        result_url: Some(result_url.clone()),
    };
    let mut tx = app.db.write().await?;
    let job_id = app.queue.enqueue(&mut tx, new).await?;
    tx.commit().await?;
    let status_url = format!("/api/jobs/{job_id}");
    let location = [(header::LOCATION, status_url.clone())];
    let accepted = AcceptedView { job_id, status: "queued", status_url, result_url };
    Ok((StatusCode::ACCEPTED, location, Json(accepted)).into_response())
}

/// Refuses an import without a good row, or with a bad one if that is asked for.
pub(super) fn usable(imported: Imported, reject_invalid: bool) -> Result<Imported, Problem> {
    let report = &imported.report;
    if report.valid > 0 && !(reject_invalid && report.invalid > 0) {
        return Ok(imported);
    }
    let issues = match &imported.issues {
        Some(bytes) => read_issues(bytes, 0, MOST_ISSUES, Some(Severity::Error)).map_err(table)?,
        None => Vec::new(),
    };
    let errors = issues.into_iter().map(|issue| {
        let column = issue.column.unwrap_or_default().replace('~', "~0").replace('/', "~1");
        FieldError::new(format!("/rows/{}/{column}", issue.row), issue.code, issue.message)
    });
    Err(invalid_rows(report.invalid, report.rows, errors.collect()))
}

/// Adds the pool or version that an import made.
pub(super) async fn save(
    app: &Credit,
    caller: &Caller,
    imported: Imported,
    tape_object: String,
    resolution: Resolution,
    target: Target,
    pool: Option<PoolRow>,
) -> Result<Response, Problem> {
    let (report, mapping) = (imported.report.clone(), imported.mapping.clone());
    let change =
        if resolution == Resolution::default() { "Imported from a tape" } else { "Rows resolved" };
    let kept = app.keep_import(imported, tape_object, resolution, change.to_owned()).await;
    let kept = kept.map_err(storage)?;
    let owner = owner(caller);

    let mut tx = app.db.write().await?;
    let (pool, version) = match (target, pool) {
        (Target::New { id, about }, _) => app.add_pool(&mut tx, id, &owner, about, kept).await?,
        (Target::Version { seen, .. }, Some(pool)) => {
            let about = About::of(&pool);
            let added = app.add_version(&mut tx, &pool, &owner, about, kept).await?;
            added.ok_or_else(|| stale(seen + 1))?
        }
        (Target::Version { .. }, None) => {
            return Err(Problem::internal("a version without a pool"));
        }
    };
    tx.commit().await?;

    let issues_url = format!("/api/v1/pools/{}/tape/issues", pool.id);
    let location = [(header::LOCATION, format!("/api/v1/pools/{}", pool.id))];
    let tag = etag(version.version);
    let view = TapeView { pool: PoolView::new(pool, version), report, mapping, issues_url };
    Ok((StatusCode::CREATED, tag, location, Json(view)).into_response())
}

impl TapeQuery {
    fn about(&self) -> Result<About, Problem> {
        let refuse = |pointer: &str, code: &'static str, message: &str| {
            Err(Problem::invalid(vec![FieldError::new(pointer, code, message)]))
        };
        let file = self
            .file_name
            .as_deref()
            .map(|name| name.rsplit_once('.').map_or(name, |(stem, _)| stem));
        let name = self.name.as_deref().or(file).unwrap_or("Imported tape").trim();
        let texts = [Some(name), self.description.as_deref(), self.currency.as_deref()];
        if texts.iter().flatten().any(|text| text.contains('\0')) {
            return refuse("/query", "wrong_text", "must not contain the NUL character");
        }
        if name.is_empty() || name.chars().count() > 200 {
            return refuse("/query/name", "length", "must have 1 to 200 characters");
        }
        if self.description.as_ref().is_some_and(|text| text.chars().count() > 4_000) {
            return refuse("/query/description", "length", "must have at most 4000 characters");
        }
        let is_code =
            |code: &String| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        if self.currency.as_ref().is_some_and(|code| !is_code(code)) {
            return refuse("/query/currency", "wrong_type", "must be an ISO code such as USD");
        }
        Ok(About {
            name: name.to_owned(),
            description: self.description.clone().unwrap_or_default(),
            currency: self.currency.clone(),
            cut_off_date: self.cut_off_date,
            metadata: None,
        })
    }

    fn format(&self, headers: &HeaderMap) -> Result<Format, Problem> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let given =
            headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let mime = given.split(';').next().unwrap_or_default().trim();
        let by_type = match mime {
            "text/csv" | "application/csv" | "text/plain" => Some(Format::Csv),
            "application/vnd.apache.parquet" | "application/x-parquet" => Some(Format::Parquet),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => {
                Some(Format::Xlsx)
            }
            _ => None,
        };
        let by_name = || {
            let end = self.file_name.as_deref()?.rsplit_once('.')?.1.to_ascii_lowercase();
            match end.as_str() {
                "csv" | "txt" | "tsv" => Some(Format::Csv),
                "parquet" => Some(Format::Parquet),
                "xlsx" => Some(Format::Xlsx),
                _ => None,
            }
        };
        by_type.or_else(by_name).ok_or_else(|| unsupported_tape(given))
    }

    async fn chosen_mapping(
        &self,
        app: &Credit,
        caller: &Caller,
    ) -> Result<Option<Mapping>, Problem> {
        if let Some(text) = &self.mapping {
            return serde_json::from_str(text).map(Some).map_err(|e| {
                let message = format!("is not a mapping: {e}");
                Problem::invalid(vec![FieldError::new("/query/mapping", "wrong_type", message)])
            });
        }
        let Some(id) = &self.mapping_id else { return Ok(None) };
        let mut tx = app.db.read().await?;
        let row = mappings::find(&mut tx, &caller.tenant_id, id).await?;
        row.map(|row| Some(row.mapping.0)).ok_or_else(|| mapping_not_found(id))
    }
}
