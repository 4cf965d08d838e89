//! How a term ends when the process is told to stop.

use std::time::Duration;

use strangle_engine::session::{Command, Input};

use super::term::{Open, Term, TermError};
use crate::settings::OnShutdown;

/// How long answers are waited for when the process stops.
const LAST_ANSWERS: Duration = Duration::from_secs(10);
/// How long exits are worked when the process stops and is to leave nothing open.
const LAST_EXITS: Duration = Duration::from_secs(15);

impl Term {
    /// Lets what is on its way arrive, and sends nothing more. Positions stay: the next process
    /// goes on with them.
    pub(super) async fn stop(&mut self) -> Result<(), TermError> {
        if self.strangle.settings.engine.on_shutdown == OnShutdown::Flatten {
            self.flatten_first().await?;
        }
        self.watch.stop();
        let until = tokio::time::Instant::now() + LAST_ANSWERS;
        while self.asked > 0 {
            match tokio::time::timeout_at(until, self.answers.recv()).await {
                Ok(Some(answer)) => self.hear_answer(answer).await?,
                Ok(None) | Err(_) => break,
            }
        }
        self.shown = None;
        self.store_picture().await
    }

    /// Closes what is open, as long as the time of a shutdown lasts.
    async fn flatten_first(&mut self) -> Result<(), TermError> {
        let has_legs = |open: &Open| {
            open.session.view(open.session.ledger().created_at).legs.iter().any(|leg| leg.open != 0)
        };
        if !self.open.as_ref().is_some_and(has_legs) {
            return Ok(());
        }
        let stop = Command::Stop { flatten: true, by: "shutdown".to_owned() };
        self.tell(Input::Command(&stop)).await?;
        let until = tokio::time::Instant::now() + LAST_EXITS;
        while tokio::time::Instant::now() < until && self.open.as_ref().is_some_and(has_legs) {
            let nap = self.nap();
            tokio::select! {
                Some(event) = self.private.next() => self.hear_private(event).await?,
                Some(answer) = self.answers.recv() => self.hear_answer(answer).await?,
                () = tokio::time::sleep(nap) => self.tick().await?,
            }
        }
        Ok(())
    }
}
