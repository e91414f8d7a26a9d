use leptos::prelude::*;
use leptos_meta::Title;

/// There is nothing at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <main class="page">
            <h1>"There is no such page"</h1>
            <p class="page-text">
                "The link may be incomplete. Ask for it again, or start from the lobby."
            </p>
            <a class="button button-primary" href=super::lobby_path()>
                "Go to the lobby"
            </a>
        </main>
    }
}
