//! The document around every page, and which page stands at which address.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    base::Base,
    call_route, check_route,
    language::Language,
    pages::{Lobby, NotFound},
};

/// The HTML document. `only_pairs`: a room holds fewer than four.
pub fn shell(
    options: LeptosOptions,
    base: Base,
    language: Language,
    only_pairs: bool,
) -> impl IntoView {
    let root = base.path().to_owned();
    let scripts_root = root.clone();
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() data-base=root class=only_pairs.then_some("only-pairs")>
            <head>
                <meta charset="utf-8" />
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark" />
                <meta name="description" content=language.words().description />
                <link rel="icon" type="image/svg+xml" href=base.join("/icon.svg") />
                <HashedStylesheet id="style" options=options.clone() root=root.clone() />
                <AutoReload options=options.clone() />
                <HydrationScripts options root=scripts_root />
                <MetaTags />
            </head>
            <body>
                <App base language />
            </body>
        </html>
    }
}

/// The pages and their addresses.
#[component]
pub fn App(
    /// Where everything stands.
    #[prop(default = Base::default())]
    base: Base,
    /// What everything is said in.
    #[prop(default = Language::default())]
    language: Language,
) -> impl IntoView {
    provide_meta_context();
    let router_base = base.for_router();
    provide_context(base);
    provide_context(language);
    view! {
        <Title formatter=|title: String| {
            if title.is_empty() { "Duplex".to_owned() } else { format!("{title} · Duplex") }
        } />
        <Router base=router_base>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Lobby />
                <Route path=path!("/room/:name") view=call_route::view() />
                <Route path=path!("/check") view=check_route::view() />
            </Routes>
        </Router>
    }
}
