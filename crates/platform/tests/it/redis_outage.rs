//! Redis goes away and comes back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt as _;
use platform::cache::Cache;
use platform::events::{Event, Events, Fanout};
use platform::redis::Redis;
use platform::tasks::Tasks;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::support::{eventually, redis_url};

/// A line to Redis that can be cut.
struct Line {
    url: String,
    open: Arc<watch::Sender<bool>>,
}

impl Line {
    async fn open() -> Option<Self> {
        let url = redis_url()?;
        let server = authority(&url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = url.replace(&server, &listener.local_addr().unwrap().to_string());
        let open = Arc::new(watch::Sender::new(true));
        let gate = open.clone();
        let tasks = Tasks::default();
        let connections = tasks.clone();
        tasks.spawn("line", async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let (gate, server) = (gate.clone(), server.clone());
                connections.spawn("connection", carry(client, server, gate));
            }
        });
        Some(Self { url: own, open })
    }

    fn redis(&self) -> Redis {
        Redis::open(&self.url, &format!("{}:", self.url), Duration::from_millis(500)).unwrap()
    }
}

/// Host and port of `redis://[user:password@]host:port[/database]`.
fn authority(url: &str) -> &str {
    let rest = url.trim_start_matches("redis://").split('/').next().unwrap_or_default();
    rest.rsplit('@').next().unwrap_or(rest)
}

async fn carry(mut client: TcpStream, server: String, gate: Arc<watch::Sender<bool>>) {
    if !*gate.borrow() {
        return;
    }
    let mut cut = gate.subscribe();
    let mut server = TcpStream::connect(server).await.unwrap();
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
        _ = cut.wait_for(|open| !open) => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cache_goes_on_without_redis_and_uses_it_again_when_it_is_back() {
    let Some(line) = Line::open().await else { return };
    let redis = line.redis();
    let cache = || Cache::in_process(1_000_000, Duration::from_mins(1)).with_redis(redis.clone());
    let value = || async { Ok::<_, String>(Bytes::from_static(b"1")) };
    cache().get_or_compute("before", value()).await.unwrap();
    assert!(cache().get_or_compute("before", value()).await.unwrap().1, "Redis has it");

    line.open.send_replace(false);
    let begun = Instant::now();
    for number in 0..100 {
        let key = number.to_string();
        assert!(!cache().get_or_compute(&key, value()).await.unwrap().1);
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(redis.is_left_alone());

    line.open.send_replace(true);
    eventually("it is used again", async || {
        cache().get_or_compute("before", value()).await.unwrap().1
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_again_when_redis_is_back() {
    let Some(line) = Line::open().await else { return };
    let (here, there, tasks) = (Events::default(), Events::default(), Tasks::default());
    here.share(Fanout::Redis(line.redis()), &tasks);
    there.share(Fanout::Redis(line.redis()), &tasks);
    let mut arrived = Box::pin(there.follow(None));
    let event = || Event {
        topic: "test".to_owned(),
        kind: "tick".to_owned(),
        tenant_id: "default".to_owned(),
        data: json!(1),
    };
    let mut reaches = async || {
        here.publish(event());
        tokio::time::timeout(Duration::from_millis(100), arrived.next()).await.is_ok()
    };
    eventually("events arrive", &mut reaches).await;

    line.open.send_replace(false);
    eventually("nothing arrives", async || !reaches().await).await;
    line.open.send_replace(true);
    eventually("events arrive again", &mut reaches).await;
    tasks.drain(Duration::from_secs(2)).await;
}
