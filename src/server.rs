//! The web server: pages, files and signaling on one port.

mod admission;
mod headers;
mod ice;
mod listener;
mod monitoring;
mod options;
mod redirect;
mod shutdown;
mod signing_key;
mod tls;
pub mod turn;
mod websocket;

pub use ice::IceServers;
pub use monitoring::metrics;
pub use options::Options;

use std::{future::IntoFuture, net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
use axum::{
    Extension, Router,
    http::{HeaderName, HeaderValue, header::CACHE_CONTROL},
    middleware::from_fn_with_state,
    routing::{any, get},
    serve::ListenerExt,
};
use leptos::{config::LeptosOptions, prelude::*};
use leptos_axum::{ErrorHandler, LeptosRoutes, generate_route_list};
use prometheus_client::registry::Registry;
use tokio::{net::TcpListener, sync::oneshot};
use tower_http::{
    compression::CompressionLayer,
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};
use tracing::{info, warn};

use self::{
    admission::Admission,
    listener::{Listener, Ways},
    tls::Tls,
    turn::Turn,
};
use crate::{
    app::{App, shell},
    base::Base,
    pages::{JOIN_PATH, NEW_PATH},
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
        move |options| shell(options, base.clone())
    };
    let page_options = options.clone();
    let policy = headers::PagePolicy::new(&options, &settings);
    let missing = policy.clone();
    let site = ServeDir::new(&*options.site_root)
        .precompressed_br()
        .precompressed_gzip()
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
    let pages = Router::new()
        .route_service(CLIENT_PATH, client)
        .layer(for_others)
        .route(JOIN_PATH, get(redirect::join))
        .route(NEW_PATH, get(redirect::new_room))
        .leptos_routes_with_context(
            &options,
            generate_route_list(|| view! { <App /> }),
            move || policy.send(),
            move || page(page_options.clone()),
        )
        .fallback_service(site)
        .layer(SetResponseHeaderLayer::if_not_present(
            CACHE_CONTROL,
            ask_again,
        ))
        .layer(CompressionLayer::new())
        .layer(Extension(base.clone()));
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

/// Serves until the process is told to stop (Ctrl+C or SIGTERM).
///
/// # Errors
/// When the address cannot be listened on, or when there are no built files to serve.
pub async fn serve(options: LeptosOptions, settings: Settings) -> Result<()> {
    let address = options.site_addr;
    let package = format!("{}/{}", options.site_root, options.site_pkg_dir);
    anyhow::ensure!(
        std::path::Path::new(&package).is_dir(),
        "There are no built files in {package}.\nBuild them (`make build`), start in the folder that \
         holds them, or set LEPTOS_SITE_ROOT."
    );
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "Cannot listen on {address}. Is another program using it? \
             Choose another address with --listen, or site-addr in Leptos.toml."
        )
    })?;
    let (stop_time, metrics_addr) = (settings.stop_time(), settings.metrics_addr);
    let http_addr = settings.http_addr;
    let signer = signing_key::signer(&settings)?;
    let tls = Tls::start(&settings)?;
    let mut ice = IceServers::new(&settings);
    let shares_port = settings.turn_addr.is_none();
    let address = listener.local_addr()?;
    let relay = start_relay(&settings, &signer, address, tls.clone(), &mut ice).await?;
    let Application {
        mut router,
        signaling,
        mut registry,
    } = app(options, settings, signer, ice).await?;
    if let Some(turn) = &relay {
        registry.register_collector(Box::new(monitoring::Relaying(turn.clone())));
    }
    if let Some(address) = metrics_addr {
        monitoring::serve_metrics(address, registry).await?;
    }
    if tls.as_ref().is_some_and(Tls::is_trusted) {
        router = router.layer(headers::only_https());
    }
    println!(
        "Duplex is ready: {}",
        addresses(address, if tls.is_some() { "https" } else { "http" })
    );
    // Health is told over HTTP as well: those who ask for it know the address, not the name.
    let insecure = |port| redirect::to_https(port).merge(monitoring::health(signaling.clone()));
    if let Some(http_addr) = http_addr {
        listener::serve_http(http_addr, insecure(Some(address.port()))).await?;
    }
    let ways = Ways {
        turn: relay.filter(|_| shares_port),
        tls,
    };
    let (listener, redirected) = Listener::new(listener, ways)?;
    let insecure = insecure(None).into_make_service();
    tokio::spawn(axum::serve(redirected, insecure).into_future());
    // axum knows the addresses of clients of its own listeners only, and this is one.
    let listener = listener.tap_io(|_| {});
    let (stopping, stop) = oneshot::channel();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        shutdown::requested().await;
        stopping.send(()).ok();
        signaling.close(stop_time.mul_f64(0.7)).await;
    });
    tokio::select! {
        result = server => result?,
        () = shutdown::overdue(stop, stop_time) => warn!("stopped with requests still open"),
    }
    info!("stopped");
    Ok(())
}

/// Starts the relay, if the settings want it.
async fn start_relay(
    settings: &Settings,
    signer: &Signer,
    pages: SocketAddr,
    tls: Option<Tls>,
    ice: &mut IceServers,
) -> Result<Option<Turn>> {
    if !settings.turn {
        return Ok(None);
    }
    let secret = match &settings.turn_secret {
        secret if secret.is_empty() => signer.derive("turn"),
        secret => secret.as_bytes().to_vec(),
    };
    let listen = settings.turn_addr.unwrap_or(pages);
    let turn = Turn::new(turn::Settings {
        secret,
        realm: "duplex".to_owned(),
        relayed: listener::relayed(listen.ip(), &settings.turn_host),
        per_user: settings.turn_allocations_per_peer,
        allocations: settings.turn_allocations,
        bits_per_second: settings.turn_bits_per_second,
    });
    // Browsers ask nobody whether they may trust a certificate for the relay: they do, or do not.
    let has_tls = tls.as_ref().is_some_and(Tls::is_trusted);
    let address = match settings.turn_addr {
        None => pages,
        Some(listen) => listener::serve_connections(&turn, tls, listen).await?,
    };
    listener::serve_datagrams(&turn, address).await?;
    info!(
        %address,
        host = if settings.turn_host.is_empty() { "that of the page" } else { &*settings.turn_host },
        over = if has_tls { "UDP, TCP and TLS" } else { "UDP and TCP" },
        "relaying for those who do not reach each other"
    );
    ice.add_own(turn.clone(), &settings.turn_host, address.port(), has_tls);
    Ok(Some(turn))
}

/// Where a person can open the lobby.
fn addresses(listen: SocketAddr, scheme: &str) -> String {
    let (ip, port) = (listen.ip(), listen.port());
    if ip.is_loopback() {
        return format!("{scheme}://localhost:{port}");
    }
    if !ip.is_unspecified() {
        return format!("{scheme}://{listen}");
    }
    let own = tls::own_addresses().into_iter();
    let own = own.filter(|own| !own.is_loopback() && (ip.is_ipv6() || own.is_ipv4()));
    let mut all = format!("{scheme}://localhost:{port}");
    for own in own {
        all += &format!(", {scheme}://{}", SocketAddr::new(own, port));
    }
    all
}
