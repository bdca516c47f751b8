//! Where a card belongs: candidates by key, scores by rule, and what is made where there is nobody.

use std::collections::BTreeSet;

use musubi_domain::business_card::{self, Matching};
use musubi_domain::condition::Field;
use musubi_domain::error::Result;
use musubi_domain::id::RecordNo;
use musubi_domain::item::ItemValue;
use musubi_domain::key::{Component, Likeness};
use musubi_domain::matching::{
    ClientTie, Score, THRESHOLDS, Verdict, is_free_mail_domain, score_client, score_contact, verdict,
};
use musubi_domain::record::Record;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::{client, contact};
use musubi_store as store;
use musubi_store::db::{Snapshot, Tx};
use uuid::Uuid;

use super::facts::{self, Texts, Values};
use super::{CardJudged, CardTemplates, Responsible, first_id, item_no};
use crate::record::{Changes, Templates, create_by_system};

/// Records that one key proposes at most: a key that proposes more says little.
pub(super) const PER_KEY: i64 = 20;
/// Contacts of a client that are looked at.
const CONTACTS: i64 = 500;
/// Contacts of a client whose mail addresses speak for the client.
const MAILS: i64 = 20;

/// Where a card belongs.
pub(super) struct Placement {
    pub(super) client: Option<(RecordNo, Uuid)>,
    pub(super) contact: Option<(RecordNo, Uuid)>,
    pub(super) matching: Matching,
}

impl Placement {
    /// Nothing is to be found: somebody has said it.
    pub(super) const fn settled() -> Self {
        Self { client: None, contact: None, matching: Matching::Settled }
    }
}

/// A record that a card may belong to, and what speaks for it.
pub(super) struct Candidate {
    pub(super) record: Record,
    pub(super) score: Score,
}

/// Finds the place of a card, and makes client and contact where there are none.
pub(super) fn place(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    card: &CardJudged,
    values: &Values,
) -> Result<Placement> {
    let review = |client| Placement { client, contact: None, matching: Matching::Review };
    let found = client_candidates(tx, &card.templates, values)?;
    let scores: Vec<Score> = found.iter().map(|candidate| candidate.score.clone()).collect();
    let client = match verdict(&scores, &THRESHOLDS) {
        Verdict::Join(at) => found.get(at).map(|candidate| (candidate.record.number, candidate.record.id)),
        Verdict::New if card.makes => Some(client_make(tx, changes, templates, card, values)?),
        Verdict::New | Verdict::Review(_) => None,
    };
    let Some(client) = client else { return Ok(review(None)) };
    if !names_somebody(&card.templates.cards, values) {
        return Ok(Placement { client: Some(client), contact: None, matching: Matching::Settled });
    }
    let found = contact_candidates(tx, &card.templates, values, client.0)?;
    let scores: Vec<Score> = found.iter().map(|candidate| candidate.score.clone()).collect();
    let contact = match verdict(&scores, &THRESHOLDS) {
        Verdict::Join(at) => found.get(at).map(|candidate| (candidate.record.number, candidate.record.id)),
        Verdict::New if card.makes => Some(contact_make(tx, changes, templates, card, values, client.1)?),
        Verdict::New | Verdict::Review(_) => None,
    };
    let matching = if contact.is_some() { Matching::Settled } else { Matching::Review };
    Ok(Placement { client: Some(client), contact, matching })
}

/// The clients that a card may belong to, each with what speaks for it, the best first.
pub(super) fn client_candidates(
    snapshot: &mut Snapshot<'_>,
    templates: &CardTemplates,
    values: &Values,
) -> Result<Vec<Candidate>> {
    let texts = Texts::of(&templates.cards, values);
    let address = facts::address(&texts, business_card::PREFECTURE, business_card::CITY);
    let card = facts::card(&texts, &address);
    let mut numbers = BTreeSet::new();
    let alike = |template: &Template, id, likeness| {
        item_no(template, id).map(|item| (Field::Likeness { item, likeness }, likeness))
    };
    let company = alike(&templates.clients, client::NAME, Likeness::Company);
    let phone = alike(&templates.clients, client::PHONE, Likeness::Phone);
    let names = [card.company, card.company_kana].into_iter().map(|text| (company, text));
    for (field, text) in names.chain(card.phones.iter().map(|text| (phone, *text))) {
        if let Some((field, likeness)) = field {
            numbers.extend(by_likeness(snapshot, &templates.clients, field, likeness, text)?);
        }
    }
    let domain = alike(&templates.contacts, contact::MAIL, Likeness::Domain);
    let own = |mail: &&str| Likeness::Domain.of(mail).is_some_and(|domain| !is_free_mail_domain(&domain));
    let of_contact = item_no(&templates.contacts, contact::CLIENT);
    for mail in card.mails.iter().filter(|mail| own(mail)) {
        let (Some((field, likeness)), Some(item)) = (domain, of_contact) else { continue };
        for colleague in by_likeness(snapshot, &templates.contacts, field, likeness, mail)? {
            numbers.extend(store::link::links_of_item(snapshot, colleague, item)?);
        }
    }
    let mut found = Vec::new();
    for number in numbers {
        let record = store::record::record_by_number(snapshot, &Sight::all(), &templates.clients, number)?;
        let Some(record) = record else { continue };
        let own_values = record.facts(&templates.clients).values;
        let texts = Texts::of(&templates.clients, &own_values);
        let address = facts::address(&texts, client::PREFECTURE, client::CITY);
        let mails = contact_mails(snapshot, templates, &Sight::all(), number)?;
        let score = score_client(&card, &facts::client(&texts, &address, &mails));
        found.push(Candidate { record, score });
    }
    Ok(best_first(found))
}

/// The contacts that a card may belong to once its client is known: those of the client, and whoever has its mail address.
pub(super) fn contact_candidates(
    snapshot: &mut Snapshot<'_>,
    templates: &CardTemplates,
    values: &Values,
    client: RecordNo,
) -> Result<Vec<Candidate>> {
    let texts = Texts::of(&templates.cards, values);
    let address = facts::address(&texts, business_card::PREFECTURE, business_card::CITY);
    let card = facts::card(&texts, &address);
    let Some(of_client) = item_no(&templates.contacts, contact::CLIENT) else { return Ok(Vec::new()) };
    let own = store::link::referrers_by_item(snapshot, client, of_client, RecordNo(0), CONTACTS)?;
    let mut numbers: BTreeSet<RecordNo> = own.into_iter().collect();
    let mail =
        item_no(&templates.contacts, contact::MAIL).and_then(|item| templates.contacts.index_on(Field::Item(item)));
    for text in &card.mails {
        if let Some(index) = mail {
            let key = Component::text(text);
            numbers.extend(store::record::records_by_key(snapshot, index, key.as_bytes(), RecordNo(0), PER_KEY)?);
        }
    }
    let mut found = Vec::new();
    for number in numbers {
        let record = store::record::record_by_number(snapshot, &Sight::all(), &templates.contacts, number)?;
        let Some(record) = record else { continue };
        let own_values = record.facts(&templates.contacts).values;
        let is_own = store::link::links_of_item(snapshot, number, of_client)?.contains(&client);
        let tie = if is_own { ClientTie::Same } else { ClientTie::Other };
        let score = score_contact(&card, &facts::contact(&Texts::of(&templates.contacts, &own_values), tie));
        found.push(Candidate { record, score });
    }
    Ok(best_first(found))
}

fn best_first(mut found: Vec<Candidate>) -> Vec<Candidate> {
    found.sort_by_key(|candidate| (-candidate.score.points, candidate.record.number));
    found
}

/// The records whose text in a field comes down to the same, by its index.
pub(crate) fn by_likeness(
    snapshot: &mut Snapshot<'_>,
    template: &Template,
    field: Field,
    likeness: Likeness,
    text: &str,
) -> Result<Vec<RecordNo>> {
    let (Some(index), Some(key)) = (template.index_on(field), likeness.of(text)) else { return Ok(Vec::new()) };
    store::record::records_by_key(snapshot, index, Component::text(&key).as_bytes(), RecordNo(0), PER_KEY)
}

/// The mail addresses of some contacts of a client, as far as they are seen.
pub(super) fn contact_mails(
    snapshot: &mut Snapshot<'_>,
    templates: &CardTemplates,
    sight: &Sight,
    client: RecordNo,
) -> Result<Vec<String>> {
    let Some(item) = item_no(&templates.contacts, contact::CLIENT) else { return Ok(Vec::new()) };
    let mut mails = Vec::new();
    for number in store::link::referrers_by_item(snapshot, client, item, RecordNo(0), MAILS)? {
        let record = store::record::record_by_number(snapshot, sight, &templates.contacts, number)?;
        let Some(record) = record else { continue };
        let mut values = record.facts(&templates.contacts).values;
        values.retain(|item, _| sight.sees(*item));
        let texts = Texts::of(&templates.contacts, &values);
        let own = [texts.text(contact::MAIL), texts.text(contact::MAIL_2)];
        mails.extend(own.into_iter().filter(|mail| !mail.is_empty()).map(str::to_owned));
    }
    Ok(mails)
}

/// What a client takes from a card: its item, the card's.
const CLIENT_ITEMS: [(Uuid, Uuid); 7] = [
    (client::NAME, business_card::COMPANY),
    (client::BRANCH, business_card::BRANCH),
    (client::PHONE, business_card::PHONE),
    (client::POSTAL_CODE, business_card::POSTAL_CODE),
    (client::PREFECTURE, business_card::PREFECTURE),
    (client::CITY, business_card::CITY),
    (client::WEBSITE, business_card::WEBSITE),
];

/// What a contact takes from a card: its item, the card's.
const CONTACT_ITEMS: [(Uuid, Uuid); 13] = [
    (contact::FAMILY_NAME, business_card::FAMILY_NAME),
    (contact::FIRST_NAME, business_card::FIRST_NAME),
    (contact::BRANCH, business_card::BRANCH),
    (contact::DEPARTMENT, business_card::DEPARTMENT),
    (contact::TITLE, business_card::TITLE),
    (contact::PHONE, business_card::PHONE),
    (contact::MOBILE, business_card::MOBILE),
    (contact::FAX, business_card::FAX),
    (contact::MAIL, business_card::MAIL),
    (contact::POSTAL_CODE, business_card::POSTAL_CODE),
    (contact::PREFECTURE, business_card::PREFECTURE),
    (contact::CITY, business_card::CITY),
    (contact::INQUIRY_ROUTES, business_card::INQUIRY_ROUTE),
];

/// Makes a client of a card.
pub(super) fn client_make(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    card: &CardJudged,
    values: &Values,
) -> Result<(RecordNo, Uuid)> {
    let CardTemplates { cards, clients, .. } = &card.templates;
    let mut made = taken(cards, values, clients, &CLIENT_ITEMS);
    let charge = (client::SALES_ORGANIZATION, client::SALES_USER);
    put_responsible(clients, &mut made, card.responsible, charge);
    put_numbers(clients, &mut made, card);
    create_by_system(tx, changes, templates, clients, made)
}

fn names_somebody(cards: &Template, values: &Values) -> bool {
    let texts = Texts::of(cards, values);
    [business_card::FAMILY_NAME, business_card::FIRST_NAME].iter().any(|id| !texts.text(*id).is_empty())
}

/// Makes a contact of a card, of a client, where the card names a person.
pub(super) fn contact_make_named(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    card: &CardJudged,
    values: &Values,
    client: Uuid,
) -> Result<Option<Uuid>> {
    if !names_somebody(&card.templates.cards, values) {
        return Ok(None);
    }
    contact_make(tx, changes, templates, card, values, client).map(|(_, id)| Some(id))
}

fn contact_make(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    card: &CardJudged,
    values: &Values,
    client: Uuid,
) -> Result<(RecordNo, Uuid)> {
    let CardTemplates { cards, contacts, .. } = &card.templates;
    let mut made = taken(cards, values, contacts, &CONTACT_ITEMS);
    // A card that names a person by one name alone.
    let names = (item_no(contacts, contact::FAMILY_NAME), item_no(contacts, contact::FIRST_NAME));
    if let (Some(family), Some(first)) = names
        && !made.contains_key(&family)
    {
        let only = made.remove(&first);
        made.extend(only.map(|name| (family, name)));
    }
    made.extend(item_no(contacts, contact::CLIENT).map(|item| (item, ItemValue::References(vec![client]))));
    let charge = (contact::SALES_ORGANIZATION, contact::SALES_USER);
    put_responsible(contacts, &mut made, card.responsible, charge);
    put_numbers(contacts, &mut made, card);
    create_by_system(tx, changes, templates, contacts, made)
}

fn taken(cards: &Template, values: &Values, into: &Template, items: &[(Uuid, Uuid)]) -> Values {
    let take = |(to, from): &(Uuid, Uuid)| Some((item_no(into, *to)?, values.get(&item_no(cards, *from)?)?.clone()));
    items.iter().filter_map(take).collect()
}

fn put_numbers(template: &Template, made: &mut Values, card: &CardJudged) {
    let own = card.numbers.iter().filter(|(item, _)| template.item_numbered(**item).is_some());
    made.extend(own.map(|(item, value)| (*item, value.clone())));
}

fn put_responsible(
    template: &Template,
    made: &mut Values,
    responsible: Responsible,
    (organization, user): (Uuid, Uuid),
) {
    for (item, id) in [(organization, responsible.organization), (user, responsible.user)] {
        if let (Some(item), Some(id)) = (item_no(template, item), id) {
            made.insert(item, ItemValue::References(vec![id]));
        }
    }
}

/// The first id that a card holds in an item.
pub(super) fn held(template: &Template, values: &Values, id: Uuid) -> Option<Uuid> {
    values.get(&item_no(template, id)?).and_then(first_id)
}
