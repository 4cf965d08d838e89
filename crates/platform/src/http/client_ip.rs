//! The address of the client, behind as many proxies as are trusted.

use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;

use super::Networks;

/// The address of the client; a request without one (in a test) comes from loopback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// Names whom to count together: an IPv4 address, or the /64 network that one IPv6 customer has.
    #[must_use]
    pub fn source(self) -> String {
        match self.0 {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

/// Whether the client spoke TLS, to us or to a trusted proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secure(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for ClientIp {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(Self(LOOPBACK)))
    }
}

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// Finds the client: the last address in `X-Forwarded-For` that is not one of the trusted proxies.
#[must_use]
pub fn client(
    proxies: &Networks,
    peer: Option<SocketAddr>,
    headers: &HeaderMap,
) -> (ClientIp, Secure) {
    let peer = peer.map_or(LOOPBACK, |address| address.ip().to_canonical());
    if !proxies.contains(peer) {
        return (ClientIp(peer), Secure(false));
    }
    let chain = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let hops: Vec<IpAddr> =
        chain.flat_map(|line| line.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    let client = hops.into_iter().rev().find(|hop| !proxies.contains(*hop)).unwrap_or(peer);
    let secure = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    (ClientIp(client.to_canonical()), Secure(secure))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(proxies: &[&str], peer: &str, forwarded: &str) -> String {
        let entries: Vec<String> = proxies.iter().map(|p| (*p).to_owned()).collect();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let peer = format!("{peer}:1").parse().unwrap();
        let proxies = Networks::parse(&entries).unwrap();
        client(&proxies, Some(peer), &headers).0.0.to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(found(&[], "9.9.9.9", "1.1.1.1"), "9.9.9.9");
        assert_eq!(found(&["10.0.0.0/8"], "9.9.9.9", "1.1.1.1"), "9.9.9.9");
    }

    #[test]
    fn the_last_address_before_the_trusted_proxies_counts() {
        assert_eq!(found(&["10.0.0.0/8"], "10.1.2.3", "6.6.6.6, 1.1.1.1, 10.9.9.9"), "1.1.1.1");
        assert_eq!(found(&["10.0.0.0/8"], "10.1.2.3", "nonsense"), "10.1.2.3");
        assert_eq!(found(&["0.0.0.0/0"], "10.1.2.3", ""), "10.1.2.3");
    }

    #[test]
    fn requests_from_one_ipv6_network_count_together() {
        let of = |text: &str| ClientIp(text.parse().unwrap()).source();
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }
}
