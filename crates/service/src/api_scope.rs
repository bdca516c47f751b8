//! API scopes: made by an administrator, enabled or disabled for the tenant.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_domain::scope;
use musubi_store as store;
use musubi_store::db::Lane;

use crate::context::Service;

/// Adds a scope that opens these paths, or further paths to one that is there.
///
/// # Errors
/// Forbidden without the right. Invalid where the name or a path cannot be used.
pub async fn api_scope_create(
    service: &Service,
    context: &Arc<Context>,
    name: String,
    paths: Vec<String>,
) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    if !scope::is_name(&name) {
        return Err(Error::invalid_at("--name", Message::BadName));
    }
    if paths.iter().any(|path| !scope::SHIPPED.iter().any(|(shipped, _)| shipped == path)) {
        return Err(Error::invalid_at("--api", Message::NoSuchCall));
    }
    if service.scopes(context.tenant).await?.system.iter().any(|scope| scope.name == name) {
        return Err(Error::invalid_at("--name", Message::Taken));
    }
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            store::api_scope::api_scope_insert(tx, &name)?;
            paths.iter().try_for_each(|path| store::api_scope::api_scope_path_insert(tx, path, &name))?;
            tx.record_operation(&Operation::new("scope.create", name.clone()))
        })
        .await
}

/// Enables or disables a scope: calls that need it are refused from then on.
///
/// # Errors
/// Forbidden without the right. NotFound.
pub async fn api_scope_enable(service: &Service, context: &Arc<Context>, name: String, enabled: bool) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            if !store::api_scope::api_scope_enable(tx, &name, enabled)? {
                return Err(Error::not_found("--name"));
            }
            let kind = if enabled { "scope.enable" } else { "scope.disable" };
            tx.record_operation(&Operation::new(kind, name.clone()))
        })
        .await
}

/// Removes a scope: it opens no path any more, and tokens that carry it are worth nothing for the calls that need it.
///
/// # Errors
/// Forbidden without the right. NotFound.
pub async fn api_scope_remove(service: &Service, context: &Arc<Context>, name: String) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    // What ships could not be put back as it was; it can be disabled.
    if scope::SHIPPED.iter().any(|(_, shipped)| *shipped == name) {
        return Err(Error::invalid_at("--name", Message::ShippedScope));
    }
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            if !store::api_scope::api_scope_delete(tx, &name)? {
                return Err(Error::not_found("--name"));
            }
            tx.record_operation(&Operation::new("scope.remove", name.clone()))
        })
        .await
}

/// All scopes by name: whether enabled, and their paths.
///
/// # Errors
/// Where the database does not answer.
pub async fn api_scope_list(service: &Service, context: &Arc<Context>) -> Result<Vec<(String, bool, Vec<String>)>> {
    service.db().page(context.tenant, store::api_scope::api_scope_list).await
}
