//! `duplex doctor`: proves that an installation works, by doing what browsers do.

mod http;
mod ice;
mod instance;
mod machine;
mod outcome;
mod pages;
mod redis;
mod seat;
mod stun;
mod target;
mod tls;
mod turn;
mod way;

use anyhow::{Context, Result};

use self::{
    instance::Instance,
    outcome::{Outcome, Report},
    seat::Seat,
    target::Target,
};
use super::options::Read;
use crate::settings::{CertificateSource, Settings};

/// Checks the installation of this machine: whether nothing failed.
pub(super) async fn here(read: Result<Read>) -> bool {
    let mut report = Report::default();
    let read = match read {
        Ok(read) => read,
        Err(error) => {
            let advice = "Correct it; `duplex config` shows what is in force then.";
            let failed = Outcome::failed(format!("{error:#}"), advice);
            report.add("configuration", &failed);
            let rest = Outcome::skipped("it needs the configuration");
            report.add("all the rest", &rest);
            return report.end();
        }
    };
    report.add("configuration", &configuration(&read));
    let Read {
        options, settings, ..
    } = read;
    report.add("built files", &machine::built_files(&options));
    report.add("state directory", &machine::state_directory(&settings));
    // A server does not start without it; whatever else is wrong can be found all the same.
    let redis = redis::check(&settings).await;
    let started = instance::find_or_start(options, &settings, !redis.has_failed()).await;
    let (outcome, instance) = started;
    report.add("port", &outcome);
    let local = instance.as_ref().map(|instance| &instance.target);
    let readiness = match &instance {
        Some(instance) => pages::readiness(&instance.health).await,
        None => Outcome::skipped("no Duplex answers on this machine"),
    };
    report.add("readiness", &readiness);
    let public = Target::parse(&settings.public_url);
    let certificate = certificate(&settings, public.as_ref(), instance.as_ref()).await;
    report.add("certificate", &certificate);
    over_the_network(&mut report, &settings, public.as_ref(), local).await;
    report.add("Redis", &redis);
    if let Some(instance) = instance {
        instance.stop().await;
    }
    report.end()
}

/// Checks the server under a URL, from wherever this is. Whether nothing failed.
///
/// # Errors
/// When it is no URL.
pub(super) async fn elsewhere(url: &str) -> Result<bool> {
    let target = Target::parse(url).with_context(|| {
        format!("--public-url {url}: use something like https://call.example.org")
    })?;
    let mut report = Report::default();
    let settings = Settings {
        public_url: url.to_owned(),
        ..Settings::default()
    };
    let certificate = if target.is_https {
        pages::certificate(&target, CertificateSource::Off, true).await
    } else {
        Outcome::skipped("the URL is no https:// address")
    };
    report.add("certificate", &certificate);
    over_the_network(&mut report, &settings, Some(&target), None).await;
    Ok(report.end())
}

fn configuration(read: &Read) -> Outcome {
    let file = read.file.display();
    match &read.source.variables()[..] {
        [] => Outcome::fine(file.to_string()),
        variables => Outcome::fine(format!("{file}, and {}", variables.join(", "))),
    }
}

async fn certificate(
    settings: &Settings,
    public: Option<&Target>,
    instance: Option<&Instance>,
) -> Outcome {
    if let Some(target) = public.filter(|target| target.is_https) {
        // A proxy shows its own.
        let is_ours = settings.https != CertificateSource::Off;
        if is_ours && instance.is_some_and(Instance::has_other_certificate) {
            return at_the_start(settings.https);
        }
        return pages::certificate(target, settings.https, true).await;
    }
    if settings.https == CertificateSource::Off {
        return Outcome::skipped(
            "pages are served over HTTP, to this machine or to a proxy; people elsewhere need https://, or \
             their browsers hand out no camera",
        );
    }
    match instance {
        Some(instance) if instance.has_other_certificate() => at_the_start(settings.https),
        Some(instance) => pages::certificate(&instance.target, settings.https, false).await,
        None => Outcome::skipped("no Duplex answers on this machine"),
    }
}

fn at_the_start(source: CertificateSource) -> Outcome {
    Outcome::skipped(match source {
        CertificateSource::Acme => {
            "no server runs here that shows it: the server asks for it when it starts, unless it has \
             kept one. Start it, and ask again"
        }
        _ => "there is none, or one that is about to end: the server makes it when it starts",
    })
}

/// What browsers do: open the lobby, join, talk through the relay.
async fn over_the_network(
    report: &mut Report,
    settings: &Settings,
    public: Option<&Target>,
    local: Option<&Target>,
) {
    let lobby = match public {
        Some(target) => pages::lobby(target).await,
        None => Outcome::skipped(
            "public-url is not set. Set it to the address under which people open the lobby, such as \
             https://call.example.org, and it is tried as well",
        ),
    };
    report.add("public address", &lobby);
    let (outcome, seat) = join(public, local).await;
    report.add("signaling", &outcome);
    match seat {
        Some(seat) => {
            relays(report, settings, &seat).await;
            seat.leave().await;
        }
        None => report.add(
            "relay",
            &Outcome::skipped("only who has joined is told of it"),
        ),
    }
}

/// Joins a room, in the way of browsers if that is possible at all.
async fn join(public: Option<&Target>, local: Option<&Target>) -> (Outcome, Option<Seat>) {
    let Some(target) = public.or(local) else {
        return (Outcome::skipped("no Duplex answers on this machine"), None);
    };
    let is_proxied = public.is_some();
    let (outcome, seat) = seat::take(target, is_proxied).await;
    match (seat, local) {
        // Past whatever is in the way, the relay can be tried all the same.
        (None, Some(local)) if is_proxied => {
            let (_, seat) = seat::take(&target.at(local), false).await;
            (outcome, seat)
        }
        (seat, _) => (outcome, seat),
    }
}

async fn relays(report: &mut Report, settings: &Settings, seat: &Seat) {
    let mut has_relay = false;
    for server in &seat.ice_servers {
        for url in &server.urls {
            let (name, outcome) = ice::check(url, server, settings).await;
            has_relay |= name.starts_with("relay");
            report.add(&name, &outcome);
        }
    }
    if !has_relay {
        let why = "there is none (turn = false, and no turn: address in ice-servers): two people whose \
                   networks do not let them reach each other cannot talk";
        report.add("relay", &Outcome::skipped(why));
    }
}
