//! Doors for the fuzz targets; they exist with `--cfg fuzzing` only.

use serde_json::{Map, Value};

use crate::domain::entry::{self, Line, MAX_MESSAGE};
use crate::domain::instant;

/// Reads a line.
///
/// # Panics
///
/// Panics if what is kept of it breaks a promise.
pub fn read_line(bytes: &[u8]) {
    let (Line::Entry(entry) | Line::Raw(entry)) = entry::read(bytes) else { return };
    assert!(entry.message.chars().count() <= MAX_MESSAGE);
    if let Some(micros) = entry.logged_at {
        assert_eq!(instant::parse(&instant::text(micros)), Some(micros));
    }
    if let Some(payload) = entry.payload
        && let Err(error) = serde_json::from_str::<Map<String, Value>>(&payload)
    {
        // A line may carry numbers that are too large for a float, and nest deeper than we read.
        let text = error.to_string();
        assert!(text.contains("out of range") || text.contains("recursion limit"), "{text}");
    }
}

/// Reads an instant.
///
/// # Panics
///
/// Panics if it is not read back as it is written.
pub fn read_instant(text: &str) {
    for micros in [instant::parse(text), instant::of_number(text)].into_iter().flatten() {
        assert_eq!(instant::parse(&instant::text(micros)), Some(micros));
    }
}
