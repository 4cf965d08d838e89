//! SIGTERM: what runs is finished, nothing new is begun.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::http::{connect, read_answer};
use crate::loans::tape;
use crate::postgres::wait_for;
use crate::server::Server;

#[test]
fn a_request_in_flight_is_finished_and_new_connections_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start_with_admin(directory.path(), &[], &[]);
    let (bearer, port) = (server.sign_in(), server.port);
    let body = tape(2_000);
    let (first, second) = body.as_bytes().split_at(body.len() / 2);
    let mut stream = connect(port, 30).unwrap();
    let head = format!(
        "POST /api/v1/pools/tape?name=Slow HTTP/1.1\r\nHost: localhost\r\n{bearer}\
         Content-Type: text/csv\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(first).unwrap();
    std::thread::sleep(Duration::from_millis(300));

    server.tell_to_stop();
    wait_for("connections to be refused", 5, || TcpStream::connect(("127.0.0.1", port)).is_err());
    stream.write_all(second).unwrap();
    let answer = read_answer(&mut stream).expect("the request is finished");

    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(server.wait(Duration::from_secs(10)), Some(0));
}

#[test]
fn idle_connections_and_streams_do_not_hold_up_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start_with_admin(directory.path(), &[], &[]);
    let (bearer, port) = (server.sign_in(), server.port);
    let idle = connect(port, 30).unwrap();
    let mut used = connect(port, 30).unwrap();
    used.write_all(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(used.read(&mut [0; 64]).unwrap() > 0);
    let mut events = connect(port, 30).unwrap();
    let head = format!("GET /api/jobs/events HTTP/1.1\r\nHost: localhost\r\n{bearer}\r\n");
    events.write_all(head.as_bytes()).unwrap();
    assert!(events.read(&mut [0; 64]).unwrap() > 0);

    let told = Instant::now();
    server.tell_to_stop();

    assert_eq!(server.wait(Duration::from_secs(10)), Some(0));
    assert!(told.elapsed() < Duration::from_secs(5), "took {:?}", told.elapsed());
    drop(idle);
}

#[test]
fn a_request_that_does_not_end_is_cut_off_after_the_grace_period() {
    let directory = tempfile::tempdir().unwrap();
    let settings = [("SHUTDOWN_GRACE_SECONDS", "2")];
    let server = Server::start_with_admin(directory.path(), &settings, &[]);
    let bearer = server.sign_in();
    let mut stream = connect(server.port, 30).unwrap();
    let head = format!(
        "POST /api/v1/pools/tape HTTP/1.1\r\nHost: localhost\r\n{bearer}\
         Content-Type: text/csv\r\nContent-Length: 100000\r\n\r\nloan_id"
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));

    let told = Instant::now();
    server.tell_to_stop();

    assert_eq!(server.wait(Duration::from_secs(10)), Some(0));
    assert!(told.elapsed() < Duration::from_secs(5), "took {:?}", told.elapsed());
}
