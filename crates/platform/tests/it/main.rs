//! The platform against real engines: SQLite files, or PostgreSQL when `TEST_DATABASE_URL` is set;
//! Redis when `TEST_REDIS_URL` is set.

mod jobs;
mod jobs_http;
mod jobs_lease;
mod processes;
mod support;
