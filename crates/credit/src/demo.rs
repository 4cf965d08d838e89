//! Two made-up pools, so that an empty installation has something to look at.

use platform::service::StartError;

use crate::Credit;
use crate::domain::samples;
use crate::domain::table::{Table, TableError};
use crate::pools::{About, Origin, Owner};
use crate::store::pools;

/// Adds the pools, unless there is any pool already.
pub(crate) async fn load(credit: &Credit) -> Result<(), StartError> {
    crate::deals::load_samples(credit).await?;
    let mut tx = credit.db.read().await?;
    let filled = pools::any(&mut tx).await?;
    drop(tx);
    if filled {
        return Ok(());
    }
    let today = credit.clock.today();
    let made = tokio::task::spawn_blocking(move || -> Result<[Table; 2], TableError> {
        Ok([samples::auto_loans(today)?, samples::mortgages(today)?])
    });
    let words = [
        ("Hartwell Auto 2025-1", "1,200 made-up auto loans"),
        ("Linden Street Mortgages", "600 made-up fixed-rate mortgages"),
    ];
    let owner = Owner { tenant_id: "default".to_owned(), user_id: "system".to_owned() };
    for (table, (name, description)) in made.await??.into_iter().zip(words) {
        let origin = Origin { change: "Demo data".to_owned(), ..Origin::default() };
        let kept = credit.keep_table(table, origin).await?;
        let about = About {
            name: name.to_owned(),
            description: description.to_owned(),
            currency: Some("USD".to_owned()),
            cut_off_date: Some(today),
            metadata: None,
        };
        let id = credit.ids.with_prefix("pool");
        let mut tx = credit.db.write().await?;
        credit.add_pool(&mut tx, id, &owner, about, kept).await?;
        tx.commit().await?;
    }
    Ok(())
}
