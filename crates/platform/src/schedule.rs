//! What a service does periodically.

use std::sync::Arc;

use crate::auth::BoxFuture;
use crate::service::StartError;

/// Periodic work; it runs on the elected leader only.
#[derive(Clone)]
pub struct Schedule {
    /// `<service>.<verb>_<thing>`
    pub name: &'static str,
    /// Five or six cron fields, UTC.
    pub cron: String,
    /// The work; usually it enqueues a job.
    pub run: Arc<dyn Fn() -> BoxFuture<'static, Result<(), StartError>> + Send + Sync>,
}
