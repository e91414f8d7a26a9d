//! What browsers are told about security: what a page may load, use and be embedded in.

use axum::{
    Router,
    http::{
        HeaderName, HeaderValue,
        header::{
            CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::warn;

use crate::settings::Settings;

/// What a page may use, besides what is harmless. Those that nobody needs are named, because a page
/// may use what is not.
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), \
    screen-wake-lock=(self), accelerometer=(), geolocation=(), gyroscope=(), hid=(), \
    magnetometer=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()";

/// A year. Not for subdomains: they are not ours.
const ONLY_HTTPS: &str = "max-age=31536000";

/// The content security policy of the pages (Content Security Policy Level 3).
#[derive(Clone)]
pub(super) struct PagePolicy {
    ancestors: String,
    /// The server that tells `cargo leptos watch` pages to reload.
    reload: String,
}

impl PagePolicy {
    pub(super) fn new(options: &LeptosOptions, settings: &Settings) -> Self {
        let ancestors = match &*settings.frame_ancestors {
            [] => "'none'".to_owned(),
            origins => origins.join(" "),
        };
        let is_watched = std::env::var_os("LEPTOS_WATCH").is_some();
        let reload = format!(" ws://{}:{}", options.site_addr.ip(), options.reload_port);
        Self {
            ancestors,
            reload: if is_watched { reload } else { String::new() },
        }
    }

    /// Sends the policy with the page that is being rendered, whose scripts have a nonce.
    pub(super) fn send(&self) {
        let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
            return;
        };
        let Self { ancestors, reload } = self;
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
             style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
             connect-src 'self'{reload}; manifest-src 'self'; worker-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
        );
        // A file uses nothing by itself, and a first visit has many of them.
        let permissions = HeaderName::from_static("permissions-policy");
        response.insert_header(permissions, HeaderValue::from_static(PERMISSIONS));
        match HeaderValue::from_str(&policy) {
            Ok(policy) => response.insert_header(CONTENT_SECURITY_POLICY, policy),
            Err(error) => warn!(%error, "frame-ancestors cannot be sent"),
        }
    }
}

/// What goes with every page and file.
pub(super) fn secure(router: Router) -> Router {
    let cross_origin = HeaderName::from_static;
    [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The name of a room is as good as a key to it.
        (REFERRER_POLICY, "same-origin"),
        (cross_origin("cross-origin-opener-policy"), "same-origin"),
        (cross_origin("cross-origin-resource-policy"), "same-origin"),
        // Pages have one of their own.
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ]
    .into_iter()
    .fold(router, |router, (name, value)| {
        let value = HeaderValue::from_static(value);
        router.layer(SetResponseHeaderLayer::if_not_present(name, value))
    })
}

/// Tells browsers to come over HTTPS only from now on (RFC 6797).
pub(super) fn only_https() -> SetResponseHeaderLayer<HeaderValue> {
    let value = HeaderValue::from_static(ONLY_HTTPS);
    SetResponseHeaderLayer::overriding(STRICT_TRANSPORT_SECURITY, value)
}
