//! `musubi admin tenant`.

use clap::{Args, Subcommand};
use musubi_service::tenant::{TenantCreate, TenantRow, TenantSet, tenant_create, tenant_list, tenant_set};

use serde_json::Value;

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 4] = [
    ("code", "企業UID", "code"),
    ("name", "名前", "name"),
    ("hosts", "ホスト名", "hosts"),
    ("failures_answer_200", "失敗も200", "failures answer 200"),
];

#[derive(Debug, Subcommand)]
pub(crate) enum Tenant {
    /// Add a tenant.
    Create(Create),
    /// List all tenants.
    List,
    /// Rename a tenant, add and remove host names, and change what it has decided.
    Set(Set),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its short name: 1-40 lower-case letters, digits and hyphens.
    #[arg(long, value_name = "CODE")]
    code: String,
    /// Its name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// A host name that leads to it; may be given several times.
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Set {
    /// Its new name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A further host name that leads to it; may be given several times.
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// A host name that no longer leads to it; may be given several times.
    #[arg(long = "remove-host", value_name = "HOST")]
    removed_hosts: Vec<String>,
    /// Whether E041, E051 and E199 answer HTTP 200: true or false.
    #[arg(long = "failures-answer-200", value_name = "FLAG", hide_possible_values = true)]
    failures_answer_200: Option<bool>,
}

pub(crate) async fn run(command: Tenant, session: &Session) -> Result<(), Failure> {
    match command {
        Tenant::Create(Create { code, name, hosts }) => {
            tenant_create(&session.service, TenantCreate { code: code.clone(), name, hosts, administrator: None })
                .await?;
            let tenants = tenant_list(&session.service).await?;
            let created = tenants.into_iter().find(|tenant| tenant.code == code);
            session.one(&COLUMNS, &created.map_or_else(Vec::new, row))
        }
        Tenant::List => {
            let tenants = tenant_list(&session.service).await?;
            session.rows(&COLUMNS, &tenants.into_iter().map(row).collect::<Vec<_>>())
        }
        Tenant::Set(Set { name, hosts, removed_hosts, failures_answer_200 }) => {
            let context = session.context().await?;
            let change = TenantSet { name, hosts, removed_hosts, failures_answer_200 };
            Ok(tenant_set(&session.service, &context, change).await?)
        }
    }
}

fn row(tenant: TenantRow) -> Vec<Value> {
    let failures = tenant.settings.failures_answer_200;
    vec![tenant.code.into(), tenant.name.into(), tenant.hosts.into(), failures.into()]
}
