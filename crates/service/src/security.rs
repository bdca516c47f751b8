//! セキュリティ設定: what a tenant decides about who gets in.

use std::net::IpAddr;
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_domain::security::SecuritySettings;
use musubi_store as store;
use musubi_store::db::Lane;

use crate::context::Service;

/// What is changed of the security settings; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecuritySet {
    /// The fewest characters of a password.
    pub password_characters: Option<usize>,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: Option<i64>,
    /// Hours after sign-in at which a session ends in any case.
    pub session_hours: Option<i64>,
    /// The addresses and networks from which people sign in and programs call, in place of those until now.
    pub allowed_addresses: Option<Vec<String>>,
    /// Requests that a token may make in a minute; 0: any number.
    pub requests_per_minute: Option<u32>,
    /// The origins whose pages may call the APIs, in place of those until now.
    pub cors_origins: Option<Vec<String>>,
}

impl SecuritySet {
    /// The names of what is changed, for the operation log.
    fn names(&self) -> String {
        let names = [
            (self.password_characters.is_some(), "password_characters"),
            (self.session_idle_minutes.is_some(), "session_idle_minutes"),
            (self.session_hours.is_some(), "session_hours"),
            (self.allowed_addresses.is_some(), "allowed_addresses"),
            (self.requests_per_minute.is_some(), "requests_per_minute"),
            (self.cors_origins.is_some(), "cors_origins"),
        ];
        let given = names.iter().filter(|(is_given, _)| *is_given);
        given.map(|(_, name)| *name).collect::<Vec<_>>().join(" ")
    }

    fn apply(&self, settings: &mut SecuritySettings) {
        fn put<T: Clone>(to: &mut T, from: Option<&T>) {
            if let Some(from) = from {
                to.clone_from(from);
            }
        }
        put(&mut settings.password_characters, self.password_characters.as_ref());
        put(&mut settings.session_idle_minutes, self.session_idle_minutes.as_ref());
        put(&mut settings.session_hours, self.session_hours.as_ref());
        put(&mut settings.allowed_addresses, self.allowed_addresses.as_ref());
        put(&mut settings.requests_per_minute, self.requests_per_minute.as_ref());
        put(&mut settings.cors_origins, self.cors_origins.as_ref());
    }
}

/// What the tenant has decided.
///
/// # Errors
/// Forbidden without the right.
pub async fn security_show(service: &Service, context: &Arc<Context>) -> Result<SecuritySettings> {
    service.check_named_right(context, named::SYSTEM).await?;
    Ok(service.tenant_settings(context.tenant).await?.security.clone())
}

/// Changes what the tenant has decided; true for every request from then on.
///
/// # Errors
/// Forbidden without the right. Invalid, with everything that is wrong at once.
pub async fn security_set(service: &Service, context: &Arc<Context>, change: SecuritySet) -> Result<()> {
    write(service, context, change, None).await
}

/// As [`security_set`], by somebody at this address: he does not lock himself out.
///
/// # Errors
/// As there; Invalid at `--address` where he could not come from there any more.
pub async fn security_set_from(
    service: &Service,
    context: &Arc<Context>,
    change: SecuritySet,
    address: IpAddr,
) -> Result<()> {
    write(service, context, change, Some(address)).await
}

async fn write(service: &Service, context: &Arc<Context>, change: SecuritySet, address: Option<IpAddr>) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let mut settings = store::tenant::tenant_settings(tx)?;
            change.apply(&mut settings.security);
            let mut problems = settings.security.settle();
            if let Some(address) =
                address.filter(|address| problems.is_empty() && settings.security.shuts_out(*address))
            {
                let message = Message::OwnAddressMissing { address: address.to_canonical().to_string() };
                problems.push(Problem { path: "--address".to_owned(), item: None, message });
            }
            if !problems.is_empty() {
                return Err(Error::invalid(problems));
            }
            store::tenant::tenant_settings_set(tx, &settings)?;
            tx.record_operation(&Operation::new("security.set", change.names()))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_says_what_was_changed() {
        let change = SecuritySet { session_hours: Some(1), cors_origins: Some(Vec::new()), ..SecuritySet::default() };
        assert_eq!(change.names(), "session_hours cors_origins");
    }
}
