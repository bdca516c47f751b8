//! The review list of 名寄せ: cards of which the rules cannot say whose they are, their candidates with the reasons, and what a person
//! decides.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::business_card::{self, Matching};
use musubi_domain::condition::Field;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::RecordNo;
use musubi_domain::item::ItemValue;
use musubi_domain::key::Component;
use musubi_domain::matching::{Score, THRESHOLDS};
use musubi_domain::messages::Message;
use musubi_domain::record::{Record, RecordChange};
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::{Lane, Snapshot, Tx};
use uuid::Uuid;

use super::place::{Candidate, client_candidates, client_make, contact_candidates, contact_make_named, held};
use super::{CardJudged, CardTemplates, is_contact_of, item_no, matching_value, numbers, responsible};
use crate::context::Service;
use crate::record::{
    Changes, Coming, GivenRecord, JUDGEMENTS, Templates, change_by_system, judges_again, outdated, record_judge,
};

/// Cards that one statement of the review list reads.
const PAGE: i64 = 200;

/// A record that a card may belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardCandidate {
    /// Its outside id.
    pub id: Uuid,
    /// What stands for it.
    pub display_name: String,
    /// What speaks for it, and what against.
    pub score: Score,
}

/// Whose a card may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardCandidates {
    /// Clients, the best first.
    pub clients: Vec<CardCandidate>,
    /// Contacts of the client that the card is joined to, or of the best candidate, the best first.
    pub contacts: Vec<CardCandidate>,
}

/// What somebody decides about a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardDecision {
    /// It belongs to this client, and to this contact of it; without one, a contact is made of the card where it names a person.
    Accept {
        /// The client.
        client: Uuid,
        /// The contact.
        contact: Option<Uuid>,
    },
    /// Its client and contact are made of it.
    New,
    /// It belongs to nobody.
    Reject,
}

/// The cards that wait for somebody to say whose they are and that the caller may see, the oldest first; and whether there are more.
///
/// # Errors
/// Forbidden where the caller may not read cards.
pub async fn card_review_list(
    service: &Service,
    context: &Arc<Context>,
    offset: i64,
    limit: i64,
) -> Result<(Vec<Record>, bool)> {
    let template = service.template(context.tenant, business_card::DATABASE).await?;
    let sight = service.sight_for(context, &template, Action::Read).await?;
    let list = move |snapshot: &mut Snapshot<'_>| review_page(snapshot, &sight, &template, offset, limit);
    service.db().page(context.tenant, list).await
}

fn review_page(
    snapshot: &mut Snapshot<'_>,
    sight: &Sight,
    template: &Template,
    offset: i64,
    limit: i64,
) -> Result<(Vec<Record>, bool)> {
    let index = item_no(template, business_card::MATCHING).and_then(|item| template.index_on(Field::Item(item)));
    let index = index.ok_or_else(|| Error::internal("the index of the review list is missing"))?;
    let key = Component::integer(Matching::Review.choice());
    let (mut found, mut passed, mut after) = (Vec::new(), 0, RecordNo(0));
    loop {
        let numbers = store::record::records_by_key(snapshot, index, key.as_bytes(), after, PAGE)?;
        let Some(last) = numbers.last() else { return Ok((found, false)) };
        after = *last;
        for number in numbers {
            let Some(record) = store::record::record_by_number(snapshot, sight, template, number)? else { continue };
            passed += 1;
            if passed > offset + limit {
                return Ok((found, true));
            }
            if passed > offset {
                found.push(record);
            }
        }
    }
}

/// Whose a card may be, with the reasons. Candidates that the caller may not see are left out.
///
/// # Errors
/// NotFound at `path`; Forbidden where the caller may not read cards.
pub async fn card_candidates(
    service: &Service,
    context: &Arc<Context>,
    card: Uuid,
    path: &str,
) -> Result<CardCandidates> {
    card_candidates_at(service, context, (card, path), None).await
}

/// As [`card_candidates`], with the contacts of this client, where one is given that the caller may see.
///
/// # Errors
/// As there.
pub async fn card_candidates_at(
    service: &Service,
    context: &Arc<Context>,
    (card, path): (Uuid, &str),
    at: Option<Uuid>,
) -> Result<CardCandidates> {
    let templates = CardTemplates::load(service, context.tenant).await?;
    let sight = service.sight_for(context, &templates.cards, Action::Read).await?;
    let clients = service.sight(context, &templates.clients).await?;
    let contacts = service.sight(context, &templates.contacts).await?;
    let path = path.to_owned();
    let find = move |snapshot: &mut Snapshot<'_>| {
        let record = store::record::record_by_id(snapshot, &sight, &templates.cards, card)?;
        let record = record.ok_or_else(|| Error::not_found(path.clone()))?;
        let values = record.facts(&templates.cards).values;
        let found = client_candidates(snapshot, &templates, &values)?;
        let at = match at {
            Some(id) => {
                store::record::record_by_id(snapshot, &clients, &templates.clients, id)?.map(|record| record.id)
            }
            None => None,
        };
        let joined = held(&templates.cards, &values, business_card::CLIENT);
        let client = match at.or(joined) {
            Some(id) => store::record::record_reference(snapshot, templates.clients.database, id)?.map(|found| found.0),
            None => found.first().map(|candidate| candidate.record.number),
        };
        let people = match client {
            Some(client) => contact_candidates(snapshot, &templates, &values, client)?,
            None => Vec::new(),
        };
        Ok(CardCandidates {
            clients: shown(found, &clients, &templates.clients),
            contacts: shown(people, &contacts, &templates.contacts),
        })
    };
    service.db().page(context.tenant, find).await
}

/// The candidates worth showing to somebody.
fn shown(found: Vec<Candidate>, sight: &Sight, template: &Template) -> Vec<CardCandidate> {
    let is_seen = |candidate: &Candidate| {
        sight.sees_name(template)
            && sight.rows().is_none_or(|rows| rows.matches(&candidate.record.facts(template)))
            && candidate.score.points >= THRESHOLDS.review
    };
    let show = |candidate: Candidate| CardCandidate {
        id: candidate.record.id,
        display_name: candidate.record.display_name,
        score: candidate.score,
    };
    found.into_iter().filter(is_seen).map(show).collect()
}

/// Decides about a card, as a change set: joins it, makes its client and contact, or says that it belongs to nobody. Gives the change set.
///
/// # Errors
/// NotFound at the path of a card, client or contact that is not there or not visible; Invalid where the contact is not one of the
/// client; Forbidden where the caller may not write what is written.
pub async fn card_settle(
    service: &Service,
    context: &Arc<Context>,
    (card, path): (Uuid, &str),
    decision: CardDecision,
) -> Result<Option<Uuid>> {
    for attempt in 1..=JUDGEMENTS {
        let settled = settle_once(service, context, (card, path), decision).await;
        if !judges_again(attempt, &settled) {
            return settled;
        }
    }
    Err(outdated())
}

async fn settle_once(
    service: &Service,
    context: &Arc<Context>,
    (card, path): (Uuid, &str),
    decision: CardDecision,
) -> Result<Option<Uuid>> {
    let templates = CardTemplates::load(service, context.tenant).await?;
    let judged = record_judge(service, context, business_card::DATABASE, GivenRecord::default()).await?;
    let action = if matches!(decision, CardDecision::Reject) { Action::Read } else { Action::Write };
    let needed = if matches!(decision, CardDecision::New) { action } else { Action::Read };
    let sights = (
        service.sight_for(context, &templates.clients, needed).await?,
        service.sight_for(context, &templates.contacts, action).await?,
    );
    let owner =
        owner_of(service, context, &templates, &judged.sight, card).await?.ok_or_else(|| Error::not_found(path))?;
    let responsible = responsible(service, context.tenant, owner).await?;
    let sight = judged.sight.clone();
    let numbers = numbers(service, context, &templates).await?;
    let settled = CardJudged { judged, templates, responsible, numbers, makes: true };
    let path = path.to_owned();
    let write = move |tx: &mut Tx<'_>| {
        let cards = &settled.templates.cards;
        let record = store::record::record_by_id(tx, &sight, cards, card)?;
        let record = record.ok_or_else(|| Error::not_found(path.clone()))?;
        let mut changes = Changes::begin(tx, "business_card.settle", Some(cards.database))?;
        settle_in(tx, &mut changes, &settled, &record, &sights, decision)?;
        changes.finish_named(tx).map(|(_, id)| id)
    };
    service.db().write(context, Lane::Interactive, write).await
}

async fn owner_of(
    service: &Service,
    context: &Arc<Context>,
    templates: &CardTemplates,
    sight: &Sight,
    card: Uuid,
) -> Result<Option<Option<Uuid>>> {
    let (cards, sight) = (Arc::clone(&templates.cards), sight.clone());
    let find = move |keyed: &mut store::db::Keyed<'_>| {
        let record = store::record::record_by_id(keyed, &sight, &cards, card)?;
        Ok(record.map(|record| held(&cards, &record.facts(&cards).values, business_card::OWNER)))
    };
    service.db().get(context.tenant, find).await
}

fn settle_in(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    card: &CardJudged,
    record: &Record,
    sights: &(Sight, Sight),
    decision: CardDecision,
) -> Result<()> {
    let CardTemplates { cards, clients, contacts } = &card.templates;
    card.templates.check(tx)?;
    let values = record.facts(cards).values;
    // Somebody may have decided since the caller looked: what was made then is not made again.
    let settled = item_no(cards, business_card::MATCHING).and_then(|item| values.get(&item));
    if settled == Some(&matching_value(Matching::Settled)) {
        return Err(Error::conflict("card", Message::ChangedMeanwhile));
    }
    let mut templates = Templates::default();
    let (client, contact, matching) = match decision {
        CardDecision::Reject => (None, None, Matching::Passed),
        CardDecision::New => {
            let client = client_make(tx, changes, &mut templates, card, &values)?.1;
            let contact = contact_make_named(tx, changes, &mut templates, card, &values, client)?;
            (Some(client), contact, Matching::Settled)
        }
        CardDecision::Accept { client, contact: None } => {
            seen(tx, &sights.0, clients, client, "client")?;
            let contact = contact_make_named(tx, changes, &mut templates, card, &values, client)?;
            (Some(client), contact, Matching::Settled)
        }
        CardDecision::Accept { client, contact: Some(contact) } => {
            let of = seen(tx, &sights.0, clients, client, "client")?;
            let person = seen(tx, &sights.1, contacts, contact, "contact")?;
            if !is_contact_of(tx, contacts, person.number, of.number)? {
                return Err(Error::invalid_at("contact", Message::NoSuchRecord));
            }
            (Some(client), Some(contact), Matching::Settled)
        }
    };
    let reference = |id: Option<Uuid>| id.map(|id| ItemValue::References(vec![id]));
    let wanted = [
        (business_card::CLIENT, reference(client)),
        (business_card::CONTACT, reference(contact)),
        (business_card::MATCHING, Some(matching_value(matching))),
    ];
    let items: BTreeMap<_, _> =
        wanted.into_iter().filter_map(|(id, value)| Some((item_no(cards, id)?, value))).collect();
    let change = RecordChange { items, linkage: Vec::new() };
    change_by_system(tx, changes, &mut templates, record, change, Coming::Nobody).map(drop)
}

fn seen(tx: &mut Tx<'_>, sight: &Sight, template: &Template, id: Uuid, path: &str) -> Result<Record> {
    store::record::record_by_id(tx, sight, template, id)?.ok_or_else(|| Error::not_found(path))
}
