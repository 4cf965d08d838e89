//! Results in the process and in Redis.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use platform::cache::Cache;
use platform::health::Status;
use platform::redis::Redis;

use crate::support::{dead_redis, redis};

const TTL: Duration = Duration::from_mins(1);

fn in_process() -> Cache {
    Cache::in_process(1_000_000, TTL)
}

/// Computes slowly, and counts.
async fn slowly(count: &AtomicUsize) -> Result<Bytes, String> {
    count.fetch_add(1, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(Bytes::from_static(b"result"))
}

async fn ask_many(caches: &[Cache], count: &AtomicUsize) {
    let all = caches.iter().map(|cache| cache.get_or_compute("credit:default:a", slowly(count)));
    for found in futures::future::join_all(all).await {
        assert_eq!(found.unwrap().0, "result");
    }
}

#[tokio::test]
async fn however_many_ask_it_is_computed_once() {
    let (cache, count) = (in_process(), AtomicUsize::new(0));
    ask_many(&vec![cache.clone(); 100], &count).await;
    let (_, was_there) = cache.get_or_compute("credit:default:a", slowly(&count)).await.unwrap();
    assert_eq!((count.load(Ordering::SeqCst), was_there), (1, true));
}

#[tokio::test]
async fn an_error_reaches_all_who_wait_and_is_not_kept() {
    let cache = in_process();
    let fails = || cache.get_or_compute("k", async { Err::<Bytes, _>("no loans".to_owned()) });
    let (first, second) = tokio::join!(fails(), fails());
    assert_eq!(
        (first.unwrap_err().as_str(), second.unwrap_err().as_str()),
        ("no loans", "no loans")
    );
    let count = AtomicUsize::new(0);
    let (_, was_there) = cache.get_or_compute("k", slowly(&count)).await.unwrap();
    assert!(!was_there);
}

#[tokio::test]
async fn values_are_forgotten_when_their_time_is_over_or_when_told() {
    let cache = in_process();
    let value = Bytes::from_static(b"x");
    cache.put("credit:a:1", value.clone(), Duration::from_millis(50)).await;
    cache.put("credit:a:2", value.clone(), TTL).await;
    cache.put("credit:b:1", value.clone(), TTL).await;
    cache.put("levels:a:1", value.clone(), TTL).await;
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert_eq!(cache.get("credit:a:1").await, None);
    assert_eq!(cache.get("credit:a:2").await, Some(value.clone()));

    cache.clear("credit:").await;
    assert_eq!(cache.get("credit:b:1").await, None);
    assert_eq!(cache.get("levels:a:1").await, Some(value));
    cache.remove("levels:a:1").await;
    assert_eq!(cache.size().await, (0, 0));
}

#[tokio::test]
async fn the_memory_stays_within_its_bound() {
    let cache = Cache::in_process(10_000, TTL);
    for number in 0..1_000 {
        cache.put(&number.to_string(), Bytes::from(vec![0; 100]), TTL).await;
    }
    assert!(cache.size().await.1 <= 10_000);
}

#[tokio::test]
async fn a_cache_that_is_switched_off_computes_every_time() {
    let (cache, count) = (Cache::disabled(), AtomicUsize::new(0));
    for _ in 0..2 {
        let (_, was_there) = cache.get_or_compute("k", slowly(&count)).await.unwrap();
        assert!(!was_there);
    }
    cache.put("k", Bytes::new(), TTL).await;
    assert_eq!((cache.get("k").await, count.load(Ordering::SeqCst)), (None, 2));
}

#[tokio::test]
async fn processes_share_results_and_wait_for_each_other() {
    let Some(redis) = redis(Duration::from_secs(2)) else { return };
    let caches: Vec<Cache> = (0..5).map(|_| in_process().with_redis(redis.clone())).collect();
    let count = AtomicUsize::new(0);
    ask_many(&caches, &count).await;
    assert_eq!(count.load(Ordering::SeqCst), 1);

    let late = in_process().with_redis(redis.clone());
    assert_eq!(late.get("credit:default:a").await.unwrap(), "result");
    assert_eq!(late.clear("credit:").await, 1);
    assert_eq!(in_process().with_redis(redis).get("credit:default:a").await, None);
}

#[tokio::test]
async fn a_process_that_dies_while_it_computes_does_not_hold_up_the_others() {
    let Some(redis) = redis(Duration::from_secs(2)) else { return };
    let (first, second) =
        (in_process().with_redis(redis.clone()), in_process().with_redis(redis.clone()));
    let never = first.get_or_compute::<String>("k", std::future::pending());
    tokio::time::timeout(Duration::from_millis(100), never).await.unwrap_err();
    let (count, begun) = (AtomicUsize::new(0), Instant::now());

    second.get_or_compute("k", slowly(&count)).await.unwrap();

    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn redis_has_every_key_with_a_time_to_live() {
    let Some(redis) = redis(Duration::from_secs(2)) else { return };
    let cache = in_process().with_redis(redis.clone());
    cache
        .get_or_compute("a*[b]", async { Ok::<_, String>(Bytes::from_static(b"1")) })
        .await
        .unwrap();
    let pattern = redis.key("*");
    let lives: Vec<i64> = redis
        .run(|mut connection| async move {
            let keys: Vec<String> =
                redis::cmd("KEYS").arg(pattern).query_async(&mut connection).await?;
            let mut lives = Vec::new();
            for key in keys {
                lives.push(redis::cmd("TTL").arg(key).query_async(&mut connection).await?);
            }
            Ok(lives)
        })
        .await
        .unwrap();
    assert_eq!(lives.len(), 1, "the claim is given up");
    assert!((1..=60).contains(&lives[0]));
    assert_eq!(cache.clear("a*[").await, 1, "characters of patterns have no meaning");
}

#[tokio::test]
async fn a_dead_redis_is_a_miss_that_is_counted_and_costs_next_to_nothing() {
    let failures = Arc::new(AtomicUsize::new(0));
    let counted = failures.clone();
    let redis = dead_redis(Duration::from_secs(1));
    let cache = in_process().with_redis(redis.clone()).on_error(Arc::new(move || {
        counted.fetch_add(1, Ordering::SeqCst);
    }));
    let begun = Instant::now();
    for number in 0..500 {
        let value = async { Ok::<_, String>(Bytes::from_static(b"1")) };
        let (_, was_there) = cache.get_or_compute(&number.to_string(), value).await.unwrap();
        assert!(!was_there);
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(failures.load(Ordering::SeqCst) >= 500 && redis.is_left_alone());
    assert_eq!((cache.check().look)().await.status, Status::Degraded);
}

#[tokio::test]
async fn a_redis_that_does_not_speak_tls_is_a_miss() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("rediss://{}", listener.local_addr().unwrap());
    let redis = Redis::open(&address, "it:", Duration::from_secs(1)).unwrap();
    tokio::join!(
        async {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::io::AsyncWriteExt::write_all(&mut stream, b"-ERR what is this\r\n")
                .await
                .unwrap();
        },
        async {
            let cache = in_process().with_redis(redis.clone());
            let value = async { Ok::<_, String>(Bytes::from_static(b"1")) };
            assert!(!cache.get_or_compute("k", value).await.unwrap().1);
        },
    );
}

#[tokio::test]
async fn a_silent_redis_takes_no_longer_than_its_timeout() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("redis://{}", listener.local_addr().unwrap());
    let redis = Redis::open(&address, "it:", Duration::from_millis(400)).unwrap();
    let cache = in_process().with_redis(redis);
    let begun = Instant::now();
    let value = async { Ok::<_, String>(Bytes::from_static(b"1")) };
    cache.get_or_compute("k", value).await.unwrap();
    assert!(begun.elapsed() < Duration::from_millis(700), "{:?}", begun.elapsed());
}
