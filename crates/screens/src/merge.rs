//! Merging two records that mean the same: finding the other one, choosing what stays, and what moves.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::Kind;
use musubi_domain::id::ItemNo;
use musubi_domain::item::{Item, ItemValue};
use musubi_domain::rights::Action;
use musubi_domain::{business_card, client, contact, product};
use musubi_service::business_card::record_duplicates;
use musubi_service::candidate::{CandidateOf, candidate_list};
use musubi_service::record::{RecordKey, RecordSeen, record_delete_effect, record_get, record_merge};
use musubi_service::value_name::value_names;
use uuid::Uuid;

use crate::error::{Failure, Wrong};
use crate::figure::grouped;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::record::entry::words;
use crate::texts::fill;
use crate::told::{MERGED, lead_told};

/// Records alike that are proposed.
const ALIKE: usize = 5;

/// A record that may be the other one.
struct Other {
    id: Uuid,
    name: String,
    detail: String,
}

/// An item in which the two differ.
struct Difference {
    number: ItemNo,
    name: String,
    stays: String,
    gone: String,
}

#[derive(Template)]
#[template(path = "merge/find.html")]
struct FindPage<'a> {
    frame: &'a Frame,
    path: String,
    name: String,
    query: &'a str,
    is_searched: bool,
    found: Vec<Other>,
    alike: Vec<Other>,
}

#[derive(Template)]
#[template(path = "merge/merge.html")]
struct MergePage<'a> {
    frame: &'a Frame,
    error: String,
    stays: Other,
    gone: Other,
    stays_path: String,
    gone_path: String,
    differences: Vec<Difference>,
    /// What refers to the one that goes: in words, with counts.
    moves: Vec<String>,
}

/// The record of a path, in a database in which the person may merge.
async fn record_of(person: &Person, database: &Database, id: Uuid) -> Result<RecordSeen, Failure> {
    let failure = |error| person.failure(&error);
    let template = person.service.template(person.context.tenant, &database.name).await.map_err(failure)?;
    for action in [Action::Write, Action::Delete] {
        person.service.check_right(&person.context, &template, action).await.map_err(failure)?;
    }
    let key = RecordKey::Id(id);
    record_get(&person.service, &person.context, &database.name, key, "record").await.map_err(failure)
}

fn other_of(person: &Person, seen: &RecordSeen) -> Other {
    let is_named = seen.sight.sees_name(&seen.template);
    let unnamed = person.frame.say.change_set.record_unnamed;
    let name = if is_named { seen.record.display_name.clone() } else { unnamed.to_owned() };
    Other { id: seen.record.id, name, detail: String::new() }
}

fn parsed(person: &Person, id: &str) -> Result<Uuid, Failure> {
    id.parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::NotFound))
}

/// GET /records/{database}/{id}/merge
pub(crate) async fn show(
    Path((word, id)): Path<(String, String)>,
    person: Person,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let database = Database::of_word(&person, &word).await?;
    let stays = record_of(&person, &database, parsed(&person, &id)?).await?;
    match query.given("with") {
        Some(with) => {
            let gone = record_of(&person, &database, parsed(&person, with)?).await?;
            page(&person, StatusCode::OK, &database, (&stays, &gone), String::new()).await
        }
        None => find(&person, &database, &stays, &query).await,
    }
}

async fn find(person: &Person, database: &Database, stays: &RecordSeen, query: &Form) -> Result<Response, Failure> {
    let (service, context, failure) = (&person.service, &person.context, |error| person.failure(&error));
    let own = stays.record.id;
    let text = query.get("q").trim();
    let found = if text.is_empty() {
        Vec::new()
    } else {
        let of = CandidateOf::Records(database.name.clone());
        candidate_list(service, context, &of, text).await.map_err(failure)?.rows
    };
    let found = found.into_iter().filter(|candidate| candidate.id != own);
    let alike = record_duplicates(service, context, &database.name, Some(own), stays.values(), ALIKE).await;
    let alike = alike.map_err(failure)?.into_iter().map(|duplicate| {
        let reasons = duplicate.score.reasons.iter().filter(|reason| reason.points > 0);
        let said: Vec<_> = reasons.map(|reason| reason.code.text(person.frame.locale)).collect();
        Other { id: duplicate.id, name: duplicate.display_name, detail: said.join(person.frame.say.list_comma) }
    });
    let page = FindPage {
        frame: &person.frame,
        path: database.record_path(own),
        name: other_of(person, stays).name,
        query: text,
        is_searched: !text.is_empty(),
        found: found.map(|found| Other { id: found.id, name: found.name, detail: found.detail }).collect(),
        alike: alike.collect(),
    };
    person.page(StatusCode::OK, &page)
}

async fn page(
    person: &Person,
    status: StatusCode,
    database: &Database,
    (stays, gone): (&RecordSeen, &RecordSeen),
    error: String,
) -> Result<Response, Failure> {
    let key = (RecordKey::Id(gone.record.id), "record");
    let effect = record_delete_effect(&person.service, &person.context, &database.name, key).await;
    let effect = effect.map_err(|error| person.failure(&error))?;
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for touched in effect.owned.iter().chain(&effect.blocking).chain(&effect.emptied) {
        let title = Database::of(&touched.template).title(&person.frame);
        *counts.entry(title).or_default() += i64::try_from(touched.count).unwrap_or(i64::MAX);
    }
    let say = &person.frame.say.change_set;
    let moves = counts.into_iter().map(|(title, count)| {
        format!("{}{}", fill(say.merge_moves_of, &title), fill(say.merge_records, &grouped(count)))
    });
    let page = MergePage {
        frame: &person.frame,
        error,
        stays: other_of(person, stays),
        gone: other_of(person, gone),
        stays_path: database.record_path(stays.record.id),
        gone_path: database.record_path(gone.record.id),
        differences: differences(person, stays, gone).await?,
        moves: moves.collect(),
    };
    person.page(status, &page)
}

/// The items in which both have a value and not the same, of those that the person may write.
async fn differences(person: &Person, stays: &RecordSeen, gone: &RecordSeen) -> Result<Vec<Difference>, Failure> {
    let (one, other) = (stays.values(), gone.values());
    let parent = stays.template.detail.parent_item;
    let pairs: Vec<(&Item, &ItemValue, &ItemValue)> = stays
        .template
        .shown_items()
        .filter(|item| stays.sight.writes(item.number) && !item.read_only && parent != Some(item.number))
        .filter_map(|item| Some((item, one.get(&item.number)?, other.get(&item.number)?)))
        .filter(|(_, one, other)| one != other)
        .collect();
    let values: Vec<(&Item, ItemValue)> =
        pairs.iter().flat_map(|(item, one, other)| [(*item, (*one).clone()), (*item, (*other).clone())]).collect();
    let names = value_names(&person.service, &person.context, &values).await.map_err(|error| person.failure(&error))?;
    let text =
        |item: &Item, value: &ItemValue| words(item, value, &names, &person.frame).join(person.frame.say.list_comma);
    let difference = |(item, one, other): (&Item, &ItemValue, &ItemValue)| Difference {
        number: item.number,
        name: item.name.clone(),
        stays: text(item, one),
        gone: text(item, other),
    };
    Ok(pairs.into_iter().map(difference).collect())
}

/// The word for a merge in the list of changes.
fn kind(database: &Database) -> &'static str {
    match database.name.as_str() {
        client::DATABASE => "client.merge",
        contact::DATABASE => "contact.merge",
        business_card::DATABASE => "business_card.merge",
        product::DATABASE => "product.merge",
        _ => "record.merge",
    }
}

/// POST /records/{database}/{id}/merge
pub(crate) async fn merge(
    Path((word, id)): Path<(String, String)>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let database = Database::of_word(&person, &word).await?;
    let (stays, gone) = (parsed(&person, &id)?, parsed(&person, form.get("with"))?);
    // What is chosen for an item: `i12` is `gone` where the value of the other one is to stand.
    let taken: BTreeSet<ItemNo> = form
        .fields()
        .filter(|(_, value)| *value == "gone")
        .filter_map(|(name, _)| name.strip_prefix('i')?.parse().ok().map(ItemNo))
        .collect();
    let kind = (database.name.as_str(), kind(&database));
    let merged = record_merge(&person.service, &person.context, kind, (stays, "stays"), (gone, "gone"), taken).await;
    match merged {
        Ok((_, set)) => Ok(lead_told(&database.record_path(stays), MERGED, set)),
        Err(error) if error.kind() == Kind::Invalid => {
            let said = error.problems().first().map(|problem| problem.message.text(person.frame.locale));
            let pair = (record_of(&person, &database, stays).await?, record_of(&person, &database, gone).await?);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(&person, status, &database, (&pair.0, &pair.1), said.unwrap_or_default()).await
        }
        Err(error) => Err(person.failure(&error)),
    }
}
