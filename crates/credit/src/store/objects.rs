//! The objects that rows of any tenant name.

use platform::db::{Result, Tx};

/// Lists the objects that rows name, other than tapes.
pub(crate) async fn list_named(tx: &mut Tx) -> Result<Vec<String>> {
    let rows = tx
        .query(
            "SELECT loans_object FROM credit_pool_versions \
             UNION SELECT issues_object FROM credit_pool_versions WHERE issues_object IS NOT NULL \
             UNION SELECT loans_object FROM credit_runs \
             UNION SELECT loans_object FROM credit_stress_runs \
             UNION SELECT object FROM credit_stress_runs WHERE object IS NOT NULL \
             UNION SELECT object FROM credit_forecasts WHERE object IS NOT NULL \
             UNION SELECT loans_object FROM credit_simulations \
             UNION SELECT object FROM credit_simulations WHERE object IS NOT NULL \
             UNION SELECT object FROM credit_simulation_blocks \
             UNION SELECT object FROM credit_run_blobs",
        )
        .fetch_all::<(String,)>()
        .await?;
    Ok(rows.into_iter().map(|(object,)| object).collect())
}

/// Lists the descriptions of tapes that rows name.
pub(crate) async fn list_tapes(tx: &mut Tx) -> Result<Vec<String>> {
    let rows = tx
        .query(
            "SELECT DISTINCT tape_object FROM credit_pool_versions WHERE tape_object IS NOT NULL",
        )
        .fetch_all::<(String,)>()
        .await?;
    Ok(rows.into_iter().map(|(object,)| object).collect())
}
