//! What an item may point at, found by a part of its name while somebody types: people, organizations, inquiry routes, records.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use musubi_domain::condition::{Condition, Field};
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::id::{DatabaseNo, OrganizationNo, RecordNo, UserNo};
use musubi_domain::item::{InquiryRouteRef, ItemValue};
use musubi_domain::key::Likeness;
use musubi_domain::limits;
use musubi_domain::organization::Organization;
use musubi_domain::record::Record;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::sort::Sort;
use musubi_domain::template::Template;
use musubi_domain::user::{User, UserField, login_key};
use musubi_domain::{client, contact, product};
use musubi_store as store;
use musubi_store::db::Snapshot;
use musubi_store::query::RecordQuery;
use musubi_text::search_key::fold;
use uuid::Uuid;

use crate::business_card::by_likeness;
use crate::context::Service;
use crate::inquiry_route::inquiry_route_list;
use crate::organization::{CHUNK, organization_list};
use crate::record_list::{Patience, record_list};

/// Words of a search that are looked for; further ones are left out.
const WORDS: usize = 5;

/// Among what is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateOf {
    /// People who can be chosen.
    Users,
    /// Organizations that can be chosen.
    Organizations,
    /// Inquiry routes that can be chosen.
    InquiryRoutes,
    /// The records of a database, by its name.
    Records(String),
}

/// What can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its outside id.
    pub id: Uuid,
    /// The category of an inquiry route.
    pub category: Option<Uuid>,
    /// What stands for it.
    pub name: String,
    /// What tells it from others of the same name; "" where nothing does.
    pub detail: String,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The first of them, at most [`limits::CANDIDATES`].
    pub rows: Vec<Candidate>,
    /// Whether there are more.
    pub more: bool,
}

/// Finds what can be chosen and whose name, reading or other names contain every word of `text`; without words the first, or those
/// changed last. Records are held to what the caller may see; where he may not read what stands for them, none is found.
///
/// # Errors
/// NotFound where there is no such database; Forbidden where the caller may not read it; Busy where it took too long.
pub async fn candidate_list(
    service: &Service,
    context: &Arc<Context>,
    of: &CandidateOf,
    text: &str,
) -> Result<Candidates> {
    let words = words(text);
    match of {
        CandidateOf::Users => users(service, context, &words).await,
        CandidateOf::Organizations => organizations(service, context, &words).await,
        CandidateOf::InquiryRoutes => inquiry_routes(service, context, &words).await,
        CandidateOf::Records(database) => records(service, context, database, &words).await,
    }
}

/// Finds the one that a name means: the only one that is called so, or the only one whose name contains it. Where several may be
/// meant they are given.
///
/// # Errors
/// As [`candidate_list`].
pub async fn candidate_named(
    service: &Service,
    context: &Arc<Context>,
    of: &CandidateOf,
    name: &str,
) -> Result<std::result::Result<Candidate, Candidates>> {
    if let Some(found) = by_own_key(service, context, of, name).await? {
        return Ok(Ok(found));
    }
    let mut found = candidate_list(service, context, of, name).await?;
    let wanted = spaceless(name);
    let called: Vec<usize> =
        found.rows.iter().enumerate().filter(|(_, row)| spaceless(&row.name) == wanted).map(|(at, _)| at).collect();
    let only = match called.as_slice() {
        [at] => Some(*at),
        [] if found.rows.len() == 1 && !found.more => Some(0),
        _ => None,
    };
    Ok(match only {
        Some(at) => Ok(found.rows.swap_remove(at)),
        None => Err(found),
    })
}

/// What a login ID or the value of a key item names.
async fn by_own_key(
    service: &Service,
    context: &Arc<Context>,
    of: &CandidateOf,
    name: &str,
) -> Result<Option<Candidate>> {
    let tenant = context.tenant;
    match of {
        CandidateOf::Users => {
            let login = login_key(name.trim());
            let find = move |keyed: &mut store::db::Keyed<'_>| store::user::user_by_login(keyed, &login);
            let user = service.db().get(tenant, find).await?;
            Ok(user.filter(|user| user.active && !user.system).as_ref().map(user_candidate))
        }
        CandidateOf::Records(database) => {
            let template = service.template(tenant, database).await?;
            let sight = service.sight_for(context, &template, Action::Read).await?;
            if !sight.sees_name(&template) {
                return Ok(None);
            }
            let keys = template.items().iter().filter(|item| item.unique && sight.sees(item.number));
            let keys: Vec<_> = keys.map(|item| item.number).collect();
            let key = name.trim().to_owned();
            let find = move |keyed: &mut store::db::Keyed<'_>| {
                for item in &keys {
                    let holder = store::unique::unique_holder(keyed, template.database, item.0, &key)?;
                    if let Some(number) = holder {
                        return store::record::record_by_number(keyed, &sight, &template, number);
                    }
                }
                Ok(None)
            };
            let record = service.db().get(tenant, find).await?;
            Ok(record.map(|record| named(record.id, record.display_name, String::new())))
        }
        CandidateOf::Organizations | CandidateOf::InquiryRoutes => Ok(None),
    }
}

const fn named(id: Uuid, name: String, detail: String) -> Candidate {
    Candidate { id, category: None, name, detail }
}

fn words(text: &str) -> Vec<String> {
    let cut: String = text.chars().take(limits::CONDITION_CHARACTERS).collect();
    fold(&cut).split_whitespace().take(WORDS).map(str::to_owned).collect()
}

fn spaceless(text: &str) -> String {
    fold(text).split_whitespace().collect()
}

/// Whether every word stands in one of these texts.
fn has_all(words: &[String], texts: &[String]) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| spaceless(text)).collect();
    words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
}

/// At most as many as are shown, and whether there were more.
fn first(mut rows: Vec<Candidate>) -> Candidates {
    let more = rows.len() > limits::CANDIDATES;
    rows.truncate(limits::CANDIDATES);
    Candidates { rows, more }
}

async fn users(service: &Service, context: &Arc<Context>, words: &[String]) -> Result<Candidates> {
    let (mut rows, mut after, begun) = (Vec::new(), UserNo(0), Instant::now());
    let wanted: Arc<[String]> = words.into();
    while rows.len() <= limits::CANDIDATES && Patience::SCREEN.allows(begun)? {
        let words = Arc::clone(&wanted);
        let read = move |snapshot: &mut Snapshot<'_>| {
            let mut users = store::user::user_people_after(snapshot, None, after, CHUNK)?;
            let last = users.last().map(|last| last.number);
            users.retain(|user| has_all(&words, &user_texts(user)));
            Ok((users, last))
        };
        let (found, last) = service.db().page(context.tenant, read).await?;
        rows.extend(found.iter().map(user_candidate));
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    Ok(first(rows))
}

fn user_texts(user: &User) -> [String; 6] {
    let field = |field| user.field(field).to_owned();
    let kana = [field(UserField::FamilyNameKana), field(UserField::FirstNameKana)].concat();
    let department = field(UserField::Department);
    [user.display_name(), user.full_name(), kana, user.login_id.clone(), department, user.mail.clone()]
}

fn user_candidate(user: &User) -> Candidate {
    let department = user.field(UserField::Department);
    let detail = if department.is_empty() { user.login_id.clone() } else { format!("{department} {}", user.login_id) };
    named(user.id, user.display_name(), detail)
}

async fn organizations(service: &Service, context: &Arc<Context>, words: &[String]) -> Result<Candidates> {
    let all = organization_list(service, context).await?;
    let by_number: HashMap<OrganizationNo, &Organization> = all.iter().map(|found| (found.number, found)).collect();
    let above = |organization: &Organization| {
        let parent = organization.parent.and_then(|parent| by_number.get(&parent));
        parent.map(|parent| parent.name.clone()).unwrap_or_default()
    };
    let found = all.iter().filter(|found| found.active && has_all(words, &[found.name.clone(), above(found)]));
    Ok(first(
        found.take(limits::CANDIDATES + 1).map(|found| named(found.id, found.name.clone(), above(found))).collect(),
    ))
}

async fn inquiry_routes(service: &Service, context: &Arc<Context>, words: &[String]) -> Result<Candidates> {
    let all = inquiry_route_list(service, context, false).await?;
    let found = all.into_iter().filter(|(_, names)| has_all(words, &[format!("{}/{}", names.category, names.route)]));
    let candidate = |(route, names): (InquiryRouteRef, store::inquiry_route::InquiryRouteNames)| Candidate {
        category: Some(route.category),
        ..named(route.route, names.route, names.category)
    };
    Ok(first(found.take(limits::CANDIDATES + 1).map(candidate).collect()))
}

async fn records(service: &Service, context: &Arc<Context>, database: &str, words: &[String]) -> Result<Candidates> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Read).await?;
    if !sight.sees_name(&template) {
        return Ok(Candidates::default());
    }
    let mut found = Vec::new();
    let by_names = template.detail.display_items.clone();
    let other = template.item(client::SHORT_NAME).map(|item| item.number).filter(|item| sight.sees(*item));
    for items in [Some(by_names), other.map(|item| vec![item]).filter(|_| !words.is_empty())].into_iter().flatten() {
        if found.len() > limits::CANDIDATES {
            break;
        }
        let contains = |word: &String| Condition::Contains { items: items.clone(), text: word.clone() };
        let condition = Condition::All(words.iter().map(contains).collect());
        // Whoever has typed nothing yet is shown what was in hand last, where an index says so.
        let by_change = words.is_empty() && template.index_on(Field::UpdatedAt).is_some();
        let by_change = by_change && sight.sees_field(&template, Field::UpdatedAt);
        let sorts = if by_change { vec![Sort { field: Field::UpdatedAt, descending: true }] } else { Vec::new() };
        let limit = i64::try_from(limits::CANDIDATES).unwrap_or(i64::MAX).saturating_add(1);
        let query = RecordQuery { template: Arc::clone(&template), condition, sorts, offset: 0, limit };
        let page = record_list(service, context, &sight, query, None, Patience::SCREEN, "q").await?;
        for row in page.rows {
            if !found.contains(&row.number) {
                found.push(row.number);
            }
        }
    }
    if found.is_empty() && !words.is_empty() {
        found = same_company(service, context, &template, &sight, words).await?;
    }
    let more = found.len() > limits::CANDIDATES;
    found.truncate(limits::CANDIDATES);
    Ok(Candidates { rows: with_details(service, context, &template, &sight, found).await?, more })
}

/// Clients that are called the same but for spaces, the form of the company and variants of kanji.
async fn same_company(
    service: &Service,
    context: &Arc<Context>,
    template: &Arc<Template>,
    sight: &Sight,
    words: &[String],
) -> Result<Vec<RecordNo>> {
    let name = template.item(client::NAME).filter(|item| sight.sees(item.number));
    let Some(item) = name.map(|item| item.number) else { return Ok(Vec::new()) };
    let (template, text) = (Arc::clone(template), words.concat());
    let field = Field::Likeness { item, likeness: Likeness::Company };
    let read = move |snapshot: &mut Snapshot<'_>| by_likeness(snapshot, &template, field, Likeness::Company, &text);
    service.db().page(context.tenant, read).await
}

/// Records as candidates, with what tells each from others of its name.
async fn with_details(
    service: &Service,
    context: &Arc<Context>,
    template: &Arc<Template>,
    sight: &Sight,
    numbers: Vec<RecordNo>,
) -> Result<Vec<Candidate>> {
    let (own_sight, own_template, wanted) = (sight.clone(), Arc::clone(template), numbers.clone());
    let read =
        move |snapshot: &mut Snapshot<'_>| store::query::record_whole(snapshot, &own_sight, &own_template, &wanted);
    let mut records = service.db().page(context.tenant, read).await?;
    let owners: HashMap<(DatabaseNo, Uuid), String> = if template.name == contact::DATABASE {
        let clients = service.template(context.tenant, client::DATABASE).await?.database;
        let owner_is_seen = template.detail.owner_item.is_some_and(|item| sight.sees(item));
        let owners = records.values().filter(|_| owner_is_seen).filter_map(|record| record.owner(template));
        service.display_names(context, &owners.map(|id| (clients, id)).collect::<Vec<_>>()).await?
    } else {
        HashMap::new()
    };
    let owner = |record: &Record| {
        let id = record.owner(template)?;
        owners.iter().find(|((_, owner), _)| *owner == id).map(|(_, name)| name.clone())
    };
    let candidate = |number| {
        let record: Record = records.remove(&number)?;
        let parts = owner(&record).into_iter().chain(detail_texts(template, sight, &record));
        let detail = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        Some(named(record.id, record.display_name, detail))
    };
    Ok(numbers.into_iter().filter_map(candidate).collect())
}

/// The texts of the items of a record that tell it from others of its name.
fn detail_texts(template: &Template, sight: &Sight, record: &Record) -> Vec<String> {
    let items = [client::PREFECTURE, client::CITY, contact::DEPARTMENT, contact::TITLE, product::CODE];
    let text = |id: &Uuid| {
        let item = template.shown_item(*id).filter(|item| sight.sees(item.number))?;
        let value = ItemValue::read_json(item.item_type, record.document.json(item.number)?)?;
        value.texts().first().map(|text| (*text).to_owned())
    };
    items.iter().filter_map(text).collect()
}
