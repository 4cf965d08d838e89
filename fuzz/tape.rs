//! What holds for every tape, whatever it is written in.

use bytes::Bytes;
use credit::domain::table;
use credit::domain::tape::{self, Format, Resolution, read_issues};

/// More rows than these say nothing new.
const MOST_ROWS: u64 = 2_000;

/// Imports a tape; if that succeeds, the report, the table and the issues agree.
pub fn import(bytes: Bytes, format: Format) {
    let _ = tape::preview(&bytes, format);
    let resolution = Resolution::default();
    let imported = tape::import(&bytes, format, None, resolution, MOST_ROWS, &mut |_| true);
    let Ok(imported) = imported else { return };

    let report = &imported.report;
    assert!(report.rows <= MOST_ROWS);
    assert_eq!(report.rows, report.valid + report.invalid + report.closed + report.excluded);
    let mut stored = 0;
    table::read(&imported.table.bytes, 0, usize::MAX, |_, _| {
        stored += 1;
        true
    })
    .unwrap();
    assert_eq!(stored, report.valid);
    if let Some(issues) = &imported.issues {
        assert!(!read_issues(issues, 0, usize::MAX, None).unwrap().is_empty());
    }

    // The mapping that was guessed reads the same tape in the same way.
    let mapping = Some(imported.mapping.clone());
    let resolution = Resolution::default();
    let again = tape::import(&bytes, format, mapping, resolution, MOST_ROWS, &mut |_| true);
    assert_eq!(again.unwrap().table.content_hash, imported.table.content_hash);
}
