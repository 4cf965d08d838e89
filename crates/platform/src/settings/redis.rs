//! Where Redis is.

use super::{Env, Environment, Secret};

/// Reads `REDIS_URL`, or puts it together from its parts.
pub(super) fn read(env: &mut Env, environment: Environment) -> Option<Secret> {
    env.group("Redis");
    let url = env.secret(
        "REDIS_URL",
        "redis://… or rediss://…; unset keeps cache, limits and fan-out in the process.",
    );
    let host: Option<String> = env.optional("REDIS_HOST", "Host, when REDIS_URL is not given.");
    let port: u16 = env.var("REDIS_PORT", "6379", "Port, with REDIS_HOST.");
    let password = env.secret("REDIS_PASSWORD", "Password, with REDIS_HOST.");
    let tls = env.flag("REDIS_SSL", "true", "Whether REDIS_HOST speaks TLS.");
    let database: u8 =
        env.var(["REDIS_DATABASE", "REDIS_DB"], "0", "Database number, with REDIS_HOST.");
    if environment.is_strict() && url.as_ref().is_some_and(|u| u.reveal().contains("insecure")) {
        env.problem("REDIS_URL: certificate checks cannot be switched off in production");
    }
    url.or_else(|| {
        let host = host?;
        let scheme = if tls { "rediss" } else { "redis" };
        let login = password.map(|p| format!(":{}@", encode(p.reveal()))).unwrap_or_default();
        Some(Secret::new(format!("{scheme}://{login}{host}:{port}/{database}")))
    })
}

/// Percent-encodes what has a meaning in the user part of an address.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(b).to_string()
            }
            _ => format!("%{b:02X}"),
        })
        .collect()
}
