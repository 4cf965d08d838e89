//! `/asset-classes/analyze`: a pool under assumptions, at once or as a job.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use credit_engine::loan::AssetClass;
use http::{HeaderMap, StatusCode, header};
use platform::auth::Caller;
use platform::db::Json as DbJson;
use platform::http::{Json, Query};
use platform::jobs::NewJob;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problems::{failed, no_such_class, pool_not_found, refused, storage, table};
use super::responses::{AnalysisView, Shown, accepted, file, json};
use crate::Credit;
use crate::calculator::{Loans, Subject, parse, request_hash};
use crate::domain::analysis::{
    AnalysisRequest, ENGINE_VERSION, Note, OnInvalid, Terms, TermsDefaults,
};
use crate::domain::asset::Issue;
use crate::domain::export::{FileFormat, Title};
use crate::domain::pool::PoolDraft;
use crate::domain::specialized::ClassFacts;
use crate::domain::table::TableWriter;
use crate::jobs::AnalyzePool;
use crate::store::runs::{self, RunRow};
use crate::store::{pools, versions};

/// Whether results may come from the cache.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AnalyzeQuery {
    /// `false` computes again.
    use_cache: Option<bool>,
}

/// A job that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AcceptedView {
    /// The job; also what the guide calls task.
    pub(super) job_id: String,
    /// Where it stands.
    #[schema(example = "queued")]
    pub(super) status: &'static str,
    /// Where its progress can be read.
    pub(super) status_url: String,
    /// Where the result will be.
    pub(super) result_url: String,
}

/// What is analysed, and what was left out.
pub(super) struct Chosen {
    pub(super) subject: Subject,
    pub(super) pool_name: String,
    pub(super) pool_id: Option<String>,
    pub(super) pool_version: Option<i64>,
    pub(super) skipped: Vec<String>,
    pub(super) warnings: Vec<Note>,
    /// The loans as they are stored, if they were sent with the request.
    pub(super) table: Option<TableWriter>,
    /// What the classes look at, if the loans were sent with the request.
    pub(super) facts: Option<ClassFacts>,
}

/// Projects a pool and measures it.
#[utoipa::path(
    post,
    path = "/api/v1/asset-classes/analyze",
    tag = "asset classes",
    params(AnalyzeQuery),
    request_body = AnalysisRequest,
    responses(
        (status = 200, description = "With `Accept: text/csv`, XLSX or Parquet the cash flows as a file", body = AnalysisView),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 413, body = Problem),
        (status = 422, description = "`validation`, `too_expensive`", body = Problem),
        (status = 504, description = "`out_of_time`: use the async form", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.analyze_pool", skip_all)]
pub(super) async fn analyze_pool(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<AnalyzeQuery>,
    headers: HeaderMap,
    Json(request): Json<AnalysisRequest>,
) -> Result<Response, Problem> {
    let use_cache = query.use_cache.unwrap_or(true);
    let wanted = Wanted { class: None, use_cache, file: accepted(&headers) };
    analyze(&app, &caller, request, wanted).await
}

/// How an analysis is wanted.
pub(super) struct Wanted {
    /// The class of which there must be an asset.
    pub(super) class: Option<AssetClass>,
    pub(super) use_cache: bool,
    /// A file instead of JSON.
    pub(super) file: Option<FileFormat>,
}

/// Analyses a pool while the caller waits.
pub(super) async fn analyze(
    app: &Credit,
    caller: &Caller,
    request: AnalysisRequest,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let begun = Instant::now();
    let terms = terms(app, &request)?;
    let format = request.cashflow_format;
    let include = request.include_cashflows;
    let scenario_name = request.scenario_name.clone();
    let mut chosen = choose(app, caller, request).await?;
    let facts = chosen.facts.take();
    let classes = classes(app, caller, &chosen.subject, facts).await?;
    if let Some(class) = wanted.class.filter(|class| !classes.contains_key(class.name())) {
        return Err(no_such_class(class.name()));
    }

    let budget = app.direct_budget();
    let subject = &chosen.subject;
    let found = app.outcome(&caller.tenant_id, subject, &terms, wanted.use_cache, budget).await;
    let (bytes, cache_hit) = found.map_err(|failure| failed(&failure))?;
    let outcome = parse(&bytes).map_err(|failure| failed(&failure))?;

    if let Some(format) = wanted.file {
        let run = scenario_name.as_deref().unwrap_or("cashflows");
        return file(&outcome, Title { pool: &chosen.pool_name, run }, format);
    }
    let shown = Shown {
        pool_name: chosen.pool_name,
        scenario_name,
        pool_hash: chosen.subject.pool_hash,
        skipped: chosen.skipped,
        warnings: chosen.warnings,
        cashflows: include.then_some(format),
        cache_hit,
        execution_time: begun.elapsed().as_secs_f64(),
    };
    let mut view = AnalysisView::new(outcome, &terms, shown);
    if let Some(analytics) = view.analytics.as_object_mut() {
        analytics.extend(classes);
    }
    Ok(json(view))
}

/// The class analytics of loans, sent or stored.
async fn classes(
    app: &Credit,
    caller: &Caller,
    subject: &Subject,
    facts: Option<ClassFacts>,
) -> Result<serde_json::Map<String, serde_json::Value>, Problem> {
    match (&subject.loans, facts) {
        (Loans::Stored(object), _) => {
            let found = app.class_analytics(&caller.tenant_id, object, &subject.pool_hash).await;
            found.map_err(|failure| failed(&failure))
        }
        (Loans::Here(_), facts) => Ok(facts.map(|facts| facts.analytics()).unwrap_or_default()),
    }
}

/// Accepts an analysis as a job; its result is a run.
#[utoipa::path(
    post,
    path = "/api/v1/asset-classes/analyze/async",
    tag = "asset classes",
    request_body = AnalysisRequest,
    responses(
        (status = 202, body = AcceptedView),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 413, body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.analyze_pool_async", skip_all)]
pub(super) async fn analyze_pool_async(
    State(app): State<Credit>,
    caller: Caller,
    Json(request): Json<AnalysisRequest>,
) -> Result<Response, Problem> {
    let terms = terms(&app, &request)?;
    let name = request.scenario_name.clone().unwrap_or_else(|| "Analysis".to_owned());
    let chosen = choose(&app, &caller, request).await?;
    let accepted = enqueue(&app, &caller, chosen, terms, name).await?;
    let location = [(header::LOCATION, accepted.status_url.clone())];
    Ok((StatusCode::ACCEPTED, location, Json(accepted)).into_response())
}

/// Completes and checks the terms of a request.
pub(super) fn terms(app: &Credit, request: &AnalysisRequest) -> Result<Terms, Problem> {
    let broken = |issues| {
        // The pool's own mistakes are named together with those of the terms.
        let mut all: Vec<Issue> = issues;
        if let Some(pool) =
            request.pool.as_ref().filter(|_| request.on_invalid == OnInvalid::Reject)
        {
            all.extend(pool.errors());
        }
        refused(all)
    };
    let terms = request.terms(TermsDefaults { today: app.clock.today() }).map_err(broken)?;
    let text = serde_json::to_string(&terms).map_err(Problem::internal)?;
    let name = request.scenario_name.as_deref().unwrap_or_default();
    if text.contains("\\u0000") || name.contains('\0') {
        let message = "must not contain the NUL character";
        return Err(refused(vec![Issue::new("", "wrong_text", message)]));
    }
    Ok(terms)
}

/// Takes the loans of a request, or finds those of the stored pool it names.
pub(super) async fn choose(
    app: &Credit,
    caller: &Caller,
    request: AnalysisRequest,
) -> Result<Chosen, Problem> {
    let Some(draft) = request.pool else {
        let message = "is missing: send assets, or {\"pool_id\": \"…\"}";
        return Err(refused(vec![Issue::new("/pool", "missing", message)]));
    };
    if let Some(id) = draft.pool_id.clone() {
        return stored(app, caller, &id, draft.pool_version).await;
    }
    sent(draft, request.on_invalid)
}

/// Finds the loans of a stored pool.
pub(super) async fn stored(
    app: &Credit,
    caller: &Caller,
    id: &str,
    version: Option<i64>,
) -> Result<Chosen, Problem> {
    let mut tx = app.db.read().await?;
    let pool = pools::find(&mut tx, &caller.tenant_id, id).await?;
    let pool = pool.ok_or_else(|| pool_not_found(id))?;
    let version = version.unwrap_or(pool.version);
    let found = versions::find(&mut tx, &caller.tenant_id, id, version).await?;
    let found = found.ok_or_else(|| pool_not_found(&format!("{id}, version {version}")))?;
    Ok(Chosen {
        subject: Subject {
            loans: Loans::Stored(found.loans_object),
            pool_hash: found.content_hash,
        },
        pool_name: pool.name,
        pool_id: Some(pool.id),
        pool_version: Some(version),
        skipped: Vec::new(),
        warnings: Vec::new(),
        table: None,
        facts: None,
    })
}

/// Takes the loans that were sent.
fn sent(draft: PoolDraft, on_invalid: OnInvalid) -> Result<Chosen, Problem> {
    let errors = draft.errors();
    let skip = on_invalid == OnInvalid::Skip
        && draft.issues.is_empty()
        && draft.assets.as_ref().is_some_and(|assets| !assets.loans.is_empty());
    let warnings = draft.warnings();
    let Some(assets) = draft.assets.filter(|_| errors.is_empty() || skip) else {
        return Err(refused(errors));
    };
    let note = |issue: Issue| Note {
        code: issue.code.to_string(),
        message: format!("{} {}", issue.path(), issue.message),
    };
    let skipped = assets
        .skipped
        .iter()
        .map(|asset| asset.id.clone().unwrap_or_else(|| format!("assets[{}]", asset.index)));
    let mut notes: Vec<Note> = warnings.into_iter().map(note).collect();
    let skipped: Vec<String> = skipped.collect();
    notes.extend(assets.issues.iter().cloned().map(note));
    let pool_hash = assets.table.as_ref().map(TableWriter::content_hash).unwrap_or_default();
    Ok(Chosen {
        subject: Subject { loans: Loans::Here(Arc::new(assets.loans)), pool_hash },
        pool_name: draft.name,
        pool_id: None,
        pool_version: None,
        skipped,
        warnings: notes,
        table: assets.table,
        facts: Some(assets.facts),
    })
}

/// Adds a waiting run and its job.
pub(super) async fn enqueue(
    app: &Credit,
    caller: &Caller,
    chosen: Chosen,
    terms: Terms,
    name: String,
) -> Result<AcceptedView, Problem> {
    let mut run = new_run(app, caller, chosen, terms, name).await?;
    let mut tx = app.db.write().await?;
    let result_url = format!("/api/v1/runs/{}", run.id);
    let job = AnalyzePool { run_id: run.id.clone() };
    let new = NewJob {
        job: &job,
        title: format!("Analyse {}", run.pool_name),
        tenant_id: caller.tenant_id.clone(),
        owner_id: caller.user_id.clone(),
        priority: 0,
        unique_key: None,
        result_url: Some(result_url.clone()),
    };
    let job_id = app.queue.enqueue(&mut tx, new).await?;
    run.job_id = Some(job_id.clone());
    runs::insert(&mut tx, &run).await?;
    tx.commit().await?;
    let status_url = format!("/api/jobs/{job_id}");
    Ok(AcceptedView { job_id, status: "queued", status_url, result_url })
}

/// Makes the row of a run that waits, its loans kept.
pub(super) async fn new_run(
    app: &Credit,
    caller: &Caller,
    chosen: Chosen,
    terms: Terms,
    name: String,
) -> Result<RunRow, Problem> {
    let request_hash = request_hash(&chosen.subject, &terms).map_err(Problem::internal)?;
    let loans_object = match (chosen.table, &chosen.subject.loans) {
        (_, Loans::Stored(object)) => object.clone(),
        (Some(writer), Loans::Here(_)) => {
            let written = writer.finish().map_err(table)?;
            app.objects.put(written.bytes).await.map_err(storage)?
        }
        (None, Loans::Here(_)) => return Err(Problem::internal("loans without a table")),
    };
    Ok(RunRow {
        id: app.ids.with_prefix("run"),
        tenant_id: caller.tenant_id.clone(),
        owner_id: caller.user_id.clone(),
        pool_id: chosen.pool_id,
        pool_version: chosen.pool_version,
        pool_name: chosen.pool_name,
        name,
        state: "queued".to_owned(),
        terms: DbJson(terms),
        skipped: DbJson(chosen.skipped),
        request_hash,
        pool_hash: chosen.subject.pool_hash,
        loans_object,
        engine_version: ENGINE_VERSION.to_owned(),
        metrics: None,
        job_id: None,
        error_code: None,
        error_message: None,
        execution_seconds: None,
        created_at: app.clock.now(),
        finished_at: None,
    })
}
