//! The cards of a contact, as far as the caller may see them.

use std::sync::Arc;

use musubi_domain::business_card;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::contact;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::item::{InquiryRouteRef, ItemValue};
use musubi_domain::record::Record;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::sort::Sort;
use musubi_domain::template::Template;
use musubi_domain::time::{DayBounds, Timestamp};
use musubi_domain::user::User;
use musubi_store as store;
use musubi_store::query::RecordQuery;
use uuid::Uuid;

use super::facts::Texts;
use super::item_no;
use crate::context::Service;
use crate::record::{RecordKey, RecordSeen, record_get};
use crate::record_list::{Patience, RecordListPage, record_list};

/// A card of a contact. What the caller may not read is as what has no value.
#[derive(Clone, Debug)]
pub struct CardRow {
    /// Its outside id.
    pub id: Uuid,
    /// 部署.
    pub department: Option<String>,
    /// 役職.
    pub title: Option<String>,
    /// 姓.
    pub family_name: Option<String>,
    /// 名.
    pub first_name: Option<String>,
    /// Whose card it is in the house.
    pub owner: Option<Arc<User>>,
    /// When it was registered.
    pub created_at: Option<Timestamp>,
    /// The beginning of the day, in Japan, on which it was exchanged.
    pub exchanged_at: Option<Timestamp>,
    /// The first of its inquiry routes, and its name.
    pub route: Option<(InquiryRouteRef, String)>,
}

/// A page of cards.
#[derive(Clone, Debug, Default)]
pub struct CardPage {
    /// The cards.
    pub rows: Vec<CardRow>,
    /// Whether more follow: exact.
    pub more: bool,
}

/// Gives a page of the cards of a contact, the one exchanged last first.
///
/// # Errors
/// NotFound at `path` where the key names no contact that the caller may see; Forbidden where he may not read contacts or cards.
pub async fn contact_card_list(
    service: &Service,
    context: &Arc<Context>,
    (key, path): (RecordKey, &str),
    offset: i64,
    limit: i64,
) -> Result<CardPage> {
    let template = service.template(context.tenant, business_card::DATABASE).await?;
    let sight = service.sight_for(context, &template, Action::Read).await?;
    let RecordSeen { record: contact, .. } = record_get(service, context, contact::DATABASE, key, path).await?;
    let items = item_no(&template, business_card::CONTACT).zip(item_no(&template, business_card::EXCHANGED_ON));
    let (of, exchanged) = items.ok_or_else(|| Error::internal("a built-in item of cards is missing"))?;
    // Whose a card is, and when it was exchanged, decide what is in the list and where.
    if !sight.sees(of) {
        return Ok(CardPage::default());
    }
    let condition = Condition::OneOf { field: Field::Item(of), values: vec![Operand::Id(contact.id)] };
    let newest = |field| Sort { field, descending: true };
    let mut sorts = vec![newest(Field::Item(exchanged)), newest(Field::CreatedAt)];
    sorts.retain(|sort| sight.sees_field(&template, sort.field));
    let query = RecordQuery { template: Arc::clone(&template), condition, sorts, offset, limit };
    let RecordListPage { rows, more, .. } =
        record_list(service, context, &sight, query, None, Patience::CALL, "").await?;
    let numbers: Vec<_> = rows.iter().map(|row| row.number).collect();
    let (own_template, own_sight) = (Arc::clone(&template), sight.clone());
    let read = move |snapshot: &mut store::db::Snapshot<'_>| {
        store::query::record_whole(snapshot, &own_sight, &own_template, &numbers)
    };
    let mut records = service.db().page(context.tenant, read).await?;
    let mut cards = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(record) = records.remove(&row.number) {
            cards.push(card(service, context, (&template, &sight), record).await?);
        }
    }
    Ok(CardPage { rows: cards, more })
}

async fn card(
    service: &Service,
    context: &Context,
    (template, sight): (&Arc<Template>, &Sight),
    record: Record,
) -> Result<CardRow> {
    let (id, created_at) = (record.id, record.created_at);
    let seen = RecordSeen { template: Arc::clone(template), sight: sight.clone(), record };
    let values = seen.values();
    let texts = Texts::of(template, &values);
    let text = |item| Some(texts.text(item).to_owned()).filter(|text| !text.is_empty());
    let owner = match texts.value(business_card::OWNER) {
        Some(ItemValue::References(ids)) => ids.first().copied(),
        _ => None,
    };
    let owner = match owner {
        Some(owner) => service.user_named(context.tenant, owner).await?,
        None => None,
    };
    let exchanged_at = match texts.value(business_card::EXCHANGED_ON) {
        Some(ItemValue::Date(day)) => DayBounds::of_jst(*day).map(|bounds| bounds.first),
        _ => None,
    };
    let route = match texts.value(business_card::INQUIRY_ROUTE) {
        Some(ItemValue::InquiryRoutes(routes)) => routes.first().copied(),
        _ => None,
    };
    let route = match route {
        Some(route) => {
            let names = service.inquiry_route_named(context.tenant, route).await?;
            Some((route, names.map_or_else(String::new, |names| names.route.clone())))
        }
        None => None,
    };
    Ok(CardRow {
        id,
        department: text(business_card::DEPARTMENT),
        title: text(business_card::TITLE),
        family_name: text(business_card::FAMILY_NAME),
        first_name: text(business_card::FIRST_NAME),
        owner,
        created_at: Some(created_at).filter(|_| sight.sees_field(template, Field::CreatedAt)),
        exchanged_at,
        route,
    })
}
