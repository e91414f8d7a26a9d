//! The web server: pages, files and signaling on one port.

mod admission;
mod ice;
mod listener;
mod monitoring;
mod options;
mod redirect;
mod shutdown;
mod signing_key;
pub mod turn;
mod websocket;

pub use ice::IceServers;
pub use monitoring::metrics;
pub use options::Options;

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
use axum::{
    Router,
    http::{HeaderValue, header::CACHE_CONTROL},
    middleware::from_fn_with_state,
    routing::{any, get},
    serve::ListenerExt,
};
use leptos::config::LeptosOptions;
use leptos_axum::{ErrorHandler, LeptosRoutes, generate_route_list};
use prometheus_client::registry::Registry;
use tokio::{net::TcpListener, sync::oneshot};
use tower_http::{
    compression::CompressionLayer, services::ServeDir, set_header::SetResponseHeaderLayer,
};
use tracing::{info, warn};

use self::{admission::Admission, listener::Listener, turn::Turn};
use crate::{
    app::{App, shell},
    pages::{JOIN_PATH, NEW_PATH},
    settings::Settings,
    signaling::{self, Metrics, Signaling, Signer},
};

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
    let page_options = options.clone();
    let site = ServeDir::new(&*options.site_root)
        .precompressed_br()
        .precompressed_gzip()
        .fallback(ErrorHandler::new(shell, options.clone()));
    // The built files have the same names after an upgrade: browsers keep them and ask each time
    // whether they are still good.
    let ask_again = HeaderValue::from_static("no-cache");
    let pages = Router::new()
        .route(JOIN_PATH, get(redirect::join))
        .route(NEW_PATH, get(redirect::new_room))
        .leptos_routes(&options, generate_route_list(App), move || {
            shell(page_options.clone())
        })
        .fallback_service(site)
        .layer(SetResponseHeaderLayer::if_not_present(
            CACHE_CONTROL,
            ask_again,
        ))
        .layer(CompressionLayer::new());
    // The client's script, /socket.io/socket.io.js, is one of the files.
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
    let router = pages.with_state(options);
    Ok(Application {
        router: router
            .merge(engine)
            .merge(monitoring::health(signaling.clone())),
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
    let signer = signing_key::signer(&settings)?;
    let mut ice = IceServers::new(&settings)?;
    let shares_port = settings.turn_addr.is_none();
    let relay = start_relay(&settings, &signer, listener.local_addr()?, &mut ice).await?;
    let Application {
        router,
        signaling,
        mut registry,
    } = app(options, settings, signer, ice).await?;
    if let Some(turn) = &relay {
        registry.register_collector(Box::new(monitoring::Relaying(turn.clone())));
    }
    if let Some(address) = metrics_addr {
        monitoring::serve_metrics(address, registry).await?;
    }
    let address = listener.local_addr()?;
    // axum knows the addresses of clients of its own listeners only, and this is one.
    let listener = Listener::new(listener, relay.filter(|_| shares_port))?.tap_io(|_| {});
    println!(
        "Duplex is ready: {}",
        addresses(address.ip(), address.port())
    );
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
    let address = match settings.turn_addr {
        None => pages,
        Some(listen) => listener::serve_connections(&turn, listen).await?,
    };
    listener::serve_datagrams(&turn, address).await?;
    info!(
        %address,
        host = if settings.turn_host.is_empty() { "that of the page" } else { &*settings.turn_host },
        "relaying for those who do not reach each other, over UDP and TCP"
    );
    ice.add_own(turn.clone(), &settings.turn_host, address.port());
    Ok(Some(turn))
}

/// Where a person can open the lobby.
fn addresses(ip: std::net::IpAddr, port: u16) -> String {
    if ip.is_unspecified() {
        format!("http://localhost:{port}, and port {port} of every address of this machine")
    } else if ip.is_loopback() {
        format!("http://localhost:{port}")
    } else {
        format!("http://{}", SocketAddr::new(ip, port))
    }
}
