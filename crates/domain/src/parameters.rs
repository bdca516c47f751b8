//! Parameters of a query or of the body of a form: `application/x-www-form-urlencoded` (RFC 6749, appendix B).

use std::fmt::Write as _;

/// Names and values, in the order in which they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a text. `None` where a `%` is not followed by two hexadecimal digits, where what is encoded is not UTF-8, and where it has
    /// control characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decoded(name)?, decoded(value)?))
        };
        text.split('&').filter(|part| !part.is_empty()).map(pair).collect::<Option<_>>().map(Self)
    }

    /// The value of a name. One without a value is as good as absent (RFC 6749, 3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, value)| own == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The first of these names that stands there more than once (RFC 6749, 3.1 and 3.2: it may not). Names that nobody knows are ignored.
    #[must_use]
    pub fn repeated<'n>(&self, names: &[&'n str]) -> Option<&'n str> {
        names.iter().find(|name| self.0.iter().filter(|(own, _)| own == *name).nth(1).is_some()).copied()
    }
}

/// A name or a value as it was before it was encoded; `None` as for [`Parameters::parse`].
#[must_use]
pub fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hexadecimal(rest.next()?)? << 4 | hexadecimal(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

fn hexadecimal(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// A text in the form in which it can stand as a value: everything but unreserved characters (RFC 3986, 2.3) as `%XX`.
#[must_use]
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// A URL with parameters appended to its query.
#[must_use]
pub fn url_with(url: &str, parameters: &[(&str, &str)]) -> String {
    let mut whole = url.to_owned();
    let mut sign = match url.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    for (name, value) in parameters {
        whole.push_str(sign);
        whole.push_str(name);
        whole.push('=');
        whole.push_str(&encoded(value));
        sign = "&";
    }
    whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_encoded_is_read_or_refused_whole() {
        let read = Parameters::parse("a=1&b=x+y%20z&&c&d=&e=%E5%B1%B1&a=2&f=1=2").unwrap();
        assert_eq!((read.get("a"), read.get("b"), read.get("e")), (Some("1"), Some("x y z"), Some("山")));
        assert_eq!((read.get("c"), read.get("d"), read.get("z"), read.get("f")), (None, None, None, Some("1=2")));
        assert_eq!((read.repeated(&["b", "a"]), read.repeated(&["b", "z"])), (Some("a"), None));
        for wrong in ["a=%", "a=%4", "a=%zz", "a=%E5", "a=%00", "a=%0a", "%ff=1", "a=%+1"] {
            assert_eq!(Parameters::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Parameters::parse(""), Some(Parameters::default()));
    }

    #[test]
    fn parameters_are_appended_behind_what_is_there() {
        let state = [("state", "a&b=c\r\n")];
        assert_eq!(url_with("https://a.example/cb", &state), "https://a.example/cb?state=a%26b%3Dc%0D%0A");
        assert_eq!(url_with("https://a.example/cb?x=1", &state[..]), "https://a.example/cb?x=1&state=a%26b%3Dc%0D%0A");
        assert_eq!(url_with("com.example.app:/cb?", &[("a", "1"), ("b", "2")]), "com.example.app:/cb?a=1&b=2");
    }

    proptest! {
        #[test]
        fn every_text_without_control_characters_comes_back(text in "\\PC*") {
            prop_assume!(!text.chars().any(char::is_control));
            prop_assert_eq!(decoded(&encoded(&text)), Some(text));
        }
    }
}
