//! What is written from the code: the OpenAPI document.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::Value;

use crate::start;

/// Writes the OpenAPI document of all services, keys of extensions sorted, to the standard output.
pub(crate) async fn openapi() -> Result<ExitCode> {
    let directory = std::env::temp_dir().join(format!("quintet-openapi-{}", std::process::id()));
    let document = start::describe(&directory).await;
    // What the services opened lies in that directory only.
    let _ = std::fs::remove_dir_all(&directory);
    let mut document = serde_json::to_value(document?)?;
    sort_extensions(&mut document);
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(ExitCode::SUCCESS)
}

/// Extensions come out of a hash map: their order differs from run to run.
fn sort_extensions(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let mut extensions: Vec<(String, Value)> = Vec::new();
            for name in map.keys().filter(|key| key.starts_with("x-")).cloned().collect::<Vec<_>>()
            {
                if let Some(extension) = map.shift_remove(&name) {
                    extensions.push((name, extension));
                }
            }
            extensions.sort_by(|a, b| a.0.cmp(&b.0));
            map.extend(extensions);
            map.values_mut().for_each(sort_extensions);
        }
        Value::Array(items) => items.iter_mut().for_each(sort_extensions),
        _ => {}
    }
}
