//! What is sent.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::store::backend_logs::LogRow;
use crate::store::frontend_logs::FrontendLogRow;

/// A line of the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LogRowView {
    /// Grows with every line that is read.
    pub(crate) id: i64,
    /// When it was written.
    pub(crate) logged_at: DateTime<Utc>,
    /// When it was read.
    pub(crate) ingested_at: DateTime<Utc>,
    /// `DEBUG`, `INFO`, `WARN` or `ERROR`.
    pub(crate) level: String,
    /// The part of the program.
    pub(crate) logger_name: String,
    /// What kind of thing happened.
    pub(crate) event: Option<String>,
    /// What happened; the first 1024 characters.
    pub(crate) message: String,
    /// The piece of work.
    pub(crate) correlation_id: Option<String>,
    /// The strategy.
    pub(crate) strategy_id: Option<String>,
    /// The request.
    pub(crate) request_id: Option<String>,
    /// Everything else in the line.
    pub(crate) payload: Option<Value>,
}

impl From<LogRow> for LogRowView {
    fn from(row: LogRow) -> Self {
        Self {
            id: row.id,
            logged_at: row.logged_at,
            ingested_at: row.ingested_at,
            level: row.level,
            logger_name: row.logger_name,
            event: row.event,
            message: row.message,
            correlation_id: row.correlation_id,
            strategy_id: row.strategy_id,
            request_id: row.request_id,
            payload: row.payload.map(|payload| payload.0),
        }
    }
}

/// A page of the log, the last read lines first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogPage {
    /// How many lines satisfy the conditions.
    pub(crate) total: i64,
    /// Whether there are more than `total`: with conditions, counting ends at 100 000.
    pub(crate) total_capped: bool,
    /// The number of this page.
    pub(crate) page: i64,
    /// The most lines of a page.
    pub(crate) page_size: i64,
    /// The lines.
    pub(crate) items: Vec<LogRowView>,
    /// Send it back as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<String>,
}

/// How many lines of each level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) struct LevelCounts {
    pub(crate) debug: i64,
    pub(crate) info: i64,
    pub(crate) warn: i64,
    pub(crate) error: i64,
}

impl From<[i64; 4]> for LevelCounts {
    fn from([debug, info, warn, error]: [i64; 4]) -> Self {
        Self { debug, info, warn, error }
    }
}

/// A name and how many lines carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct NameCount {
    /// The name.
    pub(crate) name: String,
    /// How many lines.
    pub(crate) count: i64,
}

/// An interval of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct VolumeBucket {
    /// Where it begins; it ends where the next one begins.
    pub(crate) at: DateTime<Utc>,
    /// How many lines.
    pub(crate) counts: LevelCounts,
}

/// The log at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogSummary {
    /// How many lines satisfy the conditions.
    pub(crate) total: i64,
    /// By level.
    pub(crate) level_counts: LevelCounts,
    /// The five parts of the program that say most.
    pub(crate) top_loggers: Vec<NameCount>,
    /// The five events that happen most.
    pub(crate) top_events: Vec<NameCount>,
    /// When the latest line was written.
    pub(crate) latest_entry_at: Option<DateTime<Utc>>,
    /// The last line of level `ERROR`.
    pub(crate) latest_error: Option<LogRowView>,
    /// The last line of level `WARN`.
    pub(crate) latest_warning: Option<LogRowView>,
    /// Between the writing and the reading of the newest line.
    pub(crate) ingestion_lag_seconds: Option<f64>,
    /// At most 60 intervals of equal length.
    pub(crate) volume: Vec<VolumeBucket>,
}

/// What a browser reported.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FrontendLogView {
    /// Grows with every record.
    pub(crate) id: i64,
    /// When it was received.
    pub(crate) created_at: DateTime<Utc>,
    /// When the browser says it happened.
    pub(crate) logged_at: DateTime<Utc>,
    /// `DEBUG`, `INFO`, `WARN` or `ERROR`.
    pub(crate) level: String,
    /// What happened; the first 512 characters.
    pub(crate) message: String,
    /// What kind of thing happened.
    pub(crate) event: Option<String>,
    /// The visit.
    pub(crate) session_id: Option<String>,
    /// The environment of the console.
    pub(crate) environment: Option<String>,
    /// The part of the console.
    pub(crate) source: Option<String>,
    /// The version of the console.
    pub(crate) app_version: Option<String>,
    /// Who was signed in.
    pub(crate) user_id: Option<String>,
    /// The piece of work.
    pub(crate) correlation_id: Option<String>,
    /// The request.
    pub(crate) request_id: Option<String>,
    /// Everything else.
    pub(crate) data: Option<Value>,
}

impl From<FrontendLogRow> for FrontendLogView {
    fn from(row: FrontendLogRow) -> Self {
        Self {
            id: row.id,
            created_at: row.created_at,
            logged_at: row.logged_at,
            level: row.level,
            message: row.message,
            event: row.event,
            session_id: row.session_id,
            environment: row.environment,
            source: row.source,
            app_version: row.app_version,
            user_id: row.user_id,
            correlation_id: row.correlation_id,
            request_id: row.request_id,
            data: row.data.map(|data| data.0),
        }
    }
}

/// A page of what browsers reported, the last received first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FrontendLogPage {
    /// How many records satisfy the conditions.
    pub(crate) total: i64,
    /// The number of this page.
    pub(crate) page: i64,
    /// The most records of a page.
    pub(crate) page_size: i64,
    /// The records.
    pub(crate) items: Vec<FrontendLogView>,
}
