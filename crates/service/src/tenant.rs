//! Tenants: what one is begun with.

use std::sync::Arc;

use musubi_domain::claims::Company;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::TenantNo;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_domain::scope;
use musubi_domain::security::SecuritySettings;
use musubi_domain::system_scope::{EXAMPLES, STANDARD, SystemScope};
use musubi_domain::template::SHIPPED;
use musubi_domain::tenant::{TenantProfileSet, host_name, is_host};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
pub use musubi_store::tenant::TenantRow;
use musubi_store::user::NewUser;

use crate::context::{SYSTEM_USER, Service};
use crate::record::check_name;
use crate::user::{UserCreate, user_create_in, user_judge};

/// No tenant: what belongs to none is counted under it.
const NOBODY: TenantNo = TenantNo(0);

/// A tenant to be begun.
#[derive(Clone, Debug, Default)]
pub struct TenantCreate {
    /// Its short name (企業UID): 1-40 lower-case letters, digits and hyphens.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The host names that lead to it.
    pub hosts: Vec<String>,
    /// Its first person, made in the same transaction: there is no tenant without the administrator it was to have.
    pub administrator: Option<UserCreate>,
}

impl Service {
    /// The tenant of a code, or the only one there is where no code is given.
    ///
    /// # Errors
    /// Invalid where there is none, or where there are several and none was named.
    pub async fn tenant_chosen(&self, code: Option<&str>) -> Result<TenantNo> {
        let code = code.map(str::to_owned);
        let found = self
            .db()
            .get_unscoped(move |unscoped| match &code {
                Some(code) => Ok(store::tenant::tenant_by_code(unscoped, code)?.ok_or(0)),
                None => store::tenant::tenant_alone(unscoped),
            })
            .await?;
        found.map_err(|count| {
            Error::invalid_at("--tenant", if count == 0 { Message::NotFound } else { Message::SeveralTenants })
        })
    }

    /// Whether there is any tenant.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn has_tenant(&self) -> Result<bool> {
        let alone = self.db().get_unscoped(store::tenant::tenant_alone).await?;
        Ok(alone != Err(0))
    }
}

/// Begins a tenant: its system user, its scopes, its client database with the template that ships.
///
/// # Errors
/// Invalid where the code cannot be used or is taken, or a host leads to another tenant.
pub async fn tenant_create(service: &Service, command: TenantCreate) -> Result<TenantNo> {
    let is_code = |code: &str| {
        (1..=40).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if !is_code(&command.code) {
        return Err(Error::invalid_at("--code", Message::BadName));
    }
    check_name("--name", &command.name)?;
    let hosts = host_names("--host", &command.hosts)?;
    let hash = match &command.administrator {
        Some(administrator) => {
            user_judge(service, SecuritySettings::default().password_characters, administrator).await?
        }
        None => None,
    };
    let number = service
        .db()
        .write(&service.system_context(NOBODY), Lane::Interactive, |tx| {
            store::counter::counter_next_of_all(tx, "tenant")
        })
        .await?;
    let context = service.command_context(TenantNo(number));
    service
        .db()
        .write(&context, Lane::Interactive, move |tx| {
            tenant_create_in(tx, &command, &hosts)?;
            let administrator = command.administrator.as_ref();
            administrator.map_or(Ok(()), |administrator| user_create_in(tx, administrator, hash.clone()).map(drop))
        })
        .await?;
    Ok(TenantNo(number))
}

fn tenant_create_in(tx: &mut Tx<'_>, command: &TenantCreate, hosts: &[String]) -> Result<()> {
    let id = tx.next_id();
    if !store::tenant::tenant_insert(tx, id, &command.code, &command.name)? {
        return Err(Error::invalid_at("--code", Message::Taken));
    }
    hosts_insert(tx, hosts)?;
    let system = NewUser {
        login_id: "system:musubi".to_owned(),
        family_name: "システム".to_owned(),
        system: true,
        ..NewUser::default()
    };
    let id = tx.next_id();
    if store::user::user_insert(tx, id, &system)? != Some(SYSTEM_USER) {
        return Err(Error::internal("the first user of a tenant is not its system user"));
    }
    for (path, name) in scope::SHIPPED {
        store::api_scope::api_scope_insert(tx, name)?;
        store::api_scope::api_scope_path_insert(tx, path, name)?;
    }
    system_scopes_insert(tx)?;
    SHIPPED.iter().try_for_each(|shipped| store::template::shipped_insert(tx, shipped).map(drop))?;
    tx.raise_epoch()?;
    tx.record_operation(&Operation::new("tenant.create", command.code.clone()))
}

/// The system scopes with which a tenant begins.
fn system_scopes_insert(tx: &mut Tx<'_>) -> Result<()> {
    let standard = STANDARD.iter().map(|scope| (scope.name, "", "", ""));
    for (name, claims, title_ja, title_en) in standard.chain(EXAMPLES) {
        let [name, claims, title_ja, title_en] = [name, claims, title_ja, title_en].map(str::to_owned);
        let scope = SystemScope { name, claims, title_ja, title_en, enabled: true };
        store::system_scope::system_scope_set(tx, &scope)?;
    }
    Ok(())
}

/// What is changed of a tenant.
#[derive(Clone, Debug, Default)]
pub struct TenantSet {
    /// Its new name.
    pub name: Option<String>,
    /// Further host names that lead to it.
    pub hosts: Vec<String>,
    /// Host names that no longer lead to it.
    pub removed_hosts: Vec<String>,
    /// Whether E041, E051 and E199 of the CRM API answer HTTP 200.
    pub failures_answer_200: Option<bool>,
    /// What is known of the company.
    pub profile: TenantProfileSet,
}

/// Renames a tenant, changes what it has decided, adds host names and takes them away.
///
/// # Errors
/// Forbidden without the right. Invalid where a host leads to another tenant.
pub async fn tenant_set(service: &Service, context: &Arc<Context>, change: TenantSet) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    let (hosts, removed) = (host_names("--host", &change.hosts)?, host_names("--remove-host", &change.removed_hosts)?);
    if let Some(name) = &change.name {
        check_name("--name", name)?;
    }
    let problems = change.profile.problems();
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            if let Some(name) = &change.name {
                store::tenant::tenant_name_set(tx, name)?;
            }
            for host in &removed {
                if !store::tenant::tenant_host_delete(tx, host)? {
                    return Err(Error::not_found("--remove-host"));
                }
            }
            hosts_insert(tx, &hosts)?;
            let mut settings = store::tenant::tenant_settings(tx)?;
            settings.failures_answer_200 = change.failures_answer_200.unwrap_or(settings.failures_answer_200);
            change.profile.apply(&mut settings.profile)?;
            store::tenant::tenant_settings_set(tx, &settings)?;
            tx.record_operation(&Operation::new("tenant.set", hosts.join(" ")))
        })
        .await
}

/// What is known of the tenant, and the host names that lead to it.
///
/// # Errors
/// Forbidden without the right.
pub async fn tenant_show(service: &Service, context: &Arc<Context>) -> Result<(Company, Vec<String>)> {
    service.check_named_right(context, named::SYSTEM).await?;
    let read = |keyed: &mut store::db::Keyed<'_>| {
        Ok((store::tenant::tenant_company(keyed)?, store::tenant::tenant_hosts(keyed)?))
    };
    service.db().get(context.tenant, read).await
}

fn host_names(path: &str, hosts: &[String]) -> Result<Vec<String>> {
    let name = |host: &String| host_name(host).filter(|_| is_host(host));
    hosts.iter().map(|host| name(host).ok_or_else(|| Error::invalid_at(path, Message::NotHost))).collect()
}

fn hosts_insert(tx: &mut Tx<'_>, hosts: &[String]) -> Result<()> {
    for host in hosts {
        if !store::tenant::tenant_host_insert(tx, host)? {
            return Err(Error::invalid_at("--host", Message::Taken));
        }
    }
    Ok(())
}

/// All tenants, in order of creation.
///
/// # Errors
/// Where the database does not answer.
pub async fn tenant_list(service: &Service) -> Result<Vec<TenantRow>> {
    let mut tenants = Vec::new();
    let mut after = NOBODY;
    loop {
        let rows = service.db().get_unscoped(move |unscoped| store::tenant::tenant_list(unscoped, after)).await?;
        let Some((last, _)) = rows.last() else { return Ok(tenants) };
        after = *last;
        tenants.extend(rows.into_iter().map(|(_, tenant)| tenant));
    }
}
