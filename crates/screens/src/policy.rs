//! What a page may load and where its forms may lead (Content Security Policy Level 3).

use axum::http::HeaderValue;

/// The policy of a page whose forms may lead, beside to us, to these origins. Only our own script, nothing inline, nobody frames it.
pub(crate) fn policy(targets: &[String]) -> HeaderValue {
    let targets = targets.iter().map(|target| format!(" {target}")).collect::<String>();
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'{targets}; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// The source of `form-action` that stands for a redirect URI: its origin, or its scheme where it is one of an app. None for what is no
/// such URI, and for what would say more than one origin.
pub(crate) fn origin(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    let mut signs = scheme.bytes();
    let is_scheme = signs.next().is_some_and(|first| first.is_ascii_alphabetic())
        && signs.all(|sign| sign.is_ascii_alphanumeric() || b"+-.".contains(&sign));
    let scheme = scheme.to_ascii_lowercase();
    if !is_scheme || ["javascript", "data", "blob", "file", "about"].contains(&scheme.as_str()) {
        return None;
    }
    if scheme != "http" && scheme != "https" {
        return Some(format!("{scheme}:"));
    }
    let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?.to_ascii_lowercase();
    if authority.starts_with('[') {
        // The grammar of the policy knows no literal addresses of IPv6.
        return Some(format!("{scheme}:"));
    }
    let is_plain = authority.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"-.:".contains(&sign));
    (is_plain && !authority.is_empty()).then(|| format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_stands_for_one_origin() {
        for (uri, source) in [
            ("https://Client.example.com/back?a=b", Some("https://client.example.com")),
            ("http://127.0.0.1:8123/cb", Some("http://127.0.0.1:8123")),
            ("http://[::1]:8123/cb", Some("http:")),
            ("com.example.app:/cb", Some("com.example.app:")),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("https://a.example; script-src *", None),
            ("https://a.example\r\nX: y", None),
            ("https://user@a.example/", None),
            ("https://*/", None),
            ("https:/a.example", None),
            ("/path", None),
            ("", None),
        ] {
            assert_eq!(origin(uri).as_deref(), source, "{uri:?}");
        }
    }
}
