//! Records that may be what somebody is about to register: clients and contacts by the rules of 名寄せ, with the reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use musubi_domain::condition::Field;
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::id::{ItemNo, RecordNo};
use musubi_domain::item::ItemValue;
use musubi_domain::key::{Component, Likeness};
use musubi_domain::matching::{ClientTie, Person, Score, THRESHOLDS, duplicates, is_free_mail_domain, score_people};
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::{client, contact};
use musubi_store as store;
use musubi_store::db::Snapshot;
use uuid::Uuid;

use super::facts::{self, Texts, Values};
use super::place::{PER_KEY, by_likeness, contact_mails, held};
use super::{CardTemplates, item_no};
use crate::context::Service;

/// Contacts of a client that are compared with one that is typed.
const CONTACTS: i64 = 200;

/// A record that may be the one that is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Its outside id.
    pub id: Uuid,
    /// What stands for it.
    pub display_name: String,
    /// What speaks for it, and what against.
    pub score: Score,
}

/// What the caller may see of the two databases that are compared.
struct Sights {
    clients: Sight,
    contacts: Sight,
}

/// The clients or contacts that may be what these values say, the best first, at most `most`: what the caller may see, compared by what he
/// may see of it. Other databases have no rules. `own` is the record that is being changed.
///
/// # Errors
/// Forbidden where the caller may not read the database.
pub async fn record_duplicates(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    own: Option<Uuid>,
    values: BTreeMap<ItemNo, ItemValue>,
    most: usize,
) -> Result<Vec<Duplicate>> {
    let of_clients = database == client::DATABASE;
    if !of_clients && database != contact::DATABASE {
        return Ok(Vec::new());
    }
    let templates = CardTemplates::load(service, context.tenant).await?;
    let template = if of_clients { &templates.clients } else { &templates.contacts };
    let sight = service.sight_for(context, template, Action::Read).await?;
    if !sight.sees_name(template) {
        return Ok(Vec::new());
    }
    let sights = Sights {
        clients: service.sight(context, &templates.clients).await?,
        contacts: service.sight(context, &templates.contacts).await?,
    };
    let find = move |snapshot: &mut Snapshot<'_>| {
        if of_clients {
            clients(snapshot, &templates, &sights, &values)
        } else {
            contacts(snapshot, &templates, &sights, &values)
        }
    };
    let mut found = service.db().page(context.tenant, find).await?;
    found.retain(|duplicate| duplicate.score.points >= THRESHOLDS.review && Some(duplicate.id) != own);
    found.sort_by_key(|duplicate| (-duplicate.score.points, duplicate.id));
    found.truncate(most);
    Ok(found)
}

/// The values of a record that the caller may see.
fn seen(template: &Template, sight: &Sight, record: &musubi_domain::record::Record) -> Values {
    let mut values = record.facts(template).values;
    values.retain(|item, _| sight.sees(*item));
    values
}

fn clients(
    snapshot: &mut Snapshot<'_>,
    templates: &CardTemplates,
    sights: &Sights,
    values: &Values,
) -> Result<Vec<Duplicate>> {
    let template = &templates.clients;
    let texts = Texts::of(template, values);
    let address = facts::address(&texts, client::PREFECTURE, client::CITY);
    let typed = facts::client(&texts, &address, &[]);
    let mut found = Vec::new();
    for number in alike(snapshot, templates, &texts)? {
        let record = store::record::record_by_number(snapshot, &sights.clients, template, number)?;
        let Some(record) = record else { continue };
        let own_values = seen(template, &sights.clients, &record);
        let own = Texts::of(template, &own_values);
        let address = facts::address(&own, client::PREFECTURE, client::CITY);
        let mails = contact_mails(snapshot, templates, &sights.contacts, number)?;
        let score = duplicates(&typed, &facts::client(&own, &address, &mails));
        found.push(Duplicate { id: record.id, display_name: record.display_name, score });
    }
    Ok(found)
}

/// The clients that an index proposes: alike by name, reading, short name or telephone number, or with people at the same domain.
fn alike(snapshot: &mut Snapshot<'_>, templates: &CardTemplates, texts: &Texts<'_>) -> Result<BTreeSet<RecordNo>> {
    let template = &templates.clients;
    let mut numbers = BTreeSet::new();
    let field =
        |template: &Template, id, likeness| item_no(template, id).map(|item| Field::Likeness { item, likeness });
    if let Some(company) = field(template, client::NAME, Likeness::Company) {
        for text in [texts.text(client::NAME), texts.reading(client::NAME), texts.text(client::SHORT_NAME)] {
            numbers.extend(by_likeness(snapshot, template, company, Likeness::Company, text)?);
        }
    }
    if let Some(phone) = field(template, client::PHONE, Likeness::Phone) {
        numbers.extend(by_likeness(snapshot, template, phone, Likeness::Phone, texts.text(client::PHONE))?);
    }
    let website = texts.text(client::WEBSITE);
    let is_own = Likeness::Domain.of(website).is_some_and(|domain| !is_free_mail_domain(&domain));
    let domain = field(&templates.contacts, contact::MAIL, Likeness::Domain).filter(|_| is_own);
    if let Some((domain, item)) = domain.zip(item_no(&templates.contacts, contact::CLIENT)) {
        for person in by_likeness(snapshot, &templates.contacts, domain, Likeness::Domain, website)? {
            numbers.extend(store::link::links_of_item(snapshot, person, item)?);
        }
    }
    Ok(numbers)
}

fn contacts(
    snapshot: &mut Snapshot<'_>,
    templates: &CardTemplates,
    sights: &Sights,
    values: &Values,
) -> Result<Vec<Duplicate>> {
    let template = &templates.contacts;
    let texts = Texts::of(template, values);
    let Some(of_client) = item_no(template, contact::CLIENT) else { return Ok(Vec::new()) };
    let mut numbers = BTreeSet::new();
    let client = held(template, values, contact::CLIENT);
    let client = match client {
        Some(id) => store::record::record_by_id(snapshot, &sights.clients, &templates.clients, id)?,
        None => None,
    };
    if let Some(client) = &client {
        numbers.extend(store::link::referrers_by_item(snapshot, client.number, of_client, RecordNo(0), CONTACTS)?);
    }
    let mail = item_no(template, contact::MAIL).and_then(|item| template.index_on(Field::Item(item)));
    if let Some((index, ItemValue::Text(text))) = mail.zip(texts.value(contact::MAIL)) {
        let key = Component::text(text);
        numbers.extend(store::record::records_by_key(snapshot, index, key.as_bytes(), RecordNo(0), PER_KEY)?);
    }
    let typed = Person::of_contact(&facts::contact(&texts, ClientTie::Open));
    let mut found = Vec::new();
    for number in numbers {
        let record = store::record::record_by_number(snapshot, &sights.contacts, template, number)?;
        let Some(record) = record else { continue };
        let own_values = seen(template, &sights.contacts, &record);
        let is_same = client.as_ref().is_some_and(|client| record.owner(template) == Some(client.id));
        let tie = if is_same { ClientTie::Same } else { ClientTie::Open };
        let other = Person::of_contact(&facts::contact(&Texts::of(template, &own_values), tie));
        let score = score_people(&typed, &other);
        found.push(Duplicate { id: record.id, display_name: record.display_name, score });
    }
    Ok(found)
}
