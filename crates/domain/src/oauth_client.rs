//! OpenID clients: where the browser may be sent back to.

/// Characters of a URI of a client.
pub const URI_CHARACTERS: usize = 2_000;

/// Whether a text can be given as a place to send the browser back to: an https or http URL, or a scheme of a program's own, which has a dot
/// (RFC 8252, 7.1) and so is none that a browser runs. Printable ASCII, without a fragment (RFC 6749, 3.1.2) and without user information.
#[must_use]
pub fn is_redirect_uri(uri: &str) -> bool {
    let is_plain = uri.len() <= URI_CHARACTERS
        && uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\"<>\\^`{|}".contains(&byte));
    let Some((scheme, rest)) = uri.split_once(':').filter(|_| is_plain) else { return false };
    let is_scheme = scheme.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
        && scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte));
    match scheme {
        "https" | "http" => is_authority(rest),
        _ => is_scheme && scheme.contains('.') && !rest.is_empty(),
    }
}

/// Whether `//host...` names a host, and nobody who signs in there.
fn is_authority(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    !authority.is_empty() && !authority.starts_with(':') && !authority.contains('@')
}

/// The one of the registered places that a request names: exactly, but for the port of a loopback address, which a program of a public client
/// is given by its machine (RFC 8252, 7.3).
#[must_use]
pub fn is_registered(registered: &[String], given: &str, public: bool) -> bool {
    let wanted = loopback_without_port(given).filter(|_| public);
    registered.iter().any(|own| own == given || (wanted.is_some() && loopback_without_port(own) == wanted))
}

/// An http URL of a literal loopback address in front of its port and behind it.
fn loopback_without_port(uri: &str) -> Option<(&str, &str)> {
    let host = ["http://127.0.0.1", "http://[::1]"].into_iter().find(|host| uri.starts_with(host))?;
    let (front, rest) = uri.split_at_checked(host.len())?;
    let Some(behind) = rest.strip_prefix(':') else {
        return (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((front, rest));
    };
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    let (port, rest) = behind.split_at_checked(digits)?;
    (port.parse::<u16>().is_ok() && (rest.is_empty() || rest.starts_with(['/', '?']))).then_some((front, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_a_browser_may_be_sent_to() {
        for uri in [
            "https://example.com/home",
            "http://intranet:8080/cb?x=1",
            "http://127.0.0.1/cb",
            "https://a.example",
            "com.example.app:/cb",
            "jp.example.app://cb",
        ] {
            assert!(is_redirect_uri(uri), "{uri}");
        }
        for uri in [
            "",
            "/cb",
            "https://",
            "https:///cb",
            "https:example.com",
            "https://a.example/#x",
            "https://user@a.example/",
            "javascript:alert(1)",
            "javascript://a.example/%0aalert(1)",
            "data:text/html,x",
            "myapp:/cb",
            "https://a.example/ b",
            "https://山.example/",
            "https://a.example\\@b.example/",
            "HTTPS://a.example/",
            "a.b:",
            "https://a.example/\r\nx",
        ] {
            assert!(!is_redirect_uri(uri), "{uri}");
        }
        assert!(!is_redirect_uri(&format!("https://a.example/{}", "x".repeat(URI_CHARACTERS))));
    }

    #[test]
    fn a_place_is_registered_exactly_but_for_the_port_of_a_loopback_address() {
        let registered = ["https://a.example/cb", "http://127.0.0.1/cb", "http://[::1]:1/cb"].map(str::to_owned);
        for (given, public, own) in [
            ("https://a.example/cb", true, true),
            ("https://a.example/cb/", true, false),
            ("https://a.example/cb?x", true, false),
            ("https://a.example:443/cb", true, false),
            ("http://127.0.0.1/cb", false, true),
            ("http://127.0.0.1:3456/cb", true, true),
            ("http://127.0.0.1:3456/cb", false, false),
            ("http://127.0.0.1:3456/other", true, false),
            ("http://127.0.0.1:345678/cb", true, false),
            ("http://127.0.0.1:/cb", true, false),
            ("http://127.0.0.1:80@evil.example/cb", true, false),
            ("http://127.0.0.1.evil.example/cb", true, false),
            ("http://[::1]:999/cb", true, true),
            ("http://localhost:3456/cb", true, false),
        ] {
            assert_eq!(is_registered(&registered, given, public), own, "{given} {public}");
        }
    }
}
