//! The settings that every process of the product has, whatever services it runs.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::{Env, Secret, redis};
use crate::http::Networks;

/// How strict the process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Demo data, generated secrets, readable errors at start.
    Development,
    /// Like development, without demo data.
    Test,
    /// Like production, for trials.
    Staging,
    /// Strict: no default secret, no demo data, no documentation page unless asked for.
    Production,
}

impl Environment {
    /// Tells whether weak settings are refused.
    #[must_use]
    pub fn is_strict(self) -> bool {
        matches!(self, Self::Staging | Self::Production)
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Staging => "staging",
            Self::Production => "production",
        })
    }
}

impl FromStr for Environment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "development" | "dev" => Ok(Self::Development),
            "test" => Ok(Self::Test),
            "staging" => Ok(Self::Staging),
            "production" | "prod" => Ok(Self::Production),
            _ => Err("must be development, test, staging or production"),
        }
    }
}

/// The form of the lines on the standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "json" | "true" => Ok(Self::Json),
            "text" | "false" => Ok(Self::Text),
            _ => Err("must be json or text"),
        }
    }
}

/// See the help texts in [`PlatformSettings::read`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is documented where it is read")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct PlatformSettings {
    pub environment: Environment,
    pub host: String,
    pub port: u16,
    pub data_dir: PathBuf,
    pub threads: usize,
    pub request_timeout_seconds: u64,
    pub shutdown_grace_seconds: u64,
    pub keep_alive_seconds: u64,
    pub max_body_bytes: usize,
    pub max_upload_bytes: u64,
    pub max_connections: usize,
    pub docs_enabled: bool,
    pub demo_data: bool,
    pub log_level: String,
    pub log_format: LogFormat,
    pub log_file: PathBuf,
    pub log_file_enabled: bool,
    pub log_file_max_bytes: u64,
    pub log_file_keep: usize,
    pub origins: Vec<String>,
    pub hosts: Vec<String>,
    pub proxies: Networks,
    pub admin_networks: Networks,
    pub database_url: Option<Secret>,
    pub db_pool_size: u32,
    pub db_timeout_seconds: u64,
    pub redis: Option<Secret>,
    pub redis_timeout_seconds: u64,
    pub redis_prefix: String,
    pub cache_enabled: bool,
    pub cache_ttl_seconds: u64,
    pub cache_max_bytes: u64,
    pub rate_limit_enabled: bool,
    pub rate_limit_per_minute: u32,
    pub rate_limit_burst: u32,
    pub rate_limit_fail_open: bool,
    pub metrics_enabled: bool,
    pub metrics_user: String,
    pub metrics_password: Option<Secret>,
    pub otlp_endpoint: Option<String>,
    pub artifact_root: String,
    pub s3_endpoint: Option<String>,
    pub s3_region: String,
    pub s3_access_key: Option<Secret>,
    pub s3_secret_key: Option<Secret>,
    pub worker_concurrency: usize,
    pub job_lease_seconds: u64,
    pub job_retention_days: u32,
    pub tenant_job_limit: usize,
    pub leader_backend: String,
}

impl PlatformSettings {
    /// Reads the settings and notes what is wrong with them.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one line a setting")]
    pub fn read(env: &mut Env) -> Self {
        env.group("Process");
        let environment = env.var(["ENVIRONMENT", "ENV"], "development", "development, test, staging or production. Staging and production refuse weak settings.");
        let debug = env.flag("DEBUG", "false", "More detail in the log; refused in production.");
        let host = env.var(
            ["HOST", "QUINTET_HOST"],
            "127.0.0.1",
            "Address to listen on; containers use 0.0.0.0.",
        );
        let port = env.var(["PORT", "API_PORT"], "8080", "Port to listen on.");
        let data_dir =
            env.var("DATA_DIR", "data", "Directory of the embedded databases, keys and objects.");
        let threads = env.var(
            ["WORKERS", "GUNICORN_WORKERS", "WORKER_THREADS"],
            "0",
            "Threads that serve requests; 0 means one for each core.",
        );
        let request_timeout_seconds = env.var(
            ["REQUEST_TIMEOUT_SECONDS", "GUNICORN_TIMEOUT"],
            "60",
            "Deadline of a request, seconds.",
        );
        let shutdown_grace_seconds = env.var(
            ["SHUTDOWN_GRACE_SECONDS", "GUNICORN_GRACEFUL_TIMEOUT"],
            "30",
            "How long a stopping process waits for running work, seconds.",
        );
        let keep_alive_seconds = env.var(
            ["KEEP_ALIVE_SECONDS", "GUNICORN_KEEPALIVE"],
            "75",
            "How long an idle connection stays open, seconds.",
        );
        let max_body_bytes = env.var(
            "MAX_BODY_BYTES",
            "1048576",
            "Largest JSON body, bytes, where a route sets no limit of its own.",
        );
        let max_upload_bytes =
            env.var("MAX_UPLOAD_BYTES", "2147483647", "Largest streamed upload, bytes.");
        let max_connections =
            env.var("MAX_CONNECTIONS", "4096", "Connections open at one time; more wait.");
        let docs: Option<bool> = env.optional(
            "DOCS_ENABLED",
            "Whether /docs and /openapi.json answer; on by default outside staging and production.",
        );
        let demo: Option<bool> = env.optional("DEMO_DATA", "Whether an empty database is filled with demo data; on by default in development only.");

        env.group("Log");
        let log_level = env.var(
            "LOG_LEVEL",
            "info",
            "debug, info, warn, error, or directives such as `info,sqlx=warn`.",
        );
        let log_format = env.var(
            ["LOG_FORMAT", "LOG_JSON"],
            "text",
            "Form of the lines on standard output: json or text. The log file is always JSON.",
        );
        let log_file = env.var(
            ["LOG_FILE", "BACKEND_LOG_PATH"],
            "logs/backend.log",
            "The log file, JSON lines; the Log Viewer reads what is written here.",
        );
        let log_file_enabled =
            env.flag("LOG_FILE_ENABLED", "true", "Whether the log file is written.");
        let log_file_max_bytes = env.var(
            "LOG_FILE_MAX_BYTES",
            "104857600",
            "The process rotates the log file at this size, bytes; 0 leaves rotation to the host.",
        );
        let log_file_keep = env.var("LOG_FILE_KEEP", "5", "Rotated log files that are kept.");

        env.group("Web");
        let origins = env.list(
            ["CORS_ORIGINS", "ALLOWED_ORIGINS", "CORS_ALLOW_ORIGINS"],
            "Other web origins that may call the API; none by default.",
        );
        let hosts = env.list(["TRUSTED_HOSTS", "ALLOWED_HOSTS"], "Values of the Host header that are served; empty serves loopback names and HOST in development and everything else is refused in production.");
        let proxies = read_networks(
            env,
            "TRUSTED_PROXIES",
            "Addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed.",
        );
        let admin_networks = read_networks(
            env,
            "ADMIN_NETWORKS",
            "Addresses or networks from which administrators may do what asks for their role, whatever the credential; empty means from everywhere.",
        );

        env.group("Storage");
        let database_url = env.secret(["DATABASE_URL", "QUINTET_DATABASE_URL"], "postgres://… for all services, or sqlite:<file> when one service runs; unset keeps one SQLite file per service in DATA_DIR.");
        let db_pool_size = env.var(
            ["DB_POOL_SIZE", "DATABASE_POOL_SIZE"],
            "10",
            "Connections to the database in each process.",
        );
        let db_timeout_seconds = env.var(
            ["DB_CONNECTION_TIMEOUT", "DATABASE_TIMEOUT_SECONDS"],
            "5",
            "How long to wait for a connection, seconds.",
        );
        let artifact_root = env.var("ARTIFACT_ROOT", "", "Where large bytes live: a directory or s3://bucket/prefix; empty means DATA_DIR/objects.");
        let s3_endpoint = env.optional(
            ["S3_ENDPOINT_URL", "AWS_ENDPOINT_URL"],
            "Address of an S3-compatible store that is not Amazon's.",
        );
        let s3_region = env.var(
            ["AWS_REGION", "AWS_DEFAULT_REGION"],
            "us-east-1",
            "Region of the object store.",
        );
        let s3_access_key = env.secret("AWS_ACCESS_KEY_ID", "Access key of the object store.");
        let s3_secret_key = env.secret("AWS_SECRET_ACCESS_KEY", "Secret key of the object store.");

        let redis = redis::read(env, environment);
        let redis_timeout_seconds = env.var(
            "REDIS_TIMEOUT",
            "5",
            "Deadline of one Redis operation, retries included, seconds.",
        );
        let redis_prefix = env.var("REDIS_PREFIX", "quintet:", "Prefix of every key.");

        env.group("Cache and limits");
        let cache_enabled = env.flag("ENABLE_CACHING", "true", "Whether results are cached.");
        let cache_ttl_seconds =
            env.var("CACHE_TTL", "3600", "How long a result is kept by default, seconds.");
        let cache_max_bytes =
            env.var("CACHE_MAX_BYTES", "33554432", "Memory of the cache in the process, bytes.");
        let rate_limit_enabled =
            env.flag("RATE_LIMIT_ENABLED", "true", "Whether requests are limited per caller.");
        let rate_limit_per_minute = env.var(
            ["RATE_LIMIT_DEFAULT", "RATE_LIMIT_REQUESTS"],
            "1200",
            "Requests a minute for each caller.",
        );
        let rate_limit_burst =
            env.var("RATE_LIMIT_BURST", "600", "Requests a caller may send at once.");
        let rate_limit_fail_open = env.flag("RATE_LIMIT_FAIL_OPEN", "true", "Whether requests pass, limited in the process, while Redis is down; false answers 503.");

        env.group("Observation");
        let metrics_enabled = env.flag("ENABLE_PROMETHEUS", "true", "Whether /metrics answers.");
        let metrics_user = env.var(
            "METRICS_USER",
            "prometheus",
            "User name for /metrics when METRICS_PASSWORD is set.",
        );
        let metrics_password = env.secret(
            "METRICS_PASSWORD",
            "Password for /metrics; unset leaves it open to loopback and trusted proxies.",
        );
        let otlp_endpoint = env.optional(
            ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTLP_ENDPOINT"],
            "OpenTelemetry collector (HTTP); unset exports nothing.",
        );

        env.group("Background work");
        let worker_concurrency = env.var(
            ["WORKER_CONCURRENCY", "CALCULATION_THREAD_POOL_SIZE"],
            "2",
            "Jobs that run at one time in each process.",
        );
        let job_lease_seconds = env.var(
            "JOB_LEASE_SECONDS",
            "30",
            "After this time without a heartbeat a job goes to another worker, seconds.",
        );
        let job_retention_days =
            env.var("JOB_RETENTION_DAYS", "7", "How long finished jobs are listed, days.");
        let tenant_job_limit =
            env.var("TENANT_JOB_LIMIT", "4", "Jobs of one tenant that run at one time.");
        let leader_backend: String =
            env.var("LEADER_BACKEND", "sql", "Where the leader lease lives: sql or redis.");

        if environment == Environment::Production && debug {
            env.problem("DEBUG: must be false in production");
        }
        if !["sql", "redis"].contains(&leader_backend.as_str()) {
            env.problem(format!("LEADER_BACKEND: must be sql or redis, was `{leader_backend}`"));
        }
        if origins.iter().any(|origin| origin == "*") && environment.is_strict() {
            env.problem("CORS_ORIGINS: `*` is refused; name the origins");
        }
        Self {
            environment,
            host,
            port,
            data_dir,
            threads,
            request_timeout_seconds,
            shutdown_grace_seconds,
            keep_alive_seconds,
            max_body_bytes,
            max_upload_bytes,
            max_connections,
            docs_enabled: docs.unwrap_or(!environment.is_strict()),
            demo_data: demo.unwrap_or(environment == Environment::Development),
            log_level: if debug { "debug".to_owned() } else { log_level },
            log_format,
            log_file,
            log_file_enabled,
            log_file_max_bytes,
            log_file_keep,
            origins,
            hosts,
            proxies,
            admin_networks,
            database_url,
            db_pool_size,
            db_timeout_seconds,
            redis,
            redis_timeout_seconds,
            redis_prefix,
            cache_enabled,
            cache_ttl_seconds,
            cache_max_bytes,
            rate_limit_enabled,
            rate_limit_per_minute,
            rate_limit_burst,
            rate_limit_fail_open,
            metrics_enabled,
            metrics_user,
            metrics_password,
            otlp_endpoint,
            artifact_root,
            s3_endpoint,
            s3_region,
            s3_access_key,
            s3_secret_key,
            worker_concurrency,
            job_lease_seconds,
            job_retention_days,
            tenant_job_limit,
            leader_backend,
        }
    }
}

fn read_networks(env: &mut Env, name: &'static str, help: &'static str) -> Networks {
    let entries = env.list(name, help);
    Networks::parse(&entries).unwrap_or_else(|problem| {
        env.problem(format!("{name}: {problem}"));
        Networks::default()
    })
}
