//! Lists in pages, by key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::{FieldError, Problem};

/// The most rows of one page.
const MAX_LIMIT: u32 = 1_000;

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Send it back as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page from up to `limit + 1` rows: the extra row only says that there are more.
    pub fn from_rows<R, K: Serialize>(
        mut rows: Vec<R>,
        limit: u32,
        key: impl Fn(&R) -> K,
        view: impl Fn(R) -> T,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| Cursor(key(row)).encode());
        Self { items: rows.into_iter().map(view).collect(), next_cursor }
    }
}

/// The paging parameters of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows of a page, 1 to 1000; 100 if absent.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// Returns the number of rows of a page.
    ///
    /// # Errors
    ///
    /// Returns 422 unless it is 1 to 1000.
    pub fn limit(&self) -> Result<u32, Problem> {
        match self.limit {
            None => Ok(100),
            Some(limit @ 1..=MAX_LIMIT) => Ok(limit),
            Some(limit) => Err(Problem::invalid(vec![FieldError::new(
                "/query/limit",
                "out_of_range",
                format!("must be 1 to {MAX_LIMIT}, was {limit}"),
            )])),
        }
    }

    /// Returns the key after which the page begins.
    ///
    /// # Errors
    ///
    /// Returns 422 if the cursor was not made by this list.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let Some(text) = &self.cursor else { return Ok(None) };
        Cursor::decode(text).map(|cursor| Some(cursor.0)).ok_or_else(|| {
            Problem::invalid(vec![FieldError::new(
                "/query/cursor",
                "unknown_cursor",
                "is not a cursor of this list; start again without one",
            )])
        })
    }
}

/// A key, wrapped so that clients do not take it apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<K>(pub K);

impl<K: Serialize> Cursor<K> {
    /// Writes the cursor.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&self.0).unwrap_or_default())
    }
}

impl<K: DeserializeOwned> Cursor<K> {
    /// Reads a cursor; `None` if it is not one.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        serde_json::from_slice(&bytes).ok().map(Self)
    }
}
