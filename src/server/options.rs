//! The command line and the file behind it.

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use leptos::config::{LeptosOptions, get_configuration};
use tracing_subscriber::EnvFilter;

use super::doctor;
use crate::settings::{self, LogFormat, Settings, Shown, Source};

/// Duplex: live 1-to-1 audio and video in the browser, on a server of your own.
///
/// Without a command it serves: open the printed address, open a room, and send its link to the
/// other person. Any Socket.IO page can use the same server for its signaling, at /socket.io/.
///
/// Settings come from a file, Leptos.toml, and from variables, which win over it: grace-seconds is
/// DUPLEX_GRACE_SECONDS, site-addr is LEPTOS_SITE_ADDR. `duplex config` shows what is in force,
/// `duplex doctor` tries whether it works.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Options {
    /// The configuration file: Leptos.toml in this folder, or else beside the program.
    ///
    /// Paths in it are relative to its own folder.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,

    /// Listen on this address and port instead of the configured one, for example 0.0.0.0:3000.
    ///
    /// The variable LEPTOS_SITE_ADDR does the same. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", global = true)]
    listen: Option<SocketAddr>,

    /// Serve HTTPS: with a certificate of our own (self-signed), that of two files, or one from an
    /// authority (acme).
    ///
    /// The variable DUPLEX_HTTPS does the same. A phone on the same network needs HTTPS, or its
    /// browser hands out no camera.
    #[arg(long, value_name = "MODE", value_parser = ["off", "self-signed", "files", "acme"], global = true)]
    https: Option<String>,

    /// How much to log: error, warn, info, debug, or a filter such as duplex=debug.
    ///
    /// The variable RUST_LOG does the same. `duplex doctor` logs nothing unless it is told to.
    #[arg(long, value_name = "FILTER", global = true)]
    log: Option<String>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the settings that are in force, and where they come from.
    ///
    /// What it prints is a configuration file itself. A comment behind each setting that is not the
    /// default names the line or the variable that it comes from. Keys and passwords are hidden: put
    /// them back before you use it. Wrong settings are reported as they are at the start.
    Config,

    /// Try whether this installation works: pages, signaling, certificate, relay.
    ///
    /// It looks at the settings and files, and then does what browsers do: it loads the lobby under
    /// its public address, shakes hands over TLS, joins a room over a WebSocket, and sends packets
    /// through every STUN and TURN server that is handed out. If no server is running, it starts one
    /// for as long as that takes. Nothing is changed and nothing stays behind.
    ///
    /// Each check is a line: ok, FAILED with what to do, or skipped. The program ends with 0 when
    /// none failed, and with 1 otherwise.
    Doctor {
        /// Check the server under this URL from here, instead of the one of this machine.
        ///
        /// Settings, files and the port of this machine are not looked at then: run it on another
        /// machine to see what people elsewhere see.
        #[arg(long, value_name = "URL")]
        public_url: Option<String>,
    },
}

impl Options {
    /// Does what the command line says; without a command it serves.
    ///
    /// # Errors
    /// When the configuration cannot be read, or when the server cannot start.
    pub async fn run(self) -> Result<ExitCode> {
        match &self.command {
            None => self.serve().await?,
            // Whoever reads it may have seen enough.
            Some(Command::Config) => _ = io::stdout().write_all(self.shown()?.as_bytes()),
            Some(Command::Doctor { public_url }) => {
                return self.doctor(public_url.as_deref()).await;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn serve(&self) -> Result<()> {
        let filter = match self.filter()? {
            Some(filter) => filter,
            None => EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")),
        };
        let filter = quiet(filter)?;
        // First: it says where something is wrong.
        let Read {
            options, settings, ..
        } = self.read()?;
        let log = tracing_subscriber::fmt().with_env_filter(filter);
        match settings.log_format {
            LogFormat::Text => log.init(),
            LogFormat::Json => log.json().init(),
        }
        super::serve(options, settings).await
    }

    /// The filter of the command line.
    fn filter(&self) -> Result<Option<EnvFilter>> {
        let filter = self.log.as_ref().map(|filter| {
            EnvFilter::try_new(filter).with_context(|| {
                format!("--log {filter}: use error, warn, info, debug or a filter")
            })
        });
        filter.transpose()
    }

    fn read(&self) -> Result<Read> {
        let file = self.enter_folder()?;
        let (settings, source) = settings::read(&file, &self.flags())?;
        Ok(Read {
            options: self.leptos_options(&file)?,
            settings,
            source,
            file,
        })
    }

    /// What the command line says of our settings.
    fn flags(&self) -> Vec<(&'static str, String)> {
        let https = self.https.clone();
        https
            .map(|mode| ("DUPLEX_HTTPS", mode))
            .into_iter()
            .collect()
    }

    /// Finds the configuration file and goes to its folder, because paths in it begin there.
    fn enter_folder(&self) -> Result<PathBuf> {
        let file = self.config.clone().unwrap_or_else(default_file);
        let file = file.canonicalize().with_context(|| {
            format!(
                "Cannot read the configuration file {}. Start in the folder that holds it, or name \
                 another one with --config.",
                file.display()
            )
        })?;
        if let Some(folder) = file.parent() {
            std::env::set_current_dir(folder)
                .with_context(|| format!("Cannot go to the folder {}", folder.display()))?;
        }
        Ok(file)
    }

    fn leptos_options(&self, file: &Path) -> Result<LeptosOptions> {
        let path = file
            .to_str()
            .context("--config: the path is no Unicode text")?;
        let configuration = get_configuration(Some(path)).with_context(|| {
            format!(
                "Cannot use the table [package.metadata.leptos] of {path}, or a variable LEPTOS_*."
            )
        })?;
        let mut options = configuration.leptos_options;
        if let Some(address) = self.listen {
            options.site_addr = address;
        }
        Ok(options)
    }

    /// What is in force.
    fn shown(&self) -> Result<String> {
        let Read {
            options,
            settings,
            source,
            file,
        } = self.read()?;
        let default = LeptosOptions::builder().output_name("duplex").build();
        let values = |options: &LeptosOptions| {
            [
                ("site-addr", options.site_addr.to_string().into()),
                ("site-root", (&*options.site_root).into()),
                ("output-name", (&*options.output_name).into()),
                ("site-pkg-dir", (&*options.site_pkg_dir).into()),
                ("reload-port", options.reload_port.into()),
            ]
        };
        let pairs = values(&options).into_iter().zip(values(&default));
        let leptos: Vec<Shown> = pairs
            .map(|((key, value), (_, default))| Shown {
                key: key.to_owned(),
                value,
                default,
                from: match self.listen {
                    Some(_) if key == "site-addr" => "--listen".to_owned(),
                    _ => source.of_leptos(key),
                },
            })
            .collect();
        let shown = settings::shown(&settings, &leptos, &source);
        Ok(format!("# In force with {}\n\n{shown}", file.display()))
    }

    async fn doctor(&self, public_url: Option<&str>) -> Result<ExitCode> {
        if let Some(filter) = self.filter()? {
            let log = tracing_subscriber::fmt().with_env_filter(quiet(filter)?);
            log.with_writer(io::stderr).init();
        }
        let is_well = match public_url {
            Some(url) => doctor::elsewhere(url).await?,
            None => doctor::here(self.read()).await,
        };
        Ok(if is_well {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// What the file, the variables and the command line say.
pub(super) struct Read {
    pub(super) options: LeptosOptions,
    pub(super) settings: Settings,
    pub(super) source: Source,
    pub(super) file: PathBuf,
}

/// In this folder, or else where the program was unpacked.
fn default_file() -> PathBuf {
    let here = PathBuf::from("Leptos.toml");
    let program = std::env::current_exe().unwrap_or_default();
    let beside = program.with_file_name("Leptos.toml");
    if !here.exists() && beside.exists() {
        beside
    } else {
        here
    }
}

/// The libraries of the relay would log what strangers send, with their addresses.
fn quiet(filter: EnvFilter) -> Result<EnvFilter> {
    [
        "turn_server_proto",
        "turn_types",
        "stun_proto",
        "stun_types",
    ]
    .iter()
    .try_fold(filter, |filter, library| {
        Ok(filter.add_directive(format!("{library}=off").parse()?))
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
    }

    /// The build reads Cargo.toml, the server Leptos.toml: what stands in both must agree.
    #[test]
    fn both_configuration_files_agree() {
        let section = |text: &str| -> Vec<(String, String)> {
            text.lines()
                .skip_while(|line| *line != "[package.metadata.leptos]")
                .skip(1)
                .take_while(|line| !line.starts_with('['))
                .filter_map(|line| line.split_once('='))
                .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
                .collect()
        };
        let build = section(include_str!("../../Cargo.toml"));
        let run = section(include_str!("../../Leptos.toml"));
        assert!(run.len() >= 5, "{run:?}");
        for setting in run {
            assert!(
                build.contains(&setting),
                "{setting:?} differs in Cargo.toml"
            );
        }
    }
}
