//! A part of a page that follows something until it has ended, by server-sent events.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use musubi_domain::error::Kind;

use crate::error::Failure;
use crate::live::Pieces;
use crate::person::Person;

/// How often is looked.
const PACE: Duration = Duration::from_millis(500);
/// How often at most, on one connection: after five minutes the browser asks again, and is judged again.
const LOOKS: usize = 600;

/// How something stands.
pub(crate) enum Standing {
    /// It goes on; the part of the page.
    GoesOn(String),
    /// It has ended; where the browser goes on.
    Ended(String),
    /// It cannot be seen any more.
    Lost,
}

/// Follows something: looks how it stands, and tells where that has changed, until it ends.
pub(crate) fn following<F, Fut>(person: Person, look: F) -> Result<Response, Failure>
where
    F: Fn(Arc<Person>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Standing> + Send,
{
    let mut place = match person.service.live_place(&person.context) {
        Ok(place) => place,
        // A browser that is told so does not ask again (HTML Standard, 9.2.3).
        Err(error) if error.kind() == Kind::Busy => return Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error) => return Err(person.failure(&error)),
    };
    let person = Arc::new(person);
    let (sender, pieces) = Pieces::new();
    tokio::spawn(async move {
        let tell = async {
            let mut told = String::new();
            for _ in 0..LOOKS {
                let event = match look(Arc::clone(&person)).await {
                    Standing::GoesOn(part) if part == told => None,
                    Standing::GoesOn(part) => {
                        told = part;
                        // A line of an event ends with any line end.
                        Some(Event::default().event("part").data(told.replace('\r', " ")))
                    }
                    Standing::Ended(location) => {
                        let _ = sender.send(Event::default().event("end").data(location)).await;
                        return;
                    }
                    Standing::Lost => return,
                };
                if let Some(event) = event
                    && sender.send(event).await.is_err()
                {
                    return;
                }
                tokio::time::sleep(PACE).await;
            }
        };
        tokio::select! {
            () = tell => {}
            () = place.ended() => {}
            () = sender.closed() => {}
        }
    });
    let mut response = Sse::new(pieces).keep_alive(KeepAlive::default()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that gathers answers would have the page wait for the end.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}
