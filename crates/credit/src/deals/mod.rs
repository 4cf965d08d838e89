//! Adds deals and versions, and finds what a caller may see of them.
//!
//! - `runner` computes runs, bounded in number, time and work, and caches them.
//! - `samples` adds deals to look at.

mod runner;
mod samples;

use platform::auth::{Caller, Role};
use platform::db::{Json, Tx};

pub(crate) use runner::{DealFailure, compute_now, decode, encode};
pub(crate) use samples::load as load_samples;

use crate::Credit;
use crate::domain::deals::{Claim, DEAL_ENGINE_VERSION, Permission, RunPlan, Structure};
use crate::pools::Owner;
use crate::store::deal_access;
use crate::store::deal_runs::DealRunRow;
use crate::store::deal_versions::{self, DealVersionRow};
use crate::store::deals::{self, DealRow};

/// The name of this service in grants.
const SERVICE: &str = "credit";

/// What people say about a deal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AboutDeal {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) deal_type: String,
    pub(crate) is_public: bool,
    pub(crate) change: String,
}

impl AboutDeal {
    /// What is said about a stored deal.
    pub(crate) fn of(deal: &DealRow) -> Self {
        Self {
            name: deal.name.clone(),
            description: deal.description.clone(),
            deal_type: deal.deal_type.clone(),
            is_public: deal.is_public,
            change: "Changed".to_owned(),
        }
    }
}

impl Credit {
    /// Finds a deal that somebody may see, and how far they may go; the answer never comes from a
    /// cache.
    pub(crate) async fn find_deal(
        &self,
        caller: Option<&Caller>,
        id: &str,
    ) -> platform::db::Result<Option<(DealRow, Permission)>> {
        if !could_be_id(id) {
            return Ok(None);
        }
        let mut tx = self.db.read().await?;
        let Some(deal) = deals::find(&mut tx, id).await? else { return Ok(None) };
        let mut claim = Claim { is_public: deal.is_public, ..Claim::default() };
        let insider = caller
            .filter(|caller| caller.tenant_id == deal.tenant_id)
            .filter(|caller| caller.may(SERVICE, Role::Viewer));
        if let Some(caller) = insider {
            claim.is_owner = caller.user_id == deal.owner_id;
            claim.is_tenant_admin = caller.is_admin(SERVICE);
            let grant = deal_access::find(&mut tx, &deal.tenant_id, id, &caller.user_id).await?;
            claim.granted = grant.and_then(|grant| Permission::parse(&grant.permission_level));
        }
        Ok(claim.permission().map(|permission| (deal, permission)))
    }

    /// Whether somebody may see a deal by more than its being public.
    pub(crate) async fn granted(
        &self,
        caller: &Caller,
        deal: &DealRow,
    ) -> platform::db::Result<bool> {
        if caller.tenant_id != deal.tenant_id {
            return Ok(false);
        }
        if caller.user_id == deal.owner_id || caller.is_admin(SERVICE) {
            return Ok(true);
        }
        let mut tx = self.db.read().await?;
        let grant = deal_access::find(&mut tx, &deal.tenant_id, &deal.id, &caller.user_id).await?;
        Ok(grant.is_some())
    }

    /// Makes the row of a run that waits, its plan kept.
    pub(crate) async fn waiting_run(
        &self,
        owner: &Owner,
        deal: &DealRow,
        plan: &RunPlan,
        name: String,
    ) -> Result<DealRunRow, DealFailure> {
        let request_object = self.objects.put(encode(plan)?).await?;
        Ok(DealRunRow {
            id: self.ids.with_prefix("dealrun"),
            tenant_id: owner.tenant_id.clone(),
            owner_id: owner.user_id.clone(),
            deal_id: deal.id.clone(),
            deal_version: deal.version,
            name,
            state: "queued".to_owned(),
            scenarios: Json(plan.scenarios.iter().map(|s| s.name.clone()).collect()),
            pricing_date: plan.pricing_date,
            request_hash: runner::request_hash(plan)?,
            request_object,
            loan_objects: Json(plan.loan_objects()),
            result_object: None,
            engine_version: DEAL_ENGINE_VERSION.to_owned(),
            summary: None,
            job_id: None,
            error_code: None,
            error_message: None,
            execution_seconds: None,
            created_at: self.clock.now(),
            finished_at: None,
        })
    }

    /// Adds a deal with its first version.
    pub(crate) async fn add_deal(
        &self,
        tx: &mut Tx,
        owner: &Owner,
        about: AboutDeal,
        structure: &Structure,
    ) -> platform::db::Result<(DealRow, DealVersionRow)> {
        let now = self.clock.now();
        let deal = DealRow {
            id: self.ids.with_prefix("deal"),
            tenant_id: owner.tenant_id.clone(),
            owner_id: owner.user_id.clone(),
            name: about.name,
            description: about.description,
            deal_type: about.deal_type,
            is_public: about.is_public,
            summary: Json(structure.summary()),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let version = self.deal_version(&deal, owner, about.change, structure);
        deals::insert(tx, &deal).await?;
        deal_versions::insert(tx, &version).await?;
        Ok((deal, version))
    }

    /// Adds a version to a deal; `None` if somebody else was faster.
    pub(crate) async fn add_deal_version(
        &self,
        tx: &mut Tx,
        seen: &DealRow,
        author: &Owner,
        about: AboutDeal,
        structure: &Structure,
    ) -> platform::db::Result<Option<(DealRow, DealVersionRow)>> {
        let deal = DealRow {
            name: about.name,
            description: about.description,
            deal_type: about.deal_type,
            is_public: about.is_public,
            summary: Json(structure.summary()),
            version: seen.version + 1,
            updated_at: self.clock.now(),
            ..seen.clone()
        };
        if !deals::update(tx, &deal, seen.version).await? {
            return Ok(None);
        }
        let version = self.deal_version(&deal, author, about.change, structure);
        deal_versions::insert(tx, &version).await?;
        Ok(Some((deal, version)))
    }

    fn deal_version(
        &self,
        deal: &DealRow,
        author: &Owner,
        change: String,
        structure: &Structure,
    ) -> DealVersionRow {
        DealVersionRow {
            deal_id: deal.id.clone(),
            version: deal.version,
            tenant_id: deal.tenant_id.clone(),
            name: deal.name.clone(),
            description: deal.description.clone(),
            deal_type: deal.deal_type.clone(),
            structure: structure.json.clone(),
            text_form: structure.text.clone(),
            content_hash: structure.content_hash.clone(),
            change_description: change,
            created_by: author.user_id.clone(),
            created_at: self.clock.now(),
        }
    }
}

/// Whether a text could be an id at all; others never reach the database.
pub(crate) fn could_be_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
