//! Trades are told of watched products only: those that somebody hears.

use std::collections::BTreeSet;

use super::channel::Channel;
use super::session::Session;
use crate::product::ProductId;
use crate::venue::Venue;

impl Venue {
    /// Watches the products whose trades somebody wants.
    pub(super) fn update_watches(&mut self) {
        let wanted = self.wanted_watches(None);
        self.set_watches(wanted);
    }

    /// The same while a session is out of the list.
    pub(super) fn update_watches_with(&mut self, session: &Session) {
        let wanted = self.wanted_watches(Some(session));
        self.set_watches(wanted);
    }

    fn wanted_watches(&self, session: Option<&Session>) -> BTreeSet<ProductId> {
        let sessions = self.sockets.sessions.values().chain(session);
        let symbols = sessions.filter_map(|session| session.subscriptions.get(&Channel::Trades));
        let products = symbols.flatten().flat_map(|symbol| self.listed(symbol));
        products.map(|product| product.id).collect()
    }

    fn set_watches(&mut self, wanted: BTreeSet<ProductId>) {
        let watched = std::mem::take(&mut self.sockets.watched);
        for gone in watched.difference(&wanted) {
            self.exchange.unwatch(*gone);
        }
        for new in wanted.difference(&watched) {
            self.exchange.watch(*new);
        }
        self.sockets.watched = wanted;
    }
}
