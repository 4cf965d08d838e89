//! `/specialized-assets`: analyses of one class.

mod tranches;

use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use chrono::NaiveDate;
use credit_engine::class_analytics::consumer::{Applicant, assess};
use credit_engine::loan::AssetClass;
use http::HeaderMap;
use platform::auth::Caller;
use platform::http::{Json, Path, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::LARGEST_POOL;
use super::analyze::{Wanted, analyze};
use super::asset_classes::IssueView;
use super::problems::refused;
use super::responses::{AnalysisView, accepted};
use crate::Credit;
use crate::domain::analysis::AnalysisRequest;
use crate::domain::asset::{Field, Issue, Kind};
use crate::domain::pool::PoolDraft;

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    let large = OpenApiRouter::new()
        .routes(routes!(analyze_consumer_credit))
        .routes(routes!(analyze_commercial_loans))
        .routes(routes!(analyze_clo_cdo))
        .routes(routes!(validate_consumer_credit))
        .routes(routes!(validate_commercial_loans))
        .routes(routes!(validate_clo_cdo))
        .routes(routes!(tranches::analyze_tranches))
        .layer(DefaultBodyLimit::max(LARGEST_POOL));
    OpenApiRouter::new()
        .routes(routes!(list_loan_types))
        .routes(routes!(list_property_types))
        .routes(routes!(assess_consumer_risk))
        .routes(routes!(find_consumer_metrics))
        .routes(routes!(find_commercial_metrics))
        .routes(routes!(tranches::list_tranche_scenarios))
        .merge(large)
}

fn names(field: Field) -> Vec<&'static str> {
    match field.kind() {
        Kind::Choice(names) => names.to_vec(),
        _ => Vec::new(),
    }
}

/// Lists the kinds of consumer loans.
#[utoipa::path(
    get,
    path = "/api/v1/specialized-assets/consumer-credit/loan-types",
    tag = "specialised classes",
    responses((status = 200, body = [String])),
)]
pub(super) async fn list_loan_types() -> Json<Vec<&'static str>> {
    Json(names(Field::LoanType))
}

/// Lists the kinds of commercial property.
#[utoipa::path(
    get,
    path = "/api/v1/specialized-assets/commercial-loans/property-types",
    tag = "specialised classes",
    responses((status = 200, body = [String])),
)]
pub(super) async fn list_property_types() -> Json<[&'static str; 9]> {
    Json([
        "office",
        "retail",
        "industrial",
        "multifamily",
        "hotel",
        "healthcare",
        "mixed_use",
        "self_storage",
        "other",
    ])
}

/// An applicant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ApplicantQuery {
    /// 300 to 850.
    fico_score: f64,
    /// 0.35 for 35 %.
    dti_ratio: f64,
    /// Delinquencies so far; 0 if absent.
    delinquency_history: Option<u32>,
    /// One of the loan types; `other` if absent.
    loan_type: Option<String>,
}

/// What the default score card says.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssessmentView {
    /// The score, the category, the chance of default, the parts and their weights.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    assessment: Value,
    /// What the card is.
    note: &'static str,
}

/// Scores an applicant with the default card, which is illustrative.
#[utoipa::path(
    get,
    path = "/api/v1/specialized-assets/consumer-credit/risk-assessment",
    tag = "specialised classes",
    params(ApplicantQuery),
    responses((status = 200, body = AssessmentView), (status = 422, body = Problem)),
)]
pub(super) async fn assess_consumer_risk(
    Query(query): Query<ApplicantQuery>,
) -> Result<Json<AssessmentView>, Problem> {
    let mut issues = Vec::new();
    let mut within = |name: &str, value: f64, low: f64, high: f64| {
        if !(low..=high).contains(&value) {
            let message = format!("must be between {low} and {high}, was {value}");
            issues.push(Issue::new(format!("/query/{name}"), "out_of_range", message));
        }
    };
    within("fico_score", query.fico_score, 300.0, 850.0);
    within("dti_ratio", query.dti_ratio, 0.0, 1.0);
    within("delinquency_history", f64::from(query.delinquency_history.unwrap_or(0)), 0.0, 1_000.0);
    let loan_type = query.loan_type.as_deref().unwrap_or("other");
    let known = names(Field::LoanType);
    if !known.contains(&loan_type) {
        let shown: String = loan_type.chars().take(60).collect();
        let message = format!("must be one of {}, was \"{shown}\"", known.join(", "));
        issues.push(Issue::new("/query/loan_type", "unknown_value", message));
    }
    if !issues.is_empty() {
        return Err(refused(issues));
    }
    let applicant = Applicant {
        fico_score: query.fico_score,
        dti_ratio: query.dti_ratio,
        delinquency_history: query.delinquency_history.unwrap_or(0),
        loan_type,
    };
    let mut assessment = json!(assess(&applicant));
    if let Some(object) = assessment.as_object_mut() {
        // Older clients read these names.
        for (old, new) in [("score", "risk_score"), ("category", "risk_category")] {
            let value = object.get(new).cloned().unwrap_or_default();
            object.insert(old.to_owned(), value);
        }
    }
    let note = "An illustrative default card; not fitted to any portfolio.";
    Ok(Json(AssessmentView { assessment, note }))
}

/// Makes the analysis and the validation of a class.
macro_rules! class_operations {
    ($class:expr, $analyze:ident, $analyze_path:literal, $validate:ident, $validate_path:literal) => {
        /// Analyses a pool that holds assets of the class.
        #[utoipa::path(
            post,
            path = $analyze_path,
            tag = "specialised classes",
            request_body = AnalysisRequest,
            responses(
                (status = 200, body = AnalysisView),
                (status = 400, description = "`no_such_class`", body = Problem),
                (status = 404, description = "`pool_not_found`", body = Problem),
                (status = 422, description = "`validation`, `too_expensive`", body = Problem),
            ),
        )]
        pub(super) async fn $analyze(
            State(app): State<Credit>,
            caller: Caller,
            headers: HeaderMap,
            Json(request): Json<AnalysisRequest>,
        ) -> Result<Response, Problem> {
            let file = accepted(&headers);
            let wanted = Wanted { class: Some($class), use_cache: true, file };
            analyze(&app, &caller, request, wanted).await
        }

        /// Says everything that is wrong with a pool, and whether it holds assets of the class.
        #[utoipa::path(
            post,
            path = $validate_path,
            tag = "specialised classes",
            request_body(content = Object, description = "A pool: pool_name, assets"),
            responses((status = 200, body = ClassValidationView), (status = 400, body = Problem)),
        )]
        pub(super) async fn $validate(
            Json(draft): Json<PoolDraft>,
        ) -> Json<ClassValidationView> {
            Json(validation(&draft, $class))
        }
    };
}

class_operations!(
    AssetClass::ConsumerCredit,
    analyze_consumer_credit,
    "/api/v1/specialized-assets/consumer-credit/analyze",
    validate_consumer_credit,
    "/api/v1/specialized-assets/consumer-credit/validate"
);
class_operations!(
    AssetClass::CommercialLoan,
    analyze_commercial_loans,
    "/api/v1/specialized-assets/commercial-loans/analyze",
    validate_commercial_loans,
    "/api/v1/specialized-assets/commercial-loans/validate"
);
class_operations!(
    AssetClass::CloCdo,
    analyze_clo_cdo,
    "/api/v1/specialized-assets/clo-cdo/analyze",
    validate_clo_cdo,
    "/api/v1/specialized-assets/clo-cdo/validate"
);

/// What is wrong with a pool of a class.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClassValidationView {
    /// Whether an analysis of the class would take it.
    valid: bool,
    /// What is wrong, at most 1000.
    issues: Vec<IssueView>,
    /// Gaps and overlaps between tranches, which are allowed.
    tranche_issues: Vec<IssueView>,
}

fn validation(draft: &PoolDraft, class: AssetClass) -> ClassValidationView {
    let mut issues = draft.errors();
    let assets = draft.assets.as_ref();
    if issues.is_empty() && assets.is_some_and(|assets| !assets.facts.has(class)) {
        let message = format!("must hold at least one asset of class {}", class.name());
        issues.push(Issue::new("/assets", "no_such_class", message));
    }
    let tranche_issues = draft.warnings().into_iter().map(Into::into).collect();
    let issues: Vec<IssueView> = issues.into_iter().map(Into::into).collect();
    ClassValidationView { valid: issues.is_empty(), issues, tranche_issues }
}

/// When and at which rate a stored pool is measured.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MetricsQuery {
    /// Today if absent.
    analysis_date: Option<NaiveDate>,
    /// 0.08 for consumer credit, 0.06 for commercial loans if absent.
    discount_rate: Option<f64>,
}

/// A request for the measures of a stored pool.
fn measures(query: &MetricsQuery, pool_id: &str, rate: f64) -> Result<AnalysisRequest, Problem> {
    let body = json!({
        "pool": { "pool_id": pool_id },
        "analysis_date": query.analysis_date,
        "discount_rate": query.discount_rate.unwrap_or(rate),
        "include_cashflows": false,
    });
    serde_json::from_value(body).map_err(Problem::internal)
}

/// Measures a stored pool that holds consumer credit.
#[utoipa::path(
    get,
    path = "/api/v1/specialized-assets/consumer-credit/metrics/{pool_id}",
    tag = "specialised classes",
    params(("pool_id" = String, Path), MetricsQuery),
    responses(
        (status = 200, body = AnalysisView),
        (status = 400, description = "`no_such_class`", body = Problem),
        (status = 404, description = "`pool_not_found`", body = Problem),
    ),
)]
pub(super) async fn find_consumer_metrics(
    State(app): State<Credit>,
    caller: Caller,
    Path(pool_id): Path<String>,
    Query(query): Query<MetricsQuery>,
) -> Result<Response, Problem> {
    let class = Some(AssetClass::ConsumerCredit);
    let wanted = Wanted { class, use_cache: true, file: None };
    analyze(&app, &caller, measures(&query, &pool_id, 0.08)?, wanted).await
}

/// Measures a stored pool that holds commercial loans.
#[utoipa::path(
    get,
    path = "/api/v1/specialized-assets/commercial-loans/metrics/{pool_id}",
    tag = "specialised classes",
    params(("pool_id" = String, Path), MetricsQuery),
    responses(
        (status = 200, body = AnalysisView),
        (status = 400, description = "`no_such_class`", body = Problem),
        (status = 404, description = "`pool_not_found`", body = Problem),
    ),
)]
pub(super) async fn find_commercial_metrics(
    State(app): State<Credit>,
    caller: Caller,
    Path(pool_id): Path<String>,
    Query(query): Query<MetricsQuery>,
) -> Result<Response, Problem> {
    let class = Some(AssetClass::CommercialLoan);
    let wanted = Wanted { class, use_cache: true, file: None };
    analyze(&app, &caller, measures(&query, &pool_id, 0.06)?, wanted).await
}
