//! Reads what a handler has left of a body.
//!
//! A caller who is turned away is answered before his body is read. HTTP/1.1 then has to close the connection, and a client
//! that keeps its connection meets the end of it in the middle of its next request. So what is left of a small body is
//! read before the answer goes out.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Frame, SizeHint};

/// How much is read at most. What is left of a larger body costs the connection.
const MOST: usize = 64 * 1024;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// A body that can be had back.
struct Lent(Arc<Mutex<Body>>);

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// Wraps a request.
pub(crate) async fn after_answer(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let kept = Arc::new(Mutex::new(body));
    let response = next.run(Request::from_parts(parts, Body::new(Lent(Arc::clone(&kept))))).await;
    let left = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
    if !left.is_end_stream() {
        // Whatever comes of it: the answer is there.
        drop(tokio::time::timeout(PATIENCE, Limited::new(left, MOST).collect()).await);
    }
    response
}
