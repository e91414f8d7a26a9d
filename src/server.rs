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
use leptos_axum::{
    ErrorHandler, LeptosRoutes, generate_route_list, site_pkg_dir_service,
    site_pkg_dir_service_route_path,
};
use socketioxide::SocketIo;
use tokio::net::TcpListener;
use tower_http::{
    compression::CompressionLayer, services::ServeDir, set_header::SetResponseHeaderLayer,
};
use tracing::info;

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
    let pages = Router::new()
        .route(JOIN_PATH, get(redirect::join))
        .route(NEW_PATH, get(redirect::new_room))
        .leptos_routes(&options, generate_route_list(App), move || {
            shell(page_options.clone())
        })
        .fallback_service(site)
        // Everything that must not be kept unasked: pages, icons, the names of the built files.
        .layer(SetResponseHeaderLayer::if_not_present(
            CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ));
    let built = Router::new()
        .route_service(
            &site_pkg_dir_service_route_path(&options),
            site_pkg_dir_service(&options),
        )
        .layer(SetResponseHeaderLayer::if_not_present(
            CACHE_CONTROL,
            built_files_are_kept(&options),
        ));
    let router = pages
        .merge(built)
        .layer(CompressionLayer::new())
        .layer(signaling);
    (router.with_state(options), io)
}

/// Built files carry a hash of their content in their name, and never change under that name.
fn built_files_are_kept(options: &LeptosOptions) -> HeaderValue {
    HeaderValue::from_static(if options.hash_files {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    })
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
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown::requested(io))
        .await?;
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
