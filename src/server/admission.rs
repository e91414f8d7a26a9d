//! Who may open a connection to `/socket.io/`: pages of our own origin, of those that the host
//! allows, and whatever is no browser.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CONTENT_TYPE, HOST, ORIGIN},
        uri::Authority,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};
use tracing::warn;

use crate::{
    settings::Settings,
    signaling::{ClientAddress, PageHost},
};

/// What decides over requests.
#[derive(Clone)]
pub(super) struct Admission {
    pub(super) settings: Arc<Settings>,
    /// Whether it matters under which name a page was opened.
    pub(super) notes_host: bool,
}

/// Refuses pages of other origins before anything opens, and notes the client's address.
pub(super) async fn admit(
    State(Admission {
        settings,
        notes_host,
    }): State<Admission>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(address)| address.ip());
    let is_proxy = peer.is_some_and(|peer| settings.is_proxy(peer));
    let headers = request.headers();
    let forwarded = is_proxy.then(|| headers.get("x-forwarded-host")).flatten();
    let host = forwarded.or_else(|| headers.get(HOST));
    let host = host.and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(|a| a.as_str()));
    if let Some(origin) = headers.get(ORIGIN) {
        let origin = String::from_utf8_lossy(origin.as_bytes());
        if !is_allowed(&origin, host, &settings.allowed_origins) {
            warn!(%origin, "refused a page of another origin (see allowed-origins in Leptos.toml)");
            let sentence = format!(
                "This server takes no connections from pages of {origin}. \
                 Whoever runs it can add it to allowed-origins in Leptos.toml."
            );
            return (StatusCode::FORBIDDEN, sentence).into_response();
        }
    }
    let authority = host
        .filter(|_| notes_host)
        .and_then(|host| host.parse::<Authority>().ok());
    let address = peer.map(|peer| client_address(peer, is_proxy, headers, &settings));
    if let Some(address) = address {
        request.extensions_mut().insert(ClientAddress(address));
    }
    if let Some(authority) = authority {
        let host = PageHost(authority.host().into());
        request.extensions_mut().insert(host);
    }
    next.run(request).await
}

/// The address of the client: of the peer, or what the nearest proxy that is not ours says.
fn client_address(
    peer: IpAddr,
    is_proxy: bool,
    headers: &HeaderMap,
    settings: &Settings,
) -> IpAddr {
    if !is_proxy {
        return peer;
    }
    let chain = headers.get_all("x-forwarded-for").iter();
    let chain: Vec<&str> = chain
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    // Whatever stands left of an address that no proxy of ours wrote can be made up.
    let addresses = chain
        .iter()
        .rev()
        .map_while(|text| text.trim().parse::<IpAddr>().ok());
    let mut client = peer;
    for address in addresses {
        client = address;
        if !settings.is_proxy(address) {
            break;
        }
    }
    client
}

/// Whether a page of this origin may connect to this host.
fn is_allowed(origin: &str, host: Option<&str>, allowed: &[String]) -> bool {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let is_own = matches!((authority, host), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b));
    is_own
        || allowed.iter().any(|allowed| {
            allowed == "*" || allowed.trim_end_matches('/').eq_ignore_ascii_case(origin)
        })
}

/// Lets pages of the allowed origins read what long-polling answers.
pub(super) fn cors(settings: &Settings) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE]);
    if settings.allowed_origins.iter().any(|origin| origin == "*") {
        return layer.allow_origin(Any);
    }
    let allowed = settings.allowed_origins.clone();
    layer.allow_origin(AllowOrigin::predicate(move |origin: &HeaderValue, _| {
        origin
            .to_str()
            .is_ok_and(|origin| is_allowed(origin, None, &allowed))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_and_allowed_origins_may_connect() {
        let allowed = ["https://friends.example/".to_owned()];
        for (origin, host, expected) in [
            ("http://localhost:3000", "localhost:3000", true),
            ("https://Duplex.example", "duplex.example", true),
            ("https://friends.example", "duplex.example", true),
            ("http://friends.example", "duplex.example", false),
            (
                "https://friends.example.evil.example",
                "duplex.example",
                false,
            ),
            ("https://evil.example", "duplex.example", false),
            ("http://localhost:3001", "localhost:3000", false),
            ("null", "duplex.example", false),
            ("", "", false),
        ] {
            assert_eq!(
                is_allowed(origin, Some(host), &allowed),
                expected,
                "{origin} → {host}"
            );
        }
        assert!(is_allowed("null", None, &["*".to_owned()]));
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let settings = Settings {
            trusted_proxies: ["10.0.0.1", "10.0.0.2"]
                .map(|ip| ip.parse().expect("an address"))
                .into(),
            ..Settings::default()
        };
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let mut headers = HeaderMap::new();
        headers.append(
            "x-forwarded-for",
            HeaderValue::from_static("6.6.6.6, 192.0.2.7"),
        );
        headers.append("x-forwarded-for", HeaderValue::from_static("10.0.0.2"));
        let client = |peer, is_proxy| client_address(ip(peer), is_proxy, &headers, &settings);
        assert_eq!(client("198.51.100.1", false), ip("198.51.100.1"));
        assert_eq!(client("10.0.0.1", true), ip("192.0.2.7"));
    }
}
