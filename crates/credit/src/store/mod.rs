//! What the service remembers. Each function takes the caller's transaction and asks for the
//! tenant, so that nobody finds another tenant's rows; `objects` asks for all.

pub(crate) mod mappings;
pub(crate) mod objects;
pub(crate) mod pools;
pub(crate) mod runs;
pub(crate) mod versions;
