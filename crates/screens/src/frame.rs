//! What stands around every page, and how pages and redirects are answered.

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use musubi_domain::messages::Locale;
use musubi_domain::preference::DateStyle;
use musubi_domain::rights::named;
use musubi_domain::time::Timestamp;
use musubi_service::Service;
use musubi_service::request::{Note, Peer};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::assets;
use crate::continue_to::query_value;
use crate::cookie::Cookie;
use crate::error::Failure;
use crate::form::Form;
use crate::language;
use crate::moment::Moment;
use crate::policy::policy;
use crate::texts::{Texts, texts};
use crate::told::Told;

/// What is known of a request before anything is asked, and what templates show around their content.
#[derive(Clone)]
pub(crate) struct Frame {
    /// The texts in the language of the reader.
    pub(crate) say: &'static Texts,
    /// That language.
    pub(crate) locale: Locale,
    /// The note of the request.
    pub(crate) note: Arc<Note>,
    /// The URL under which we are reached; cookies are as it says.
    pub(crate) base_url: String,
    /// That URL is one of https.
    pub(crate) secure: bool,
    /// Whether the request or its browser says in which language: then what the reader prefers elsewhere does not count.
    pub(crate) has_language: bool,
    /// How the reader prefers days.
    pub(crate) dates: DateStyle,
    /// Path and query of this page.
    here: String,
    /// The query that keeps a language which the request asked for; "" where it did not.
    pub(crate) language_query: String,
    /// Who has signed in, for the menu.
    pub(crate) menu: Option<Menu>,
    /// What has been done just before.
    pub(crate) told: Option<Told>,
    /// The token that forms of the page carry; "" on a page without one.
    pub(crate) token: String,
}

/// The menu of somebody who has signed in.
#[derive(Clone)]
pub(crate) struct Menu {
    /// His name.
    pub(crate) name: String,
    /// The token of the form that signs out.
    pub(crate) token: String,
    /// The path of the page on which he is.
    pub(crate) path: String,
    /// The named rights that he has.
    pub(crate) rights: Vec<String>,
    /// The databases that people made and that he may read: path and name.
    pub(crate) databases: Vec<(String, String)>,
    /// What he searched for on this page; "" elsewhere.
    pub(crate) search: String,
}

impl Menu {
    /// Whether he is on this page or on one below it.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether he has one of these rights: pages of which he can do nothing are not in his menu.
    pub(crate) fn has_any(&self, rights: &[&str]) -> bool {
        self.rights.iter().any(|own| rights.contains(&own.as_str()))
    }

    /// Whether there is anything for him in the administration.
    pub(crate) fn is_administrator(&self) -> bool {
        self.has_any(&[named::SYSTEM, named::PEOPLE, named::GRANTS, named::TEMPLATES, named::DATABASES])
    }
}

impl Frame {
    fn of(parts: &Parts, service: &Service) -> Self {
        let note =
            parts.extensions.get::<Arc<Note>>().expect("the router's outermost layer gives every request its note");
        let peer = parts.extensions.get::<Peer>().cloned().unwrap_or_default();
        let base_url = service.base_url(&peer);
        let secure = base_url.starts_with("https://");
        let query = Form::of_query(parts.uri.query());
        let asked = language::of_tags(query.get("ui_locales"));
        let chosen = Cookie::Language.read(&parts.headers, secure).and_then(language::of_tags);
        let locale = asked.or(chosen).unwrap_or(note.locale);
        let is_shown_again = matches!(parts.method, Method::GET | Method::HEAD);
        let here =
            parts.uri.path_and_query().filter(|_| is_shown_again).map_or(parts.uri.path(), |whole| whole.as_str());
        let say = texts(locale);
        Self {
            say,
            locale,
            note: Arc::clone(note),
            secure,
            base_url,
            has_language: asked.or(chosen).is_some(),
            dates: DateStyle::default(),
            here: without_language(here),
            language_query: asked.map(|locale| format!("?ui_locales={}", language::tag(locale))).unwrap_or_default(),
            menu: None,
            told: None,
            token: String::new(),
        }
    }

    /// The same in a language that is asked for in another way than by the query of the page.
    pub(crate) fn in_language(self, locale: Locale) -> Self {
        Self { say: texts(locale), locale, ..self }
    }

    /// The link to this page in the other language.
    pub(crate) fn switch(&self) -> String {
        format!("/language?to={}&continue={}", self.say.other_lang, query_value(&self.here))
    }

    /// A moment as the reader prefers it.
    pub(crate) fn moment(&self, time: Timestamp) -> Moment {
        Moment::of(time, self.dates)
    }

    /// A day as the reader prefers it.
    pub(crate) fn date(&self, date: Date) -> String {
        self.dates.date(date)
    }

    /// The path of the stylesheet.
    pub(crate) fn style(&self) -> &'static str {
        &assets::STYLE_PATH
    }

    /// The path of the script.
    pub(crate) fn script(&self) -> &'static str {
        &assets::SCRIPT_PATH
    }

    /// The path of the icon.
    pub(crate) fn icon(&self) -> &'static str {
        &assets::ICON_PATH
    }

    /// Leads on, with the cookie of a session that has begun.
    pub(crate) fn begin(&self, cookie: &str, location: &str) -> Result<Response, Failure> {
        let value = Cookie::Session.set(cookie, self.secure);
        let value = value.ok_or_else(|| Failure::internal(self, "the text of a session is none of a cookie"))?;
        let mut response = lead(location);
        response.headers_mut().append(header::SET_COOKIE, value);
        Ok(response)
    }

    /// Answers with a page whose forms may lead, beside to us, to `targets`.
    pub(crate) fn page(
        &self,
        status: StatusCode,
        page: &impl Template,
        targets: &[String],
    ) -> Result<Response, Failure> {
        let text = page.render().map_err(|error| Failure::internal(self, error.to_string()))?;
        let mut response = (status, text).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy(targets));
        // Our own pages may know where somebody came from, and nobody else. Without this a browser would not say of a form whose it is.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.say.lang));
        Ok(response)
    }
}

impl<S> FromRequestParts<S> for Frame
where
    Service: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts, &Service::from_ref(state)))
    }
}

/// A path and query without `ui_locales`, which would decide over what is chosen.
fn without_language(here: &str) -> String {
    let Some((path, query)) = here.split_once('?') else { return here.to_owned() };
    let is_other = |pair: &&str| !pair.starts_with("ui_locales=");
    let kept = query.split('&').filter(is_other).collect::<Vec<_>>().join("&");
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{kept}") }
}

/// What is not itself in a `Location`: what a path of ours may hold that is no ASCII.
const LOCATION: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// Leads on with a GET, whatever the method was (303, RFC 9110, 15.4.4).
pub(crate) fn lead(location: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, location)
}

/// Leads on with this status.
pub(crate) fn redirect(status: StatusCode, location: &str) -> Response {
    let location = utf8_percent_encode(location, LOCATION).to_string();
    // What is encoded is visible ASCII, so it is a value.
    let location = HeaderValue::try_from(location).unwrap_or(HeaderValue::from_static("/"));
    (status, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_language_is_not_asked_for_again() {
        assert_eq!(without_language("/sign-in?continue=%2F&ui_locales=en"), "/sign-in?continue=%2F");
        assert_eq!(without_language("/sign-in?ui_locales=en"), "/sign-in");
        assert_eq!(without_language("/sign-in"), "/sign-in");
    }

    #[test]
    fn a_location_is_one_line_of_ascii() {
        let location = |text: &str| lead(text).headers()[header::LOCATION].to_str().unwrap().to_owned();
        assert_eq!(location("/a?b=%2F"), "/a?b=%2F");
        assert_eq!(location("/結\r\nX: y"), "/%E7%B5%90%0D%0AX:%20y");
    }
}
