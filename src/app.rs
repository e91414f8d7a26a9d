//! The document around every page, and which page stands at which address.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    call_route,
    pages::{Lobby, NotFound},
};

/// The HTML document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark" />
                <meta
                    name="description"
                    content="Live 1-to-1 audio and video in the browser, on a server of your own."
                />
                <link rel="icon" type="image/svg+xml" href="/icon.svg" />
                <HashedStylesheet id="style" options=options.clone() />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The pages and their addresses.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| {
            if title.is_empty() { "Duplex".to_owned() } else { format!("{title} · Duplex") }
        } />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Lobby />
                <Route path=path!("/room/:name") view=call_route::view() />
            </Routes>
        </Router>
    }
}
