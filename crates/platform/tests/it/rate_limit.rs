//! Limits that several processes count together.

use std::time::Duration;

use platform::clock::Clock;
use platform::problem::Problem;
use platform::rate_limit::RateLimiter;
use platform::redis::Redis;
use platform::settings::{Env, PlatformSettings};

use crate::support::{dead_redis, redis};

fn limiter(fail_open: bool, redis: Redis) -> RateLimiter {
    let pairs = [
        ("RATE_LIMIT_DEFAULT", "100"),
        ("RATE_LIMIT_BURST", "150"),
        ("RATE_LIMIT_FAIL_OPEN", if fail_open { "true" } else { "false" }),
    ];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = PlatformSettings::read(&mut Env::new(pairs));
    RateLimiter::of(&settings, Some(redis), Clock::System)
}

async fn passing(limiter: &RateLimiter, requests: usize) -> usize {
    let all = (0..requests).map(|_| limiter.check("user:1"));
    let decisions = futures::future::try_join_all(all).await.unwrap();
    decisions.iter().filter(|decision| decision.allowed).count()
}

#[tokio::test]
async fn two_processes_share_one_bucket() {
    let Some(redis) = redis(Duration::from_secs(2)) else { return };
    let (first, second) = (limiter(false, redis.clone()), limiter(false, redis));
    let (a, b) = tokio::join!(passing(&first, 100), passing(&second, 51));
    assert_eq!(a + b, 150);

    let refused = first.check("user:1").await.unwrap();
    assert_eq!((refused.remaining, refused.retry_after), (0, 1));
    assert!(second.check("user:2").await.unwrap().allowed);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(passing(&second, 5).await, 1, "100 a minute are one in the first second");
}

#[tokio::test]
async fn without_redis_each_process_counts_for_itself_if_the_settings_say_so() {
    let limiter = limiter(true, dead_redis(Duration::from_secs(1)));
    let begun = std::time::Instant::now();
    let mut passed = 0;
    for _ in 0..151 {
        passed += usize::from(limiter.check("user:1").await.unwrap().allowed);
    }
    assert_eq!(passed, 150);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn without_redis_requests_are_refused_if_the_settings_say_so() {
    let limiter = limiter(false, dead_redis(Duration::from_secs(1)));
    let problem: Problem = limiter.check("user:1").await.unwrap_err().into();
    assert_eq!(problem.status(), http::StatusCode::SERVICE_UNAVAILABLE);
}
