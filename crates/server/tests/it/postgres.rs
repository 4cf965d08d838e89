//! PostgreSQL for tests: a database of one's own on the server that `TEST_DATABASE_URL` names, or a
//! whole server that the test may stop.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// Reads a variable of the test run.
#[expect(clippy::disallowed_methods, reason = "tests have no settings")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// An empty database; dropped at the end.
pub(crate) struct Database {
    server: String,
    name: String,
    pub(crate) url: String,
}

impl Database {
    /// Creates a database; `None`, and a notice, without `TEST_DATABASE_URL`.
    pub(crate) fn create() -> Option<Self> {
        let Some(server) = variable("TEST_DATABASE_URL") else {
            eprintln!("skipped: TEST_DATABASE_URL is not set");
            return None;
        };
        let number = DATABASES.fetch_add(1, Ordering::SeqCst);
        let name = format!("quintet_test_{}_{number}", std::process::id());
        query(&server, &format!("CREATE DATABASE {name}"));
        let (address, _) = server.rsplit_once('/').unwrap();
        let url = format!("{address}/{name}");
        Some(Self { server, name, url })
    }

    /// Runs a statement and returns its rows, one a line, columns separated by `|`.
    pub(crate) fn query(&self, statement: &str) -> String {
        query(&self.url, statement)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let _ = try_query(&self.server, &statement);
    }
}

/// Runs a statement at an address.
#[track_caller]
pub(crate) fn query(url: &str, statement: &str) -> String {
    try_query(url, statement).unwrap_or_else(|error| panic!("{statement}: {error}"))
}

fn try_query(url: &str, statement: &str) -> Result<String, String> {
    let output = Command::new("psql")
        .args(["-X", "-At", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement])
        .output()
        .map_err(|e| e.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// A PostgreSQL server of one's own.
pub(crate) struct Cluster {
    directory: TempDir,
    programs: PathBuf,
    port: u16,
    pub(crate) url: String,
}

impl Cluster {
    /// Makes and starts a server; `None`, and a notice, where PostgreSQL is not installed.
    pub(crate) fn start() -> Option<Self> {
        use std::os::unix::fs::PermissionsExt as _;
        let Some(programs) = programs() else {
            eprintln!("skipped: initdb is not installed");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(directory.path(), open).unwrap();
        let home = directory.path().join("server");
        std::fs::create_dir(&home).unwrap();
        if is_root() {
            let owned = Command::new("chown").arg("postgres:").arg(&home).status().unwrap();
            assert!(owned.success());
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("postgres://quintet@127.0.0.1:{port}/postgres");
        let cluster = Self { directory, programs, port, url };
        let data = cluster.data();
        let data = data.to_str().unwrap();
        let made = ["--auth=trust", "--username=quintet", "--no-sync", "--pgdata", data];
        assert!(cluster.run("initdb", &made), "initdb failed");
        cluster.up();
        Some(cluster)
    }

    /// Starts the server and waits until it answers.
    pub(crate) fn up(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off",
            self.port
        );
        let (data, log) = (self.data(), self.directory.path().join("server/log"));
        let (data, log) = (data.to_str().unwrap(), log.to_str().unwrap());
        let arguments = ["start", "-D", data, "-w", "-t", "60", "-l", log, "-o", &options];
        assert!(self.run("pg_ctl", &arguments), "PostgreSQL does not start");
    }

    /// Stops the server as a crash would: all connections break.
    pub(crate) fn down(&self) {
        let data = self.data();
        let arguments = ["stop", "-D", data.to_str().unwrap(), "-w", "-m", "immediate"];
        assert!(self.run("pg_ctl", &arguments), "PostgreSQL does not stop");
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("server/data")
    }

    /// Runs a program of PostgreSQL; as the user `postgres` if we are root, which it refuses.
    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let command = command.args(arguments).current_dir(self.directory.path().join("server"));
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        let arguments = ["stop", "-D", data.to_str().unwrap_or_default(), "-m", "immediate"];
        self.run("pg_ctl", &arguments);
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Where the programs of PostgreSQL are.
fn programs() -> Option<PathBuf> {
    let on_path = variable("PATH").unwrap_or_default();
    let on_path = on_path.split(':').map(PathBuf::from);
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let installed = installed.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    let has_programs = |path: &PathBuf| {
        ["initdb", "pg_ctl", "postgres"].iter().all(|name| Path::new(path).join(name).exists())
    };
    on_path.chain(installed).find(has_programs)
}

/// Asks until the answer is yes; fails with `what` when patience is over.
#[track_caller]
pub(crate) fn wait_for(what: &str, seconds: u64, mut ask: impl FnMut() -> bool) {
    let started = Instant::now();
    while !ask() {
        assert!(started.elapsed() < Duration::from_secs(seconds), "in vain waited for: {what}");
        std::thread::sleep(Duration::from_millis(25));
    }
}
