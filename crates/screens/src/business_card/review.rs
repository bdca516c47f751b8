//! The review of cards (名寄せの確認): one card at a time beside the clients and contacts that it may belong to, with the reasons.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::Kind;
use musubi_domain::id::ItemNo;
use musubi_domain::item::ItemValue;
use musubi_domain::matching::Score;
use musubi_domain::record::{Record, read_values};
use musubi_domain::template::Template as RecordTemplate;
use musubi_domain::{business_card, client, contact};
use musubi_service::business_card::{CardCandidate, CardDecision, card_candidates_at, card_review_list, card_settle};
use musubi_service::record::{RecordKey, RecordSeen, record_get};
use musubi_service::value_name::ValueNames;
use uuid::Uuid;

use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::record::entry::words;
use crate::texts::fill;
use crate::told::{done, lead_told};

/// Cards that are counted.
const COUNTED: i64 = 100;
/// Candidates that are shown: each has a digit.
const SHOWN: usize = 9;
/// Points from which a candidate is a strong one, and a likely one.
const STRENGTHS: [i32; 2] = [75, 50];

/// What of a card stands beside what of a client.
const OF_CLIENT: [(Uuid, Uuid); 6] = [
    (business_card::COMPANY, client::NAME),
    (business_card::BRANCH, client::BRANCH),
    (business_card::PHONE, client::PHONE),
    (business_card::PREFECTURE, client::PREFECTURE),
    (business_card::CITY, client::CITY),
    (business_card::WEBSITE, client::WEBSITE),
];
/// What of a card stands beside what of a contact.
const OF_CONTACT: [(Uuid, Uuid); 6] = [
    (business_card::FAMILY_NAME, contact::FAMILY_NAME),
    (business_card::FIRST_NAME, contact::FIRST_NAME),
    (business_card::DEPARTMENT, contact::DEPARTMENT),
    (business_card::TITLE, contact::TITLE),
    (business_card::MAIL, contact::MAIL),
    (business_card::MOBILE, contact::MOBILE),
];

/// A value beside its name.
struct Fact {
    name: String,
    value: String,
}

/// A reason for or against.
struct ReasonShown {
    text: &'static str,
    is_against: bool,
}

/// A record that the card may belong to.
struct CandidateShown {
    id: Uuid,
    key: usize,
    name: String,
    path: String,
    strength: &'static str,
    mark: &'static str,
    reasons: Vec<ReasonShown>,
    facts: Vec<Fact>,
}

/// What is looked at on the page.
enum Step {
    /// Which client.
    Client,
    /// Which contact of this client.
    Contact(Uuid),
}

#[derive(Template)]
#[template(path = "business_card/review.html")]
struct ReviewPage<'a> {
    frame: &'a Frame,
    /// How many wait, in words.
    count: String,
    card: Uuid,
    card_name: String,
    card_path: String,
    facts: Vec<Fact>,
    skipped: i64,
    next_skipped: i64,
    has_next: bool,
    /// The client at whose contacts the page looks; none while the client is looked for.
    client: Option<(Uuid, String)>,
    /// Whether the card has been joined to it already.
    is_client_fixed: bool,
    candidates: Vec<CandidateShown>,
    names_somebody: bool,
    error: String,
}

#[derive(Template)]
#[template(path = "business_card/review_empty.html")]
struct EmptyPage<'a> {
    frame: &'a Frame,
}

/// GET /cards/review
pub(crate) async fn show(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let (word, undo) = done(&query);
    let say = &person.frame.say.card;
    match word {
        "joined" => person.tell(say.told_joined, undo),
        "new" => person.tell(say.told_new, undo),
        "rejected" => person.tell(say.told_rejected, undo),
        "meanwhile" => person.tell(say.told_meanwhile, None),
        _ => {}
    }
    page(&person, StatusCode::OK, &query, String::new()).await
}

/// The page of the card that a query or a form names, or of the next one.
async fn page(person: &Person, status: StatusCode, query: &Form, error: String) -> Result<Response, Failure> {
    let (service, context, failure) = (&person.service, &person.context, |error| person.failure(&error));
    let (waiting, more) = card_review_list(service, context, 0, COUNTED).await.map_err(failure)?;
    let skipped = query.get("skipped").parse::<usize>().unwrap_or(0);
    let named: Option<Uuid> = query.get("card").parse().ok();
    let at = named.and_then(|id| waiting.iter().position(|card| card.id == id));
    let at = at.unwrap_or(if skipped < waiting.len() { skipped } else { 0 });
    let Some(card) = waiting.get(at) else {
        return person.page(status, &EmptyPage { frame: &person.frame });
    };
    let count = waiting.len();
    let say = &person.frame.say.card;
    let count = if more { fill(say.waiting_more, &count.to_string()) } else { fill(say.waiting, &count.to_string()) };
    let seen = record_get(service, context, business_card::DATABASE, RecordKey::Id(card.id), "card").await;
    let seen = seen.map_err(failure)?;
    let values = seen.values();
    let joined = held(&seen.template, &values, business_card::CLIENT);
    let chosen = query.get("client").parse().ok().or(joined);
    let candidates = card_candidates_at(service, context, (card.id, "card"), chosen).await.map_err(failure)?;
    let step = chosen.map_or(Step::Client, Step::Contact);
    let (database, pairs, found) = match step {
        Step::Client => (client::DATABASE, OF_CLIENT, candidates.clients),
        Step::Contact(_) => (contact::DATABASE, OF_CONTACT, candidates.contacts),
    };
    let client = match step {
        Step::Client => None,
        Step::Contact(id) => Some((id, client_name(person, id).await?)),
    };
    let mut shown = Vec::new();
    for candidate in found.into_iter().take(SHOWN) {
        let key = shown.len() + 1;
        shown.extend(candidate_shown(person, database, &pairs, candidate, key).await?);
    }
    let facts = card_facts(person, &seen, &values);
    let names_somebody = [business_card::FAMILY_NAME, business_card::FIRST_NAME]
        .into_iter()
        .any(|id| seen.template.item(id).is_some_and(|item| values.contains_key(&item.number)));
    let page = ReviewPage {
        frame: &person.frame,
        count,
        card: card.id,
        card_name: card_name(card, &seen, say.card_unnamed),
        card_path: Database::of(&seen.template).record_path(card.id),
        facts,
        skipped: i64::try_from(at).unwrap_or(0),
        next_skipped: i64::try_from(at + 1).unwrap_or(0),
        has_next: waiting.len() > 1,
        is_client_fixed: joined.is_some(),
        client,
        candidates: shown,
        names_somebody,
        error,
    };
    person.page(status, &page)
}

fn card_name(card: &Record, seen: &RecordSeen, unnamed: &str) -> String {
    let is_named = seen.sight.sees_name(&seen.template) && !card.display_name.is_empty();
    if is_named { card.display_name.clone() } else { unnamed.to_owned() }
}

fn held(template: &RecordTemplate, values: &BTreeMap<ItemNo, ItemValue>, id: Uuid) -> Option<Uuid> {
    match values.get(&template.item(id)?.number) {
        Some(ItemValue::References(ids)) => ids.first().copied(),
        _ => None,
    }
}

/// The name of a client; what may not be seen has none.
async fn client_name(person: &Person, id: Uuid) -> Result<String, Failure> {
    let key = RecordKey::Id(id);
    match record_get(&person.service, &person.context, client::DATABASE, key, "client").await {
        Ok(seen) if seen.sight.sees_name(&seen.template) => Ok(seen.record.display_name),
        Ok(_) => Ok(person.frame.say.card.client_unnamed.to_owned()),
        Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Forbidden) => {
            Ok(person.frame.say.card.client_unnamed.to_owned())
        }
        Err(error) => Err(person.failure(&error)),
    }
}

/// What stands on the card, in the order of its template.
fn card_facts(person: &Person, seen: &RecordSeen, values: &BTreeMap<ItemNo, ItemValue>) -> Vec<Fact> {
    let hidden = [business_card::CLIENT, business_card::CONTACT, business_card::MATCHING, business_card::OWNER];
    let names = ValueNames::default();
    let items = seen.template.shown_items().filter(|item| {
        !hidden.contains(&item.id) && item.item_type.row().target.is_none() && seen.sight.sees(item.number)
    });
    let fact = |item: &musubi_domain::item::Item| {
        let value = values.get(&item.number).filter(|value| !matches!(value, ItemValue::InquiryRoutes(_)))?;
        let value = words(item, value, &names, &person.frame).join(person.frame.say.list_comma);
        Some(Fact { name: item.name.clone(), value })
    };
    items.filter_map(fact).collect()
}

async fn candidate_shown(
    person: &Person,
    database: &str,
    pairs: &[(Uuid, Uuid)],
    candidate: CardCandidate,
    key: usize,
) -> Result<Option<CandidateShown>, Failure> {
    let CardCandidate { id, display_name, score } = candidate;
    let seen = match record_get(&person.service, &person.context, database, RecordKey::Id(id), "candidate").await {
        Ok(seen) => seen,
        // Gone, or out of sight, since it was found.
        Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Forbidden) => return Ok(None),
        Err(error) => return Err(person.failure(&error)),
    };
    let mut values = read_values(&seen.template, &seen.record.document);
    values.retain(|item, _| seen.sight.sees(*item));
    let names = ValueNames::default();
    let facts = pairs.iter().filter_map(|(_, own)| {
        let item = seen.template.item(*own)?;
        let value = words(item, values.get(&item.number)?, &names, &person.frame).join(" ");
        Some(Fact { name: item.name.clone(), value })
    });
    let (strength, mark) = strength(person, &score);
    let reason = |reason: &musubi_domain::matching::Reason| ReasonShown {
        text: reason.code.text(person.frame.locale),
        is_against: reason.points < 0,
    };
    Ok(Some(CandidateShown {
        id,
        key,
        path: Database::of(&seen.template).record_path(id),
        name: display_name,
        strength,
        mark,
        reasons: score.reasons.iter().map(reason).collect(),
        facts: facts.collect(),
    }))
}

const fn strength(person: &Person, score: &Score) -> (&'static str, &'static str) {
    let say = &person.frame.say.card;
    let [strong, likely] = STRENGTHS;
    if score.points >= strong && !score.is_barred {
        (say.strong, "on")
    } else if score.points >= likely {
        (say.likely, "here")
    } else {
        (say.weak, "off")
    }
}

/// POST /cards/review
pub(crate) async fn settle(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let decision = match (form.get("decision"), form.get("client").parse()) {
        ("accept", Ok(client)) => CardDecision::Accept { client, contact: form.get("contact").parse().ok() },
        ("new", _) => CardDecision::New,
        ("reject", _) => CardDecision::Reject,
        _ => return Err(Failure::new(person.frame.clone(), crate::error::Wrong::BadRequest)),
    };
    let Ok(card) = form.get("card").parse::<Uuid>() else {
        return Err(Failure::new(person.frame.clone(), crate::error::Wrong::BadRequest));
    };
    let word = match decision {
        CardDecision::Accept { .. } => "joined",
        CardDecision::New => "new",
        CardDecision::Reject => "rejected",
    };
    let skipped: usize = form.get("skipped").parse().unwrap_or(0);
    let next = if skipped == 0 { "/cards/review".to_owned() } else { format!("/cards/review?skipped={skipped}") };
    match card_settle(&person.service, &person.context, (card, "card"), decision).await {
        Ok(set) => Ok(lead_told(&next, word, set)),
        Err(error) if matches!(error.kind(), Kind::Conflict) => Ok(lead_told(&next, "meanwhile", None)),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::NotFound) => {
            let said = error.problems().first().map(|problem| problem.message.text(person.frame.locale));
            let said = said.unwrap_or_else(|| person.frame.say.card.candidate_gone.to_owned());
            page(&person, StatusCode::UNPROCESSABLE_ENTITY, &form, said).await
        }
        Err(error) => Err(person.failure(&error)),
    }
}
