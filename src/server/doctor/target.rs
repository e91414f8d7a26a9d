//! Where a Duplex is reached, and how to get there.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use axum::http::Uri;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_util::either::Either;

use super::tls::{self, Encrypted};

/// No step over the network may take longer.
pub(super) const PATIENCE: Duration = Duration::from_secs(4);

/// A connection to a server.
pub(super) type Stream = Either<TcpStream, Box<Encrypted>>;

/// Where a Duplex is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) is_https: bool,
    /// A name or an address; an IPv6 address in brackets, as in a URL.
    pub(super) host: String,
    pub(super) port: u16,
    /// The path before all others, without a slash at its end.
    pub(super) base: String,
    /// Connects here, whatever the name leads to.
    pub(super) via: Option<SocketAddr>,
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum Unreached {
    /// The name leads nowhere.
    NoSuchName(String),
    /// Nothing listens there.
    Refused(SocketAddr),
    /// Nobody answers.
    Silent(SocketAddr),
    /// Something else.
    Broken(String),
}

impl Target {
    /// What a URL names.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let is_https = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let host = uri.host().filter(|host| !host.is_empty())?.to_owned();
        let default = if is_https { 443 } else { 80 };
        Some(Self {
            is_https,
            host,
            port: uri.port_u16().unwrap_or(default),
            base: uri.path().trim_end_matches('/').to_owned(),
            via: None,
        })
    }

    /// A server on this machine.
    pub(super) fn local(address: SocketAddr, is_https: bool, base: &str) -> Self {
        Self {
            is_https,
            host: in_url(address.ip()),
            port: address.port(),
            base: base.to_owned(),
            via: None,
        }
    }

    /// The same name, at another address and as its server speaks.
    pub(super) fn at(&self, server: &Self) -> Self {
        Self {
            is_https: server.is_https,
            via: server
                .host
                .trim_matches(['[', ']'])
                .parse()
                .ok()
                .map(|ip| SocketAddr::new(ip, server.port)),
            ..self.clone()
        }
    }

    /// Whether only this machine itself comes by this name.
    pub(super) fn is_loopback(&self) -> bool {
        let ip = self.host.trim_matches(['[', ']']).parse::<IpAddr>();
        self.host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
    }

    /// The host, and the port unless it is the usual one.
    pub(super) fn authority(&self) -> String {
        match (self.is_https, self.port) {
            (true, 443) | (false, 80) => self.host.clone(),
            (_, port) => format!("{}:{port}", self.host),
        }
    }

    /// As a browser says whose page it shows.
    pub(super) fn origin(&self) -> String {
        let scheme = if self.is_https { "https" } else { "http" };
        format!("{scheme}://{}", self.authority())
    }

    /// The addresses that the name leads to.
    pub(super) async fn resolve(&self) -> Result<Vec<SocketAddr>, Unreached> {
        match self.via {
            Some(address) => Ok(vec![address]),
            None => resolve(&self.host, self.port).await,
        }
    }

    /// Connects, without a look at the certificate.
    pub(super) async fn connect(&self) -> Result<Stream, Unreached> {
        let stream = connect(&self.resolve().await?).await?;
        if !self.is_https {
            return Ok(Either::Left(stream));
        }
        let handshake = tls::handshake(stream, &self.host).await;
        let (stream, _) = handshake.map_err(Unreached::Broken)?;
        Ok(Either::Right(Box::new(stream)))
    }
}

/// The URL of the lobby.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.base)
    }
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchName(name) => write!(f, "the name {name} leads to no address"),
            Self::Refused(address) => write!(f, "nothing listens at {address}"),
            Self::Silent(address) => {
                write!(
                    f,
                    "no answer from {address} within {} s",
                    PATIENCE.as_secs()
                )
            }
            Self::Broken(reason) => f.write_str(reason),
        }
    }
}

/// As a host stands in a URL.
pub(super) fn in_url(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// The addresses that a host as it stands in a URL leads to.
pub(super) async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, Unreached> {
    let name = host.trim_matches(['[', ']']);
    let nowhere = || Unreached::NoSuchName(name.to_owned());
    let found = timeout(PATIENCE, lookup_host((name, port))).await;
    let found: Vec<_> = found
        .map_err(|_| nowhere())?
        .map_err(|_| nowhere())?
        .collect();
    if found.is_empty() {
        return Err(nowhere());
    }
    Ok(found)
}

/// Connects to the first of these that answers.
pub(super) async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Unreached> {
    let mut last = Unreached::Broken("there is no address".to_owned());
    for &address in addresses {
        match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // What is timed here shall not wait for the acknowledgement of what went before.
                stream.set_nodelay(true).ok();
                return Ok(stream);
            }
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                last = Unreached::Refused(address);
            }
            Ok(Err(error)) => last = Unreached::Broken(format!("{address}: {error}")),
            Err(_) => last = Unreached::Silent(address),
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_target() {
        for (url, authority, origin, base) in [
            ("https://a.example", "a.example", "https://a.example", ""),
            (
                "https://a.example:443/",
                "a.example",
                "https://a.example",
                "",
            ),
            (
                "http://[::1]:3000/a/b/",
                "[::1]:3000",
                "http://[::1]:3000",
                "/a/b",
            ),
        ] {
            let target = Target::parse(url).expect(url);
            assert_eq!(target.authority(), authority);
            assert_eq!(target.origin(), origin);
            assert_eq!(target.base, base);
            assert_eq!(target.to_string(), format!("{origin}{base}"));
        }
        for url in ["a.example", "ftp://a.example", "https://", ""] {
            assert_eq!(Target::parse(url), None, "{url}");
        }
    }

    #[test]
    fn a_name_can_be_asked_for_at_another_address() {
        let public = Target::parse("https://a.example/call").expect("a URL");
        let local = Target::local(([127, 0, 0, 1], 3000).into(), false, "/call");
        let target = public.at(&local);
        assert_eq!(target.via, Some(([127, 0, 0, 1], 3000).into()));
        assert!(!target.is_https);
        assert!(local.is_loopback() && !public.is_loopback());
    }
}
