//! What the tests of this crate share.

use std::sync::Arc;

use platform::settings::Env;
use sha2::{Digest as _, Sha256};
use testkit::TestApp;

use crate::App;
use crate::domain::entry::{self, Line};
use crate::http::ingest_limit::IngestLimit;
use crate::settings::LogbookSettings;
use crate::store::ingest::Prepared;
use crate::tail::lines::LineName;

/// Makes the state that handlers of a running test service have.
pub(crate) fn app_of(test: &TestApp, variables: &[(&str, &str)]) -> App {
    let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    App {
        context: test.context.clone(),
        settings: Arc::new(LogbookSettings::read(&mut Env::new(variables))),
        tail: crate::tail::service::TailStatus::default(),
        limit: IngestLimit::new(1_000),
    }
}

/// Stores a line as if it had been read from the log file.
pub(crate) async fn insert_line(app: &App, line: &str) {
    let mut rows =
        Prepared::new(app.context.db.is_postgres(), app.context.clock.now().timestamp_micros());
    let (Line::Entry(entry) | Line::Raw(entry)) = entry::read(line.as_bytes()) else { return };
    let hash = Sha256::digest(app.context.ids.draw().as_bytes()).into();
    rows.push(&entry, &LineName { place: 0, hash }).unwrap();
    let mut tx = app.context.db.write().await.unwrap();
    rows.insert(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}
