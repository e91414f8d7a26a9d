use leptos::prelude::*;

use crate::{
    base::use_base,
    language::{LANGUAGE_FIELD, LANGUAGE_PATH, Language, use_language},
};

/// The other languages, each in its own words.
///
/// A plain form: the server keeps the choice where no script can read it and answers with the same
/// page in that language. So it works without JavaScript too, and no text has to change in place.
#[component]
pub fn LanguageChooser() -> impl IntoView {
    let current = use_language();
    // As text: views that nothing ever changes would be wasm for nothing. Nothing in it comes from
    // outside but the base, of which the settings allow plain letters only.
    let action = use_base().join(LANGUAGE_PATH);
    let mut form = [
        "<form class=languages method=post action=\"",
        &action,
        "\">",
    ]
    .concat();
    for language in Language::ALL {
        if language != current {
            let words = language.words();
            let field = ["<button class=language name=", LANGUAGE_FIELD, " value="];
            let value = [words.tag, " lang=", words.tag, ">", words.name, "</button>"];
            form += &field.concat();
            form += &value.concat();
        }
    }
    form += "</form>";
    view! { <div inner_html=form></div> }
}
