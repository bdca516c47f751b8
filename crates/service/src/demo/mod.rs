//! Demo data: believable, and the same for the same seed. No person or firm of it exists.

mod data;
mod names;
mod tables;

use std::sync::Arc;

use musubi_domain::client;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::TenantNo;
use musubi_domain::item::{ItemType, RawValue};
use musubi_domain::linkage::LinkageValue;
use musubi_domain::template::Template;
use musubi_store::db::Lane;
use uuid::Uuid;

use crate::context::Service;
use crate::linkage::linkage_slot_set;
use crate::record::{Changes, GivenItem, GivenLinkage, GivenRecord, Judged, record_judge, record_register_in};
use crate::tenant::{TenantCreate, tenant_create};
use crate::user::{UserCreate, user_create_in};

use data::DemoClient;

/// The seed of the demo data that ships.
const SEED: u64 = 20_261_122;
/// People of the demo tenant.
const PEOPLE: usize = 30;
/// Clients that one transaction registers.
const SLICE: usize = 100;
/// The linkage slot that the demo's clients have a value in.
const SLOT: i64 = 999_000_001;

/// How much demo data there is to be.
#[derive(Clone, Copy, Debug)]
pub struct DemoSize {
    /// Clients.
    pub clients: usize,
}

impl Default for DemoSize {
    fn default() -> Self {
        Self { clients: 200 }
    }
}

/// Begins a tenant with demo data and gives its number.
///
/// # Errors
/// Where the database does not answer, or the tenant is there already.
pub async fn demo_create(service: &Service, size: DemoSize) -> Result<TenantNo> {
    let name = "株式会社むすび商事".to_owned();
    let tenant =
        tenant_create(service, TenantCreate { code: "demo".to_owned(), name, hosts: Vec::new(), administrator: None })
            .await?;
    linkage_slot_set(service, &service.system_context(tenant), SLOT, "基幹システムA".to_owned()).await?;
    let (organizations, people) = people_create(service, tenant).await?;
    let template = service.template(tenant, client::DATABASE).await?;
    let context = service.system_context(tenant);
    let mut ids: Vec<Uuid> = Vec::new();
    let mut slice = Vec::new();
    for demo in data::client_stream(SEED, people.len()).take(size.clients) {
        // A parent of the same slice has no id yet.
        if slice.len() >= SLICE || demo.parent.is_some_and(|parent| parent >= ids.len()) {
            ids.extend(slice_register(service, tenant, std::mem::take(&mut slice)).await?);
        }
        let person = people.get(demo.person).ok_or_else(|| Error::internal("a demo client without a person"))?;
        let organization = organizations
            .get(person.organization)
            .copied()
            .ok_or_else(|| Error::internal("a demo person without an organization"))?;
        let parent = demo.parent.and_then(|parent| ids.get(parent)).copied();
        let command = register_command(&template, &demo, organization, person.id, parent)?;
        slice.push(record_judge(service, &context, client::DATABASE, command).await?);
    }
    slice_register(service, tenant, slice).await?;
    Ok(tenant)
}

async fn slice_register(service: &Service, tenant: TenantNo, slice: Vec<Judged>) -> Result<Vec<Uuid>> {
    let context = service.system_context(tenant);
    service
        .db()
        .write(&context, Lane::Background, move |tx| {
            let mut changes = Changes::begin(tx, "demo.create", None)?;
            let registered = slice.iter().map(|client| record_register_in(tx, &mut changes, client));
            let ids = registered.map(|written| written.map(|written| written.id)).collect::<Result<_>>()?;
            changes.finish(tx)?;
            Ok(ids)
        })
        .await
}

/// A person of the demo.
struct Person {
    id: Uuid,
    organization: usize,
}

async fn people_create(service: &Service, tenant: TenantNo) -> Result<(Vec<Uuid>, Vec<Person>)> {
    let context = service.system_context(tenant);
    let people = Arc::new(data::people(SEED, PEOPLE));
    service
        .db()
        .write(&context, Lane::Background, move |tx| {
            let mut organizations: Vec<Uuid> = Vec::new();
            for demo in data::organizations() {
                let parent = demo.parent.and_then(|parent| organizations.get(parent)).copied();
                organizations.push(crate::organization::organization_create_in(tx, demo.name, parent)?);
            }
            let mut created = Vec::new();
            for demo in people.iter() {
                let command = UserCreate {
                    login_id: demo.login_id.clone(),
                    family_name: demo.family_name.to_owned(),
                    first_name: demo.first_name.to_owned(),
                    mail: demo.mail.clone(),
                    organizations: organizations.get(demo.organization).copied().into_iter().collect(),
                    ..UserCreate::default()
                };
                created.push(Person { id: user_create_in(tx, &command, None)?, organization: demo.organization });
            }
            Ok((organizations, created))
        })
        .await
}

/// The client as a caller of the API would register it.
fn register_command(
    template: &Template,
    demo: &DemoClient,
    organization: Uuid,
    person: Uuid,
    parent: Option<Uuid>,
) -> Result<GivenRecord> {
    let text = |value: &str| RawValue::Text { value: value.to_owned(), ruby: None };
    let optional = |value: Option<&str>| value.map_or(RawValue::Empty, text);
    let ruby = |value: &str, ruby: &str| RawValue::Text { value: value.to_owned(), ruby: Some(ruby.to_owned()) };
    let amount = |value: Option<u64>| value.map_or(RawValue::Empty, |value| RawValue::Numeric(value.to_string()));
    let one = |id: Option<Uuid>| RawValue::Uuids(id.into_iter().collect());
    let industry = demo.industry.map_or_else(Vec::new, |(major, minor)| vec![i64::from(major), i64::from(minor)]);
    let values = [
        ("取引先正式名称", ruby(&demo.name, &demo.name_kana)),
        ("取引先略称", text(&demo.short_name)),
        ("業種", RawValue::Selection(industry)),
        ("設立年月日", optional(demo.established.as_deref())),
        ("資本金", amount(demo.capital)),
        ("年間売上", amount(demo.annual_sales)),
        ("決算日", text(demo.closing_day)),
        ("代表者姓", ruby(demo.representative_family, demo.representative_family_kana)),
        ("代表者名", ruby(demo.representative_first, demo.representative_first_kana)),
        ("代表電話番号", text(&demo.phone)),
        ("代表FAX番号", optional(demo.fax.as_deref())),
        ("WEBサイト1", optional(demo.website.as_deref())),
        ("従業員数", amount(demo.employees.map(u64::from))),
        ("郵便番号", text(demo.postal_code)),
        ("住所(都道府県)", text(demo.prefecture)),
        ("住所(市区町村以下)", text(&demo.city_address)),
        ("支社支店・拠点", optional(demo.branch.as_deref())),
        ("部署", optional(demo.department)),
        ("取引先種別", RawValue::Selection(demo.kind.iter().copied().map(i64::from).collect())),
        ("評価", RawValue::Selection(demo.rating.into_iter().map(i64::from).collect())),
        ("詳細情報", optional(demo.description.as_deref())),
        ("親取引先", one(parent)),
        ("営業主担当部署", one(Some(organization))),
        ("営業主担当者", one(Some(person))),
    ];
    let items = values.into_iter().map(|(name, value)| given(template, name, value)).collect::<Result<_>>()?;
    let linkage =
        GivenLinkage { path: "demo".to_owned(), value: LinkageValue { slot: SLOT, value: demo.linkage_code.clone() } };
    Ok(GivenRecord { items, items_path: "demo".to_owned(), linkage: vec![linkage], ..GivenRecord::default() })
}

fn given(template: &Template, name: &str, value: RawValue) -> Result<GivenItem> {
    let item = template
        .items()
        .iter()
        .find(|item| item.name == name)
        .ok_or_else(|| Error::internal(format!("the template has no {name}")))?;
    let item_type: ItemType = item.item_type;
    Ok(GivenItem { path: name.to_owned(), item: item.id, item_type: item_type.row().wire.to_owned(), value })
}
