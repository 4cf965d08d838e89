//! A line of the log, and the instants in it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    logbook::fuzzing::read_line(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        logbook::fuzzing::read_instant(text);
    }
});
