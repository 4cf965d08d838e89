//! Everything that all services share, and nothing that only one of them needs.
//!
//! - What a program must be given, not take: [`clock`], [`ids`], [`settings`], [`tasks`].
//! - Where things are kept: [`db`], [`objects`], [`cache`], [`redis`], [`data_dir`].
//! - How things are said: [`problem`], [`http`], [`events`], [`correlation`].
//! - Who may do what: [`auth`].
//! - What is done later, and once only: [`jobs`], [`schedule`], [`leader`].
//! - What keeps neighbours from harm: [`rate_limit`], [`http_client`], [`breaker`], [`backoff`].
//! - How a service is described and watched: [`service`], [`health`], [`metrics`], [`telemetry`].
//!
//! # Invariants
//!
//! - Nothing here names a service.
//! - Every failure leaves the process as a [`problem::Problem`].

pub mod auth;
pub mod backoff;
pub mod breaker;
pub mod cache;
pub mod clock;
pub mod correlation;
pub mod data_dir;
pub mod db;
pub mod events;
pub mod health;
pub mod http;
pub mod http_client;
pub mod ids;
pub mod jobs;
pub mod leader;
pub mod metrics;
pub mod objects;
pub mod problem;
pub mod rate_limit;
pub mod redis;
pub mod schedule;
pub mod service;
pub mod settings;
pub mod tasks;
pub mod telemetry;
