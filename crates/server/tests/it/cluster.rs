//! Several processes on one PostgreSQL: who leads, who works, and what happens when one is killed.

use std::path::Path;
use std::time::Instant;

use crate::loans::{pool, tape};
use crate::postgres::{Database, wait_for};
use crate::server::Server;

/// Three processes that share a database, a data directory and short leases.
struct Desk {
    database: Database,
    directory: tempfile::TempDir,
    servers: Vec<Server>,
    bearer: String,
}

impl Desk {
    fn open() -> Option<Self> {
        let database = Database::create()?;
        let directory = tempfile::tempdir().unwrap();
        // All start at once on an empty database: migrations and the administrator are made once.
        let mut servers: Vec<_> =
            (0..3).map(|_| Self::spawn(directory.path(), &database.url, &[])).collect();
        servers.iter_mut().for_each(Server::wait_until_ready);
        let bearer = servers[0].sign_in();
        Some(Self { database, directory, servers, bearer })
    }

    fn spawn(directory: &Path, url: &str, arguments: &[&str]) -> Server {
        let settings = [
            ("DATABASE_URL", url),
            ("DB_POOL_SIZE", "6"),
            ("JOB_LEASE_SECONDS", "3"),
            ("WORKER_CONCURRENCY", "2"),
            ("TENANT_JOB_LIMIT", "100"),
            ("SECRET_KEY", "one secret that all processes of the test share"),
            ("ADMIN_EMAIL", "admin@example.com"),
            ("ADMIN_PASSWORD", "the first secret of the desk 1"),
        ];
        Server::spawn(directory, &settings, arguments)
    }

    /// The lease: holder's process id and fencing token, while it holds.
    fn leader(&self) -> Option<(u32, i64)> {
        let row = self
            .database
            .query("SELECT holder, fence FROM leases WHERE name = 'leader' AND expires_at > now()");
        let (holder, fence) = row.split_once('|')?;
        Some((holder.split(':').next()?.parse().ok()?, fence.parse().ok()?))
    }

    /// Kills the process of this id without a word.
    fn kill(&mut self, pid: u32) {
        let position = self.servers.iter().position(|server| server.pid() == pid);
        self.servers.swap_remove(position.expect("it is one of ours")).kill();
    }

    /// Uploads a tape as a job; returns its id.
    fn import(&self, rows: usize) -> String {
        let headers = format!("{}Content-Type: text/csv\r\n", self.bearer);
        let path = "/api/v1/pools/tape?name=Killed&run_async=true";
        let answer = self.servers[0].call("POST", path, &headers, tape(rows).as_bytes()).unwrap();
        assert_eq!(answer.status, 202, "{}", answer.text());
        answer.json()["job_id"].as_str().unwrap().to_owned()
    }
}

#[test]
fn another_process_leads_after_the_leader_was_killed_and_the_token_grows() {
    let Some(mut desk) = Desk::open() else { return };
    wait_for("a first leader", 10, || desk.leader().is_some());
    let (first, token) = desk.leader().unwrap();

    let killed = Instant::now();
    desk.kill(first);
    wait_for("a second leader", 25, || desk.leader().is_some_and(|(pid, _)| pid != first));
    let (second, larger) = desk.leader().unwrap();

    // The lease lasts 15 s, and those who wait for it look every 2 s.
    assert!(killed.elapsed().as_secs() <= 18, "took {:?}", killed.elapsed());
    assert!(larger > token, "{larger} after {token}");
    assert!(desk.servers.iter().any(|server| server.pid() == second));
    let metrics: Vec<_> =
        desk.servers.iter().map(|server| server.get("/metrics", "").unwrap().1).collect();
    let leading = metrics.iter().filter(|text| text.contains("\nquintet_leader 1"));
    assert_eq!(leading.count(), 1);
}

#[test]
fn a_leader_that_is_told_to_stop_hands_over_at_once() {
    let Some(mut desk) = Desk::open() else { return };
    wait_for("a first leader", 10, || desk.leader().is_some());
    let (first, _) = desk.leader().unwrap();
    let position = desk.servers.iter().position(|server| server.pid() == first).unwrap();

    assert_eq!(desk.servers.swap_remove(position).terminate(), Some(0));

    wait_for("a second leader", 6, || desk.leader().is_some_and(|(pid, _)| pid != first));
}

#[test]
fn a_job_whose_worker_was_killed_is_taken_again_and_ends_once() {
    let Some(mut desk) = Desk::open() else { return };
    // The process that takes the upload must survive, so the others do the work.
    let lonely = Desk::spawn(desk.directory.path(), &desk.database.url, &["--role", "api"]);
    desk.servers.insert(0, lonely);
    desk.servers[0].wait_until_ready();
    let job = desk.import(150_000);

    let mut holder = String::new();
    let running = format!(
        "SELECT substring(worker FROM ':([0-9]+)/') FROM jobs WHERE id = '{job}' AND state = 'running'"
    );
    wait_for("the job to run", 30, || {
        holder = desk.database.query(&running);
        !holder.is_empty()
    });
    desk.kill(holder.parse().unwrap());
    let state = format!("SELECT state FROM jobs WHERE id = '{job}'");
    assert_eq!(desk.database.query(&state), "running", "it ended before its worker was killed");

    let attempts = format!("SELECT state, attempts FROM jobs WHERE id = '{job}'");
    wait_for("the job to end", 120, || desk.database.query(&state) != "running");
    assert_eq!(desk.database.query(&attempts), "succeeded|2");
    assert_eq!(desk.database.query("SELECT count(*) FROM credit_pools"), "1");
    assert_eq!(desk.database.query("SELECT count(*) FROM credit_pool_versions"), "1");
    let (_, pools) = desk.servers[0].get("/api/v1/pools", &desk.bearer).unwrap();
    assert!(pools.contains("\"asset_count\":150000"), "{pools}");
}

#[test]
fn three_workers_run_every_job_once() {
    let Some(desk) = Desk::open() else { return };
    let body = pool("Thirty", 30).to_string();
    let created =
        desk.servers[0].call("POST", "/api/v1/pools", &desk.bearer, body.as_bytes()).unwrap();
    let id = created.json()["id"].as_str().unwrap().to_owned();

    for number in 0..45_u32 {
        let server = &desk.servers[number as usize % desk.servers.len()];
        let rate = 0.03 + f64::from(number) / 1_000.0;
        let request =
            serde_json::json!({ "discount_rate": rate, "analysis_date": "2026-01-15" }).to_string();
        let path = format!("/api/v1/pools/{id}/runs?run_async=true");
        let answer = server.call("POST", &path, &desk.bearer, request.as_bytes()).unwrap();
        assert_eq!(answer.status, 202, "{}", answer.text());
    }
    wait_for("all jobs to end", 90, || {
        desk.database.query("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')") == "0"
    });

    let ends = "SELECT state, attempts, count(*) FROM jobs GROUP BY state, attempts";
    assert_eq!(desk.database.query(ends), "succeeded|1|45");
    let runs = "SELECT state, count(*) FROM credit_runs GROUP BY state";
    assert_eq!(desk.database.query(runs), "succeeded|45");
    let blobs = "SELECT count(*), count(DISTINCT run_id) FROM credit_run_blobs";
    assert_eq!(desk.database.query(blobs), "45|45");
    let shares: Vec<u32> = desk.servers.iter().map(succeeded).collect();
    assert_eq!(shares.iter().sum::<u32>(), 45, "{shares:?}");
    assert!(shares.iter().filter(|share| **share > 0).count() > 1, "{shares:?}");
}

/// How many analyses a process has ended well, by its own count.
fn succeeded(server: &Server) -> u32 {
    let (_, metrics) = server.get("/metrics", "").unwrap();
    let line = metrics.lines().find(|line| {
        line.starts_with("quintet_jobs_total{")
            && line.contains("credit.analyze_pool")
            && line.contains("\"succeeded\"")
    });
    line.unwrap().rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn an_api_process_runs_no_jobs_and_does_not_lead_and_a_worker_answers_probes_only() {
    let Some(database) = Database::create() else { return };
    let directory = tempfile::tempdir().unwrap();
    let mut api = Desk::spawn(directory.path(), &database.url, &["--role", "api"]);
    api.wait_until_ready();
    let bearer = api.sign_in();
    let body = pool("Waits", 3).to_string();
    let created = api.call("POST", "/api/v1/pools", &bearer, body.as_bytes()).unwrap();
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/pools/{id}/runs?run_async=true");
    let accepted = api.call("POST", &path, &bearer, b"{}").unwrap();
    assert_eq!(accepted.status, 202, "{}", accepted.text());

    std::thread::sleep(std::time::Duration::from_secs(4));
    assert_eq!(database.query("SELECT state FROM jobs"), "queued");
    assert_eq!(database.query("SELECT count(*) FROM leases WHERE fence > 0"), "0");

    let mut worker = Desk::spawn(directory.path(), &database.url, &["--role", "worker"]);
    worker.wait_until_ready();
    wait_for("the job to end", 30, || database.query("SELECT state FROM jobs") == "succeeded");
    assert_eq!(worker.get("/metrics", "").unwrap().0, 200);
    for path in ["/api/v1/pools", "/api/jobs", "/", "/openapi.json", "/api/ui-config"] {
        let answer = worker.call("GET", path, &bearer, b"").unwrap();
        answer.assert_problem(404, "route_not_found");
    }
}
