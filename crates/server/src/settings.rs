//! All settings, read once, every mistake reported at once.

use std::sync::Arc;

use accounts::first_run::FirstRun;
use platform::service::{Registration, Start};
use platform::settings::{Asked, Env, PlatformSettings, Secret, SettingsError};

use crate::services::SERVICES;

/// The settings of a process, and how to start its services with them.
pub(crate) struct Loaded {
    pub(crate) platform: Arc<PlatformSettings>,
    pub(crate) services: Vec<Configured>,
    pub(crate) first_run: FirstRun,
    pub(crate) asked: Vec<Asked>,
}

/// A service with its settings.
pub(crate) struct Configured {
    pub(crate) registration: Registration,
    pub(crate) database_url: Option<Secret>,
    pub(crate) start: Start,
}

/// Reads the environment for these services.
pub(crate) fn load(services: &[Registration]) -> Result<Loaded, SettingsError> {
    read(Env::load()?, services)
}

/// Reads an empty environment for all services: the defaults, and what can be set.
pub(crate) fn describe() -> Result<Vec<Asked>, SettingsError> {
    Ok(read(Env::default(), SERVICES)?.asked)
}

/// Reads the settings of these services from an environment.
pub(crate) fn read(mut env: Env, services: &[Registration]) -> Result<Loaded, SettingsError> {
    let platform = Arc::new(PlatformSettings::read(&mut env));
    let first_run = FirstRun::read(&mut env);
    let mut configured = Vec::new();
    for registration in services {
        env.group(registration.title);
        let database_url = env.secret(
            database_variable(registration.name),
            "A database of its own for this service; otherwise DATABASE_URL.",
        );
        let start = (registration.configure)(&mut env);
        configured.push(Configured { registration: *registration, database_url, start });
    }
    Ok(Loaded { platform, services: configured, first_run, asked: env.finish()? })
}

/// Names the variable, `CREDIT_DATABASE_URL`; leaked, because names live as long as the process.
fn database_variable(service: &str) -> &'static str {
    Box::leak(format!("{}_DATABASE_URL", service.to_uppercase()).into_boxed_str())
}
