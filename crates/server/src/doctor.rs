//! `quintet doctor`: finds out what is wrong before a user does.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use platform::health::Status;
use platform::http_client::HttpClient;
use platform::redis::Redis;
use platform::settings::PlatformSettings;
use serde_json::Value;

use crate::services::SERVICES;
use crate::settings;
use crate::storage::Storage;

/// `quintet doctor`
#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    /// Checks a running server at this address instead of this machine's data.
    #[arg(long, value_name = "URL")]
    post_deploy: Option<String>,
}

/// One line of the report.
struct Line {
    good: bool,
    name: &'static str,
    text: String,
}

fn good(name: &'static str, text: impl Into<String>) -> Line {
    Line { good: true, name, text: text.into() }
}

fn bad(name: &'static str, text: impl Into<String>) -> Line {
    Line { good: false, name, text: text.into() }
}

/// Runs all checks and prints one line for each; exits with 1 if one failed.
pub(crate) async fn run(args: DoctorArgs) -> Result<ExitCode> {
    let lines = match args.post_deploy {
        Some(url) => check_server(url.trim_end_matches('/')).await,
        None => check_machine().await?,
    };
    let mut failed = 0;
    for line in &lines {
        failed += usize::from(!line.good);
        println!("{} {:<12} {}", if line.good { "ok  " } else { "FAIL" }, line.name, line.text);
    }
    println!("{} passed, {failed} failed", lines.len() - failed);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn check_machine() -> Result<Vec<Line>> {
    let loaded = settings::load(SERVICES)?;
    let mut lines = vec![good("settings", format!("{} variables, all usable", loaded.asked.len()))];
    lines.push(check_data_dir(&loaded.platform));
    lines.push(check_env_file());
    lines.push(if console::is_built() {
        good("console", "in the binary")
    } else {
        bad("console", "not in the binary; build web/ and then the binary again")
    });
    match Storage::of(&loaded).await {
        Err(error) => lines.push(bad("database", format!("{error:#}"))),
        Ok(storage) => {
            lines.push(match storage.pending().await {
                Err(error) => bad("database", error.to_string()),
                Ok(pending) if pending.is_empty() => good("database", "answers, schema is current"),
                Ok(pending) => bad(
                    "database",
                    format!("{} migrations missing; run `quintet migrate up`", pending.len()),
                ),
            });
            storage.close().await;
        }
    }
    lines.push(match Redis::of(&loaded.platform) {
        Err(error) => bad("redis", format!("REDIS_URL: {error}")),
        Ok(None) => good("redis", "not configured; cache and limits are in the process"),
        Ok(Some(redis)) => match redis.look().await {
            found if found.status == Status::Healthy => good("redis", found.detail),
            found => bad("redis", found.detail),
        },
    });
    Ok(lines)
}

fn check_data_dir(settings: &PlatformSettings) -> Line {
    let path = &settings.data_dir;
    let probe = path.join(".doctor");
    let written = std::fs::create_dir_all(path).and_then(|()| std::fs::write(&probe, b"x"));
    match written.and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => good("data", format!("DATA_DIR `{}` can be written", path.display())),
        Err(error) => bad("data", format!("DATA_DIR `{}`: {error}", path.display())),
    }
}

/// Secrets in `.env` are not for everybody.
fn check_env_file() -> Line {
    use std::os::unix::fs::PermissionsExt as _;
    match std::fs::metadata(".env") {
        Ok(file) if file.permissions().mode() & 0o004 != 0 => {
            bad("env file", ".env can be read by everybody; run `chmod 640 .env`")
        }
        _ => good("env file", "not readable by everybody"),
    }
}

async fn check_server(url: &str) -> Vec<Line> {
    let client = HttpClient::new("doctor", Duration::from_secs(5));
    let mut lines = Vec::new();
    for (name, path) in [("live", "/health/live"), ("ready", "/health/ready")] {
        lines.push(match client.get_json::<Value>(&format!("{url}{path}")).await {
            Ok(_) => good(name, "answers"),
            Err(error) => bad(name, error.to_string()),
        });
    }
    lines.push(match client.get_json::<Value>(&format!("{url}/health")).await {
        Err(error) => bad("health", error.to_string()),
        Ok(health) => match health.get("status").and_then(Value::as_str) {
            Some("healthy") => good("health", "every part works"),
            Some("degraded") => good("health", format!("degraded: {}", health["components"])),
            Some(status) => bad("health", format!("{status}: {}", health["components"])),
            None => bad("health", "the answer has no status"),
        },
    });
    lines.push(match client.get_json::<Value>(&format!("{url}/api/ui-config")).await {
        Err(error) => bad("console", error.to_string()),
        Ok(config) => {
            good("console", format!("version {} ({})", config["version"], config["environment"]))
        }
    });
    lines
}
