//! The settings of accounts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use jsonwebtoken::DecodingKey;
use platform::settings::{Env, Secret};

/// The shortest signing secret: as long as the hash that it keys.
const SHORTEST_SECRET: usize = 32;

/// Words that stand in examples where a secret should.
const PLACEHOLDERS: [&str; 7] =
    ["change", "replace", "example", "placeholder", "your-", "your_", "insecure"];

/// See the help texts in [`Settings::read`].
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) secret: Option<Secret>,
    pub(crate) previous_secret: Option<Secret>,
    pub(crate) access_lifetime: TimeDelta,
    pub(crate) refresh_lifetime: TimeDelta,
    pub(crate) session_lifetime: TimeDelta,
    pub(crate) hash_parallelism: usize,
}

impl Settings {
    /// Reads the settings and notes what is wrong with them.
    pub(crate) fn read(env: &mut Env) -> Self {
        let strict = env.environment().is_strict();
        env.group("Accounts");
        let secret = env.secret(
            ["SECRET_KEY", "JWT_SECRET", "JWT_SECRET_KEY"],
            "Signs access tokens; at least 32 random bytes. Development generates one into DATA_DIR/signing.key.",
        );
        let previous_secret = env.secret(
            ["SECRET_KEY_PREVIOUS", "JWT_SECRET_PREVIOUS", "JWT_SECRET_KEY_PREVIOUS"],
            "The secret before the last rotation: its tokens stay good until they expire. Remove it an hour later.",
        );
        let public_key = env.secret(
            "JWT_PUBLIC_KEY_BASE64",
            "Public key (PEM, base64) of the issuer of tokens for embedded cards. It is checked at start and used for nothing else yet: no operation accepts such tokens.",
        );
        let access_minutes: i64 = env.var(
            "ACCESS_TOKEN_EXPIRE_MINUTES",
            "30",
            "How long an access token is good, minutes, 1 to 60.",
        );
        let refresh_days: i64 = env.var(
            "REFRESH_TOKEN_EXPIRE_DAYS",
            "7",
            "A session that is not used for this time ends, days, 1 to 90.",
        );
        let session_days: i64 = env.var(
            "SESSION_EXPIRE_DAYS",
            "30",
            "A session ends after this time however much it is used, days, 1 to 365.",
        );
        let hash_parallelism: usize = env.var(
            "PASSWORD_HASH_PARALLELISM",
            "2",
            "Passwords that are checked at one time; each needs a core and 19 MiB, 1 to 64.",
        );

        check_secret(env, "SECRET_KEY", secret.as_ref(), strict);
        if strict && secret.is_none() {
            env.problem(
                "SECRET_KEY: must be set; `openssl rand -base64 48` makes one, SECRET_KEY_FILE keeps it out of the environment",
            );
        }
        check_secret(env, "SECRET_KEY_PREVIOUS", previous_secret.as_ref(), strict);
        if public_key.is_some_and(|key| !is_public_key(key.reveal())) {
            env.problem(
                "JWT_PUBLIC_KEY_BASE64: is not a public key in PEM form, encoded in base64",
            );
        }
        check_range(env, "ACCESS_TOKEN_EXPIRE_MINUTES", access_minutes, 60);
        check_range(env, "REFRESH_TOKEN_EXPIRE_DAYS", refresh_days, 90);
        check_range(env, "SESSION_EXPIRE_DAYS", session_days, 365);
        let parallelism = i64::try_from(hash_parallelism).unwrap_or(i64::MAX);
        check_range(env, "PASSWORD_HASH_PARALLELISM", parallelism, 64);

        Self {
            secret,
            previous_secret,
            access_lifetime: TimeDelta::minutes(access_minutes.clamp(1, 60)),
            refresh_lifetime: TimeDelta::days(refresh_days.clamp(1, 90)),
            session_lifetime: TimeDelta::days(session_days.clamp(1, 365)),
            hash_parallelism: hash_parallelism.clamp(1, 64),
        }
    }
}

/// Notes a secret that is too short or comes from an example. Development accepts what it is given.
fn check_secret(env: &mut Env, name: &str, secret: Option<&Secret>, strict: bool) {
    let Some(secret) = secret.filter(|_| strict) else { return };
    let text = secret.reveal();
    let lower = text.to_lowercase();
    let mut different: Vec<u8> = text.bytes().collect();
    different.sort_unstable();
    different.dedup();
    if text.len() < SHORTEST_SECRET {
        env.problem(format!(
            "{name}: must have at least {SHORTEST_SECRET} bytes, has {}",
            text.len()
        ));
    } else if different.len() < 8 || PLACEHOLDERS.iter().any(|word| lower.contains(word)) {
        env.problem(format!("{name}: looks like a placeholder; use random bytes"));
    }
}

fn check_range(env: &mut Env, name: &str, value: i64, most: i64) {
    if !(1..=most).contains(&value) {
        env.problem(format!("{name}: must be 1 to {most}, was `{value}`"));
    }
}

fn is_public_key(text: &str) -> bool {
    let Ok(pem) = STANDARD.decode(text.trim()) else { return false };
    DecodingKey::from_rsa_pem(&pem).is_ok()
        || DecodingKey::from_ec_pem(&pem).is_ok()
        || DecodingKey::from_ed_pem(&pem).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (Settings, Vec<String>) {
        let mut env = Env::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        let settings = Settings::read(&mut env);
        (settings, env.finish().err().map(|e| e.0).unwrap_or_default())
    }

    #[test]
    fn development_needs_no_secret_and_production_does() {
        assert!(read(&[]).1.is_empty());
        let problems = read(&[("ENVIRONMENT", "production")]).1;
        assert!(problems[0].starts_with("SECRET_KEY: must be set"), "{problems:?}");
    }

    #[test]
    fn production_refuses_short_and_placeholder_secrets() {
        let refuse = |secret: &str| read(&[("ENVIRONMENT", "staging"), ("JWT_SECRET", secret)]).1;
        assert_eq!(refuse("too-short"), ["SECRET_KEY: must have at least 32 bytes, has 9"]);
        for weak in ["change-me-change-me-change-me-change-me", &"abc".repeat(20)] {
            assert_eq!(
                refuse(weak),
                ["SECRET_KEY: looks like a placeholder; use random bytes"],
                "{weak}"
            );
        }
        assert!(refuse("0kXv7ZtQ4mB1pR9sW2cY6nJ8hG3fD5aL").is_empty());
    }

    #[test]
    fn lifetimes_stay_in_their_ranges() {
        let (settings, problems) = read(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "1440")]);
        assert_eq!(problems, ["ACCESS_TOKEN_EXPIRE_MINUTES: must be 1 to 60, was `1440`"]);
        assert_eq!(settings.access_lifetime, TimeDelta::minutes(60));
    }

    #[test]
    fn a_public_key_is_checked_at_start() {
        assert_eq!(read(&[("JWT_PUBLIC_KEY_BASE64", "bm9uc2Vuc2U=")]).1.len(), 1);
        let pem = "-----BEGIN PUBLIC KEY-----\n\
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
            -----END PUBLIC KEY-----\n";
        assert!(read(&[("JWT_PUBLIC_KEY_BASE64", &STANDARD.encode(pem))]).1.is_empty());
    }
}
