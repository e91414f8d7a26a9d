//! Opens WebSockets for the signaling in a way that costs little memory and is fair.
//!
//! The library could do it by itself, but keeps the whole request for every connection, whose
//! header values pin the buffer in which hyper read them, and reads through hyper's own buffers.
//! Here it gets the bare TCP stream and a request with nothing in it but what is needed.

use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{
        self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
        header::{
            CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
        },
    },
    response::{IntoResponse, Response},
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use socketioxide::service::SocketIoService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_util::either::Either;
use tower_service::Service;
use tracing::debug;

use super::listener::Connection;
use crate::signaling::{ClientAddress, PageHost, Session};

type SocketIo = SocketIoService<Router>;

/// Answers a request to `/socket.io/`.
pub(super) async fn serve(State(mut signaling): State<SocketIo>, mut request: Request) -> Response {
    let Some(key) = websocket_key(&request) else {
        // The library would say that it is open.
        if has_query(&request, "transport=websocket") && !request.headers().contains_key(UPGRADE) {
            let sentence = "This is no WebSocket. A proxy in between has to pass on the headers \
                            Upgrade and Connection, over HTTP/1.1.";
            return (StatusCode::BAD_REQUEST, sentence).into_response();
        }
        return match signaling.call(owned(request)).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        };
    };
    let accept = HeaderValue::from_str(&derive_accept_key(key.as_bytes()));
    let (Ok(accept), Some(upgrade)) = (accept, request.extensions_mut().remove::<OnUpgrade>())
    else {
        return (
            StatusCode::BAD_REQUEST,
            "This connection cannot be upgraded.",
        )
            .into_response();
    };
    let bare = bare(&request);
    tokio::spawn(async move {
        let upgraded = match upgrade.await {
            Ok(upgraded) => upgraded,
            Err(error) => return debug!(%error, "not upgraded"),
        };
        let opened = match upgraded.downcast::<TokioIo<Connection>>() {
            Ok(parts) => match parts.io.into_inner() {
                Either::Left(stream) => {
                    let stream = Fair::new(stream, parts.read_buf.into());
                    Service::call(&mut signaling, (stream, bare)).await
                }
                Either::Right(stream) => {
                    let stream = Fair::new(stream, parts.read_buf.into());
                    Service::call(&mut signaling, (stream, bare)).await
                }
            },
            // Another web server than ours, as in a test.
            Err(upgraded) => {
                let stream = Fair::new(TokioIo::<Upgraded>::new(upgraded), Vec::new());
                Service::call(&mut signaling, (stream, bare)).await
            }
        };
        if let Err(error) = opened {
            debug!(%error, "not opened");
        }
    });
    let headers = [
        (CONNECTION, HeaderValue::from_static("Upgrade")),
        (UPGRADE, HeaderValue::from_static("websocket")),
        (SEC_WEBSOCKET_ACCEPT, accept),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// The key of a request that opens a WebSocket (RFC 6455, section 4.2.1) for Engine.IO; others
/// are answered, or refused, by the library.
fn websocket_key(request: &Request) -> Option<HeaderValue> {
    let header = |name: HeaderName| request.headers().get(name)?.to_str().ok();
    let has = |name, word: &str| {
        let words = header(name).unwrap_or_default().split(',');
        words.map(str::trim).any(|w| w.eq_ignore_ascii_case(word))
    };
    let query = |pair| has_query(request, pair);
    let is_websocket = request.method() == Method::GET
        && has(UPGRADE, "websocket")
        && has(CONNECTION, "upgrade")
        && header(SEC_WEBSOCKET_VERSION) == Some("13")
        && query("transport=websocket")
        && (query("EIO=4") || query("EIO=3"));
    let key = request.headers().get(SEC_WEBSOCKET_KEY)?;
    is_websocket.then(|| key.clone())
}

fn has_query(request: &Request, pair: &str) -> bool {
    let query = request.uri().query().unwrap_or_default();
    query.split('&').any(|other| other == pair)
}

/// The same address with nothing else but who asks, in memory of its own.
fn bare(request: &Request) -> http::Request<()> {
    let mut bare = http::Request::new(());
    *bare.uri_mut() = owned_uri(request.uri());
    *bare.extensions_mut() = who(request.extensions());
    bare
}

/// What signaling is told of a request besides what it asks for: who sent it, and a session of its own.
fn who(extensions: &http::Extensions) -> http::Extensions {
    let mut who = http::Extensions::new();
    who.insert(Session::default());
    if let Some(address) = extensions.get::<ClientAddress>() {
        who.insert(*address);
    }
    if let Some(host) = extensions.get::<PageHost>() {
        who.insert(host.clone());
    }
    who
}

/// The same request in memory of its own: nothing of it points into hyper's buffer.
fn owned(request: Request) -> Request {
    let (mut parts, body) = request.into_parts();
    parts.uri = owned_uri(&parts.uri);
    let headers = parts.headers.iter().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    });
    parts.headers = headers.collect::<HeaderMap>();
    parts.extensions = who(&parts.extensions);
    Request::from_parts(parts, body)
}

fn owned_uri(uri: &Uri) -> Uri {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Uri::try_from(path.to_owned()).unwrap_or_default()
}

/// So many bytes are handed over before others have their turn: less than half as many small
/// packets as a receiver's queue has places for.
const TURN: usize = 1_024;

/// So much is read from the system at once.
const CHUNK: usize = 16 * 1_024;

/// A stream that lets the other tasks of its thread run between two portions, and keeps no
/// buffer while nothing comes.
struct Fair<S> {
    inner: S,
    /// What was read and not handed over yet, and how much of it was.
    ahead: Vec<u8>,
    taken: usize,
    /// How much of this turn is left.
    turn: usize,
}

impl<S> Fair<S> {
    fn new(inner: S, ahead: Vec<u8>) -> Self {
        Self {
            inner,
            ahead,
            taken: 0,
            turn: TURN,
        }
    }

    fn hand_over(&mut self, into: &mut ReadBuf<'_>) {
        let rest = &self.ahead[self.taken..];
        let portion = rest.len().min(into.remaining()).min(self.turn);
        into.put_slice(&rest[..portion]);
        self.taken += portion;
        self.turn -= portion;
        if self.taken == self.ahead.len() {
            self.ahead = Vec::new();
            self.taken = 0;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Fair<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.turn == 0 {
            this.turn = TURN;
            // Whoever writes what this one is answered may be on a thread that has no core now.
            std::thread::yield_now();
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if this.ahead.is_empty() {
            let mut chunk = [const { MaybeUninit::uninit() }; CHUNK];
            let mut chunk = ReadBuf::uninit(&mut chunk);
            let read = Pin::new(&mut this.inner).poll_read(context, &mut chunk);
            if read.is_pending() {
                // Whoever has to wait has not used the thread up.
                this.turn = TURN;
            }
            ready!(read)?;
            let read = chunk.filled();
            let portion = read.len().min(into.remaining()).min(this.turn);
            into.put_slice(&read[..portion]);
            this.turn -= portion;
            this.ahead = read[portion..].to_vec();
            return Poll::Ready(Ok(()));
        }
        this.hand_over(into);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Fair<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn everything_comes_through_in_order_and_in_portions() {
        let all: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
        let (ahead, rest) = all.split_at(3_000);
        let mut stream = Fair::new(rest, ahead.to_vec());
        let (mut read, mut buffer) = (Vec::new(), [0; 700]);
        loop {
            let n = stream.read(&mut buffer).await.expect("a slice can be read");
            if n == 0 {
                break;
            }
            read.extend_from_slice(&buffer[..n]);
        }
        assert_eq!(read, all);
    }

    #[test]
    fn others_have_their_turn() {
        let all = vec![0; 10 * TURN];
        let mut stream = Fair::new(&all[..], Vec::new());
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut handed = 0;
        let mut turns = Vec::new();
        for _ in 0..100 {
            let mut buffer = [0; 512];
            let mut buffer = ReadBuf::new(&mut buffer);
            match Pin::new(&mut stream).poll_read(&mut context, &mut buffer) {
                Poll::Ready(_) => handed += buffer.filled().len(),
                Poll::Pending => turns.push(std::mem::take(&mut handed)),
            }
        }
        assert_eq!(turns, [TURN; 10]);
    }
}
