//! Commands as they are kept: state = snapshot + journal.

use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::order::{CancelFilter, NewOrder, OrderEdit, OrderRef, UserId};
use crate::product::ProductId;
use crate::time::Micros;

/// One state-changing command and when it was carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Rising by one.
    pub seq: u64,
    /// Virtual time.
    pub at: Micros,
    /// What.
    pub command: Command,
}

/// A state-changing command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// A client places an order.
    Place {
        /// Who.
        user_id: UserId,
        /// What.
        order: NewOrder,
    },
    /// A client changes a resting order.
    Edit {
        /// Who.
        user_id: UserId,
        /// What.
        edit: OrderEdit,
    },
    /// A client cancels an order.
    Cancel {
        /// Who.
        user_id: UserId,
        /// Which order.
        order: OrderRef,
        /// Checked against the order when present.
        product_id: Option<ProductId>,
    },
    /// A client cancels many orders.
    CancelAll {
        /// Who.
        user_id: UserId,
        /// Which.
        filter: CancelFilter,
    },
    /// The director intervenes.
    Control(Control),
}
