//! Strangle: sells and manages daily BTC and ETH short strangles.
//!
//! - [`domain`] shows and asks: views of the desk, commands, exports. Pure; the rules of trading are
//!   the engine's.
//! - `store` remembers. Each function takes the caller's transaction.
//! - `http` translates between JSON and the above. It never trades: it writes rows, and the process
//!   that leads does what they say.
//! - `desk` is the line between the two.
//! - [`clients`] talks to the exchange.
//! - [`cli`] is for the operator.
//!
//! # Invariants
//!
//! - At most one session of an account is open, and at most one start waits.
//! - An order is in a row before it leaves the process.
//! - Events of a session are only added, and every other row can be made again from them.

pub mod cli;
pub mod clients;
pub mod domain;
pub mod metrics;

mod demo;
mod desk;
mod engine;
mod guards;
mod http;
mod kill;
mod picture;
mod settings;
mod store;
pub mod venue;

use std::path::Path;
use std::sync::Arc;

use platform::clock::Clock;
use platform::db::Db;
use platform::events::Events;
use platform::health::Check;
use platform::ids::Ids;
use platform::service::{Context, Registration, Service, Start, StartError};
use platform::settings::Env;
use platform::tasks::Tasks;

use crate::desk::Desk;
use crate::settings::Settings;

/// How strangle presents itself to the server.
pub const REGISTRATION: Registration = Registration {
    name: "strangle",
    title: "Strangle",
    migrations: platform::db::Migrations {
        owner: "strangle",
        sqlite: &sqlx::migrate!("migrations/sqlite"),
        postgres: &sqlx::migrate!("migrations/postgres"),
    },
    durability: platform::db::Durability::Full,
    configure,
};

/// What handlers and the engine share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Strangle {
    db: Db,
    clock: Clock,
    ids: Ids,
    tasks: Tasks,
    events: Events,
    settings: Arc<Settings>,
    /// Whose positions, session and guards these are; see [`Settings::account`].
    account: Arc<str>,
    data_dir: Arc<Path>,
    desk: Desk,
}

impl Strangle {
    fn new(settings: Settings, context: &Context) -> Self {
        Self {
            db: context.db.clone(),
            clock: context.clock.clone(),
            ids: context.ids.clone(),
            tasks: context.tasks.clone(),
            events: context.events.clone(),
            account: settings.account().into(),
            settings: Arc::new(settings),
            data_dir: context.settings.data_dir.as_path().into(),
            desk: Desk::default(),
        }
    }

    /// Names the tenant whose desk this is.
    fn tenant(&self) -> &str {
        &self.settings.tenant
    }

    /// Names the environment, as rows do.
    fn environment(&self) -> &'static str {
        self.settings.venue.venue.name()
    }
}

/// Says whether somebody watches the desk, and what is wrong with it.
fn desk_check(strangle: &Strangle) -> Check {
    let strangle = strangle.clone();
    Check::new("desk", move || {
        let finding = strangle.desk.pulse().finding(strangle.clock.now());
        async move { finding }
    })
}

fn configure(env: &mut Env) -> Start {
    let settings = Settings::read(env);
    Box::new(move |context| Box::pin(start(settings, context)))
}

#[expect(clippy::unused_async, reason = "the registration asks for a future")]
async fn start(settings: Settings, context: Context) -> Result<Service, StartError> {
    crate::metrics::describe();
    clients::delta::metrics::describe();
    let strangle = Strangle::new(settings, &context);
    if strangle.settings.engine.enabled {
        engine::start(&strangle, context.leader.clone());
    }
    let mut service = Service::new(http::routes(&strangle), http::ACCESS);
    service.health = vec![Check::database(&context.db), desk_check(&strangle)];
    let for_demo = strangle.clone();
    service.demo = Some(Arc::new(move || {
        let strangle = for_demo.clone();
        Box::pin(async move { demo::load(&strangle).await })
    }));
    Ok(service)
}
