//! In which language somebody is answered: what the request asks for, else what he has chosen here, else what his browser prefers.

use axum::extract::RawQuery;
use axum::http::header;
use axum::response::Response;
use musubi_domain::messages::Locale;

use crate::continue_to::ContinueTo;
use crate::cookie::Cookie;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::{Frame, lead};

/// The language of the first tag that is one of ours: of `ui_locales` (OpenID Connect Core, 3.1.2.1), or of the cookie.
pub(crate) fn of_tags(tags: &str) -> Option<Locale> {
    tags.split([' ', ',']).find_map(|tag| {
        let language = tag.split('-').next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "ja" => Some(Locale::Ja),
            "en" => Some(Locale::En),
            _ => None,
        }
    })
}

/// The tag of a language.
pub(crate) const fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::Ja => "ja",
        Locale::En => "en",
    }
}

/// GET /language
pub(crate) async fn choose(frame: Frame, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let chosen = of_tags(query.get("to")).unwrap_or_default();
    let mut response = lead(ContinueTo::parse(query.get("continue")).path());
    if let Some(value) = Cookie::Language.set(tag(chosen), frame.secure) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_tag_counts() {
        for (tags, locale) in [
            ("ja", Some(Locale::Ja)),
            ("EN-us ja", Some(Locale::En)),
            ("fr-CA fr ja en", Some(Locale::Ja)),
            ("fr", None),
            ("", None),
            ("english", None),
        ] {
            assert_eq!(of_tags(tags), locale, "{tags}");
        }
    }
}
