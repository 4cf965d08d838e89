//! How much of a core the streams take. Run with `--ignored`, best in a release build.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _, future, sink, stream};
use platform::auth::BoxFuture;
use platform::clock::Clock;
use platform::ids::Ids;
use platform::tasks::Tasks;
use strangle::clients::delta::transport::{
    Connection, Failure, Feed, Transport, TransportError, WireRequest, WireResponse,
};
use strangle::clients::delta::{
    Channel, Delta, DeltaOptions, MarketEvent, MarketStream, StreamOptions, Subscription, VenueTime,
};
use strangle_engine::instrument::Symbol;

const SYMBOLS: usize = 200;
const UPDATES_A_SECOND: usize = 10;
const SECONDS: usize = 10;

/// A socket that tells ten seconds of two hundred books, and then nothing.
#[derive(Debug)]
struct Firehose(Vec<String>);

impl Transport for Firehose {
    fn send(&self, _: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        Box::pin(async { Err(TransportError::not_sent(Failure::Connect)) })
    }

    fn connect(&self, _: Feed) -> BoxFuture<'_, Result<Connection, TransportError>> {
        let paced = stream::iter(self.0.clone()).then(|text| async {
            tokio::task::yield_now().await;
            Ok(text)
        });
        let incoming = paced.chain(stream::pending());
        let outgoing = sink::drain().sink_map_err(|never| match never {});
        let connection = Connection { incoming: Box::pin(incoming), outgoing: Box::pin(outgoing) };
        Box::pin(future::ready(Ok(connection)))
    }
}

fn symbols() -> Vec<Symbol> {
    (0..SYMBOLS)
        .map(|number| Symbol::new(&format!("C-BTC-{}-160126", 90_000 + 200 * number)).unwrap())
        .collect()
}

fn frames() -> Vec<String> {
    let mut frames = Vec::new();
    for update in 0..SECONDS * UPDATES_A_SECOND {
        for (number, symbol) in symbols().iter().enumerate() {
            let mut text = String::new();
            let bid = 100 + (number + update) % 50;
            write!(
                text,
                "{{\"type\":\"ob_l1\",\"sy\":\"{}\",\"bp\":\"{bid}.5\",\"bs\":\"120\",\
                 \"ap\":\"{}.5\",\"as\":\"80\",\"lts\":{at},\"ts\":{at}}}",
                symbol.as_str(),
                bid + 2,
                at = 1_768_478_400_000_000_u64 + 100_000 * update as u64,
            )
            .unwrap();
            frames.push(text);
        }
    }
    frames
}

/// The processor time of this thread, in seconds; Linux counts it in nanoseconds.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}

#[tokio::test(flavor = "current_thread")]
#[ignore = "a measurement of processor time"]
async fn two_hundred_books_ten_times_a_second_take_a_tenth_of_a_core() {
    let frames = frames();
    let count = frames.len();
    let tasks = Tasks::default();
    let delta = Delta::new(
        Arc::new(Firehose(frames)),
        VenueTime::System(Clock::System),
        Ids::Random,
        None,
        DeltaOptions::new("firehose"),
    );
    let before = cpu_seconds();
    let stream = MarketStream::start(&tasks, &delta, StreamOptions::default());
    let wanted = symbols().into_iter().map(|symbol| Subscription::of(Channel::Book, symbol));
    stream.want(wanted.collect::<BTreeSet<_>>());

    // Of each book only the newest waits, so that fewer are taken out than came in.
    let mut taken = 0_usize;
    let mut newest = 0;
    while let Ok(Some(event)) =
        tokio::time::timeout(Duration::from_millis(500), stream.next()).await
    {
        if let MarketEvent::Book { at, .. } = event {
            taken += 1;
            newest = newest.max(at.timestamp_micros());
        }
    }
    let cpu = cpu_seconds() - before;

    #[expect(clippy::cast_precision_loss, reason = "ten seconds")]
    let share = cpu / SECONDS as f64 * 100.0;
    eprintln!("{count} updates, {taken} taken: {cpu:.3} s of processor, {share:.2} % of a core");
    assert_eq!(newest, 1_768_478_400_000_000 + 100_000 * 99, "the last update came");
    assert!(share <= 10.0, "{share:.2} %");
}
