//! The settings that every process has.

use platform::settings::{Env, PlatformSettings, SettingsError, env_example, print, reference};

fn read(pairs: &[(&str, &str)]) -> Result<PlatformSettings, SettingsError> {
    let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut env = Env::new(pairs);
    let settings = PlatformSettings::read(&mut env);
    env.finish().map(|_| settings)
}

#[test]
fn nothing_has_to_be_set() {
    let settings = read(&[]).unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("127.0.0.1", 8080));
    assert!(settings.redis.is_none() && settings.database_url.is_none());
    assert!(settings.demo_data && settings.docs_enabled);
}

#[test]
fn production_refuses_what_is_weak_and_says_so_at_once() {
    let errors = read(&[
        ("ENVIRONMENT", "production"),
        ("DEBUG", "true"),
        ("CORS_ORIGINS", "*"),
        ("LEADER_BACKEND", "zookeeper"),
        ("PORT", "http"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,proxy.example.com"),
        ("ADMIN_NETWORKS", "10.0.0.0/99"),
    ])
    .unwrap_err()
    .0;
    for name in
        ["DEBUG", "CORS_ORIGINS", "LEADER_BACKEND", "PORT", "TRUSTED_PROXIES", "ADMIN_NETWORKS"]
    {
        assert!(errors.iter().any(|error| error.starts_with(name)), "{name}: {errors:?}");
    }
    let strict = read(&[("ENV", "prod")]).unwrap();
    assert!(!strict.demo_data && !strict.docs_enabled);
}

#[test]
fn redis_is_one_address_or_its_parts() {
    let url = |pairs: &[(&str, &str)]| read(pairs).unwrap().redis.unwrap().reveal().to_owned();
    assert_eq!(url(&[("REDIS_URL", "redis://r:1/2"), ("REDIS_HOST", "other")]), "redis://r:1/2");
    let parts = [("REDIS_HOST", "r"), ("REDIS_PASSWORD", "p@ss/1"), ("REDIS_DB", "3")];
    assert_eq!(url(&parts), "rediss://:p%40ss%2F1@r:6379/3");
    let plain = [("REDIS_HOST", "r"), ("REDIS_SSL", "false")];
    assert_eq!(url(&plain), "redis://r:6379/0");
}

#[test]
fn other_names_of_a_setting_mean_the_same() {
    let settings = read(&[("GUNICORN_TIMEOUT", "9"), ("API_PORT", "81"), ("LOG_JSON", "true")]);
    let settings = settings.unwrap();
    assert_eq!((settings.request_timeout_seconds, settings.port), (9, 81));
    assert!(read(&[("PORT", "1"), ("API_PORT", "2")]).is_err());
}

#[test]
fn a_secret_shows_in_no_listing() {
    let pairs = [("DATABASE_URL", "postgres://u:hush@h/d")];
    let mut env = Env::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let settings = PlatformSettings::read(&mut env);
    let asked = env.finish().unwrap();
    let texts = [print(&asked), env_example(&asked), reference(&asked), format!("{settings:?}")];
    for text in texts {
        assert!(!text.contains("hush"), "{text}");
    }
    assert!(env_example(&asked).contains("\n#DATABASE_URL=\n"));
    assert!(reference(&asked).contains("| `REDIS_TIMEOUT` | `5` |"));
}

#[test]
fn every_setting_has_one_name_and_a_sentence() {
    let mut env = Env::default();
    let _ = PlatformSettings::read(&mut env);
    let asked = env.finish().unwrap();
    let mut names: Vec<&str> = asked.iter().flat_map(|setting| setting.names.0.clone()).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
    for setting in &asked {
        assert!(setting.help.ends_with('.'), "{}", setting.help);
    }
}
