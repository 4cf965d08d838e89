//! A tape as text: any bytes are answered, and every row is accounted for.
#![no_main]

use bytes::Bytes;
use credit::domain::tape::Format;
use libfuzzer_sys::fuzz_target;

#[path = "../tape.rs"]
mod tape;

fuzz_target!(|bytes: &[u8]| tape::import(Bytes::copy_from_slice(bytes), Format::Csv));
