//! Files that a person is given: under their names, and never as a page of ours.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use http_body_util::channel::Channel;
use musubi_domain::attachment::Attachment;
use musubi_service::attachment::attachment_chunk;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::person::Person;

/// What stands as it is in an extended value of a header (RFC 8187, 3.2.1), as far as all browsers agree.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
/// What an image may do by itself: nothing.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";
/// The same for a PDF: the viewers of browsers do not work in a sandbox.
const VIEWER: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Under which name a browser keeps a file, or shows it (RFC 6266). Programs that know no other names get one of ASCII.
pub(crate) fn disposition(name: &str, is_shown: bool) -> String {
    let plain = |sign: char| if sign.is_ascii_alphanumeric() || "-._ ()".contains(sign) { sign } else { '_' };
    let fallback: String = name.chars().map(plain).collect();
    let kind = if is_shown { "inline" } else { "attachment" };
    format!("{kind}; filename=\"{fallback}\"; filename*=UTF-8''{}", utf8_percent_encode(name, VALUE))
}

/// Answers with a file. It is read chunk by chunk as the browser takes it.
pub(crate) fn file(person: &Person, attachment: Attachment, is_shown: bool) -> Response {
    let is_shown = is_shown && attachment.is_shown();
    let policy = if is_shown && attachment.media_type() == "application/pdf" { VIEWER } else { NOTHING };
    let headers = [
        (header::CONTENT_TYPE, attachment.media_type().to_owned()),
        (header::CONTENT_LENGTH, attachment.size.to_string()),
        (header::CONTENT_DISPOSITION, disposition(&attachment.name, is_shown)),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let mut response = Body::new(content(person, attachment)).into_response();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn content(person: &Person, attachment: Attachment) -> Channel<Bytes, std::io::Error> {
    let (mut sender, body) = Channel::new(1);
    let (service, context) = (person.service.clone(), person.context.clone());
    tokio::spawn(async move {
        for chunk in 0.. {
            match attachment_chunk(&service, &context, &attachment, chunk).await {
                Ok(Some(bytes)) => {
                    // The browser has gone.
                    if sender.send_data(Bytes::from(bytes)).await.is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                // The length says to the browser that something is missing.
                Err(_) => return sender.abort(std::io::Error::other("a chunk could not be read")),
            }
        }
    });
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_value_of_a_header() {
        let given = disposition("見積書 \"2026\";\r\n.pdf", false);
        assert_eq!(
            given,
            "attachment; filename=\"___ _2026____.pdf\"; filename*=UTF-8''%E8%A6%8B%E7%A9%8D%E6%9B%B8%20%222026%22%3B%0D%0A.pdf"
        );
        assert!(HeaderValue::try_from(given).is_ok());
        assert!(disposition("a.png", true).starts_with("inline;"));
    }
}
