//! Snapshot, journal, ledger.

use sha2::{Digest, Sha256};

use super::Exchange;
use crate::journal::{Command, JournalEntry};
use crate::ledger::Ledger;

impl Exchange {
    /// Carries a journal entry out again. Nothing is journaled; the number of the next entry
    /// follows.
    pub fn replay(&mut self, entry: &JournalEntry) {
        self.advance(entry.at);
        self.nested = true;
        self.carry_out(entry);
        self.nested = false;
        self.next_entry = entry.seq + 1;
    }

    /// A journaled command has succeeded once and succeeds again in the same state.
    fn carry_out(&mut self, entry: &JournalEntry) {
        let at = entry.at;
        match entry.command.clone() {
            Command::Place { user_id, order } => drop(self.place(at, user_id, order)),
            Command::Edit { user_id, edit } => drop(self.edit(at, user_id, edit)),
            Command::Cancel { user_id, order, product_id } => {
                drop(self.cancel(at, user_id, order, product_id));
            }
            Command::CancelAll { user_id, filter } => drop(self.cancel_all(at, user_id, filter)),
            Command::Control(control) => drop(self.control(at, control)),
        }
    }

    /// The whole state as JSON; floats are written as their bits.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The exchange of a snapshot. Nothing is watched.
    ///
    /// # Errors
    ///
    /// When the bytes are no snapshot of this version.
    pub fn restore(snapshot: &[u8]) -> Result<Self, serde_json::Error> {
        let mut exchange: Self = serde_json::from_slice(snapshot)?;
        exchange.listing.index();
        Ok(exchange)
    }

    /// SHA-256 of the snapshot in hexadecimal digits.
    #[must_use]
    pub fn state_hash(&self) -> String {
        hex::encode(Sha256::digest(self.snapshot()))
    }

    /// Everything that ever happened on the accounts.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        Ledger {
            at: self.now,
            seed: self.config.seed,
            orders: self.orders.clone(),
            fills: self.fills.clone(),
            positions: self.path.clone(),
            transactions: self.transactions.clone(),
            balances: self.accounts.iter().map(|(id, one)| (*id, one.balance)).collect(),
        }
    }
}
