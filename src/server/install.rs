//! What makes an app of the pages for whoever wants one: the manifest, and a page for when there is no network.

use axum::{
    Extension,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::language::of_request;
use crate::{app::MANIFEST_PATH, base::Base};

/// The worker that shows the page below when nothing answers. It does nothing else.
pub(super) const WORKER_PATH: &str = "/worker.js";

/// The page that it keeps.
pub(super) const OFFLINE_PATH: &str = "/offline";

const WORKER: &str = include_str!("install/worker.js");
const PAGE: &str = include_str!("install/offline.html");
const PAGE_STYLE: &str = include_str!("install/offline.css");
const PAGE_SCRIPT: &str = include_str!("install/offline.js");

/// The manifest (W3C Web Application Manifest) in the language of whoever asks.
pub(super) async fn manifest(Extension(base): Extension<Base>, headers: HeaderMap) -> Response {
    let words = of_request(&headers).words();
    let icon = |file: &str, sizes: &str, purpose: &str| {
        json!({
            "src": base.join(file),
            "sizes": sizes,
            "type": if file.ends_with("svg") { "image/svg+xml" } else { "image/png" },
            "purpose": purpose,
        })
    };
    let manifest = json!({
        "id": base.join("/"),
        "name": "Duplex",
        "short_name": "Duplex",
        "description": words.description,
        "lang": words.tag,
        "dir": "ltr",
        "start_url": base.join("/"),
        "scope": base.join("/"),
        "display": "standalone",
        "background_color": crate::app::PAPER[0],
        "theme_color": crate::app::PAPER[0],
        "categories": ["communication", "social"],
        "icons": [
            icon("/icon.svg", "any", "any"),
            icon("/icon-192.png", "192x192", "any"),
            icon("/icon-512.png", "512x512", "any"),
            icon("/icon-maskable.png", "512x512", "maskable"),
        ],
    });
    let headers = [
        (CONTENT_TYPE, "application/manifest+json"),
        (VARY, "accept-language, cookie"),
    ];
    (headers, manifest.to_string()).into_response()
}

/// The worker. Its own policy is the one that counts for what it fetches.
pub(super) async fn worker(Extension(base): Extension<Base>) -> Response {
    let script = WORKER.replace("OFFLINE_PATH", &json!(base.join(OFFLINE_PATH)).to_string());
    let headers = [
        (CONTENT_TYPE, "text/javascript"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; connect-src 'self'",
        ),
    ];
    (headers, script).into_response()
}

/// The page for when nothing answers: in all languages, because nobody can be asked then, and in one file.
pub(super) async fn offline() -> Response {
    let page = PAGE
        .replace("STYLE", PAGE_STYLE)
        .replace("SCRIPT", PAGE_SCRIPT);
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; frame-ancestors 'none'",
        hash(PAGE_STYLE),
        hash(PAGE_SCRIPT)
    );
    let mut answer = ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    // It has no sign that a header may not have.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    let robots = HeaderName::from_static("x-robots-tag");
    answer
        .headers_mut()
        .insert(robots, HeaderValue::from_static("noindex"));
    answer
}

/// What a policy calls a text that stands in the page (Content Security Policy Level 3, 6.7.3.3).
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// All of it under its addresses.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    use axum::routing::get;
    axum::Router::new()
        .route(MANIFEST_PATH, get(manifest))
        .route(WORKER_PATH, get(worker))
        .route(OFFLINE_PATH, get(offline))
}
