//! The platform against real engines: SQLite files, or PostgreSQL when `TEST_DATABASE_URL` is set;
//! Redis when `TEST_REDIS_URL` is set.

mod cache;
mod db;
mod events;
mod jobs;
mod jobs_http;
mod jobs_lease;
mod leader;
mod processes;
mod rate_limit;
mod schedule;
mod support;
