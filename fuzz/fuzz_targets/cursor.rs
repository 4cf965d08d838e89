//! A cursor of a list: what is read is written as it was, and nothing else is a cursor.
#![no_main]

use libfuzzer_sys::fuzz_target;
use platform::http::{Cursor, Networks};

fuzz_target!(|text: &str| {
    if let Some(cursor) = Cursor::<String>::decode(text) {
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
    }
    if let Some(cursor) = Cursor::<usize>::decode(text) {
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
    }
    if let Some(cursor) = Cursor::<(i64, String)>::decode(text) {
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
    }
    let key = Cursor(text.to_owned());
    assert_eq!(Cursor::decode(&key.encode()), Some(key));

    if let Ok(networks) = Networks::parse(&[text.to_owned()]) {
        networks.contains([127, 0, 0, 1].into());
        networks.contains([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into());
    }
});
