//! When to stop.

use tokio::signal::{
    ctrl_c,
    unix::{SignalKind, signal},
};
use tracing::{info, warn};

/// Resolves when the process is told to stop (Ctrl+C or SIGTERM).
pub(super) async fn requested() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                warn!(%error, "SIGTERM will not be noticed");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        _ = ctrl_c() => {}
        () = terminated => {}
    }
    info!("stopping");
}
