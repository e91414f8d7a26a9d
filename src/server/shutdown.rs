//! When to stop.

use socketioxide::SocketIo;
use tokio::signal::{
    ctrl_c,
    unix::{SignalKind, signal},
};
use tracing::{info, warn};

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
    io.close().await;
}
