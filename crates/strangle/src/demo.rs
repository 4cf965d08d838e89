//! The profile that an empty installation begins with.

use platform::db::Json as DbJson;
use platform::service::StartError;
use strangle_engine::profile::{Profile, ProfileFields};

use crate::Strangle;
use crate::store::config_versions::{self, VersionRow};
use crate::store::configs::{self, ConfigRow};

/// Who made it.
const MAKER: &str = "system";

/// Adds the profile and makes it the active one, unless there is any profile already.
pub(crate) async fn load(app: &Strangle) -> Result<(), StartError> {
    let fields = ProfileFields { quantity: 10, ..ProfileFields::named("Paper BTC 10–15 delta") };
    let profile = Profile::new(fields)?;
    let now = app.clock.now();

    let mut tx = app.db.write().await?;
    if configs::any(&mut tx).await? {
        return Ok(());
    }
    let row = ConfigRow {
        id: app.ids.with_prefix("config"),
        tenant_id: app.tenant().to_owned(),
        name: profile.fields().name.clone(),
        underlying: profile.underlying().to_string(),
        profile: DbJson(profile),
        is_active: true,
        version: 1,
        created_by: MAKER.to_owned(),
        created_at: now,
        updated_at: now,
    };
    configs::insert(&mut tx, &row).await?;
    let version = VersionRow {
        config_id: row.id.clone(),
        version: row.version,
        tenant_id: row.tenant_id.clone(),
        profile: row.profile.clone(),
        changed_by: MAKER.to_owned(),
        changed_at: now,
    };
    config_versions::insert(&mut tx, &version).await?;
    tx.commit().await?;
    Ok(())
}
