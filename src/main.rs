//! The server binary: command line → configuration → tracing → serve.

#[cfg(feature = "ssr")]
fn main() -> anyhow::Result<std::process::ExitCode> {
    use clap::Parser;

    let options = duplex::server::Options::parse();
    // Tasks that find no place in a worker's own queue wait in one that all workers share, while
    // others have their turn again and again. With tokio's own choice of how often to look there,
    // the slowest message in a hundred took eight times as long as the median at saturation; with
    // this one it takes two to three times as long (`make bench-signaling`).
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .global_queue_interval(3)
        .enable_all()
        .build()?;
    runtime.block_on(options.run())
}

#[cfg(not(feature = "ssr"))]
fn main() {
    // cargo-leptos builds the browser's half from the library; it has no program of its own.
}
