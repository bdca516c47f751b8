//! One request and its answer on one connection, which is closed after it.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper_util::rt::TokioIo;
use musubi_domain::limits;
use musubi_domain::outgoing::CallFault;
use tokio::task::JoinSet;

use super::connect::Stream;
use super::{Answer, AnswerLimit, Call, CallFailure, Target};

/// What we call ourselves.
const AGENT: &str = concat!("Musubi/", env!("CARGO_PKG_VERSION"));
/// Headers of an answer, and the bytes that they may take.
const HEADERS: usize = 100;
const HEAD_BYTES: usize = 64 * 1024;
/// Headers that the client writes, or that speak of the connection: nobody else sets them.
const OWN: [HeaderName; 9] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::HOST,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::USER_AGENT,
];

/// The request of a call.
pub(super) fn request(call: &Call, target: &Target) -> Result<Request<Full<Bytes>>, CallFailure> {
    let mut request = Request::new(Full::new(call.body.clone()));
    *request.method_mut() = call.method.clone();
    *request.uri_mut() =
        target.path.parse().map_err(|_| CallFailure::before(CallFault::Url, "its path cannot be sent"))?;
    let headers = request.headers_mut();
    for (name, value) in &call.headers {
        let wrong = || CallFailure::before(CallFault::Header, name.clone());
        let known = HeaderName::try_from(name.as_str()).map_err(|_| wrong())?;
        if OWN.contains(&known) {
            return Err(wrong());
        }
        // No control character, so that a value is one line and begins no further header.
        headers.append(known, HeaderValue::try_from(value.as_str()).map_err(|_| wrong())?);
    }
    let host = HeaderValue::try_from(target.authority.as_str());
    headers.insert(header::HOST, host.map_err(|_| CallFailure::before(CallFault::Url, "its host cannot be sent"))?);
    headers.insert(header::USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(request)
}

/// Sends a request and takes the answer.
pub(super) async fn exchange(
    stream: Box<dyn Stream>,
    request: Request<Full<Bytes>>,
    limit: AnswerLimit,
) -> Result<Answer, CallFailure> {
    let broken = |error: hyper::Error| CallFailure::after(CallFault::Answer, error.to_string());
    let mut builder = http1::Builder::new();
    builder.max_headers(HEADERS).max_buf_size(HEAD_BYTES);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // The connection goes with the set: nothing of it is left when the answer is there, or nobody waits for it any more.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    let (parts, body) = response.into_parts();
    let said = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (retry_after, content_type) = (said(header::RETRY_AFTER), said(header::CONTENT_TYPE));
    let (body, is_cut) = taken(body, limit).await?;
    Ok(Answer { status: parts.status.as_u16(), retry_after, content_type, body, is_cut })
}

/// The body, as far as it is taken, and whether there is more.
async fn taken(mut body: Incoming, limit: AnswerLimit) -> Result<(Vec<u8>, bool), CallFailure> {
    let most = match limit {
        AnswerLimit::Whole => limits::CALL_ANSWER_BYTES,
        AnswerLimit::First(bytes) => bytes.min(limits::CALL_ANSWER_BYTES),
    };
    let mut taken = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => return Err(CallFailure::after(CallFault::Answer, error.to_string())),
        };
        let Ok(data) = frame.into_data() else { continue };
        let room = most - taken.len();
        taken.extend(data.iter().copied().take(room));
        if data.len() > room {
            return match limit {
                AnswerLimit::Whole => Err(CallFailure::after(CallFault::Size, format!("more than {most} bytes"))),
                AnswerLimit::First(_) => Ok((taken, true)),
            };
        }
    }
    Ok((taken, false))
}
