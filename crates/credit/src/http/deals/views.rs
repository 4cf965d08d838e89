//! Deals as they are shown and sent.

use chrono::{DateTime, Utc};
use deal_engine::model::Deal;
use http::{HeaderName, HeaderValue, StatusCode};
use platform::http::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::deals::{DealSummary, DealType, FindingView, Permission, Structure};
use crate::store::deal_versions::DealVersionRow;
use crate::store::deals::{DealRow, SharedRow};

/// A deal in one of its versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) deal_type: String,
    /// Whether everybody may look, signed in or not.
    pub(super) is_public: bool,
    /// Who made it; only to those whose tenant it is.
    pub(super) owner_id: Option<String>,
    /// What the caller may do: `read`, `edit`, `admin` or `owner`.
    pub(super) permission: Permission,
    /// The version shown; send it back as `If-Match`.
    pub(super) version: i64,
    /// What changed with this version.
    pub(super) change_description: String,
    /// Counts and sums.
    pub(super) summary: DealSummary,
    /// The deal itself.
    pub(super) structure: Deal,
    /// The same as text.
    pub(super) text: String,
    /// What the static check says.
    pub(super) findings: Vec<FindingView>,
    /// Identifies the structure.
    pub(super) content_hash: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// A deal in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealListItem {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) deal_type: String,
    pub(super) is_public: bool,
    /// What the caller may do: `read`, `edit`, `admin` or `owner`.
    pub(super) permission: Permission,
    pub(super) version: i64,
    /// Counts and sums.
    pub(super) summary: DealSummary,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// Which deals a list shows.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DealListQuery {
    /// A part of the name, in any case.
    pub(super) name: Option<String>,
    /// One kind of deal.
    #[param(inline)]
    pub(super) deal_type: Option<DealType>,
    /// Only public ones, or only others.
    pub(super) is_public: Option<bool>,
    /// Only those shared with this permission: `read`, `edit` or `admin`.
    #[param(inline)]
    pub(super) permission_level: Option<Permission>,
}

/// A deal to keep. The structure comes as JSON in `structure` or in the deal language in `text`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDeal {
    /// What people call it.
    #[schema(example = "Auto 2026-1")]
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) deal_type: DealType,
    /// The deal as JSON.
    pub(super) structure: Option<Deal>,
    /// The deal as text.
    pub(super) text: Option<String>,
    /// Whether everybody may look, signed in or not.
    #[serde(default)]
    pub(super) is_public: bool,
    /// Keeps it although the static check finds errors; it is not run until they are gone.
    #[serde(default)]
    pub(super) draft: bool,
}

/// What changes; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DealUpdate {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) deal_type: Option<DealType>,
    /// The deal as JSON.
    pub(super) structure: Option<Deal>,
    /// The deal as text.
    pub(super) text: Option<String>,
    /// Needs the permission `admin`.
    pub(super) is_public: Option<bool>,
    /// What people read in the list of versions.
    pub(super) change_description: Option<String>,
    /// Keeps it although the static check finds errors; it is not run until they are gone.
    #[serde(default)]
    pub(super) draft: bool,
}

/// A deal with the tag of its version.
pub(super) type Tagged = ([(HeaderName, HeaderValue); 1], Json<DealView>);
/// The answer that a new deal gets.
pub(super) type Created =
    (StatusCode, [(HeaderName, HeaderValue); 1], [(HeaderName, String); 1], Json<DealView>);

impl DealView {
    /// Shows a deal in one version; `insider` says whether its tenant asks.
    pub(super) fn new(
        deal: DealRow,
        version: DealVersionRow,
        structure: Structure,
        permission: Permission,
        insider: bool,
    ) -> Self {
        let summary = structure.summary();
        Self {
            id: deal.id,
            name: version.name,
            description: version.description,
            deal_type: version.deal_type,
            is_public: deal.is_public,
            owner_id: insider.then_some(deal.owner_id),
            permission,
            version: version.version,
            change_description: version.change_description,
            summary,
            structure: structure.deal,
            text: structure.text,
            findings: structure.findings,
            content_hash: version.content_hash,
            created_at: deal.created_at,
            updated_at: version.created_at,
        }
    }
}

impl DealListItem {
    pub(super) fn new(deal: DealRow, permission: Permission) -> Self {
        Self {
            id: deal.id,
            name: deal.name,
            description: deal.description,
            deal_type: deal.deal_type,
            is_public: deal.is_public,
            permission,
            version: deal.version,
            summary: deal.summary.0,
            created_at: deal.created_at,
            updated_at: deal.updated_at,
        }
    }
}

impl From<SharedRow> for DealListItem {
    fn from(shared: SharedRow) -> Self {
        let permission = Permission::parse(&shared.permission_level).unwrap_or(Permission::Read);
        Self::new(shared.deal, permission)
    }
}
