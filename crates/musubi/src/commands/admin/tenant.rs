//! `musubi admin tenant`.

use clap::{Args, Subcommand};
use musubi_domain::tenant::TenantProfileSet;
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
    Set(Box<Set>),
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
    /// Its phone number.
    #[arg(long, value_name = "PHONE")]
    phone: Option<String>,
    /// Its mail address.
    #[arg(long, value_name = "MAIL")]
    mail: Option<String>,
    /// Its country.
    #[arg(long, value_name = "COUNTRY")]
    country: Option<String>,
    /// Its postal code.
    #[arg(long, value_name = "CODE")]
    postal_code: Option<String>,
    /// Its prefecture.
    #[arg(long, value_name = "NAME")]
    prefecture: Option<String>,
    /// Its city.
    #[arg(long, value_name = "NAME")]
    city: Option<String>,
    /// Street, number and building.
    #[arg(long, value_name = "TEXT")]
    street: Option<String>,
    /// A custom attribute; may be given several times.
    #[arg(long = "attribute", value_name = "KEY=VALUE")]
    attributes: Vec<String>,
    /// A custom attribute that is taken away; may be given several times.
    #[arg(long = "remove-attribute", value_name = "KEY")]
    removed_attributes: Vec<String>,
}

/// What is changed. What has no = is an attribute without a name, and is refused with everything else that is wrong.
fn change(set: Set) -> TenantSet {
    let Set { name, hosts, removed_hosts, failures_answer_200, .. } = set;
    let Set { phone, mail, country, postal_code, prefecture, city, street, removed_attributes, .. } = set;
    let pair = |text: String| match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), value.to_owned()),
        None => (String::new(), text),
    };
    let attributes = set.attributes.into_iter().map(pair).collect();
    let profile = TenantProfileSet {
        phone,
        mail,
        country,
        postal_code,
        prefecture,
        city,
        street,
        attributes,
        removed_attributes,
    };
    TenantSet { name, hosts, removed_hosts, failures_answer_200, profile }
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
        Tenant::Set(set) => {
            let context = session.context().await?;
            Ok(tenant_set(&session.service, &context, change(*set)).await?)
        }
    }
}

fn row(tenant: TenantRow) -> Vec<Value> {
    let failures = tenant.settings.failures_answer_200;
    vec![tenant.code.into(), tenant.name.into(), tenant.hosts.into(), failures.into()]
}
