//! What makes an app of the pages for whoever wants one: the manifest, and a page for when there is no network.

use axum::{
    Extension, Router,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY},
        request::Parts,
    },
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use leptos::prelude::use_context;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::language::of_request;
use crate::{
    app::{MANIFEST_PATH, PAPER, WORKER_PATH},
    base::Base,
};

/// The page that the worker keeps.
const OFFLINE_PATH: &str = "/offline";

const WORKER: &str = include_str!("install/worker.js");
const PAGE: &str = include_str!("install/offline.html");
const PAGE_STYLE: &str = include_str!("install/offline.css");
const PAGE_SCRIPT: &str = include_str!("install/offline.js");

/// All of it under its addresses.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(MANIFEST_PATH, get(manifest))
        .route(WORKER_PATH, get(worker))
        .route(OFFLINE_PATH, get(offline))
}

/// Whether the page that is being rendered is the lobby.
pub(super) fn is_lobby() -> bool {
    use_context::<Parts>().is_some_and(|parts| parts.uri.path() == "/")
}

/// The manifest (W3C Web Application Manifest) in the language of whoever asks.
async fn manifest(Extension(base): Extension<Base>, headers: HeaderMap) -> Response {
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
        "background_color": PAPER[0],
        "theme_color": PAPER[0],
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
async fn worker(Extension(base): Extension<Base>) -> Response {
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
async fn offline() -> Response {
    let page = PAGE
        .replace("STYLE", PAGE_STYLE)
        .replace("SCRIPT", PAGE_SCRIPT);
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; frame-ancestors 'none'",
        hash(PAGE_STYLE),
        hash(PAGE_SCRIPT)
    );
    let mut answer = ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    let headers = answer.headers_mut();
    // It has no sign that a header may not have.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    let robots = HeaderName::from_static("x-robots-tag");
    headers.insert(robots, HeaderValue::from_static("noindex"));
    answer
}

/// What a policy calls a text that stands in the page (Content Security Policy Level 3, 6.7.3.3).
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}
