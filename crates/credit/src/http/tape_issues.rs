//! Rows of a tape that do not fit, and what people decide about them.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::response::Response;
use platform::auth::Caller;
use platform::http::etag::IfMatch;
use platform::http::{Cursor, Json, Page, Path, Query};
use platform::problem::{FieldError, Problem};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::pools::find_version;
use super::problems::{import, no_tape, storage, table};
use super::tapes::{enqueue, save, usable};
use crate::Credit;
use crate::domain::tape::{Mapping, Resolution, RowIssue, Severity, read_issues};
use crate::jobs::{ImportTape, Target};

/// The most repairs of one request.
const MOST_REPAIRS: usize = 100_000;

/// Which issues.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct IssuesQuery {
    /// The newest version if absent.
    version: Option<i64>,
    /// `error`, `closed` or `warning`; all if absent.
    severity: Option<Severity>,
    /// Rows of a page, 1 to 1000; 100 if absent.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What to do with rows that do not fit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TapeResolution {
    /// Rows to leave out for good.
    #[serde(default)]
    exclude_rows: BTreeSet<u64>,
    /// Whether to leave out every row that does not fit now and is not repaired here.
    #[serde(default)]
    exclude_all_invalid: bool,
    /// New values of cells.
    #[serde(default)]
    repairs: Vec<CellRepair>,
    /// Another mapping; the one of the version if absent.
    mapping: Option<Mapping>,
}

/// A new value of a cell.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CellRepair {
    /// The row as spreadsheets count: the heading is row 1.
    row: u64,
    /// The heading of the column, or a field that the tape does not have.
    column: String,
    /// What the cell should hold.
    value: String,
}

/// Lists the rows that do not fit, with the way out for each.
#[utoipa::path(
    get,
    path = "/api/v1/pools/{id}/tape/issues",
    tag = "tapes",
    params(("id" = String, Path), IssuesQuery),
    responses(
        (status = 200, body = Page<RowIssue>),
        (status = 404, body = Problem),
        (status = 409, description = "`no_tape`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn list_tape_issues(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<IssuesQuery>,
) -> Result<Json<Page<RowIssue>>, Problem> {
    let (limit, begin) = query.window()?;
    let (_, version) = find_version(&app, &caller, &id, query.version).await?;
    if version.tape_object.is_none() {
        return Err(no_tape(&id));
    }
    let Some(object) = version.issues_object else {
        return Ok(Json(Page { items: Vec::new(), next_cursor: None }));
    };
    let bytes = app.fetch(&object).await.map_err(storage)?;
    let severity = query.severity;
    // One more than the page tells whether there are more.
    let read = tokio::task::spawn_blocking(move || read_issues(&bytes, begin, limit + 1, severity));
    let mut items = read.await.map_err(Problem::internal)?.map_err(table)?;
    let next_cursor = (items.len() > limit).then(|| Cursor(begin + limit).encode());
    items.truncate(limit);
    Ok(Json(Page { items, next_cursor }))
}

/// Leaves out or repairs rows, checks the tape again and adds a version.
#[utoipa::path(
    post,
    path = "/api/v1/pools/{id}/tape/resolve",
    tag = "tapes",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = TapeResolution,
    responses(
        (status = 201, body = super::tapes::TapeView),
        (status = 202, description = "A large tape became a job", body = super::analyze::AcceptedView),
        (status = 404, body = Problem),
        (status = 409, description = "`no_tape`", body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
        (status = 422, description = "`invalid_rows`, `validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.resolve_tape_issues", skip_all, fields(pool.id = %id))]
pub(super) async fn resolve_tape_issues(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    Json(wanted): Json<TapeResolution>,
) -> Result<Response, Problem> {
    let (pool, version) = find_version(&app, &caller, &id, None).await?;
    if_match.check(pool.version)?;
    let Some(tape_object) = version.tape_object else { return Err(no_tape(&id)) };
    if wanted.repairs.len() > MOST_REPAIRS {
        let message = format!("must be at most {MOST_REPAIRS}, are {}", wanted.repairs.len());
        return Err(Problem::invalid(vec![FieldError::new("/repairs", "too_many", message)]));
    }
    let rows = version.report.as_ref().map_or(0, |report| report.rows);
    check_rows(&wanted, rows)?;
    let mut resolution = version.resolution.map(|resolution| resolution.0).unwrap_or_default();
    let mut repaired: BTreeMap<u64, BTreeMap<String, String>> = BTreeMap::new();
    for (position, repair) in wanted.repairs.into_iter().enumerate() {
        if repair.column.contains('\0') || repair.value.contains('\0') {
            let pointer = format!("/repairs/{position}");
            let message = "must not contain the NUL character";
            return Err(Problem::invalid(vec![FieldError::new(pointer, "wrong_text", message)]));
        }
        repaired.entry(repair.row).or_default().insert(repair.column, repair.value);
    }
    if wanted.exclude_all_invalid
        && let Some(object) = &version.issues_object
    {
        let bytes = app.fetch(object).await.map_err(storage)?;
        let invalid = read_issues(&bytes, 0, usize::MAX, Some(Severity::Error)).map_err(table)?;
        let rows = invalid.into_iter().map(|issue| issue.row);
        resolution.exclude.extend(rows.filter(|row| !repaired.contains_key(row)));
    }
    for (row, cells) in repaired {
        resolution.exclude.remove(&row);
        resolution.repairs.entry(row).or_default().extend(cells);
    }
    resolution.exclude.extend(wanted.exclude_rows);

    let mapping = wanted.mapping.or(version.mapping.map(|mapping| mapping.0));
    let target = Target::Version { id, seen: pool.version };
    import_again(&app, &caller, tape_object, mapping, resolution, target, pool).await
}

/// The heading is row 1; the rows of the tape follow.
fn check_rows(wanted: &TapeResolution, rows: u64) -> Result<(), Problem> {
    let last = rows.saturating_add(1);
    let excluded = wanted.exclude_rows.iter().map(|row| ("/exclude_rows".to_owned(), *row));
    let repaired = wanted.repairs.iter().enumerate();
    let repaired = repaired.map(|(at, repair)| (format!("/repairs/{at}/row"), repair.row));
    let unknown = excluded.chain(repaired).filter(|(_, row)| !(2..=last).contains(row));
    let errors: Vec<FieldError> = unknown
        .take(100)
        .map(|(pointer, row)| {
            let message = format!("must be a row of the tape, 2 to {last}, was {row}");
            FieldError::new(pointer, "unknown_row", message)
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

async fn import_again(
    app: &Credit,
    caller: &Caller,
    tape_object: String,
    mapping: Option<Mapping>,
    resolution: Resolution,
    target: Target,
    pool: crate::store::pools::PoolRow,
) -> Result<Response, Problem> {
    let tape = app.find_tape(&tape_object).await.map_err(import)?;
    if tape.size > app.settings.direct_tape_bytes {
        let title = format!("Import {} again", tape.file_name);
        let job = ImportTape { tape_object, mapping, resolution, reject_invalid: false, target };
        return enqueue(app, caller, &job, title).await;
    }
    let imported = app.import_tape(tape, mapping, resolution.clone(), |_, _| true).await;
    let imported = usable(imported.map_err(import)?, false)?;
    save(app, caller, imported, tape_object, resolution, target, Some(pool)).await
}

impl IssuesQuery {
    fn window(&self) -> Result<(usize, usize), Problem> {
        let limit = self.limit.unwrap_or(100);
        if !(1..=1_000).contains(&limit) {
            let message = format!("must be 1 to 1000, was {limit}");
            return Err(Problem::invalid(vec![FieldError::new(
                "/query/limit",
                "out_of_range",
                message,
            )]));
        }
        let Some(cursor) = &self.cursor else { return Ok((limit, 0)) };
        let begin = Cursor::<usize>::decode(cursor).ok_or_else(|| {
            let message = "is not a cursor of this list; start again without one";
            Problem::invalid(vec![FieldError::new("/query/cursor", "unknown_cursor", message)])
        })?;
        Ok((limit, begin.0))
    }
}
