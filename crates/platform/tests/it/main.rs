//! The platform against real engines: SQLite files, or PostgreSQL when `TEST_DATABASE_URL` is set;
//! Redis when `TEST_REDIS_URL` is set.

#![expect(clippy::unwrap_used, reason = "what a test relies on may be unwrapped")]

mod cache;
mod db;
mod events;
mod http_client;
mod jobs;
mod jobs_http;
mod jobs_lease;
mod jobs_stop;
mod leader;
mod objects;
mod processes;
mod rate_limit;
mod redis_outage;
mod s3;
mod schedule;
mod settings;
mod support;
mod telemetry;
mod ws;
