//! What somebody prefers at the pages: language, and how days are written.

use axum::http::header;
use axum::response::Response;
use musubi_domain::messages::Locale;
use musubi_domain::preference::{DateStyle, Preference};
use musubi_service::preference::preference_set;

use crate::cookie::Cookie;
use crate::error::{Failure, Wrong};
use crate::frame::lead;
use crate::language;
use crate::person::{Person, PersonForm};

/// The word for the language that the browser asks for.
const BROWSER: &str = "browser";

/// The choices of a language: word, text, whether it is chosen.
pub(crate) fn languages(person: &Person, preference: Preference) -> [(&'static str, &'static str, bool); 3] {
    let say = person.frame.say;
    let choice = |locale, text| (language::tag(locale), text, preference.locale == Some(locale));
    [
        (BROWSER, say.language_of_browser, preference.locale.is_none()),
        choice(Locale::Ja, "日本語"),
        choice(Locale::En, "English"),
    ]
}

/// The choices of how days are written: word, today in that style, whether it is chosen.
pub(crate) fn dates(person: &Person, preference: Preference) -> [(&'static str, String, bool); 2] {
    let today = person.context.now.jst_date();
    [DateStyle::Western, DateStyle::Japanese].map(|style| (style.word(), style.date(today), preference.dates == style))
}

/// POST /account/preference
pub(crate) async fn keep(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let locale = match form.get("language") {
        BROWSER => Some(None),
        tag => language::of_tags(tag).map(Some),
    };
    let (Some(locale), Some(dates)) = (locale, DateStyle::of_word(form.get("dates"))) else {
        return Err(Failure::new(person.frame, Wrong::BadRequest));
    };
    let kept = preference_set(&person.service, &person.context, Preference { locale, dates }).await;
    kept.map_err(|error| person.failure(&error))?;
    let mut response = lead("/account?done=preference");
    // What he prefers counts from now on, not what was chosen at the foot of a page in this browser.
    if let Some(value) = Cookie::Language.remove(person.frame.secure) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
