use leptos::prelude::*;
use leptos_meta::Title;

use crate::language::use_words;

/// There is nothing at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    let words = &use_words().nowhere;
    view! {
        <Title text=words.page_title />
        <main class="page">
            <h1>{words.no_page}</h1>
            <p class="page-text">{words.no_page_text}</p>
            <a class="button button-primary" href=super::lobby_path()>
                {words.to_lobby}
            </a>
        </main>
    }
}
