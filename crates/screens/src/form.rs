//! What browsers send: queries and bodies of forms (URL Standard, application/x-www-form-urlencoded).

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, Limited};
use musubi_domain::limits;
use percent_encoding::percent_decode_str;

use crate::error::Wrong;

/// Fields by their names, each given once.
#[derive(Default)]
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads the body of a form.
    pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Wrong> {
        let text = body_text(headers, body).await?;
        let mut fields = BTreeMap::new();
        for (name, value) in pairs(&text).ok_or(Wrong::BadRequest)? {
            // Who reads the first and who reads the last would not mean the same.
            if fields.insert(name, value).is_some() {
                return Err(Wrong::BadRequest);
            }
        }
        Ok(Self(fields))
    }

    /// Reads a query. What cannot be read says nothing, and of a name that is given twice the first counts.
    pub(crate) fn of_query(query: Option<&str>) -> Self {
        let mut fields = BTreeMap::new();
        for (name, value) in query.and_then(pairs).unwrap_or_default() {
            fields.entry(name).or_insert(value);
        }
        Self(fields)
    }

    /// A field; "" where it is missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A field that is given and not empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }
}

/// The body of a form, as it came. One that does not come whole within [`limits::BODY_SECONDS`] is no request.
pub(crate) async fn body_text(headers: &HeaderMap, body: Body) -> Result<String, Wrong> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Wrong::NotAForm);
    }
    collected(body, Duration::from_secs(limits::BODY_SECONDS)).await
}

async fn collected(body: Body, patience: Duration) -> Result<String, Wrong> {
    let limited = Limited::new(body, limits::FORM_BYTES).collect();
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
        let read = collected(Body::new(never), Duration::from_millis(10)).await;
        assert_eq!(read, Err(Wrong::Incomplete));
        assert_eq!(collected(Body::from("a=1"), Duration::from_secs(60)).await, Ok("a=1".to_owned()));
        let large = vec![b'a'; limits::FORM_BYTES + 1];
        assert_eq!(collected(Body::from(large), Duration::from_secs(60)).await, Err(Wrong::TooLarge));
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
