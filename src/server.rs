//! The web server: pages, files and signaling on one port.

mod options;
mod redirect;
mod shutdown;

pub use options::Options;

use anyhow::{Context, Result};
use axum::{
    Router,
    http::{HeaderValue, header::CACHE_CONTROL},
    routing::get,
};
use leptos::config::LeptosOptions;
use leptos_axum::{ErrorHandler, LeptosRoutes, generate_route_list};
use socketioxide::SocketIo;
use tokio::{net::TcpListener, sync::oneshot};
use tower_http::{
    compression::CompressionLayer, services::ServeDir, set_header::SetResponseHeaderLayer,
};
use tracing::{info, warn};

use crate::{
    app::{App, shell},
    pages::{JOIN_PATH, NEW_PATH},
    signaling,
};

/// The whole application, and the handle that ends its signaling connections.
pub fn app(options: LeptosOptions) -> (Router, SocketIo) {
    let (signaling, io) = signaling::layer();
    let page_options = options.clone();
    let site = ServeDir::new(&*options.site_root)
        .precompressed_br()
        .precompressed_gzip()
        .fallback(ErrorHandler::new(shell, options.clone()));
    // The built files have the same names after an upgrade: browsers keep them and ask each time
    // whether they are still good.
    let ask_again = HeaderValue::from_static("no-cache");
    let router = Router::new()
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
        .layer(CompressionLayer::new())
        .layer(signaling);
    (router.with_state(options), io)
}

/// Serves until the process is told to stop (Ctrl+C or SIGTERM).
///
/// # Errors
/// When the address cannot be listened on, or when there are no built files to serve.
pub async fn serve(options: LeptosOptions) -> Result<()> {
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
    let (router, io) = app(options);
    let address = listener.local_addr()?;
    println!(
        "Duplex is ready: {}",
        addresses(address.ip(), address.port())
    );
    let (stopping, stop) = oneshot::channel();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        shutdown::requested(io).await;
        stopping.send(()).ok();
    });
    tokio::select! {
        result = server => result?,
        () = shutdown::overdue(stop) => warn!("stopped with requests still open"),
    }
    info!("stopped");
    Ok(())
}

/// Where a person can open the lobby.
fn addresses(ip: std::net::IpAddr, port: u16) -> String {
    if ip.is_unspecified() {
        format!("http://localhost:{port}, and port {port} of every address of this machine")
    } else if ip.is_loopback() {
        format!("http://localhost:{port}")
    } else {
        format!("http://{}", std::net::SocketAddr::new(ip, port))
    }
}
