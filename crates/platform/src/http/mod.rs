//! What handlers of all services share: extractors, pages, versions, streams; and what happens to
//! every request before and after its handler.

pub mod client_ip;
pub mod compose;
pub mod etag;
mod extract;
mod layers;
mod networks;
pub mod operations;
mod page;
mod shape;
pub mod sse;
pub mod ws;

pub use client_ip::ClientIp;
pub use extract::{Form, Json, Path, Query};
pub use networks::Networks;
pub use page::{Cursor, Page, PageQuery};
