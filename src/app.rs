//! The document around every page, and which page stands at which address.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    base::Base,
    call_route, check_route,
    components::InTurn,
    language::Language,
    pages::{Lobby, NotFound},
};

/// Where the manifest stands, which makes an app of the pages for whoever wants one.
pub const MANIFEST_PATH: &str = "/app.webmanifest";

/// Where the worker stands that shows a page of ours when nothing answers.
pub const WORKER_PATH: &str = "/worker.js";

/// The paper of the pages, light and dark, for what is around them (`--paper` in the style sheet).
pub const PAPER: [&str; 2] = ["#f9f6f1", "#10141c"];

/// What the HTML document depends on.
pub struct Document {
    /// Where everything stands.
    pub base: Base,
    /// What everything is said in.
    pub language: Language,
    /// A room holds fewer than four.
    pub only_pairs: bool,
    /// It is the lobby's.
    pub is_lobby: bool,
}

/// The HTML document.
pub fn shell(options: LeptosOptions, document: Document) -> impl IntoView {
    let Document {
        base,
        language,
        only_pairs,
        is_lobby,
    } = document;
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
                {theme_color("(prefers-color-scheme: light)", PAPER[0])}
                {theme_color("(prefers-color-scheme: dark)", PAPER[1])}
                <meta name="description" content=language.words().description />
                <link rel="icon" type="image/svg+xml" href=base.join("/icon.svg") />
                {is_lobby.then(|| app_head(&base))}
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

/// The colour of what is around the page, where this is so.
fn theme_color(media: &'static str, color: &'static str) -> impl IntoView {
    leptos::html::meta()
        .name("theme-color")
        .content(color)
        .attr("media", media)
}

/// What the page has on which an app begins. That of a room goes without: each file counts at a first visit.
fn app_head(base: &Base) -> impl IntoView + use<> {
    // In the window of an installed app only: nobody else has a worker.
    let register = format!(
        "if(matchMedia('(display-mode:standalone)').matches)navigator.serviceWorker?.register('{}')",
        base.join(WORKER_PATH)
    );
    view! {
        <link rel="manifest" href=base.join(MANIFEST_PATH) crossorigin="use-credentials" />
        <link rel="apple-touch-icon" href=base.join("/apple-touch-icon.png") />
        <script nonce=use_nonce()>{register}</script>
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
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/") view=|| InTurn::new(Lobby) />
                <Route path=path!("/room/:name") view=call_route::view() />
                <Route path=path!("/check") view=check_route::view() />
            </FlatRoutes>
        </Router>
    }
}
