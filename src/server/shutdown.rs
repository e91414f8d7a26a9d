//! When to stop.

use std::time::Duration;

use socketioxide::SocketIo;
use tokio::{
    signal::{
        ctrl_c,
        unix::{SignalKind, signal},
    },
    sync::oneshot,
    time::{sleep, timeout},
};
use tracing::{info, warn};

/// Signaling connections have this long to close, and then requests that are being answered have
/// it once more. Somebody who does not read would hold the server up for ever otherwise.
const PATIENCE: Duration = Duration::from_secs(3);

/// Resolves when the process is told to stop, after every signaling connection was told.
///
/// Open connections would hold up the server's own end otherwise.
pub(super) async fn requested(io: SocketIo) {
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
    if timeout(PATIENCE, io.close()).await.is_err() {
        warn!("not every signaling connection closed in time");
    }
}

/// Resolves when the end that began with `stopping` takes too long.
pub(super) async fn overdue(stopping: oneshot::Receiver<()>) {
    if stopping.await.is_err() {
        // The server ended by itself.
        std::future::pending::<()>().await;
    }
    sleep(PATIENCE).await;
}
