//! The server that is checked: the one that runs, or one that is started for the checks alone.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    os::unix::fs::DirBuilderExt,
    path::PathBuf,
};

use anyhow::Result;
use leptos::config::LeptosOptions;
use tokio::{sync::oneshot, task::JoinHandle};

use super::{
    super::{run::Server, signing_key, tls},
    Outcome, http,
    target::{Target, Unreached},
};
use crate::settings::{CertificateSource, Settings};

/// A server on this machine that answers.
pub(super) struct Instance {
    pub(super) target: Target,
    /// Where it tells how it is, below no base: that may have changed since it started.
    pub(super) health: Target,
    own: Option<Own>,
}

/// One that was started here.
struct Own {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
    /// Whether it serves another certificate than the settings say.
    has_other_certificate: bool,
    /// Keeps what it must not leave in the state directory.
    _aside: Aside,
}

impl Instance {
    /// Whether its certificate is none that people will see.
    pub(super) fn has_other_certificate(&self) -> bool {
        let own = self.own.as_ref();
        own.is_some_and(|own| own.has_other_certificate)
    }

    /// Ends it if it was started here.
    pub(super) async fn stop(self) {
        if let Some(own) = self.own {
            own.stop.send(()).ok();
            own.task.await.ok();
        }
    }
}

/// Finds the server of these settings, or starts one.
pub(super) async fn find_or_start(
    options: LeptosOptions,
    settings: &Settings,
    has_redis: bool,
) -> (Outcome, Option<Instance>) {
    let address = reachable(options.site_addr);
    match look(address, settings).await {
        Looked::Duplex(health) => {
            let found = format!("a Duplex answers at {address}");
            let is_https = settings.https != CertificateSource::Off;
            let instance = Instance {
                target: Target::local(address, is_https, settings.base_path()),
                health,
                own: None,
            };
            (Outcome::fine(found), Some(instance))
        }
        Looked::Other(what) => {
            let port = address.port();
            let advice = format!(
                "Stop it (`ss -ltnp 'sport = :{port}'` names it), or choose another address with \
                 --listen, or site-addr in Leptos.toml."
            );
            let found = format!("something else listens at {address}: {what}");
            (Outcome::failed(found, advice), None)
        }
        Looked::Nothing => start(options, settings, has_redis).await,
    }
}

/// What listens there.
enum Looked {
    /// It tells here how it is.
    Duplex(Target),
    Other(String),
    Nothing,
}

async fn look(address: SocketAddr, settings: &Settings) -> Looked {
    if address.port() == 0 {
        return Looked::Nothing;
    }
    let is_https = settings.https != CertificateSource::Off;
    let mut what = String::new();
    // Health is told over HTTP in any case, unless something before the server wants HTTPS.
    for over_https in [false, is_https] {
        let health = Target::local(address, over_https, "");
        match http::get(&health, "/healthz").await {
            Ok(page) if page.status == 200 && page.body == "ok\n" => {
                return Looked::Duplex(health);
            }
            Ok(page) => what = format!("/healthz answers with status {}", page.status),
            Err(Unreached::Refused(_)) => return Looked::Nothing,
            // Whether it can be listened on is seen when it is tried.
            Err(Unreached::Silent(_) | Unreached::NoSuchName(_)) => return Looked::Nothing,
            Err(error) => what = error.to_string(),
        }
        if !is_https {
            break;
        }
    }
    Looked::Other(what)
}

async fn start(
    options: LeptosOptions,
    settings: &Settings,
    has_redis: bool,
) -> (Outcome, Option<Instance>) {
    let asked = options.site_addr;
    let failed = |error: &anyhow::Error| {
        let advice = "Nothing listens there, and the server does not start: mend what stands above, \
                      then ask again.";
        (Outcome::failed(format!("{error:#}"), advice), None)
    };
    let (settings, aside) = match without_traces(settings, has_redis) {
        Ok(kept) => kept,
        Err(error) => return failed(&error),
    };
    let base = settings.base_path().to_owned();
    let has_other_certificate = aside.has_other_certificate;
    match Server::start(options, settings).await {
        Ok(server) => {
            let address = reachable(server.address);
            let is_https = server.is_https;
            let target = Target::local(address, is_https, &base);
            let (stop, told) = oneshot::channel::<()>();
            let told = async {
                told.await.ok();
            };
            let own = Own {
                stop,
                task: tokio::spawn(server.until(told)),
                has_other_certificate,
                _aside: aside,
            };
            let memory = if has_redis {
                ""
            } else {
                ", with its rooms in memory"
            };
            let found = match asked.port() {
                0 => format!("started a Duplex at {address} for these checks{memory}"),
                _ => format!(
                    "nothing listened at {asked}; started a Duplex for these checks{memory}"
                ),
            };
            let instance = Instance {
                target,
                health: Target::local(address, is_https, ""),
                own: Some(own),
            };
            (Outcome::fine(found), Some(instance))
        }
        Err(error) => failed(&error),
    }
}

/// Settings with which nothing is left behind: whoever runs the checks may be another user than
/// whoever runs the server, who then could not read what was made.
fn without_traces(settings: &Settings, has_redis: bool) -> Result<(Settings, Aside)> {
    let mut settings = Settings {
        metrics_addr: None,
        ..settings.clone()
    };
    if !has_redis {
        settings.redis.clear();
    }
    if settings.signing_key.is_empty() {
        let key = signing_key::read(&settings.state_dir).ok().flatten();
        settings.signing_key = key.unwrap_or_else(signing_key::generate);
    }
    let needs_other_certificate = match settings.https {
        CertificateSource::Off | CertificateSource::Files => false,
        CertificateSource::SelfSigned => tls::is_made_at_the_start(&settings.state_dir),
        // Whether one is kept or not: it is asked for again before its end, and asking the authority is
        // for the server. Failed attempts are counted.
        CertificateSource::Acme => true,
    };
    let mut aside = Aside::default();
    if needs_other_certificate {
        aside = Aside::make()?;
        settings.state_dir.clone_from(&aside.folder);
        aside.has_other_certificate = true;
        settings.https = CertificateSource::SelfSigned;
    }
    Ok((settings, aside))
}

/// A folder that is gone in the end.
#[derive(Default)]
struct Aside {
    folder: PathBuf,
    has_other_certificate: bool,
}

impl Aside {
    fn make() -> Result<Self> {
        let name = format!("duplex-doctor-{}", &signing_key::generate()[..16]);
        let folder = std::env::temp_dir().join(name);
        fs::DirBuilder::new().mode(0o700).create(&folder)?;
        Ok(Self {
            folder,
            has_other_certificate: false,
        })
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if !self.folder.as_os_str().is_empty() {
            fs::remove_dir_all(&self.folder).ok();
        }
    }
}

/// Where a program on this machine reaches what listens there.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, listen.port())
}
