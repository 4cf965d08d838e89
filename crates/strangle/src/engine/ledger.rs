//! The log of a session and its rows, in one transaction each.
//!
//! # Invariants
//!
//! - A transaction commits only while this process leads, and holds facts together with the rows
//!   they change.
//! - What could not be committed is not true: the session is loaded again from the log.

use platform::db::{DbError, Exact};
use platform::leader::Leader;
use strangle_engine::session::{Corrupt, Event, Session};

use super::projection::{Identity, Projection};
use crate::Strangle;
use crate::store::session_events::EventRow;
use crate::store::sessions::SessionRow;
use crate::store::{
    analytics_snapshots, fills, intents, legs, orders, pnl_points, positions,
    reconciliation_reports, risk_events, session_events, sessions,
};

/// How many events are read at a time.
const PAGE: i64 = 1_000;

/// Why a session cannot be taken up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// The store cannot be read.
    #[error(transparent)]
    Db(#[from] DbError),
    /// An event cannot be read.
    #[error("event {seq} of session {session} cannot be read")]
    Unreadable {
        session: i64,
        seq: i64,
        #[source]
        source: serde_json::Error,
    },
    /// The events are not those of a session.
    #[error("the session cannot be made from its events")]
    Corrupt(#[from] Corrupt),
}

/// The open session's log.
#[derive(Debug)]
pub(crate) struct Ledger {
    strangle: Strangle,
    leader: Leader,
    projection: Projection,
    pending: Vec<Event>,
}

impl Ledger {
    /// Begins the log of a new session with its first events.
    pub(crate) fn begin(
        strangle: Strangle,
        leader: Leader,
        identity: Identity,
        events: Vec<Event>,
    ) -> Result<Self, Corrupt> {
        let fence = leader.fence().unwrap_or_default();
        let mut events = events.into_iter();
        let first = events.next().ok_or(Corrupt::NoBeginning)?;
        let projection = Projection::begin(identity, &first, fence)?;
        let mut ledger = Self { strangle, leader, projection, pending: vec![first] };
        for event in events {
            ledger.record(event)?;
        }
        Ok(ledger)
    }

    /// Takes up a stored session.
    pub(crate) async fn load(
        strangle: Strangle,
        leader: Leader,
        row: SessionRow,
    ) -> Result<(Session, Self), LoadError> {
        let events = read_events(&strangle, row.id).await?;
        let projection = fold(identity_of(&row), &events)?;
        let session = Session::replay(events)?;
        Ok((session, Self { strangle, leader, projection, pending: Vec::new() }))
    }

    /// Takes in a fact, to be stored with the next commit.
    pub(crate) fn record(&mut self, event: Event) -> Result<(), Corrupt> {
        self.projection.apply(&event, self.leader.fence().unwrap_or_default())?;
        self.pending.push(event);
        Ok(())
    }

    /// Stores what was taken in since the last commit, and returns it.
    pub(crate) async fn commit(&mut self) -> Result<Vec<Event>, DbError> {
        if self.pending.is_empty() {
            return Ok(Vec::new());
        }
        let changed = self.projection.take_changed();
        let mut tx = self.strangle.db.write().await?;
        self.leader.check(&mut tx).await?;
        let session = self.projection.session();
        if changed.is_new {
            sessions::insert(&mut tx, &session).await?;
        } else {
            sessions::update(&mut tx, &session).await?;
        }
        for event in &self.pending {
            session_events::insert(&mut tx, &event_row(&session, event)).await?;
        }
        for index in &changed.legs {
            if let Some(leg) = self.projection.leg(*index) {
                legs::upsert(&mut tx, &leg).await?;
            }
            if let Some(position) = self.projection.position(*index) {
                positions::upsert(&mut tx, &position).await?;
            }
        }
        for index in &changed.intents {
            if let Some(intent) = self.projection.intent(*index) {
                intents::upsert(&mut tx, &intent).await?;
            }
            if let Some(order) = self.projection.order(*index) {
                orders::upsert(&mut tx, &order).await?;
            }
        }
        for fill in &changed.fills {
            fills::insert(&mut tx, fill).await?;
        }
        for (fill_id, commission) in &changed.commissions {
            fills::set_commission(&mut tx, fill_id, Exact(*commission)).await?;
        }
        for event in &changed.risk_events {
            risk_events::insert(&mut tx, event).await?;
        }
        for report in &changed.reports {
            reconciliation_reports::insert(&mut tx, report).await?;
        }
        if let Some(kpis) = &changed.kpis {
            analytics_snapshots::put(&mut tx, kpis).await?;
        }
        if let Some(point) = &changed.last_point {
            pnl_points::put(&mut tx, point).await?;
        }
        tx.commit().await?;
        Ok(std::mem::take(&mut self.pending))
    }

    /// Returns the rows as they are with everything taken in.
    pub(crate) fn projection(&self) -> &Projection {
        &self.projection
    }
}

/// Makes the rows of a session from its log.
pub(crate) fn fold(identity: Identity, events: &[Event]) -> Result<Projection, Corrupt> {
    let (first, rest) = events.split_first().ok_or(Corrupt::NoBeginning)?;
    let mut projection = Projection::begin(identity, first, 0)?;
    for event in rest {
        projection.apply(event, 0)?;
    }
    projection.take_changed();
    Ok(projection)
}

/// Returns what the facts do not say about a stored session.
pub(crate) fn identity_of(row: &SessionRow) -> Identity {
    Identity {
        tenant_id: row.tenant_id.clone(),
        environment: row.environment.clone(),
        account: row.account.clone(),
        config_id: row.config_id.clone(),
        config_version: row.config_version,
        instance_id: row.instance_id.clone(),
    }
}

/// Reads the whole log of a session.
pub(crate) async fn read_events(
    strangle: &Strangle,
    session: i64,
) -> Result<Vec<Event>, LoadError> {
    let mut tx = strangle.db.read().await?;
    let mut events = Vec::new();
    let mut after = 0;
    loop {
        let rows = session_events::list(&mut tx, session, after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(events) };
        after = last.seq;
        for row in &rows {
            let seq = row.seq;
            let event =
                event_of(row).map_err(|source| LoadError::Unreadable { session, seq, source })?;
            events.push(event);
        }
    }
}

fn event_row(session: &SessionRow, event: &Event) -> EventRow {
    let fact = serde_json::to_value(&event.fact).unwrap_or_default();
    EventRow {
        session_id: session.id,
        seq: i64::try_from(event.seq).unwrap_or(i64::MAX),
        tenant_id: session.tenant_id.clone(),
        kind: event.fact.kind().to_owned(),
        payload: platform::db::Json(fact.get("payload").cloned().unwrap_or_default()),
        at: event.at,
        fencing_token: session.fencing_token,
    }
}

fn event_of(row: &EventRow) -> Result<Event, serde_json::Error> {
    let fact = serde_json::json!({ "type": row.kind, "payload": row.payload.0 });
    Ok(Event {
        seq: u64::try_from(row.seq).unwrap_or_default(),
        at: row.at,
        fact: serde_json::from_value(fact)?,
    })
}
