//! Asks for a page.

use axum::{
    body::{Body, to_bytes},
    http::{
        Request,
        header::{HOST, LOCATION, USER_AGENT},
    },
};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use super::target::{PATIENCE, Target, Unreached};

/// Our own pages are much shorter.
const LONGEST: usize = 1024 * 1024;

/// What came back.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: u16,
    /// Where it leads to.
    pub(super) location: Option<String>,
    pub(super) body: String,
}

/// Asks for a page. `path` is below the base of the target.
///
/// # Errors
/// When there is no connection, or what comes back is not HTTP.
pub(super) async fn get(target: &Target, path: &str) -> Result<Page, Unreached> {
    let stream = target.connect().await?;
    let answer = async {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with the sender.
        tokio::spawn(connection);
        let request = Request::get(format!("{}{path}", target.base))
            .header(HOST, target.authority())
            .header(
                USER_AGENT,
                concat!("duplex-doctor/", env!("CARGO_PKG_VERSION")),
            )
            .body(Body::empty())?;
        let answer = sender.send_request(request).await?;
        let (head, body) = answer.into_parts();
        let body = to_bytes(Body::new(body), LONGEST).await?;
        let location = head.headers.get(LOCATION);
        anyhow::Ok(Page {
            status: head.status.as_u16(),
            location: location.and_then(|to| to.to_str().ok()).map(str::to_owned),
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    };
    match timeout(PATIENCE, answer).await {
        Ok(Ok(page)) => Ok(page),
        Ok(Err(error)) => Err(Unreached::Broken(format!("no answer in HTTP: {error:#}"))),
        Err(_) => Err(Unreached::Broken(format!(
            "no answer in HTTP within {} s",
            PATIENCE.as_secs()
        ))),
    }
}
