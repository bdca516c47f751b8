//! What browsers send: queries and bodies of forms (URL Standard, application/x-www-form-urlencoded).

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, Limited};
use musubi_domain::limits;
use percent_encoding::percent_decode_str;

use crate::error::Wrong;

/// How the name of a list ends.
const LIST: &str = "[]";

/// Fields by their names, each given once; one whose name ends in `[]` is a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form(BTreeMap<String, Vec<String>>);

impl Form {
    /// Reads the body of a form of at most `most` bytes.
    pub(crate) async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Self, Wrong> {
        let text = body_text(headers, body, most).await?;
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs(&text).ok_or(Wrong::BadRequest)? {
            let is_list = name.ends_with(LIST);
            let values = fields.entry(name).or_default();
            // Who reads the first and who reads the last would not mean the same.
            if !is_list && !values.is_empty() {
                return Err(Wrong::BadRequest);
            }
            values.push(value);
        }
        Ok(Self(fields))
    }

    /// Reads a query. What cannot be read says nothing, and of a name that is given twice the first counts.
    pub(crate) fn of_query(query: Option<&str>) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in query.and_then(pairs).unwrap_or_default() {
            let is_list = name.ends_with(LIST);
            let values = fields.entry(name).or_default();
            if is_list || values.is_empty() {
                values.push(value);
            }
        }
        Self(fields)
    }

    /// A field; "" where it is missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// The values of a list, in the order of the page. Its name ends in `[]`.
    pub(crate) fn list(&self, name: &str) -> &[String] {
        debug_assert!(name.ends_with(LIST), "{name} is no list");
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// All fields, by name; of a list each value.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())))
    }

    /// A field that is given and not empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }
}

/// The body of a form, as it came. One that does not come whole within [`limits::BODY_SECONDS`] is no request.
pub(crate) async fn body_text(headers: &HeaderMap, body: Body, most: usize) -> Result<String, Wrong> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Wrong::NotAForm);
    }
    collected(body, most, Duration::from_secs(limits::BODY_SECONDS)).await
}

async fn collected(body: Body, most: usize, patience: Duration) -> Result<String, Wrong> {
    let limited = Limited::new(body, most).collect();
    let body = match tokio::time::timeout(patience, limited).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => return Err(Wrong::TooLarge),
        Ok(Err(_)) | Err(_) => return Err(Wrong::Incomplete),
    };
    String::from_utf8(body.to_bytes().into()).map_err(|_| Wrong::BadRequest)
}

/// The pairs of a form. None where one is not UTF-8 or holds U+0000, which nothing of ours keeps.
fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let decode = |part: &str| {
        let spaced = part.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8().ok()?.into_owned();
        (!decoded.contains('\0')).then_some(decoded)
    };
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(name, value)| Some((decode(name)?, decode(value)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let never = http_body_util::Empty::<axum::body::Bytes>::new().with_trailers(std::future::pending());
        let read = collected(Body::new(never), 10, Duration::from_millis(10)).await;
        assert_eq!(read, Err(Wrong::Incomplete));
        assert_eq!(collected(Body::from("a=1"), 3, Duration::from_secs(60)).await, Ok("a=1".to_owned()));
        assert_eq!(collected(Body::from("a=12"), 3, Duration::from_secs(60)).await, Err(Wrong::TooLarge));
    }

    #[tokio::test]
    async fn only_a_list_is_given_twice() {
        let read = async |body: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
            Form::read(&headers, Body::from(body), 100).await
        };
        assert_eq!(read("a=1&a=2").await.err(), Some(Wrong::BadRequest));
        let form = read("a[]=1&b=3&a%5B%5D=2").await.unwrap();
        assert_eq!(form.list("a[]"), ["1", "2"]);
        assert_eq!((form.get("b"), form.list("c[]").len()), ("3", 0));
        assert_eq!(form.fields().collect::<Vec<_>>(), [("a[]", "1"), ("a[]", "2"), ("b", "3")]);
        assert_eq!(Form::of_query(Some("a=1&a=2&b[]=1&b[]=2")).fields().count(), 3);
    }

    #[test]
    fn pairs_are_decoded_as_browsers_encode_them() {
        let owned = |list: &[(&str, &str)]| {
            Some(list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
        };
        assert_eq!(pairs("a=%E5%B1%B1+%2B&b&=c&&d=1=2"), owned(&[("a", "山 +"), ("b", ""), ("", "c"), ("d", "1=2")]));
        assert_eq!(pairs(""), owned(&[]));
        for broken in ["a=%FF", "a=%00", "%00=a", "a=%E5%B1"] {
            assert_eq!(pairs(broken), None, "{broken}");
        }
    }
}
