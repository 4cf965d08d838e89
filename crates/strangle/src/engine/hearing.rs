//! What reaches the desk: answers of the exchange, its streams.

use strangle_engine::instrument::ProductId;
use strangle_engine::quote::Quote;
use strangle_engine::reconcile::Part;
use strangle_engine::session::Input;

use super::convert;
use super::quotes::News;
use super::term::{Answer, Term, TermError};
use crate::clients::delta::{MarketEvent, PrivateEvent};

impl Term {
    pub(super) async fn hear_answer(&mut self, answer: Answer) -> Result<(), TermError> {
        let _hold = self.hold();
        self.asked = self.asked.saturating_sub(1);
        match &answer {
            Answer::Chain(Part::Known(candidates)) => {
                self.tell(Input::Chain(Part::Known(candidates))).await
            }
            Answer::Chain(Part::Unavailable(error)) => {
                self.tell(Input::Chain(Part::Unavailable(error.clone()))).await
            }
            Answer::Chain(Part::NotAsked) => Ok(()),
            Answer::Quotes(quotes) => {
                for (product_id, quote) in quotes {
                    self.tell(Input::Quote { product_id: *product_id, quote }).await?;
                }
                Ok(())
            }
            Answer::Sent(client_order_id, outcome) => {
                self.tell(Input::Sent { client_order_id, outcome }).await
            }
            Answer::Cancelled(client_order_id, outcome) => {
                self.tell(Input::CancelAnswered { client_order_id, outcome }).await
            }
            Answer::LookedUp(client_order_id, answer) => {
                self.tell(Input::LookedUp { client_order_id, answer }).await
            }
            Answer::Account(view) => self.tell(Input::Account(view)).await,
            Answer::Balance(available) => {
                self.watch.balance(*available);
                Ok(())
            }
            Answer::Charged(told) => self.note_commissions(told).await,
        }
    }

    pub(super) async fn hear_private(&mut self, event: PrivateEvent) -> Result<(), TermError> {
        let _hold = self.hold();
        match event {
            PrivateEvent::Connected { .. } => {
                self.watch.refused = false;
                self.tell(Input::Reconnected).await
            }
            PrivateEvent::Gap { .. } => self.tell(Input::Reconnected).await,
            PrivateEvent::SignInRefused { status } => {
                tracing::error!(
                    event = "delta_auth_missing",
                    status,
                    "the exchange does not accept the key"
                );
                self.watch.refused = true;
                Ok(())
            }
            PrivateEvent::Order { order, .. } => {
                let product = self.product_of(order.symbol);
                match convert::report(&order, product) {
                    Some(report) => self.tell(Input::Order(&report)).await,
                    None => Ok(()),
                }
            }
            PrivateEvent::Fill(fill) => match self.product_of(fill.symbol) {
                Some(product) => {
                    let fill = convert::fill(&fill, product);
                    self.tell(Input::Fill(&fill)).await
                }
                None => Ok(()),
            },
            PrivateEvent::Disconnected | PrivateEvent::Position { .. } => Ok(()),
        }
    }

    pub(super) async fn hear_market(&mut self, event: &MarketEvent) -> Result<(), TermError> {
        let _hold = self.hold();
        match event {
            MarketEvent::System(status) => self.watch.system = *status,
            MarketEvent::Silent => {
                tracing::warn!(event = "websocket_quotes_stale", "no quote arrived for a while");
            }
            MarketEvent::Heard => {
                tracing::info!(event = "websocket_quotes_recovered", "quotes arrive again");
            }
            MarketEvent::Refused { channel, error } => {
                tracing::warn!(
                    event = "websocket_refused",
                    channel,
                    error,
                    "the exchange refused to stream"
                );
            }
            _ => {}
        }
        let news = self.board.hear(event);
        self.watch.trading_status(self.board.trading_status());
        match news {
            Some(News::Quote(product_id, quote)) => {
                self.sample_quote(product_id, &quote);
                self.tell(Input::Quote { product_id, quote: &quote }).await
            }
            Some(News::Index(underlying, spot)) => {
                if underlying == self.underlying() {
                    self.index = Some((underlying, spot));
                    self.tell(Input::Index(spot)).await?;
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Writes one quote in many to the debug log; the first is always written.
    fn sample_quote(&mut self, product_id: ProductId, quote: &Quote) {
        let rate = u64::from(self.strangle.settings.engine.tick_log_sample_rate.max(1));
        if self.heard.is_multiple_of(rate) {
            tracing::debug!(
                event = "position_quote_metrics",
                product_id = product_id.0,
                mark = %quote.mark,
                age_ms = quote.age(self.now()).num_milliseconds(),
                "one of {rate} quotes"
            );
        }
        self.heard += 1;
    }
}
