//! The jobs of all services together: one database, or one file for each service.

use std::collections::BTreeSet;

use super::queue::{JobFilter, Queue};
use super::row::JobRow;
use crate::db::Result;
use crate::events::Events;
use crate::tasks::Tasks;

/// The queues of this process, each database once. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queues {
    databases: Vec<Queue>,
    services: Vec<String>,
    pub(super) events: Events,
    pub(super) tasks: Tasks,
}

impl Queues {
    /// Puts queues together; those in the same database count as one.
    #[must_use]
    pub fn new(queues: impl IntoIterator<Item = Queue>, events: Events, tasks: Tasks) -> Self {
        let (mut places, mut services) = (BTreeSet::new(), BTreeSet::new());
        let mut different = Vec::new();
        for queue in queues {
            services.insert(queue.service.to_owned());
            if places.insert(queue.place()) {
                different.push(queue);
            }
        }
        Self { databases: different, services: services.into_iter().collect(), events, tasks }
    }

    /// Lists the services that the queues belong to.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.services.iter().map(String::as_str)
    }

    /// Lists the jobs of all databases, newest first: ids are drawn in the order of time.
    ///
    /// # Errors
    ///
    /// Returns [`crate::db::DbError`] if the rows cannot be read.
    pub async fn list(&self, filter: &JobFilter, limit: u32) -> Result<Vec<JobRow>> {
        let lists = self.databases.iter().map(|queue| queue.list(filter, limit));
        let mut rows: Vec<JobRow> =
            futures::future::try_join_all(lists).await?.into_iter().flatten().collect();
        rows.sort_by(|a, b| b.id.cmp(&a.id));
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(rows)
    }

    /// Returns the job of this id and the queue that it is in.
    ///
    /// # Errors
    ///
    /// Returns [`crate::db::DbError`] if the rows cannot be read.
    pub async fn find(&self, id: &str) -> Result<Option<(JobRow, Queue)>> {
        for queue in &self.databases {
            if let Some(row) = queue.find(id).await? {
                return Ok(Some((row, queue.clone())));
            }
        }
        Ok(None)
    }
}
