//! Under which path everything stands: `/duplex` behind a proxy that serves other things as well.

use std::borrow::Cow;

use leptos::prelude::*;

/// The path before all others, without a slash at its end; empty at the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    path: String,
    is_in_browser: bool,
}

impl Base {
    /// On the server, which has taken it away from what is asked for.
    pub fn on_server(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            is_in_browser: false,
        }
    }

    /// In the browser, whose address has it.
    pub fn in_browser(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            is_in_browser: true,
        }
    }

    /// The base alone.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where something stands, as seen from outside. `path` begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.path)
    }

    /// What the router has to take away.
    pub(crate) fn for_router(&self) -> Cow<'static, str> {
        if self.is_in_browser {
            self.path.clone().into()
        } else {
            "".into()
        }
    }
}

/// The base of this page.
pub(crate) fn use_base() -> Base {
    use_context().unwrap_or_default()
}
