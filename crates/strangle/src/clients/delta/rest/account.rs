//! The account, and the exchange's view of this client.

use std::time::Duration;

use serde_json::Value;
use strangle_engine::instrument::Symbol;

use super::call::Call;
use super::{Delta, Priority, QuotaStatus, ReadError};
use crate::clients::delta::wire::{Balance, Fields, OpenPosition, Profile, Unreadable};

impl Delta {
    /// Lists all positions; they may be ten seconds old.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] unless the whole list was read.
    pub async fn margined_positions(&self) -> Result<Vec<OpenPosition>, ReadError> {
        self.look_at_positions(Call::get("/v2/positions/margined", "/v2/positions/margined")).await
    }

    /// Lists the money of the account.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] unless the whole list was read.
    pub async fn balances(&self) -> Result<Vec<Balance>, ReadError> {
        let call = Call::get("/v2/wallet/balances", "/v2/wallet/balances").signed();
        self.look_through(&call, Balance::read, |_| false).await
    }

    /// Returns whose account it is.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] if the exchange did not say.
    pub async fn profile(&self) -> Result<Profile, ReadError> {
        self.look(&Call::get("/v2/profile", "/v2/profile").signed().units(1), Profile::read).await
    }

    /// Returns how the account computes margin: `isolated`, `portfolio`.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] if the exchange did not say.
    pub async fn margin_mode(&self) -> Result<String, ReadError> {
        let path = "/v2/users/trading_preferences";
        let read = |value: &Value| Fields::of("trading preferences", value)?.text("margin_mode");
        self.look(&Call::get(path, path).signed().units(1), read).await
    }

    /// Asks the exchange how much of the quota is used. The answer also tells its time.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] if the exchange did not say.
    pub async fn refresh_quota(&self) -> Result<QuotaStatus, ReadError> {
        let path = "/v2/rate_limits/quota";
        let mut call = Call::get(path, path).units(1).priority(Priority::Exit);
        // Signed it is the account's quota, else that of this address.
        if self.has_credentials() {
            call = call.signed();
        }
        let (current, remaining) = self.look(&call, read_quota).await?;
        let now = self.inner.time.now();
        self.inner.quota.correct(now, current, remaining);
        Ok(self.inner.quota.status(now))
    }

    pub(super) async fn look_at_positions(
        &self,
        call: Call,
    ) -> Result<Vec<OpenPosition>, ReadError> {
        let call = call.signed().priority(Priority::Exit);
        self.look_through(&call, OpenPosition::read, |_| false).await
    }
}

/// The size in an answer for one product: an object, or null if there never was a position.
pub(super) fn size_of(value: &Value, symbol: Symbol) -> Result<i64, Unreadable> {
    match value {
        Value::Null => Ok(0),
        Value::Array(list) => {
            for position in list {
                let position = OpenPosition::read(position)?;
                if position.symbol == symbol {
                    return Ok(position.size);
                }
            }
            Ok(0)
        }
        one => Fields::of("a position", one)?.integer("size"),
    }
}

fn read_quota(value: &Value) -> Result<(u32, Duration), Unreadable> {
    let fields = Fields::of("a quota", value)?;
    let current = u32::try_from(fields.integer("current_quota")?)
        .map_err(|_| fields.unreadable("current_quota"))?;
    let millis = fields.integer("remaining_time_in_milliseconds")?.max(0).unsigned_abs();
    Ok((current, Duration::from_millis(millis)))
}
