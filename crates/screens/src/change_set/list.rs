//! The list of changes (変更の一覧).

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::change_set::{ChangeSet, ChangeSetState};
use musubi_domain::id::ChangeSetNo;
use musubi_domain::time::{DayBounds, parse_date};
use musubi_domain::{business_card, client, contact, product};
use musubi_service::change_set::{ChangeSetFilter, change_set_find};
use uuid::Uuid;

use crate::continue_to::query_value;
use crate::error::Failure;
use crate::figure::grouped;
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::person::Person;
use crate::record::Database;
use crate::texts::{Texts, fill};

/// Change sets on a page.
const ROWS: usize = 50;
/// Verbs of kinds that are looked for, with what they are called.
const VERBS: [&str; 7] = ["register", "update", "delete", "restore", "merge", "import", "undo"];

/// A change set as pages show it.
pub(crate) struct SetShown {
    pub(crate) id: Uuid,
    pub(crate) what: String,
    pub(crate) target: String,
    pub(crate) who: String,
    pub(crate) when: Moment,
    pub(crate) counts: String,
    pub(crate) state: &'static str,
    pub(crate) mark: &'static str,
}

impl SetShown {
    pub(crate) async fn of(person: &Person, set: &ChangeSet) -> Result<Self, Failure> {
        let (say, tenant) = (person.frame.say, person.context.tenant);
        let words = &say.change_set;
        let user = person.service.user(tenant, set.user).await.map_err(|error| person.failure(&error))?;
        let database = match set.database {
            Some(number) => {
                let template = person.service.template_numbered(tenant, number).await;
                Database::of(&*template.map_err(|error| person.failure(&error))?).title(&person.frame)
            }
            None => String::new(),
        };
        let (state, mark) = match set.state {
            ChangeSetState::Done => ("", ""),
            ChangeSetState::Open => (words.set_open, "here"),
            ChangeSetState::Undoing => (words.set_undoing, "here"),
            ChangeSetState::Undone => (words.set_undone, "off"),
            ChangeSetState::PartlyUndone => (words.set_partly_undone, "wrong"),
        };
        Ok(Self {
            id: set.id,
            what: what(say, &set.kind, &database),
            target: set.target.clone(),
            who: user.map_or_else(String::new, |user| user.display_name()),
            when: person.frame.moment(set.at),
            counts: counts(say, set),
            state,
            mark,
        })
    }
}

/// What was done, in words: `取引先の変更`.
fn what(say: &Texts, kind: &str, database: &str) -> String {
    let words = &say.change_set;
    let verb = match verb_word(say, kind.rsplit('.').next().unwrap_or(kind)) {
        "" => words.verb_other,
        word => word,
    };
    if database.is_empty() { verb.to_owned() } else { fill(words.done_to, database).replace("()", verb) }
}

fn verb_word(say: &Texts, verb: &str) -> &'static str {
    let words = &say.change_set;
    match verb {
        "register" => words.verb_register,
        "update" => words.verb_update,
        "delete" => words.verb_delete,
        "restore" => words.verb_restore,
        "merge" => words.verb_merge,
        "settle" => words.verb_settle,
        "import" => words.verb_import,
        "undo" => words.verb_undo,
        _ => "",
    }
}

/// What happened to how many.
pub(super) fn counts(say: &Texts, set: &ChangeSet) -> String {
    let words = &say.change_set;
    let counts = [
        (set.counts.created, words.count_created),
        (set.counts.updated, words.count_updated),
        (set.counts.deleted, words.count_deleted),
        (set.counts.restored, words.count_restored),
    ];
    let said = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, text)| fill(text, &grouped(count)));
    said.collect::<Vec<_>>().join(say.list_comma)
}

/// A choice of a filter.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "change_set/list.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    sets: Vec<SetShown>,
    next: Option<String>,
    is_first: bool,
    is_filtered: bool,
    is_own: bool,
    databases: Vec<Choice>,
    verbs: Vec<Choice>,
    from: String,
    to: String,
}

/// GET /changes
pub(crate) async fn show(person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let say = person.frame.say;
    let is_own = !query.get("own").is_empty();
    let day = |name: &str| parse_date(query.get(name)).and_then(DayBounds::of_jst);
    let verb = query.get("verb");
    let mut filter = ChangeSetFilter {
        user: is_own.then_some(person.session.user.number),
        verb: if VERBS.contains(&verb) { verb.to_owned() } else { String::new() },
        from: day("from").map(|day| day.first),
        to: day("to").map(|day| day.last),
        ..ChangeSetFilter::default()
    };
    let mut databases = Vec::new();
    for name in [client::DATABASE, contact::DATABASE, business_card::DATABASE, product::DATABASE] {
        let Some(database) = Database::shipped(name) else { continue };
        let chosen = query.get("database") == database.word;
        if chosen {
            let template = person.service.template(person.context.tenant, name).await;
            filter.database = Some(template.map_err(|error| person.failure(&error))?.database);
        }
        databases.push(Choice { label: database.title(&person.frame), value: database.word, chosen });
    }
    let before = query.get("before").parse().ok().map(ChangeSetNo);
    let found = change_set_find(&person.service, &person.context, &filter, before, ROWS).await;
    let found = found.map_err(|error| person.failure(&error))?;
    let mut sets = Vec::with_capacity(found.sets.len());
    for set in &found.sets {
        sets.push(SetShown::of(&person, set).await?);
    }
    let kept = ["own", "verb", "database", "from", "to"]
        .into_iter()
        .filter_map(|name| query.given(name).map(|value| format!("{name}={}&", query_value(value))));
    let kept: String = kept.collect();
    let verbs = VERBS.into_iter().map(|verb| Choice {
        value: verb.to_owned(),
        label: verb_word(say, verb).to_owned(),
        chosen: filter.verb == verb,
    });
    let page = ListPage {
        frame: &person.frame,
        sets,
        next: found.next.map(|next| format!("/changes?{kept}before={next}")),
        is_first: before.is_none(),
        is_filtered: filter != ChangeSetFilter::default(),
        is_own,
        databases,
        verbs: verbs.collect(),
        from: query.get("from").to_owned(),
        to: query.get("to").to_owned(),
    };
    person.page(StatusCode::OK, &page)
}
