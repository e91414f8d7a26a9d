//! Starts what the settings ask for, and stops it again.

use std::{
    future::IntoFuture,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result};
use axum::{Extension, Router, serve::ListenerExt};
use leptos::config::LeptosOptions;
use tokio::{net::TcpListener, sync::oneshot};
use tracing::{info, warn};

use super::{
    Application, IceServers, app, headers,
    listener::{self, Listener, Ways},
    monitoring, redirect, shutdown, signing_key,
    tls::{self, Tls},
    turn::{self, Turn},
};
use crate::{
    settings::Settings,
    signaling::{Signaling, Signer},
};

/// Serves until the process is told to stop (Ctrl+C or SIGTERM).
///
/// # Errors
/// When the address cannot be listened on, or when there are no built files to serve.
pub async fn serve(options: LeptosOptions, settings: Settings) -> Result<()> {
    let package = package(&options);
    anyhow::ensure!(
        package.is_dir(),
        "There are no built files in {}.\nBuild them (`make build`), start in the folder that \
         holds them, or set LEPTOS_SITE_ROOT.",
        package.display()
    );
    let server = Server::start(options, settings).await?;
    if let Some(fingerprint) = &server.fingerprint {
        println!(
            "The certificate is our own: a browser warns of it once. Its SHA-256 fingerprint:\n  \
             {fingerprint}"
        );
    }
    let scheme = if server.is_https { "https" } else { "http" };
    println!("Duplex is ready: {}", addresses(server.address, scheme));
    server.until(shutdown::requested()).await?;
    info!("stopped");
    Ok(())
}

/// The folder of the built files.
pub(super) fn package(options: &LeptosOptions) -> PathBuf {
    Path::new(&*options.site_root).join(&*options.site_pkg_dir)
}

/// A server that has begun to listen.
pub(super) struct Server {
    listener: Listener,
    router: Router,
    signaling: Arc<Signaling>,
    stop_time: Duration,
    pub(super) address: SocketAddr,
    pub(super) is_https: bool,
    /// Of the certificate, if it is one of our own.
    fingerprint: Option<String>,
}

impl Server {
    /// # Errors
    /// When an address cannot be listened on, or something that the settings name cannot be used.
    pub(super) async fn start(options: LeptosOptions, settings: Settings) -> Result<Self> {
        let address = options.site_addr;
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
        let awaited = tls.as_ref().and_then(Tls::awaited).cloned();
        let with_certificate = |router: Router| match awaited.clone() {
            Some(certificate) => router.layer(Extension(certificate)),
            None => router,
        };
        let router = with_certificate(router);
        // Health is told over HTTP as well: those who ask for it know the address, not the name.
        let health = with_certificate(monitoring::health(signaling.clone()));
        let insecure = |port| redirect::to_https(port).merge(health.clone());
        if let Some(http_addr) = http_addr {
            listener::serve_http(http_addr, insecure(Some(address.port()))).await?;
        }
        let is_https = tls.is_some();
        let fingerprint = tls.as_ref().and_then(Tls::fingerprint).map(str::to_owned);
        let ways = Ways {
            turn: relay.filter(|_| shares_port),
            tls,
        };
        let (listener, redirected) = Listener::new(listener, ways)?;
        let insecure = insecure(None).into_make_service();
        tokio::spawn(axum::serve(redirected, insecure).into_future());
        Ok(Self {
            listener,
            router,
            signaling,
            stop_time,
            address,
            is_https,
            fingerprint,
        })
    }

    /// Serves until it is told to stop, and a little longer.
    pub(super) async fn until(self, told: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        // axum knows the addresses of clients of its own listeners only, and this is one.
        let listener = self.listener.tap_io(|_| {});
        let (stopping, stop) = oneshot::channel();
        let (signaling, stop_time) = (self.signaling, self.stop_time);
        let service = self
            .router
            .into_make_service_with_connect_info::<SocketAddr>();
        let server = axum::serve(listener, service).with_graceful_shutdown(async move {
            told.await;
            stopping.send(()).ok();
            signaling.close(stop_time.mul_f64(0.7)).await;
        });
        tokio::select! {
            result = server => result?,
            () = shutdown::overdue(stop, stop_time) => warn!("stopped with requests still open"),
        }
        Ok(())
    }
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
