//! A pool as it is sent: each asset is good or has issues, and the good ones are stored as they are.
#![no_main]

use credit::domain::asset::{Record, build};
use credit::domain::pool::PoolDraft;
use credit::domain::table;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(draft) = serde_json::from_slice::<PoolDraft>(bytes) else { return };
    let Some(mut assets) = draft.assets else { return };
    assert_eq!(assets.sent, assets.loans.len() + assets.skipped.len());
    assert!(assets.skipped.is_empty() || !assets.issues.is_empty());
    for issue in assets.issues.iter().chain(&assets.warnings) {
        assert!(issue.pointer.starts_with('/'), "{issue:?}");
    }
    let Some(writer) = assets.table.take() else { return };

    let stored = writer.finish().unwrap();
    let mut records: Vec<Record> = Vec::new();
    table::read(&stored.bytes, 0, usize::MAX, |_, record| {
        records.push(record.clone());
        true
    })
    .unwrap();
    assert_eq!(records.len(), assets.loans.len());
    for (record, loan) in records.iter().zip(&assets.loans) {
        assert_eq!(build(record, "/assets/0").as_ref(), Ok(loan));
    }
});
