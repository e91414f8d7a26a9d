//! When to stop.

use std::time::Duration;

use tokio::{
    signal::{
        ctrl_c,
        unix::{SignalKind, signal},
    },
    sync::oneshot,
    time::sleep,
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

/// Resolves when the end that began with `stopping` takes longer than `time`.
pub(super) async fn overdue(stopping: oneshot::Receiver<()>, time: Duration) {
    if stopping.await.is_err() {
        // The server ended by itself.
        std::future::pending::<()>().await;
    }
    sleep(time).await;
}
