//! Which language a page is rendered in: the one that was chosen by hand, else what the browser asks for.

use axum::{
    Extension, Form,
    http::{
        HeaderMap, HeaderValue, Uri,
        header::{ACCEPT_LANGUAGE, COOKIE, REFERER, SET_COOKIE, VARY},
        request::Parts,
    },
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use serde::Deserialize;
use tracing::warn;

use crate::{base::Base, language::Language};

/// Under this name the browser keeps what was chosen.
const COOKIE_NAME: &str = "duplex-language";

/// A year, in seconds.
const MAX_AGE: u32 = 31_536_000;

/// The language of the page that is being rendered. Tells caches what it depends on.
pub(super) fn of_page() -> Language {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(VARY, HeaderValue::from_static("accept-language, cookie"));
    }
    // There is no request while the routes are listed.
    use_context::<Parts>().map_or_else(Language::default, |parts| of_request(&parts.headers))
}

pub(super) fn of_request(headers: &HeaderMap) -> Language {
    chosen(headers).unwrap_or_else(|| {
        let accept = headers.get(ACCEPT_LANGUAGE);
        Language::wanted(accept.and_then(|it| it.to_str().ok()).unwrap_or_default())
    })
}

fn chosen(headers: &HeaderMap) -> Option<Language> {
    headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
        .find_map(Language::from_tag)
}

/// What the chooser sends.
#[derive(Deserialize)]
pub(super) struct Choice {
    language: String,
}

/// Remembers the choice and leads back to the page on which it was made.
pub(super) async fn choose(
    Extension(base): Extension<Base>,
    headers: HeaderMap,
    Form(choice): Form<Choice>,
) -> Response {
    let mut answer = Redirect::to(&way_back(&base, &headers)).into_response();
    if let Some(language) = Language::from_tag(&choice.language) {
        match HeaderValue::from_str(&cookie(&base, language)) {
            Ok(cookie) => drop(answer.headers_mut().insert(SET_COOKIE, cookie)),
            Err(error) => warn!(%error, "the language cannot be remembered"),
        }
    }
    answer
}

/// Not `Secure`: it is no secret, and the same server may be visited without HTTPS as well.
fn cookie(base: &Base, language: Language) -> String {
    let tag = language.tag();
    let path = match base.path() {
        "" => "/",
        path => path,
    };
    format!("{COOKIE_NAME}={tag}; Path={path}; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax")
}

/// Where the form was, as the browser says (our pages send their whole address to their own server);
/// or the lobby.
fn way_back(base: &Base, headers: &HeaderMap) -> String {
    headers
        .get(REFERER)
        .and_then(|page| page.to_str().ok()?.parse::<Uri>().ok())
        .and_then(|page| Some(page.path_and_query()?.as_str().to_owned()))
        // An address that begins with two slashes would lead to another host.
        .filter(|path| path.starts_with('/') && !path[1..].starts_with(['/', '\\']))
        .unwrap_or_else(|| base.join("/"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn what_was_chosen_counts_more_than_what_the_browser_asks_for() {
        use Language::{Chinese, English};
        let asks = (ACCEPT_LANGUAGE, "zh-CN,zh;q=0.9,en;q=0.8");
        for (cookie, expected) in [
            ("duplex-language=en", English),
            ("other=1; duplex-language=en; more=zh-CN", English),
            ("duplex-language=xx", Chinese),
            ("duplex-language-not=en", Chinese),
            ("", Chinese),
        ] {
            let headers = headers(&[asks.clone(), (COOKIE, cookie)]);
            assert_eq!(of_request(&headers), expected, "{cookie}");
        }
        assert_eq!(of_request(&HeaderMap::new()), English);
        assert_eq!(
            of_request(&headers(&[(COOKIE, "duplex-language=zh-CN")])),
            Chinese
        );
    }

    #[test]
    fn the_cookie_is_kept_where_the_pages_are() {
        let cookie = |base| cookie(&Base::on_server(base), Language::Chinese);
        assert!(cookie("").starts_with("duplex-language=zh-CN; Path=/; Max-Age="));
        assert!(cookie("/call").contains("; Path=/call; "));
        assert!(cookie("").ends_with("; HttpOnly; SameSite=Lax"));
    }

    #[test]
    fn the_way_back_never_leads_to_another_host() {
        let base = Base::on_server("/call");
        let back = |page| way_back(&base, &headers(&[(REFERER, page)]));
        for (page, expected) in [
            ("https://a.example/call/room/a?b=c", "/call/room/a?b=c"),
            ("https://a.example/call/?room=a%20b", "/call/?room=a%20b"),
            ("https://a.example", "/"),
            ("https://evil.example//other.example/", "/call/"),
            ("https://evil.example/\\other.example/", "/call/"),
            ("no address", "/call/"),
            ("", "/call/"),
        ] {
            assert_eq!(back(page), expected, "{page}");
        }
        assert_eq!(way_back(&base, &HeaderMap::new()), "/call/");
    }
}
