//! The address of the client, behind as many proxies as are trusted.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;

/// The address of the client; a request without one (in a test) comes from loopback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

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

/// The networks whose forwarding headers are believed.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<Network>);

#[derive(Debug, Clone, Copy)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Proxies {
    /// Reads addresses and networks such as `10.0.0.0/8`.
    ///
    /// # Errors
    ///
    /// Returns the entry that is neither.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        entries
            .iter()
            .map(|entry| {
                entry.parse().map_err(|()| format!("`{entry}` is not an address or a network"))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Finds the client: the last address in `X-Forwarded-For` that is not a trusted proxy.
    #[must_use]
    pub fn client(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> (ClientIp, Secure) {
        let peer = peer.map_or(LOOPBACK, |address| address.ip().to_canonical());
        if !self.trust(peer) {
            return (ClientIp(peer), Secure(false));
        }
        let chain = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
        let hops: Vec<IpAddr> = chain
            .flat_map(|line| line.split(','))
            .filter_map(|hop| hop.trim().parse().ok())
            .collect();
        let client = hops.into_iter().rev().find(|hop| !self.trust(*hop)).unwrap_or(peer);
        let secure = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
        (ClientIp(client.to_canonical()), Secure(secure))
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, prefix) = text.split_once('/').unwrap_or((text, ""));
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = if prefix.is_empty() { longest } else { prefix.parse().map_err(|_| ())? };
        if prefix > longest { Err(()) } else { Ok(Self { address, prefix }) }
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.prefix);
                (u32::from(network) ^ u32::from(address)).checked_shr(shift).unwrap_or(0) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.prefix);
                (u128::from(network) ^ u128::from(address)).checked_shr(shift).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &[&str], peer: &str, forwarded: &str) -> String {
        let entries: Vec<String> = proxies.iter().map(|p| (*p).to_owned()).collect();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let peer = format!("{peer}:1").parse().unwrap();
        Proxies::parse(&entries).unwrap().client(Some(peer), &headers).0.0.to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(client(&[], "9.9.9.9", "1.1.1.1"), "9.9.9.9");
        assert_eq!(client(&["10.0.0.0/8"], "9.9.9.9", "1.1.1.1"), "9.9.9.9");
    }

    #[test]
    fn the_last_address_before_the_trusted_proxies_counts() {
        assert_eq!(client(&["10.0.0.0/8"], "10.1.2.3", "6.6.6.6, 1.1.1.1, 10.9.9.9"), "1.1.1.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.1.2.3", "nonsense"), "10.1.2.3");
        assert_eq!(client(&["0.0.0.0/0"], "10.1.2.3", ""), "10.1.2.3");
    }
}
