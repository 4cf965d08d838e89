//! Reads a profile from a body: what it leaves out is as the settings say.

use platform::problem::Problem;
use serde_json::{Map, Value, json};
use strangle_engine::profile::{Profile, ProfileFields};

use super::problems::{field, refused};
use crate::settings::ProfileDefaults;

/// The fields of a profile, of the JSON type that the client chose.
pub(super) type Fields = Map<String, Value>;

/// Reads a whole profile.
pub(super) fn profile(mut fields: Fields, defaults: &ProfileDefaults) -> Result<Profile, Problem> {
    for (name, value) in of_settings(defaults) {
        fields.entry(name).or_insert(value);
    }
    if let Some(size) = defaults.contract_size {
        fields.entry("contract_size").or_insert_with(|| json!(size.to_string()));
    }
    Profile::new(parse(fields)?).map_err(refused)
}

/// Reads a profile that differs from another in some fields.
pub(super) fn changed(base: &Profile, changes: Fields) -> Result<Profile, Problem> {
    let base = serde_json::to_value(base).map_err(Problem::internal)?;
    let Value::Object(mut fields) = base else { return Err(Problem::internal("not an object")) };
    fields.extend(changes);
    Profile::new(parse(fields)?).map_err(refused)
}

fn parse(fields: Fields) -> Result<ProfileFields, Problem> {
    if !fields.contains_key("name") {
        return Err(field("/name", "missing", "is missing: give the profile a name"));
    }
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
        let pointer = match error.path().to_string().as_str() {
            "." => String::new(),
            path => format!("/{}", path.replace(['.', '['], "/").replace(']', "")),
        };
        field(&pointer, "wrong_type", error.inner().to_string())
    })
}

fn of_settings(defaults: &ProfileDefaults) -> [(String, Value); 7] {
    let number = crate::domain::number::number;
    [
        ("underlying", json!(defaults.underlying)),
        ("delta_range_low", json!(number(defaults.delta_low))),
        ("delta_range_high", json!(number(defaults.delta_high))),
        ("trade_time_ist", json!(defaults.trade_time.format("%H:%M").to_string())),
        ("exit_time_ist", json!(defaults.exit_time.format("%H:%M").to_string())),
        ("expiry_buffer_hours", json!(defaults.expiry_buffer_hours)),
        ("trailing_sl_enabled", json!(defaults.trailing_enabled)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
}
