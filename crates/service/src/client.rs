//! Clients (取引先).

use std::sync::Arc;

use musubi_domain::client;
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use uuid::Uuid;

use crate::context::Service;
use crate::record::{
    Deleted, Expected, GivenRecord, RecordDetail, RecordKey, record_delete, record_detail, record_register,
    record_update,
};
use crate::record_filter::{Asked, FilteredPage, record_filtered};

/// Registers a client and gives its id.
///
/// # Errors
/// Invalid, with all failing items at once; Forbidden where the caller may not write clients.
pub async fn client_register(service: &Service, context: &Arc<Context>, given: GivenRecord) -> Result<Uuid> {
    let written = record_register(service, context, client::DATABASE, "client.register", given).await?;
    Ok(written.id)
}

/// Changes a client by difference and gives its id.
///
/// # Errors
/// NotFound at `path` where the key names nothing that the caller may see; Invalid, with all failing items at once; Forbidden where the
/// caller may not write clients.
pub async fn client_update(
    service: &Service,
    context: &Arc<Context>,
    (key, path): (RecordKey, &str),
    given: GivenRecord,
) -> Result<Uuid> {
    let kind = (client::DATABASE, "client.update");
    let written = record_update(service, context, kind, (key, path), Expected::default(), given).await?;
    Ok(written.id)
}

/// Moves clients with their contacts to the trash, all or none.
///
/// # Errors
/// As [`record_delete`].
pub async fn client_delete(
    service: &Service,
    context: &Arc<Context>,
    keys: Vec<(RecordKey, String)>,
    force: bool,
) -> Result<Deleted> {
    record_delete(service, context, (client::DATABASE, "client.delete"), keys, force).await
}

/// Gives a page of the clients that the conditions let through, in order of creation.
///
/// # Errors
/// As [`record_filtered`].
pub async fn client_list(
    service: &Service,
    context: &Arc<Context>,
    asked: &[Asked],
    offset: i64,
    limit: i64,
) -> Result<FilteredPage> {
    record_filtered(service, context, client::DATABASE, asked, offset, limit).await
}

/// Gives one client.
///
/// # Errors
/// As [`record_detail`].
pub async fn client_get(service: &Service, context: &Arc<Context>, key: RecordKey, path: &str) -> Result<RecordDetail> {
    record_detail(service, context, client::DATABASE, key, path).await
}
