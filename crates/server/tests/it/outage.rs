//! PostgreSQL and Redis that go away under load and come back: nothing is restarted by hand.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::http::{Answer, call};
use crate::loans::pool;
use crate::postgres::{Cluster, wait_for};
use crate::server::Server;

/// Clients that ask all the time until they are told to stop.
struct Load {
    stop: Arc<AtomicBool>,
    answers: Arc<Mutex<Vec<(Instant, Duration, Answer)>>>,
    clients: Vec<std::thread::JoinHandle<()>>,
}

impl Load {
    fn start(port: u16, bearer: &str, paths: &[&'static str]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let answers = Arc::new(Mutex::new(Vec::new()));
        let clients = paths.iter().map(|path| {
            let (stop, answers, bearer) = (stop.clone(), answers.clone(), bearer.to_owned());
            let path = *path;
            std::thread::spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let asked = Instant::now();
                    let answer = call(port, "GET", path, &bearer, b"").expect("an answer");
                    answers.lock().unwrap().push((asked, asked.elapsed(), answer));
                    std::thread::sleep(Duration::from_millis(20));
                }
            })
        });
        Self { clients: clients.collect(), stop, answers }
    }

    /// Stops the clients and returns when each asked, how long it took, and what came back.
    fn stop(self) -> Vec<(Instant, Duration, Answer)> {
        self.stop.store(true, Ordering::SeqCst);
        for client in self.clients {
            client.join().expect("every request is answered");
        }
        std::mem::take(&mut *self.answers.lock().unwrap())
    }
}

#[test]
fn requests_are_refused_politely_while_postgresql_is_away_and_go_on_when_it_is_back() {
    let Some(cluster) = Cluster::start() else { return };
    let directory = tempfile::tempdir().unwrap();
    let settings = [("DATABASE_URL", cluster.url.as_str()), ("DB_CONNECTION_TIMEOUT", "2")];
    let server = Server::start_with_admin(directory.path(), &settings, &[]);
    let bearer = server.sign_in();
    let created = server
        .call("POST", "/api/v1/pools", &bearer, pool("Stays", 3).to_string().as_bytes())
        .unwrap();
    assert_eq!(created.status, 201, "{}", created.text());

    let load = Load::start(server.port, &bearer, &["/api/v1/pools", "/api/v1/runs", "/api/jobs"]);
    std::thread::sleep(Duration::from_secs(1));
    cluster.down();
    wait_for("health to notice", 15, || server.get("/health", "").unwrap().0 == 503);
    assert_eq!(server.get("/health/ready", "").unwrap().0, 503);
    assert_eq!(server.get("/health/live", "").unwrap().0, 200);
    let written = server.call("POST", "/api/v1/pools", &bearer, b"{\"assets\":[]}").unwrap();
    assert!(written.status < 500 || written.status == 503, "{}", written.text());
    std::thread::sleep(Duration::from_secs(3));
    cluster.up();
    let back = Instant::now();
    wait_for("health to recover", 20, || server.get("/health", "").unwrap().0 == 200);
    wait_for("requests to recover", 20, || server.get("/api/v1/pools", &bearer).unwrap().0 == 200);
    std::thread::sleep(Duration::from_secs(2));
    let answers = load.stop();

    let mut refused = 0;
    for (_, took, answer) in &answers {
        assert!(*took < Duration::from_secs(8), "took {took:?}: {}", answer.text());
        if answer.status != 200 {
            refused += 1;
            answer.assert_problem(503, "unavailable");
            assert!(answer.header("retry-after").is_some(), "{}", answer.head);
        }
    }
    assert!(refused > 0, "the outage was not noticed");
    let late = answers.iter().filter(|(asked, ..)| *asked > back + Duration::from_secs(12));
    assert!(late.clone().all(|(.., answer)| answer.status == 200), "it did not recover");
    let (_, pools) = server.get("/api/v1/pools", &bearer).unwrap();
    assert!(pools.contains("Stays"), "{pools}");
    assert_eq!(server.terminate(), Some(0));
}

/// A Redis of one's own.
struct OwnRedis {
    child: Child,
    directory: tempfile::TempDir,
    port: u16,
}

impl OwnRedis {
    fn start() -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let Some(child) = Self::spawn(port, directory.path()) else {
            eprintln!("skipped: redis-server is not installed");
            return None;
        };
        let redis = Self { child, directory, port };
        redis.wait();
        Some(redis)
    }

    fn spawn(port: u16, directory: &std::path::Path) -> Option<Child> {
        Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .args(["--appendonly", "no", "--dir", directory.to_str()?])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()
    }

    fn wait(&self) {
        wait_for("redis", 10, || std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    fn down(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn up(&mut self) {
        self.child = Self::spawn(self.port, self.directory.path()).unwrap();
        self.wait();
    }
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn everything_works_with_less_while_redis_is_away() {
    let Some(mut redis) = OwnRedis::start() else { return };
    let directory = tempfile::tempdir().unwrap();
    let url = format!("redis://127.0.0.1:{}/0", redis.port);
    let settings = [("REDIS_URL", url.as_str()), ("RATE_LIMIT_ENABLED", "true")];
    let server = Server::start_with_admin(directory.path(), &settings, &[]);
    let bearer = server.sign_in();
    let analyze = |rate: f64| {
        let body = serde_json::json!({ "pool": pool("Redis", 20), "discount_rate": rate });
        let path = "/api/v1/asset-classes/analyze";
        let asked = Instant::now();
        let answer = server.call("POST", path, &bearer, body.to_string().as_bytes()).unwrap();
        (answer.status, asked.elapsed(), answer.text())
    };
    let health = || server.call("GET", "/health", "", b"").unwrap();
    assert_eq!((analyze(0.04).0, health().json()["status"].as_str()), (200, Some("healthy")));

    redis.down();
    wait_for("health to notice", 15, || health().json()["status"] == "degraded");
    assert_eq!(health().status, 200);
    assert_eq!(server.get("/health/ready", "").unwrap().0, 200);
    for number in 0..10 {
        let (status, took, text) = analyze(0.05 + f64::from(number) / 1_000.0);
        assert_eq!(status, 200, "{text}");
        assert!(took < Duration::from_secs(5), "took {took:?}");
    }
    assert_eq!(server.get("/api/v1/pools", &bearer).unwrap().0, 200);

    redis.up();
    wait_for("health to recover", 45, || health().json()["status"] == "healthy");
    assert_eq!(analyze(0.09).0, 200);
}
