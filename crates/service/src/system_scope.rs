//! System scopes: the standard ones, and those of a tenant's own, which name the claims that they release.

use std::sync::Arc;

use musubi_domain::claims::CLAIMS;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_domain::scope;
use musubi_domain::system_scope::{STANDARD, SystemScope};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

use crate::context::Service;
use crate::record::check_name;

/// A scope to be added, or what is changed of it.
#[derive(Clone, Debug, Default)]
pub struct SystemScopeSet {
    /// Its name.
    pub name: String,
    /// The names of the claims that it releases.
    pub claims: Vec<String>,
    /// What a person is told of it, in Japanese; its name unless said.
    pub title_ja: String,
    /// The same in English.
    pub title_en: String,
}

/// Adds a scope of the tenant's own, or changes what one releases and is called.
///
/// # Errors
/// Forbidden without the right. Invalid, with everything that is wrong at once; for a standard scope; where an API scope has the name.
pub async fn system_scope_set(service: &Service, context: &Arc<Context>, command: SystemScopeSet) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    let problems = problems(&command);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    if service.scopes(context.tenant).await?.api.iter().any(|(name, _)| *name == command.name) {
        return Err(Error::invalid_at("--name", Message::Taken));
    }
    let SystemScopeSet { name, claims, title_ja, title_en } = command;
    let set = SystemScope { name, claims: claims.join(" "), title_ja, title_en, enabled: true };
    let write = move |tx: &mut Tx<'_>| {
        store::system_scope::system_scope_set(tx, &set)?;
        tx.record_operation(&Operation::new("scope.create", set.name.clone()))
    };
    service.db().write(context, Lane::Interactive, write).await
}

fn problems(command: &SystemScopeSet) -> Vec<Problem> {
    let problem = |path: &str, message| Problem { path: path.to_owned(), item: None, message };
    let mut problems = Vec::new();
    if !scope::is_name(&command.name) {
        problems.push(problem("--name", Message::BadName));
    }
    if STANDARD.iter().any(|standard| standard.name == command.name) {
        problems.push(problem("--name", Message::Taken));
    }
    let unknown = command.claims.iter().filter(|claim| !CLAIMS.contains(&claim.as_str()));
    problems.extend(unknown.map(|claim| problem("--claims", Message::UnknownClaim { name: claim.clone() })));
    for (path, title) in [("--title-ja", &command.title_ja), ("--title-en", &command.title_en)] {
        if !title.is_empty()
            && let Err(error) = check_name(path, title)
        {
            problems.extend_from_slice(error.problems());
        }
    }
    problems
}

/// Enables or disables a scope: a disabled one cannot be asked for, and releases nothing.
///
/// # Errors
/// Forbidden without the right. NotFound.
pub async fn system_scope_enable(service: &Service, context: &Arc<Context>, name: String, enabled: bool) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    let write = move |tx: &mut Tx<'_>| {
        if !store::system_scope::system_scope_enable(tx, &name, enabled)? {
            return Err(Error::not_found("--name"));
        }
        let kind = if enabled { "scope.enable" } else { "scope.disable" };
        tx.record_operation(&Operation::new(kind, name.clone()))
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Removes a scope of the tenant's own.
///
/// # Errors
/// Forbidden without the right. NotFound; Invalid for a standard scope.
pub async fn system_scope_remove(service: &Service, context: &Arc<Context>, name: String) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    if STANDARD.iter().any(|standard| standard.name == name) {
        return Err(Error::invalid_at("--name", Message::ShippedScope));
    }
    let write = move |tx: &mut Tx<'_>| {
        if !store::system_scope::system_scope_delete(tx, &name)? {
            return Err(Error::not_found("--name"));
        }
        tx.record_operation(&Operation::new("scope.remove", name.clone()))
    };
    service.db().write(context, Lane::Interactive, write).await
}
