//! A real process on a port of its own.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Answer, call};

const EMAIL: &str = "admin@example.com";
const FIRST_PASSWORD: &str = "the first secret of the desk 1";
const PASSWORD: &str = "a much longer secret of the desk 42";

/// A running `quintet serve`; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    stderr: Arc<Mutex<String>>,
}

/// The binary with settings for one test and nothing of the caller's environment.
#[expect(clippy::disallowed_methods, reason = "the tools for PostgreSQL are found by it")]
pub(crate) fn quintet(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quintet"));
    command
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .env("ENVIRONMENT", "development")
        .env("DATA_DIR", directory.join("data"))
        .env("LOG_FILE", directory.join("logs/backend.log"))
        .env("RATE_LIMIT_ENABLED", "false")
        .env("DEMO_DATA", "false");
    command
}

impl Server {
    /// Starts the process and waits until it is ready.
    pub(crate) fn start(directory: &Path) -> Self {
        Self::start_with(directory, &[], &[])
    }

    /// Starts the process with more settings and arguments, and waits until it is ready.
    pub(crate) fn start_with(
        directory: &Path,
        settings: &[(&str, &str)],
        arguments: &[&str],
    ) -> Self {
        let mut server = Self::spawn(directory, settings, arguments);
        server.wait_until_ready();
        server
    }

    /// Starts the process with an administrator whose password is known.
    pub(crate) fn start_with_admin(
        directory: &Path,
        settings: &[(&str, &str)],
        arguments: &[&str],
    ) -> Self {
        let admin = [("ADMIN_EMAIL", EMAIL), ("ADMIN_PASSWORD", FIRST_PASSWORD)];
        Self::start_with(directory, &[&admin, settings].concat(), arguments)
    }

    /// Starts the process and does not wait.
    pub(crate) fn spawn(directory: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = quintet(directory)
            .env("PORT", port.to_string())
            .envs(settings.iter().copied())
            .arg("serve")
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = Arc::new(Mutex::new(String::new()));
        let (lines, sink) = (BufReader::new(child.stderr.take().unwrap()), stderr.clone());
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                sink.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        Self { child, port, stderr }
    }

    /// Waits until the process takes requests.
    pub(crate) fn wait_until_ready(&mut self) {
        let started = Instant::now();
        while self.get("/health/ready", "").is_none_or(|(status, _)| status != 200) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "the server ended: {}", self.stderr());
            assert!(started.elapsed() < Duration::from_mins(1), "not ready: {}", self.stderr());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Signs the administrator of [`Server::start_with_admin`] in; returns a header line.
    pub(crate) fn sign_in(&self) -> String {
        let login = |password: &str| {
            let body = json!({ "username": EMAIL, "password": password }).to_string();
            self.call("POST", "/api/auth/login", "", body.as_bytes()).unwrap()
        };
        let bearer = |answer: &Answer| {
            let token = answer.json()["access_token"].as_str().unwrap().to_owned();
            format!("Authorization: Bearer {token}\r\n")
        };
        let known = login(PASSWORD);
        if known.status == 200 {
            return bearer(&known);
        }
        let first = login(FIRST_PASSWORD);
        assert_eq!(first.status, 200, "{}", first.text());
        let change =
            json!({ "current_password": FIRST_PASSWORD, "new_password": PASSWORD }).to_string();
        let changed =
            self.call("POST", "/api/auth/password", &bearer(&first), change.as_bytes()).unwrap();
        assert!(changed.status < 300, "{}", changed.text());
        bearer(&login(PASSWORD))
    }

    /// What it has printed for the operator.
    pub(crate) fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// The one-time password of a first start.
    pub(crate) fn password(&self) -> Option<String> {
        let text = self.stderr();
        let line = text.lines().find(|line| line.trim_start().starts_with("password"))?;
        line.split_whitespace().nth(1).map(str::to_owned)
    }

    /// Sends a request with extra header lines; `None` if nobody answers.
    pub(crate) fn call(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> Option<Answer> {
        call(self.port, method, path, headers, body)
    }

    /// Sends `GET` with extra header lines; `None` if nobody answers.
    pub(crate) fn get(&self, path: &str, headers: &str) -> Option<(u16, String)> {
        self.call("GET", path, headers, b"").map(|answer| (answer.status, answer.text()))
    }

    /// Sends `POST` with JSON and extra header lines.
    pub(crate) fn post(&self, path: &str, headers: &str, body: &str) -> Option<(u16, String)> {
        let answer = self.call("POST", path, headers, body.as_bytes())?;
        Some((answer.status, answer.text()))
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM and goes on.
    pub(crate) fn tell_to_stop(&self) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Sends SIGTERM and returns the exit code.
    pub(crate) fn terminate(self) -> Option<i32> {
        self.tell_to_stop();
        self.wait(Duration::from_secs(40))
    }

    /// Waits for the end and returns the exit code.
    pub(crate) fn wait(mut self, patience: Duration) -> Option<i32> {
        let started = Instant::now();
        while started.elapsed() < patience {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server does not stop: {}", self.stderr());
    }

    /// Kills the process without a word.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Resident memory in bytes.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1_024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
