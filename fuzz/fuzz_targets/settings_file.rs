//! A settings file: whatever stands in it, all settings have a value that the program can work with.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use platform::settings::{self, Env, PlatformSettings};

fuzz_target!(|bytes: &[u8]| {
    let read: Result<BTreeMap<String, String>, _> = dotenvy::from_read_iter(bytes).collect();
    let Ok(mut values) = read else { return };
    // These name files whose content would be read.
    values.retain(|name, _| !name.ends_with("_FILE"));
    let mut env = Env::new(values);
    let platform = PlatformSettings::read(&mut env);
    for service in [accounts::REGISTRATION, logbook::REGISTRATION, credit::REGISTRATION] {
        drop((service.configure)(&mut env));
    }
    assert!(!platform.leader_backend.contains('\0'));
    if let Ok(asked) = env.finish() {
        let shown = settings::print(&asked);
        assert!(!shown.is_empty());
    }
});
