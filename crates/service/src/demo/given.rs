//! Records of the demo as a caller of the API would give them.

use musubi_domain::error::{Error, Result};
use musubi_domain::item::{InquiryRouteRef, RawValue};
use musubi_domain::linkage::LinkageValue;
use musubi_domain::template::Template;
use musubi_domain::{business_card, contact};
use uuid::Uuid;

use super::Ground;
use super::cards::DemoCard;
use super::clients::DemoClient;
use super::contacts::DemoContact;
use crate::record::{GivenItem, GivenLinkage, GivenRecord};

/// The slots that the demo sets up.
pub(super) const CORE_SLOT: i64 = 999_000_001;
pub(super) const ACCOUNTING_SLOT: i64 = 999_000_002;
pub(super) const CARD_SLOT: i64 = 999_000_003;

/// Items by name: the clients' template has more than its rules need to know by id.
type Named<'a> = Vec<(&'a str, RawValue)>;

pub(super) fn client(
    template: &Template,
    demo: &DemoClient,
    ground: &Ground,
    parent: Option<Uuid>,
) -> Result<GivenRecord> {
    let (person, organization) = ground.person(demo.person)?;
    let (family, first) = demo.representative;
    let industry = demo.industry.map_or_else(Vec::new, |(major, minor)| vec![i64::from(major), i64::from(minor)]);
    let values = vec![
        ("取引先正式名称", ruby(&demo.name, &demo.name_kana)),
        ("取引先略称", text(&demo.short_name)),
        ("業種", RawValue::Selection(industry)),
        ("設立年月日", optional(demo.established.as_deref())),
        ("資本金", amount(demo.capital)),
        ("年間売上", amount(demo.annual_sales)),
        ("決算日", text(demo.closing_day)),
        ("代表者姓", ruby(family.text, family.kana)),
        ("代表者名", ruby(first.text, first.kana)),
        ("代表電話番号", text(&demo.phone)),
        ("代表FAX番号", optional(demo.fax.as_deref())),
        ("WEBサイト1", optional(demo.website.as_deref())),
        ("従業員数", amount(demo.employees.map(u64::from))),
        ("引合経路", routes(ground.routes(demo.route))),
        ("郵便番号", text(demo.postal_code)),
        ("住所(都道府県)", text(demo.prefecture)),
        ("住所(市区町村以下)", text(&demo.city_address)),
        ("支社支店・拠点", optional(demo.branch.as_deref())),
        ("部署", optional(demo.department)),
        ("取引先種別", RawValue::Selection(demo.kind.iter().copied().map(i64::from).collect())),
        ("評価", RawValue::Selection(demo.rating.into_iter().map(i64::from).collect())),
        ("詳細情報", optional(demo.description.as_deref())),
        ("親取引先", ids(parent)),
        ("営業主担当部署", ids(Some(organization))),
        ("営業主担当者", ids(Some(person))),
    ];
    let codes = [(CORE_SLOT, Some(demo.linkage_code.as_str())), (ACCOUNTING_SLOT, demo.accounting_code.as_deref())];
    record(template, values, codes)
}

pub(super) fn contact(
    template: &Template,
    demo: &DemoContact,
    (client, client_id): (&DemoClient, Uuid),
    ground: &Ground,
) -> Result<GivenRecord> {
    let (person, organization) = ground.person(client.person)?;
    let office = &demo.office;
    let values = vec![
        ("取引先担当者姓", ruby(demo.family.text, demo.family.kana)),
        ("取引先担当者名", ruby(demo.first.text, demo.first.kana)),
        ("取引先", ids(Some(client_id))),
        ("支社支店・拠点", optional(office.branch.as_deref())),
        ("部署", optional(demo.department)),
        ("役職", optional(demo.title)),
        ("誕生日", optional(demo.birthday.as_deref())),
        ("電話番号1", text(&demo.phone)),
        ("電話番号2", optional(demo.second_phone.as_deref())),
        ("内線番号", optional(demo.extension.as_deref())),
        ("携帯電話番号1", optional(demo.mobile.as_deref())),
        ("FAX番号1", optional(office.fax.as_deref())),
        ("メールアドレス1", optional(demo.mail.as_deref())),
        ("郵便番号", text(office.postal_code)),
        ("住所(都道府県)", text(office.prefecture)),
        ("住所(市区町村以下)", text(&office.city_address)),
        ("詳細情報", optional(demo.description)),
        ("リスト名", optional(demo.list_name)),
        ("メモ", optional(demo.note)),
        ("営業主担当部署", ids(Some(organization))),
        ("営業主担当者", ids(Some(person))),
    ];
    let codes = [(CORE_SLOT, demo.linkage_code.as_deref()), (CARD_SLOT, demo.card_code.as_deref())];
    let mut given = record(template, values, codes)?;
    given.items.push(item(template, contact::INQUIRY_ROUTES, routes(ground.routes(demo.routes.iter().copied())))?);
    Ok(given)
}

pub(super) fn card(template: &Template, demo: &DemoCard, ground: &Ground) -> Result<GivenRecord> {
    let (owner, _) = ground.person(demo.owner)?;
    let values = [
        (business_card::COMPANY, ruby(&demo.company, &demo.company_kana)),
        (business_card::BRANCH, optional(demo.branch.as_deref())),
        (business_card::DEPARTMENT, optional(demo.department)),
        (business_card::TITLE, optional(demo.title)),
        (business_card::FAMILY_NAME, ruby(&demo.family, &demo.family_kana)),
        (business_card::FIRST_NAME, ruby(&demo.first, &demo.first_kana)),
        (business_card::MAIL, optional(demo.mail.as_deref())),
        (business_card::PHONE, optional(demo.phone.as_deref())),
        (business_card::MOBILE, optional(demo.mobile.as_deref())),
        (business_card::FAX, optional(demo.fax.as_deref())),
        (business_card::POSTAL_CODE, optional(demo.postal_code)),
        (business_card::PREFECTURE, optional(demo.prefecture)),
        (business_card::CITY, optional(demo.city_address.as_deref())),
        (business_card::WEBSITE, optional(demo.website.as_deref())),
        (business_card::EXCHANGED_ON, text(&demo.exchanged_on)),
        (business_card::OWNER, ids(Some(owner))),
        (business_card::INQUIRY_ROUTE, routes(ground.routes(demo.route))),
        (business_card::NOTE, optional(demo.note)),
    ];
    let items = values.into_iter().map(|(id, value)| item(template, id, value)).collect::<Result<_>>()?;
    Ok(GivenRecord { items, items_path: PATH.to_owned(), ..GivenRecord::default() })
}

/// Where problems would be told, if there were any.
const PATH: &str = "demo";

fn record(template: &Template, values: Named<'_>, codes: [(i64, Option<&str>); 2]) -> Result<GivenRecord> {
    let named = |name: &str| template.items().iter().find(|item| item.name == name).map(|item| item.id);
    let found = values.into_iter().map(|(name, value)| {
        let id = named(name).ok_or_else(|| Error::internal(format!("the template has no {name}")))?;
        item(template, id, value)
    });
    let linkage = codes.into_iter().filter_map(|(slot, code)| {
        let value = LinkageValue { slot, value: code?.to_owned() };
        Some(GivenLinkage { path: PATH.to_owned(), value })
    });
    Ok(GivenRecord {
        items: found.collect::<Result<_>>()?,
        items_path: PATH.to_owned(),
        linkage: linkage.collect(),
        ..GivenRecord::default()
    })
}

fn item(template: &Template, id: Uuid, value: RawValue) -> Result<GivenItem> {
    let item = template.item(id).ok_or_else(|| Error::internal(format!("the template has no item {id}")))?;
    Ok(GivenItem { path: item.name.clone(), item: id, item_type: item.item_type.row().wire.to_owned(), value })
}

fn text(value: &str) -> RawValue {
    RawValue::Text { value: value.to_owned(), ruby: None }
}

fn optional(value: Option<&str>) -> RawValue {
    value.map_or(RawValue::Empty, text)
}

fn ruby(value: &str, reading: &str) -> RawValue {
    RawValue::Text { value: value.to_owned(), ruby: (!reading.is_empty()).then(|| reading.to_owned()) }
}

fn amount(value: Option<u64>) -> RawValue {
    value.map_or(RawValue::Empty, |value| RawValue::Numeric(value.to_string()))
}

fn ids(id: Option<Uuid>) -> RawValue {
    RawValue::Uuids(id.into_iter().collect())
}

fn routes(routes: Vec<InquiryRouteRef>) -> RawValue {
    RawValue::InquiryRoutes(routes)
}
