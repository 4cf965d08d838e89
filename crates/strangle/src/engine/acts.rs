//! Begins what a session asks for, without waiting for it.

use strangle_engine::reconcile::Part;
use strangle_engine::session::Act;

use super::term::{Answer, Open, Term};

impl Term {
    pub(super) fn begin_act(&mut self, act: Act) {
        let exchange = self.exchange.clone();
        match act {
            Act::LoadChain { underlying, from, to } => self.ask(async move {
                Answer::Chain(match exchange.candidates(underlying, from, to).await {
                    Ok(candidates) => Part::Known(candidates),
                    Err(error) => Part::Unavailable(error.to_string()),
                })
            }),
            Act::LoadQuotes { symbols } => {
                self.ask(async move { Answer::Quotes(exchange.quotes(&symbols).await) });
            }
            Act::Subscribe { symbols } => {
                for symbol in symbols {
                    if let Some(product) = self.product_of(symbol) {
                        self.board.watch(symbol, product);
                    }
                }
                self.listen();
            }
            Act::Unsubscribe { symbols } => {
                for symbol in symbols {
                    self.board.forget(symbol);
                }
                self.listen();
            }
            Act::Place { order } => {
                self.watch.order_sent(self.now());
                self.ask(async move {
                    let outcome = exchange.place(&order).await;
                    Answer::Sent(order.client_order_id, Box::new(outcome))
                });
            }
            Act::Cancel { client_order_id, exchange_order_id, product_id } => {
                self.ask(async move {
                    let outcome =
                        exchange.cancel(&client_order_id, exchange_order_id, product_id).await;
                    Answer::Cancelled(client_order_id, Box::new(outcome))
                });
            }
            Act::LookUp { client_order_id, product_id, since } => self.ask(async move {
                let answer = exchange.look_up(&client_order_id, product_id, since).await;
                Answer::LookedUp(client_order_id, Box::new(answer))
            }),
            Act::LoadAccount { query } => {
                let own = self.open.as_ref().map(Open::contracts).unwrap_or_default();
                self.ask(
                    async move { Answer::Account(Box::new(exchange.account(&query, &own).await)) },
                );
            }
            Act::KeepPoint { point } => self.keep_point(&point),
        }
    }

    /// Does something without waiting for it. An answer after the term has ended is nobody's.
    pub(super) fn ask(&mut self, work: impl Future<Output = Answer> + Send + 'static) {
        self.asked += 1;
        let inbox = self.inbox.clone();
        self.tasks.spawn("strangle_act", async move {
            let answer = work.await;
            let _ = inbox.send(answer);
        });
    }
}
