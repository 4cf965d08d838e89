//! Makes the rows of sessions again from their events, and compares with those that are stored.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use platform::db::Exact;
use serde_json::Value;

use crate::Strangle;
use crate::engine::ledger::{fold, identity_of, read_events};
use crate::store::session_list::{self, Filter};
use crate::store::{legs, sessions};

/// Sessions that are read at one time.
const PAGE: i64 = 200;

/// Which sessions.
#[derive(Debug, Clone, Args)]
pub struct Rebuild {
    /// Compare only; nothing is written. Needed: writing is done by the desk alone.
    #[arg(long, required = true)]
    verify: bool,
    /// One session; all if absent.
    #[arg(long)]
    session: Option<i64>,
}

impl Rebuild {
    pub(super) async fn run(
        &self,
        app: &Strangle,
        out: &mut impl Write,
    ) -> anyhow::Result<ExitCode> {
        let (mut looked_at, mut wrong, mut before) = (0_u64, 0_u64, i64::MAX);
        loop {
            let ids = self.page(app, before).await?;
            let Some(last) = ids.last() else { break };
            before = *last;
            for id in &ids {
                looked_at += 1;
                for difference in differences(app, *id).await? {
                    wrong += 1;
                    writeln!(out, "session {id}: {difference}")?;
                }
            }
            if self.session.is_some() {
                break;
            }
        }
        writeln!(out, "{looked_at} sessions looked at, {wrong} differences")?;
        Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn page(&self, app: &Strangle, before: i64) -> anyhow::Result<Vec<i64>> {
        if let Some(session) = self.session {
            return Ok(vec![session]);
        }
        let filter = Filter::everything();
        let mut tx = app.db.read().await?;
        let rows = session_list::list(&mut tx, app.tenant(), &filter, before, PAGE, 0).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}

/// Says what differs between the stored rows of a session and those that its events make.
async fn differences(app: &Strangle, id: i64) -> anyhow::Result<Vec<String>> {
    let mut tx = app.db.read().await?;
    let Some(stored) = sessions::find(&mut tx, app.tenant(), id).await? else {
        return Ok(vec!["there is no such session".to_owned()]);
    };
    let stored_legs = legs::list(&mut tx, id).await?;
    drop(tx);
    let events = read_events(app, id).await?;
    let made = match fold(identity_of(&stored), &events) {
        Ok(made) => made,
        Err(error) => return Ok(vec![format!("its events make no session: {error}")]),
    };

    let mut found = Vec::new();
    let mut compare = |what: &str, stored: String, made: String| {
        if stored != made {
            found.push(format!("{what} is stored as {stored}, the events make {made}"));
        }
    };
    let session = made.session();
    compare("state", stored.state, session.state);
    compare("exit reason", text(stored.exit_reason.as_ref()), text(session.exit_reason.as_ref()));
    compare("gross", money(stored.gross), money(session.gross));
    compare("fees", money(stored.fees), money(session.fees));
    compare("legs", stored_legs.len().to_string(), made.ledger().legs.len().to_string());
    for (index, leg) in stored_legs.iter().enumerate() {
        let Some(again) = made.leg(index) else { continue };
        compare("symbol", leg.symbol.clone(), again.symbol.clone());
        compare("open contracts", leg.open_qty.to_string(), again.open_qty.to_string());
        compare(
            "realized",
            leg.realized.0.normalize().to_string(),
            again.realized.0.normalize().to_string(),
        );
        compare("leg status", leg.status.clone(), again.status.clone());
    }
    Ok(found)
}

fn text<T: serde::Serialize>(value: Option<&T>) -> String {
    serde_json::to_value(value).unwrap_or(Value::Null).to_string()
}

fn money(value: Option<Exact>) -> String {
    text(value.map(|value| value.0.normalize()).as_ref())
}
