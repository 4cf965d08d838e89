//! A few deals with a finished run each, so that an empty installation has something to look at.

use deal_engine::templates::{Template, find};
use platform::db::Json;
use platform::service::StartError;

use super::{AboutDeal, decode};
use crate::Credit;
use crate::domain::deals::{DealType, Results, RunSummary, Structure, read_text, sample_plan};
use crate::pools::Owner;
use crate::store::deal_runs::{self, DealRunRow};
use crate::store::deals;

/// The templates that become deals, and their kinds.
const SAMPLES: [(&str, DealType); 3] = [
    ("sequential_rmbs", DealType::Rmbs),
    ("auto_oc_turbo", DealType::Auto),
    ("clo", DealType::Clo),
];

/// Adds the deals, unless there is any deal already.
pub(crate) async fn load(credit: &Credit) -> Result<(), StartError> {
    let mut tx = credit.db.read().await?;
    let filled = deals::any(&mut tx).await?;
    drop(tx);
    if filled {
        return Ok(());
    }
    let owner = Owner { tenant_id: "default".to_owned(), user_id: "system".to_owned() };
    for (name, kind) in SAMPLES {
        if let Some(template) = find(name) {
            add(credit, &owner, template, kind).await?;
        }
    }
    Ok(())
}

async fn add(
    credit: &Credit,
    owner: &Owner,
    template: &Template,
    kind: DealType,
) -> Result<(), StartError> {
    let parsed = read_text(template.text).map_err(|_| "a template cannot be read")?;
    let structure = Structure::parsed(parsed, template.text.to_owned())
        .map_err(|_| "a template cannot be written down")?;
    let about = AboutDeal {
        name: template.title.to_owned(),
        description: template.description.to_owned(),
        deal_type: kind.name().to_owned(),
        is_public: true,
        change: "Demo data".to_owned(),
    };
    let mut tx = credit.db.write().await?;
    let (deal, _) = credit.add_deal(&mut tx, owner, about, &structure).await?;
    tx.commit().await?;

    let plan = sample_plan(template, &structure.deal);
    let found = credit.deal_results(&owner.tenant_id, &plan, credit.direct_budget()).await;
    let (bytes, _) = found?;
    let results: Results = decode(&bytes)?;
    let object = credit.objects.put(bytes).await?;
    let waiting = credit.waiting_run(owner, &deal, &plan, "Base and crisis".to_owned()).await?;
    let run = DealRunRow {
        state: "succeeded".to_owned(),
        result_object: Some(object),
        summary: Some(Json(RunSummary::of(&results))),
        finished_at: Some(credit.clock.now()),
        ..waiting
    };
    let mut tx = credit.db.write().await?;
    deal_runs::insert(&mut tx, &run).await?;
    tx.commit().await?;
    Ok(())
}
