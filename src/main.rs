//! The server binary: command line → configuration → tracing → serve.

#[cfg(feature = "ssr")]
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    use clap::Parser;

    duplex::server::Options::parse().run().await
}

#[cfg(not(feature = "ssr"))]
fn main() {
    // cargo-leptos builds the browser's half from the library; it has no program of its own.
}
