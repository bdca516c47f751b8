//! Cookies: their names, how they are read, and how they are set.

use axum::http::{HeaderMap, HeaderValue, header};

/// The cookies that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Holds a session.
    Session,
    /// Binds forms before sign-in to the browser.
    Form,
    /// The language that somebody has chosen.
    Language,
}

impl Cookie {
    /// Its name. `__Host-` makes a browser refuse it from other hosts, without https, and for a part of the paths (RFC 6265bis, 4.1.3.2).
    pub(crate) const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-musubi",
            (Self::Session, false) => "musubi",
            (Self::Form, true) => "__Host-musubi-form",
            (Self::Form, false) => "musubi-form",
            (Self::Language, true) => "__Host-musubi-language",
            (Self::Language, false) => "musubi-language",
        }
    }

    /// What a request says of it; the first, where it is there several times.
    pub(crate) fn read(self, headers: &HeaderMap, secure: bool) -> Option<&str> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name(secure)).map(|(_, value)| value).filter(|value| !value.is_empty())
    }

    /// The header that sets it. It goes when the browser is closed, but for the language.
    pub(crate) fn set(self, value: &str, secure: bool) -> Option<HeaderValue> {
        let life = if self == Self::Language { "; Max-Age=31536000" } else { "" };
        self.line(value, secure, life)
    }

    /// The header that takes it away.
    pub(crate) fn remove(self, secure: bool) -> Option<HeaderValue> {
        self.line("", secure, "; Max-Age=0")
    }

    fn line(self, value: &str, secure: bool, life: &str) -> Option<HeaderValue> {
        let is_plain = value.bytes().all(|byte| byte.is_ascii_graphic() && !b";,\"\\".contains(&byte));
        let secure_word = if secure { "; Secure" } else { "" };
        let line = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{life}{secure_word}", self.name(secure));
        is_plain.then(|| HeaderValue::try_from(line).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn a_cookie_is_read_by_its_whole_name() {
        let read = |lines: &[&'static str]| Cookie::Session.read(&headers(lines), false).map(str::to_owned);
        assert_eq!(read(&["a=b; musubi=one; musubi=two"]).as_deref(), Some("one"));
        assert_eq!(read(&["a=b", "musubi=one=1"]).as_deref(), Some("one=1"));
        assert_eq!(read(&["__Host-musubi=one; musubi-form=two; xmusubi=three; musubi; musubi="]), None);
        assert_eq!(read(&[]), None);
        assert_eq!(Cookie::Session.read(&headers(&["musubi=http; __Host-musubi=https"]), true), Some("https"));
    }

    #[test]
    fn a_cookie_is_set_so_that_only_this_host_has_it() {
        let line = |value: Option<HeaderValue>| value.map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(
            line(Cookie::Session.set("abc", true)).as_deref(),
            Some("__Host-musubi=abc; Path=/; HttpOnly; SameSite=Lax; Secure")
        );
        assert_eq!(
            line(Cookie::Session.remove(false)).as_deref(),
            Some("musubi=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
        );
        for value in ["a;b", "a b", "a\r\nSet-Cookie: b=c", "a,b", "\"", "日本"] {
            assert_eq!(Cookie::Session.set(value, true), None, "{value:?}");
        }
    }
}
