//! Which lines are written, changeable while the process runs.

use std::sync::OnceLock;

use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, Layer, reload};

/// Changes the filter; the subscriber's type is not known here.
type Change = Box<dyn Fn(EnvFilter) -> Result<(), reload::Error> + Send + Sync>;

static CHANGE: OnceLock<Change> = OnceLock::new();

/// Parts that write a line for each statement or frame: at `debug` they would bury everything else,
/// and the reading of the log would make new lines for ever. They speak when they are named.
const CHATTY: [&str; 7] = ["sqlx", "hyper", "hyper_util", "h2", "rustls", "tower", "reqwest"];

/// Why the filter was not changed.
#[derive(Debug, thiserror::Error)]
pub enum LevelError {
    /// The text cannot be read.
    #[error(
        "`{0}` is not a log level; use debug, info, warn, error or directives such as \
         `info,sqlx=warn`"
    )]
    Unreadable(String),
    /// Logging was not started here.
    #[error("logging was not started in this process")]
    NotInstalled,
}

/// Makes the filter and remembers how to change it.
pub(super) fn filter<S>(directives: &str) -> Result<impl Layer<S> + use<S>, LevelError>
where
    S: Subscriber,
{
    let (layer, handle) = reload::Layer::new(parse(directives)?);
    let _ = CHANGE.set(Box::new(move |filter| handle.reload(filter)));
    Ok(layer)
}

/// Changes which lines are written, from now on and for this process.
///
/// # Errors
///
/// Returns [`LevelError`] if the directives cannot be read or logging was not started.
pub fn set_level(directives: &str) -> Result<(), LevelError> {
    let filter = parse(directives)?;
    let change = CHANGE.get().ok_or(LevelError::NotInstalled)?;
    change(filter).map_err(|_| LevelError::NotInstalled)
}

fn parse(directives: &str) -> Result<EnvFilter, LevelError> {
    let unreadable = || LevelError::Unreadable(directives.chars().take(200).collect());
    let mut parts = Vec::new();
    for part in directives.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (target, level) = part.rsplit_once('=').unwrap_or(("", part));
        let level = match level.to_ascii_lowercase().as_str() {
            "warning" => "warn".to_owned(),
            "critical" | "fatal" => "error".to_owned(),
            level @ ("trace" | "debug" | "info" | "warn" | "error" | "off") => level.to_owned(),
            _ => return Err(unreadable()),
        };
        parts.push(if target.is_empty() { level } else { format!("{target}={level}") });
    }
    if parts.is_empty() {
        return Err(unreadable());
    }
    for target in CHATTY {
        if !directives.contains(target) {
            parts.insert(0, format!("{target}=warn"));
        }
    }
    parts.join(",").parse().map_err(|_| unreadable())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_as_people_write_them_and_chatty_parts_stay_quiet() {
        assert!(parse("INFO").unwrap().to_string().contains("sqlx=warn"));
        assert!(parse("WARNING").unwrap().to_string().ends_with("warn"));
        assert!(!parse("debug,sqlx=trace").unwrap().to_string().contains("sqlx=warn"));
        for text in ["", "loud", "a=b=c", "[", "info,=x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
