//! Looks at the desk and stops it.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use crate::Strangle;
use crate::guards::NewState;
use crate::kill::{FLATTEN, KILL_FILE};
use crate::store::sessions;

/// Who acts from the command line.
const OPERATOR: &str = "command line";

/// How trading is stopped.
#[derive(Debug, Clone, Args)]
pub struct Kill {
    /// Close what is open as well.
    #[arg(long, conflicts_with = "release")]
    flatten: bool,
    /// Allow trading again.
    #[arg(long)]
    release: bool,
    /// Only write or remove the file `KILL` in the data directory, for when the database is away.
    #[arg(long)]
    file: bool,
    /// Why.
    #[arg(long, default_value = "stopped from the command line")]
    reason: String,
}

impl Kill {
    pub(super) fn only_file(&self) -> bool {
        self.file
    }

    pub(super) fn by_file(
        &self,
        data_dir: &Path,
        out: &mut impl Write,
    ) -> anyhow::Result<ExitCode> {
        let path = data_dir.join(KILL_FILE);
        if self.release {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| path.display().to_string());
                }
                _ => writeln!(out, "{} is removed", path.display())?,
            }
            return Ok(ExitCode::SUCCESS);
        }
        let text = if self.flatten { FLATTEN } else { "halt" };
        std::fs::write(&path, format!("{text}\n")).with_context(|| path.display().to_string())?;
        writeln!(out, "{} is written: trading stops within a second", path.display())?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) async fn run(
        &self,
        app: &Strangle,
        out: &mut impl Write,
    ) -> anyhow::Result<ExitCode> {
        let new = NewState {
            state: if self.release { "active" } else { "halted" },
            flatten: self.flatten,
            reason: self.reason.clone(),
        };
        let mut tx = app.db.write().await?;
        app.set_trading_state(&mut tx, OPERATOR, &new).await?;
        let now = app.trading_state(&mut tx).await?;
        tx.commit().await?;
        writeln!(out, "trading is {} ({})", now.state, now.source)?;
        let wanted = now.state == new.state;
        if !wanted {
            writeln!(out, "{}; remove that first", now.reason)?;
        }
        Ok(if wanted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Says whether the settings are good and what the desk is doing.
pub(super) async fn check(app: &Strangle, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let (may_trade, reason) = app.mode_reason();
    writeln!(out, "environment     {}", app.environment())?;
    writeln!(out, "account         {}", app.account)?;
    let orders = if may_trade { "may leave" } else { "are kept back" };
    writeln!(out, "orders          {orders} ({})", reason.unwrap_or("live"))?;
    let mut tx = app.db.read().await?;
    let state = app.trading_state(&mut tx).await?;
    let open = sessions::find_open(&mut tx, app.environment(), &app.account).await?;
    drop(tx);
    writeln!(out, "trading state   {} ({})", state.state, state.source)?;
    match open {
        Some(open) => {
            writeln!(out, "open session    {} is {}", open.strategy_id, open.state)?;
        }
        None => writeln!(out, "open session    none")?,
    }
    Ok(if may_trade { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Shows the prices of the open legs.
pub(super) async fn report(app: &Strangle, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let picture = app.picture().await?;
    let shown =
        |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
    writeln!(
        out,
        "{:<24} {:>6} {:>10} {:>10} {:>10} {:>10} {:>12} {:>8}",
        "symbol", "open", "entry", "mark", "bid", "ask", "P&L", "age ms"
    )?;
    for leg in &picture.positions {
        writeln!(
            out,
            "{:<24} {:>6} {:>10} {:>10} {:>10} {:>10} {:>12} {:>8}",
            leg.symbol,
            leg.open_quantity,
            shown(leg.entry_price),
            shown(leg.mark_price),
            shown(leg.best_bid),
            shown(leg.best_ask),
            leg.total_pnl_exact,
            leg.quote_age_ms.map_or_else(|| "-".to_owned(), |age| age.to_string()),
        )?;
    }
    writeln!(out, "net {} USD at {}", picture.totals.total_pnl_exact, picture.generated_at)?;
    Ok(ExitCode::SUCCESS)
}
