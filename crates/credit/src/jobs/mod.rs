//! What credit does later.

mod analyze_pool;
mod import_tape;

use platform::jobs::Jobs;

pub(crate) use analyze_pool::AnalyzePool;
pub(crate) use import_tape::{ImportTape, Target};

use crate::Credit;

/// Lists what this service's workers can run.
pub(crate) fn registry(credit: &Credit) -> Jobs {
    Jobs::default().with::<AnalyzePool>(credit).with::<ImportTape>(credit)
}
