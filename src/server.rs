//! The web server: pages, files and signaling on one port.

mod admission;
mod doctor;
mod headers;
mod ice;
mod install;
mod invited;
mod language;
mod link;
mod listener;
mod monitoring;
mod newcomers;
mod options;
mod redirect;
mod run;
mod shutdown;
mod signing_key;
mod state_dir;
mod tls;
pub mod turn;
mod web;
mod websocket;

pub use ice::IceServers;
pub use monitoring::metrics;
pub use options::Options;
pub use run::serve;

use std::sync::Arc;

use anyhow::Result;
use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header::CACHE_CONTROL},
    middleware::from_fn_with_state,
    routing::{any, get, post},
};
use leptos::{config::LeptosOptions, prelude::*};
use leptos_axum::{ErrorHandler, LeptosRoutes, generate_route_list};
use prometheus_client::registry::Registry;
use tower_http::{
    compression::CompressionLayer,
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

use self::admission::Admission;
use crate::{
    app::{App, Document, shell},
    base::Base,
    language::LANGUAGE_PATH,
    pages::{FOUR, JOIN_PATH, NEW_PATH},
    settings::Settings,
    signaling::{self, Metrics, Signaling, Signer},
};

/// Where every Socket.IO server has the client of its version.
const CLIENT_PATH: &str = "/socket.io/socket.io.js";

/// The whole application.
pub struct Application {
    /// Pages, files and signaling. Clients are told apart by their addresses when it is served
    /// with [`ConnectInfo`](axum::extract::ConnectInfo).
    pub router: Router,
    /// The signaling behind it, to be closed at the end.
    pub signaling: Arc<Signaling>,
    /// What is counted; see [`metrics`].
    pub registry: Registry,
}

/// Puts the application together.
///
/// # Errors
/// When the store that the settings name cannot be used.
pub async fn app(
    options: LeptosOptions,
    settings: Settings,
    signer: Signer,
    ice: IceServers,
) -> Result<Application> {
    let settings = Arc::new(settings);
    let mut registry = Registry::default();
    let metrics = Metrics::new(&mut registry);
    let notes_host = ice.follow_the_page();
    let (socket_io, signaling) = signaling::service(settings.clone(), signer, metrics, ice).await?;
    let base = Base::on_server(settings.base_path());
    let page = {
        let base = base.clone();
        let only_pairs = settings.max_capacity < FOUR;
        move |options| {
            let document = Document {
                base: base.clone(),
                language: language::of_page(),
                only_pairs,
                is_lobby: install::is_lobby(),
            };
            shell(options, document)
        }
    };
    let page_options = options.clone();
    let policy = headers::PagePolicy::new(&options, &settings);
    let missing = policy.clone();
    let site = ServeDir::new(&*options.site_root)
        .precompressed_br()
        .precompressed_gzip()
        // Or it would lead from `//socket.io` to `//socket.io/`, which is another host.
        .append_index_html_on_directories(false)
        .fallback(ErrorHandler::new_with_context(
            move || missing.send(),
            page.clone(),
            options.clone(),
        ));
    // The built files have the same names after an upgrade: browsers keep them and ask each time
    // whether they are still good.
    let ask_again = HeaderValue::from_static("no-cache");
    // Pages of others load the official client from here.
    let client = ServeFile::new(format!("{}{CLIENT_PATH}", options.site_root))
        .precompressed_br()
        .precompressed_gzip();
    let for_others = SetResponseHeaderLayer::overriding(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    let rooms = invited::Rooms {
        signaling: signaling.clone(),
        shows_names: settings.show_names,
    };
    // What the chooser of the language sends, a few letters.
    let small = DefaultBodyLimit::max(256);
    let pages = Router::new()
        .route_service(CLIENT_PATH, client)
        .layer(for_others)
        .route(JOIN_PATH, get(redirect::join))
        .route(NEW_PATH, get(redirect::new_room))
        .merge(install::routes())
        .route(LANGUAGE_PATH, post(language::choose).layer(small))
        .leptos_routes_with_context(
            &options,
            generate_route_list(|| view! { <App /> }),
            move || {
                policy.send();
                invited::provide();
            },
            move || page(page_options.clone()),
        )
        .fallback_service(site)
        .layer(from_fn_with_state(rooms, invited::look))
        .layer(SetResponseHeaderLayer::if_not_present(
            CACHE_CONTROL,
            ask_again,
        ))
        .layer(CompressionLayer::new())
        .layer(Extension(base.clone()))
        .layer(Extension(settings.clone()));
    let engine = Router::new()
        .route("/socket.io", any(websocket::serve))
        .route("/socket.io/", any(websocket::serve))
        .with_state(socket_io)
        .layer(admission::cors(&settings))
        .layer(from_fn_with_state(
            Admission {
                settings,
                notes_host,
            },
            admission::admit,
        ));
    let router = headers::secure(pages.with_state(options));
    let mut router = router
        .merge(engine)
        .merge(monitoring::health(signaling.clone()));
    if !base.path().is_empty() {
        // Some proxies take the base away from what they ask for, others do not.
        router = Router::new()
            .nest_service(base.path(), router.clone())
            .fallback_service(router);
    }
    Ok(Application {
        router,
        signaling,
        registry,
    })
}
