//! Adds pools and versions: bytes first, then the row that names them.

use bytes::Bytes;
use chrono::NaiveDate;
use platform::db::{Json, Tx};
use platform::objects::ObjectError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Credit;
use crate::domain::table::Table;
use crate::domain::tape::{Imported, Mapping, Report, Resolution};
use crate::store::pools::{self, PoolRow};
use crate::store::versions::{self, VersionRow};

/// Whose pool it is.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) tenant_id: String,
    pub(crate) user_id: String,
}

/// What people say about a pool.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) currency: Option<String>,
    pub(crate) cut_off_date: Option<NaiveDate>,
    pub(crate) metadata: Option<Value>,
}

/// Where the loans of a version came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    pub(crate) tape_object: Option<String>,
    pub(crate) mapping: Option<Mapping>,
    pub(crate) resolution: Option<Resolution>,
    pub(crate) report: Option<Report>,
    pub(crate) issues_object: Option<String>,
    pub(crate) change: String,
}

/// Loans whose bytes are kept, and where they came from.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) content_hash: String,
    pub(crate) loans_object: String,
    pub(crate) summary: crate::domain::table::Summary,
    pub(crate) origin: Origin,
}

impl Credit {
    /// Keeps the bytes of a table.
    pub(crate) async fn keep_table(
        &self,
        table: Table,
        origin: Origin,
    ) -> Result<Kept, ObjectError> {
        let loans_object = self.objects.put(table.bytes).await?;
        Ok(Kept { content_hash: table.content_hash, loans_object, summary: table.summary, origin })
    }

    /// Keeps what an import made.
    pub(crate) async fn keep_import(
        &self,
        imported: Imported,
        tape_object: String,
        resolution: Resolution,
        change: String,
    ) -> Result<Kept, ObjectError> {
        let issues_object = match imported.issues {
            Some(issues) => Some(self.objects.put(issues).await?),
            None => None,
        };
        let origin = Origin {
            tape_object: Some(tape_object),
            mapping: Some(imported.mapping),
            resolution: Some(resolution),
            report: Some(imported.report),
            issues_object,
            change,
        };
        self.keep_table(imported.table, origin).await
    }

    /// Fetches bytes that a row names.
    pub(crate) async fn fetch(&self, object: &str) -> Result<Bytes, ObjectError> {
        self.objects.get(object).await
    }

    /// Adds a pool with its first version.
    pub(crate) async fn add_pool(
        &self,
        tx: &mut Tx,
        id: String,
        owner: &Owner,
        about: About,
        kept: Kept,
    ) -> platform::db::Result<(PoolRow, VersionRow)> {
        let now = self.clock.now();
        let pool = PoolRow {
            id,
            tenant_id: owner.tenant_id.clone(),
            owner_id: owner.user_id.clone(),
            name: about.name,
            description: about.description,
            currency: about.currency,
            cut_off_date: about.cut_off_date,
            metadata: about.metadata.map(Json),
            summary: Json(kept.summary.clone()),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let version = self.version(&pool, owner, kept);
        pools::insert(tx, &pool).await?;
        versions::insert(tx, &version).await?;
        Ok((pool, version))
    }

    /// Adds a version to a pool; `None` if somebody else was faster.
    pub(crate) async fn add_version(
        &self,
        tx: &mut Tx,
        seen: &PoolRow,
        owner: &Owner,
        about: About,
        kept: Kept,
    ) -> platform::db::Result<Option<(PoolRow, VersionRow)>> {
        let pool = PoolRow {
            name: about.name,
            description: about.description,
            currency: about.currency,
            cut_off_date: about.cut_off_date,
            metadata: about.metadata.map(Json),
            summary: Json(kept.summary.clone()),
            version: seen.version + 1,
            updated_at: self.clock.now(),
            ..seen.clone()
        };
        if !pools::update(tx, &pool, seen.version).await? {
            return Ok(None);
        }
        let version = self.version(&pool, owner, kept);
        versions::insert(tx, &version).await?;
        Ok(Some((pool, version)))
    }

    fn version(&self, pool: &PoolRow, owner: &Owner, kept: Kept) -> VersionRow {
        VersionRow {
            pool_id: pool.id.clone(),
            version: pool.version,
            tenant_id: pool.tenant_id.clone(),
            content_hash: kept.content_hash,
            loans_object: kept.loans_object,
            summary: Json(kept.summary),
            tape_object: kept.origin.tape_object,
            mapping: kept.origin.mapping.map(Json),
            resolution: kept.origin.resolution.map(Json),
            report: kept.origin.report.map(Json),
            issues_object: kept.origin.issues_object,
            change_description: kept.origin.change,
            created_by: owner.user_id.clone(),
            created_at: self.clock.now(),
        }
    }
}

impl About {
    /// What is said about a stored pool.
    pub(crate) fn of(pool: &PoolRow) -> Self {
        Self {
            name: pool.name.clone(),
            description: pool.description.clone(),
            currency: pool.currency.clone(),
            cut_off_date: pool.cut_off_date,
            metadata: pool.metadata.clone().map(|Json(metadata)| metadata),
        }
    }
}
