//! The engine in the main file, as `cargo leptos watch` builds it.

use leptos::task::spawn_local;

use crate::call::engine::{Beginning, run};

/// Starts the engine of a call.
pub(crate) fn start(beginning: Beginning) {
    spawn_local(run(beginning));
}
