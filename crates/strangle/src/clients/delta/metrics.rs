//! The names of what the exchange client counts.

/// Requests to the exchange, by `endpoint` and `code` (a status, or why there is none).
pub const EXCHANGE_REQUESTS: &str = "strangle_exchange_requests_total";
/// Seconds from sending a request to having its whole answer, by `endpoint`.
pub const EXCHANGE_LATENCY: &str = "strangle_exchange_latency_seconds";
/// Units of the exchange's quota used in the current window.
pub const EXCHANGE_QUOTA_USED: &str = "strangle_exchange_quota_used";
/// 1 while a socket is connected and served, by `feed`.
pub const WS_CONNECTED: &str = "strangle_ws_connected";
/// Connections made again, by `feed`.
pub const WS_RECONNECTS: &str = "strangle_ws_reconnects_total";
/// Messages of a socket that were not used, by `feed` and `reason`.
pub const WS_DROPPED: &str = "strangle_ws_messages_dropped_total";
/// The exchange's clock minus ours.
pub const CLOCK_SKEW: &str = "strangle_clock_skew_seconds";
/// Quotes not used, by `reason` (`not_a_number`, `not_positive`, `crossed`).
pub const QUOTES_REJECTED: &str = "strangle_quotes_rejected_total";
/// Fields that could not be read and were not needed, by `field`.
pub const FIELDS_UNREADABLE: &str = "strangle_exchange_fields_unreadable_total";

/// Describes the metrics to the exporter.
pub fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
    describe_counter!(EXCHANGE_REQUESTS, "Requests to the exchange by endpoint and answer");
    describe_histogram!(EXCHANGE_LATENCY, Unit::Seconds, "Time of a request to the exchange");
    describe_gauge!(EXCHANGE_QUOTA_USED, "Quota units used in the current window");
    describe_gauge!(WS_CONNECTED, "1 while a socket is connected");
    describe_counter!(WS_RECONNECTS, "Connections made again");
    describe_counter!(WS_DROPPED, "Socket messages not used, by reason");
    describe_gauge!(CLOCK_SKEW, Unit::Seconds, "The exchange's clock minus ours");
    describe_counter!(QUOTES_REJECTED, "Quotes not used, by reason");
    describe_counter!(FIELDS_UNREADABLE, "Unneeded fields that could not be read");
}
