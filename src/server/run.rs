//! Starts what the settings ask for, and stops it again.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result};
use axum::{Extension, Router};
use leptos::config::LeptosOptions;
use tokio::{net::TcpListener, task::JoinSet, time::timeout};
use tracing::{info, warn};

use super::{
    Application, IceServers, app, headers,
    listener::{self, Port},
    monitoring,
    newcomers::Newcomers,
    redirect, shutdown, signing_key,
    tls::{self, Tls},
    turn::{self, Turn},
    web::Web,
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
    server.until(shutdown::requested()).await;
    info!("stopped");
    Ok(())
}

/// The folder of the built files.
pub(super) fn package(options: &LeptosOptions) -> PathBuf {
    Path::new(&*options.site_root).join(&*options.site_pkg_dir)
}

/// A server that has begun to listen.
pub(super) struct Server {
    /// They are closed when this is dropped.
    ports: JoinSet<()>,
    pages: Web,
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
        let settings = Arc::new(settings);
        let signer = signing_key::signer(&settings)?;
        let tls = Tls::start(&settings)?;
        let mut ice = IceServers::new(&settings);
        let address = listener.local_addr()?;
        let mut ports = JoinSet::new();
        let nowhere = Port::new(Newcomers::new(settings.clone()));
        let mut port = nowhere.clone();
        let relay = relay(&settings, &signer, address.ip());
        if let Some(turn) = &relay {
            let mut address = address;
            if let Some(own) = settings.turn_addr {
                let mut port = nowhere.clone();
                port.relay = Some(turn.clone());
                port.tls.clone_from(&tls);
                let listener = listener::bind_for_relay(own).await?;
                address = listener.local_addr()?;
                ports.spawn(port.accept(listener));
            } else {
                port.relay = Some(turn.clone());
            }
            listener::serve_datagrams(turn, address).await?;
            hand_out(turn, &settings, address, tls.as_ref(), &mut ice);
        }
        let Application {
            mut router,
            signaling,
            mut registry,
        } = app(options, Settings::clone(&settings), signer, ice).await?;
        if let Some(turn) = &relay {
            registry.register_collector(Box::new(monitoring::Relaying(turn.clone())));
        }
        if let Some(address) = settings.metrics_addr {
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
        let pages = Web::new(with_certificate(router));
        // Health is told over HTTP as well: those who ask for it know the address, not the name.
        let health = with_certificate(monitoring::health(signaling.clone()));
        let to_https = |port| Web::new(redirect::to_https(&settings, port).merge(health.clone()));
        if let Some(own) = settings.http_addr {
            let mut port = nowhere.clone();
            port.plain = Some(to_https(Some(address.port())));
            ports.spawn(port.accept(listener::bind_for_http(own).await?));
        }
        if tls.is_some() {
            port.encrypted = Some(pages.clone());
            port.plain = Some(to_https(None));
        } else {
            port.plain = Some(pages.clone());
        }
        port.tls.clone_from(&tls);
        ports.spawn(port.accept(listener));
        Ok(Self {
            ports,
            pages,
            signaling,
            stop_time: settings.stop_time(),
            address,
            is_https: tls.is_some(),
            fingerprint: tls.as_ref().and_then(Tls::fingerprint).map(str::to_owned),
        })
    }

    /// Serves until it is told to stop, and a little longer.
    pub(super) async fn until(self, told: impl Future<Output = ()> + Send) {
        told.await;
        let Self {
            ports,
            pages,
            signaling,
            stop_time,
            ..
        } = self;
        let end = async {
            signaling.close(stop_time.mul_f64(0.7)).await;
            drop(ports);
            pages.stop().await;
        };
        if timeout(stop_time, end).await.is_err() {
            warn!("stopped with requests still open");
        }
    }
}

/// The relay, if the settings want it. `pages`: where those are served.
fn relay(settings: &Settings, signer: &Signer, pages: IpAddr) -> Option<Turn> {
    if !settings.turn {
        return None;
    }
    let secret = match &settings.turn_secret {
        secret if secret.is_empty() => signer.derive("turn"),
        secret => secret.as_bytes().to_vec(),
    };
    let listen = settings.turn_addr.map_or(pages, |own| own.ip());
    Some(Turn::new(turn::Settings {
        secret,
        realm: "duplex".to_owned(),
        relayed: turn::relayed(listen, &settings.turn_host),
        per_user: settings.turn_allocations_per_peer,
        allocations: settings.turn_allocations,
        bits_per_second: settings.turn_bits_per_second,
    }))
}

/// Has pages use the relay, which listens there.
fn hand_out(
    turn: &Turn,
    settings: &Settings,
    address: SocketAddr,
    tls: Option<&Tls>,
    ice: &mut IceServers,
) {
    // Browsers ask nobody whether they may trust a certificate for the relay: they do, or do not.
    let has_tls = tls.is_some_and(Tls::is_trusted);
    info!(
        %address,
        host = if settings.turn_host.is_empty() { "that of the page" } else { &*settings.turn_host },
        over = if has_tls { "UDP, TCP and TLS" } else { "UDP and TCP" },
        "relaying for those who do not reach each other"
    );
    ice.add_own(turn.clone(), &settings.turn_host, address.port(), has_tls);
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
