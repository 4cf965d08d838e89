//! What is in a pool: slices, averages, and the assets themselves.

use axum::extract::State;
use bytes::Bytes;
use platform::auth::Caller;
use platform::http::{Cursor, Json, Path, Query};
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::pools::{VersionQuery, find_version};
use super::problems::{storage, table};
use crate::Credit;
use crate::domain::asset::{Field, Record, find_choice};
use crate::domain::stratify::{Stratification, Stratifier};
use crate::domain::table::{Summary, read};

/// A pool in numbers.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PoolStatsView {
    /// The version that was looked at.
    version: i64,
    /// Counts, sums and averages: WAC, WAM, WALA.
    summary: Summary,
    /// The pool in slices; each is a table and a histogram.
    stratifications: Vec<Stratification>,
}

/// Which assets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AssetsQuery {
    /// The newest if absent.
    version: Option<i64>,
    /// Rows of a page, 1 to 1000; 100 if absent.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Rows before the page; with `limit` this is page by number.
    #[serde(alias = "skip")]
    offset: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only assets of this class.
    asset_class: Option<String>,
    /// Only assets of this status.
    status: Option<String>,
    /// Only assets in this state or region.
    location: Option<String>,
    /// Only assets whose id contains this.
    search: Option<String>,
}

/// A page of assets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssetPage {
    /// The assets, with all their fields.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Map<String, Value>>,
    /// How many assets the pool has, the filter not counted.
    total: u64,
    /// Send it back as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Returns a pool in slices.
#[utoipa::path(
    get,
    path = "/api/v1/pools/{id}/stats",
    tag = "pools",
    params(("id" = String, Path), VersionQuery),
    responses((status = 200, body = PoolStatsView), (status = 404, body = Problem)),
)]
#[tracing::instrument(name = "http.credit.find_pool_stats", skip_all, fields(pool.id = %id))]
pub(super) async fn find_pool_stats(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<VersionQuery>,
) -> Result<Json<PoolStatsView>, Problem> {
    let (_, version) = find_version(&app, &caller, &id, query.version()).await?;
    let key = format!("credit:{}:stats:1:{}", caller.tenant_id, version.content_hash);
    let object = version.loans_object.clone();
    let compute = async {
        let bytes = app.fetch(&object).await.map_err(storage)?;
        let slices = tokio::task::spawn_blocking(move || slice(&bytes)).await;
        let slices = slices.map_err(Problem::internal)??;
        serde_json::to_vec(&slices).map(Bytes::from).map_err(Problem::internal)
    };
    let found = if let Some(found) = app.cache.get(&key).await {
        found
    } else {
        let computed = compute.await?;
        app.cache.put(&key, computed.clone(), app.settings.pool_cache_ttl).await;
        computed
    };
    let stratifications = serde_json::from_slice(&found).map_err(Problem::internal)?;
    Ok(Json(PoolStatsView {
        version: version.version,
        summary: version.summary.0,
        stratifications,
    }))
}

fn slice(bytes: &Bytes) -> Result<Vec<Stratification>, Problem> {
    let mut stratifier = Stratifier::default();
    read(bytes, 0, usize::MAX, |_, record| {
        stratifier.add(record);
        true
    })
    .map_err(table)?;
    Ok(stratifier.finish())
}

/// Lists the assets of a pool in their order.
#[utoipa::path(
    get,
    path = "/api/v1/pools/{id}/assets",
    tag = "pools",
    params(("id" = String, Path), AssetsQuery),
    responses(
        (status = 200, body = AssetPage),
        (status = 404, body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn list_pool_assets(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<AssetsQuery>,
) -> Result<Json<AssetPage>, Problem> {
    let (limit, begin) = query.window()?;
    let filter = query.filter()?;
    let (_, version) = find_version(&app, &caller, &id, query.version).await?;
    let bytes = app.fetch(&version.loans_object).await.map_err(storage)?;
    let page = tokio::task::spawn_blocking(move || find_page(&bytes, begin, limit, &filter));
    let (items, next) = page.await.map_err(Problem::internal)??;
    let next_cursor = next.map(|position| Cursor(position).encode());
    Ok(Json(AssetPage { items, total: version.summary.0.asset_count, next_cursor }))
}

/// Assets of a page, and the position where the next one begins.
type Found = (Vec<Map<String, Value>>, Option<usize>);

fn find_page(bytes: &Bytes, begin: usize, limit: usize, filter: &Filter) -> Result<Found, Problem> {
    let (mut items, mut next) = (Vec::new(), None);
    // One more than the page tells whether there are more.
    let most = if filter.is_empty() { limit + 1 } else { usize::MAX };
    read(bytes, begin, most, |position, record| {
        if !filter.matches(record) {
            return true;
        }
        if items.len() == limit {
            next = Some(position);
            return false;
        }
        items.push(record.to_json());
        true
    })
    .map_err(table)?;
    Ok((items, next))
}

struct Filter {
    asset_class: Option<&'static str>,
    status: Option<&'static str>,
    location: Option<String>,
    search: Option<String>,
}

impl Filter {
    fn is_empty(&self) -> bool {
        self.asset_class.is_none()
            && self.status.is_none()
            && self.location.is_none()
            && self.search.is_none()
    }

    fn matches(&self, record: &Record) -> bool {
        let is = |field, wanted: Option<&str>, otherwise: &str| {
            wanted.is_none_or(|wanted| record.text(field).unwrap_or(otherwise) == wanted)
        };
        let location = record.text(Field::Location).unwrap_or_default();
        let id = record.text(Field::Id).unwrap_or_default();
        is(Field::AssetClass, self.asset_class, "")
            && is(Field::Status, self.status, "current")
            && self.location.as_ref().is_none_or(|wanted| location.eq_ignore_ascii_case(wanted))
            && self.search.as_ref().is_none_or(|wanted| id.contains(wanted.as_str()))
    }
}

impl AssetsQuery {
    /// The number of assets of a page, and where it begins.
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
        let Some(cursor) = &self.cursor else { return Ok((limit, self.offset.unwrap_or(0))) };
        let begin = Cursor::<usize>::decode(cursor).ok_or_else(|| {
            let message = "is not a cursor of this list; start again without one";
            Problem::invalid(vec![FieldError::new("/query/cursor", "unknown_cursor", message)])
        })?;
        Ok((limit, begin.0))
    }

    fn filter(&self) -> Result<Filter, Problem> {
        let choice = |field: Field,
                      given: &Option<String>|
         -> Result<Option<&'static str>, Problem> {
            let Some(given) = given else { return Ok(None) };
            let crate::domain::asset::Kind::Choice(names) = field.kind() else { return Ok(None) };
            find_choice(names, given).map(Some).ok_or_else(|| {
                let pointer = format!("/query/{}", field.name());
                let message = format!("must be one of {}", names.join(", "));
                Problem::invalid(vec![FieldError::new(pointer, "unknown_value", message)])
            })
        };
        Ok(Filter {
            asset_class: choice(Field::AssetClass, &self.asset_class)?,
            status: choice(Field::Status, &self.status)?,
            location: self.location.clone(),
            search: self.search.clone(),
        })
    }
}
