//! What trades cost, told late: sessions that have ended with an estimate become exact.
//!
//! A session waits half a minute for what the exchange charged, then it ends with what the schedule
//! of fees gives. From here on the fills are asked for again until every commission is known; it is
//! a fact like any other, and the rows of the session are made again from it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use rust_decimal::Decimal;
use strangle_engine::session::{Event, Fact};

use super::ledger::{Ledger, LoadError};
use super::term::{Answer, Open, Term, TermError};
use crate::store::{fills, sessions};

/// How often the exchange is asked, in its time.
const EVERY: TimeDelta = TimeDelta::minutes(5);
/// An older trade stays an estimate.
const OLDEST: TimeDelta = TimeDelta::days(30);
/// The clocks may differ by as much.
const MARGIN: TimeDelta = TimeDelta::seconds(5);

impl Term {
    /// Asks what the trades of ended sessions cost, if that is not known.
    pub(super) async fn ask_for_commissions(&mut self) -> Result<(), TermError> {
        let now = self.now();
        if self.charges_asked_at.is_some_and(|at| now - at < EVERY) {
            return Ok(());
        }
        self.charges_asked_at = Some(now);
        let uncharged = self.uncharged().await?;
        let Some(first) = uncharged.iter().map(|fill| fill.exchange_ts).min() else {
            return Ok(());
        };
        let exchange = self.exchange.clone();
        self.ask(async move {
            let fills = exchange.delta().fills(first - MARGIN).await.unwrap_or_default();
            let told = fills.into_iter().filter_map(|fill| Some((fill.id, fill.commission?)));
            Answer::Charged(told.collect())
        });
        Ok(())
    }

    /// Takes in what trades cost.
    pub(super) async fn note_commissions(
        &mut self,
        told: &BTreeMap<String, Decimal>,
    ) -> Result<(), TermError> {
        let uncharged = self.uncharged().await?;
        let told_of = uncharged.iter().filter(|fill| told.contains_key(&fill.fill_id));
        let ended: BTreeSet<i64> = told_of.map(|fill| fill.session_id).collect();
        for session in ended {
            match self.charge(session, told).await {
                Err(LoadError::Db(error)) => return Err(error.into()),
                Err(error) => tracing::error!(
                    event = "commission_not_noted",
                    error = &error as &dyn std::error::Error,
                    "session {session} keeps its estimated fees"
                ),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    async fn charge(
        &self,
        session: i64,
        told: &BTreeMap<String, Decimal>,
    ) -> Result<(), LoadError> {
        let strangle = &self.strangle;
        let mut tx = strangle.db.read().await?;
        let row = sessions::find(&mut tx, strangle.tenant(), session).await?;
        drop(tx);
        let Some(row) = row else { return Ok(()) };
        let name = row.strategy_id.clone();
        let (session, mut ledger) =
            Ledger::load(strangle.clone(), self.leader.clone(), row).await?;

        let mut seq = session.ledger().seq;
        for fill in session.ledger().uncharged() {
            let fill_id = fill.fill.fill_id.clone();
            let Some(commission) = told.get(&fill_id).copied() else { continue };
            seq += 1;
            let fact = Fact::CommissionKnown { fill_id, commission };
            ledger.record(Event { seq, at: self.now(), fact })?;
        }
        ledger.commit().await?;
        tracing::info!(event = "commissions_noted", strategy_id = name, "late commissions noted");
        Ok(())
    }

    /// Lists the trades of ended sessions whose commission is not known. The session that is still
    /// in memory asks for its own.
    async fn uncharged(&self) -> Result<Vec<fills::UnchargedRow>, TermError> {
        let strangle = &self.strangle;
        let open = self.open.as_ref().map(Open::number);
        let since = self.now() - OLDEST;
        let mut tx = strangle.db.read().await?;
        let (environment, account) = (strangle.environment(), &strangle.account);
        let rows = fills::list_uncharged(&mut tx, environment, account, since).await?;
        Ok(rows.into_iter().filter(|row| Some(row.session_id) != open).collect())
    }
}
