//! The feed of events.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_store as store;
pub use musubi_store::seal::SealedEvent;

use crate::context::Service;

/// Events after the one numbered `after`, at most `most` of them, oldest first. The numbers have no hole, and nothing
/// comes in between later: a reader that goes on from the last number skips nothing.
///
/// # Errors
/// Where the database does not answer.
pub async fn event_list(service: &Service, context: &Arc<Context>, after: i64, most: i64) -> Result<Vec<SealedEvent>> {
    service.db().page(context.tenant, move |snapshot| store::seal::events_after(snapshot, after, most)).await
}
