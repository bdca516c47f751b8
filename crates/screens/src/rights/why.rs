//! なぜ見えない?: which rule decides whether somebody sees a record, and what would change that.

use askama::Template as Page;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::condition::{Condition, Explained, Field, PartOf};
use musubi_domain::error::Kind;
use musubi_domain::id::UserNo;
use musubi_domain::item::Item;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_service::candidate::{CandidateOf, candidate_named};
use musubi_service::rights::explain::{
    Explanation, ItemReason, Place, Viewers, login_id_of, record_explain, record_viewers,
};
use musubi_service::value_name::value_names;
use uuid::Uuid;

use super::words::{self, DatabaseView};
use crate::continue_to::query_value;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::Person;
use crate::record::condition::Conditions;
use crate::record::entry::shown;
use crate::texts::{fill, fill_two};

/// A rule, and what comes of it.
struct RuleView {
    text: String,
    passed: bool,
    /// What would change it: where, and in words; "" where nothing has to.
    link: String,
    action: &'static str,
    parts: Vec<PartView>,
}

/// A part of the condition for rows.
struct PartView {
    depth: usize,
    text: String,
    /// What stands in the record; "" for a part with parts.
    value: String,
    met: bool,
}

/// Something that may be meant.
struct Meant {
    link: String,
    name: String,
    detail: String,
}

/// The answer.
struct Answer {
    title: String,
    sees: bool,
    record: String,
    rules: Vec<RuleView>,
    open: String,
}

/// Who sees the record.
struct ViewersView {
    told: String,
    names: Vec<(String, String)>,
    next: String,
}

#[derive(Page)]
#[template(path = "rights/why.html")]
struct WhyPage<'a> {
    frame: &'a Frame,
    databases: Vec<DatabaseView>,
    database: &'a str,
    user: &'a str,
    user_wrong: &'static str,
    users: Vec<Meant>,
    record: &'a str,
    record_wrong: &'static str,
    records: Vec<Meant>,
    items: Vec<(String, String, bool)>,
    answer: Option<Answer>,
    viewers: Option<ViewersView>,
}

/// What a name means.
enum Found<T> {
    Nothing,
    One(T),
    Several(Vec<(Uuid, String, String)>),
}

/// GET /admin/rights/why
pub(super) async fn show(person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let (frame, say) = (&person.frame, person.frame.say);
    let databases = words::databases(&person).await?;
    let Some(at) = databases.iter().find(|view| view.word == query.get("database")).or(databases.first()) else {
        return Err(Failure::new(frame.clone(), crate::error::Wrong::NotFound));
    };
    let template = std::sync::Arc::clone(&at.template);
    let word = at.word.clone();
    let user = user(&person, query.get("user")).await?;
    let record = record(&person, &template, query.get("record")).await?;
    let item = query.get("item").parse().ok().and_then(|id: Uuid| template.item(id));
    let link = |name: &str, value: &str| {
        let given = |own: &str| if own == name { value.to_owned() } else { query.get(own).to_owned() };
        let fields = ["user", "record", "item"].map(|own| format!("&{own}={}", query_value(&given(own))));
        format!("/admin/rights/why?database={}{}", query_value(&word), fields.concat())
    };
    let (mut answer, mut viewers) = (None, None);
    if let Found::One(id) = &record {
        let of = (template.name.as_str(), *id);
        if let Found::One(login_id) = &user {
            let told =
                record_explain(&person.service, &person.context, login_id, of, item.map(|item| item.number)).await;
            let told = told.map_err(|error| person.failure(&error))?;
            answer = Some(Answer::of(&person, &told, item, &word, *id).await?);
        }
        let after = UserNo(query.get("after").parse().unwrap_or(0));
        let found = record_viewers(&person.service, &person.context, of, after).await;
        let found = found.map_err(|error| person.failure(&error))?;
        viewers = (found.looked > 0).then(|| ViewersView::of(&found, frame, &link("", ""), &link));
    }
    let items = template.items().iter().map(|own| (own.id.to_string(), own.name.clone(), Some(own) == item)).collect();
    let several = |found: Vec<(Uuid, String, String)>, name: &str| {
        let meant = |(id, label, detail): (Uuid, String, String)| Meant {
            link: link(name, &id.to_string()),
            name: label,
            detail,
        };
        found.into_iter().map(meant).collect::<Vec<_>>()
    };
    let (is_user, is_record) = (query.given("user").is_some(), query.given("record").is_some());
    let user_wrong = if is_user && matches!(user, Found::Nothing) { say.rights.no_such_person } else { "" };
    let record_wrong = if is_record && matches!(record, Found::Nothing) { say.rights.no_such_record } else { "" };
    let page = WhyPage {
        frame,
        database: &word,
        user: query.get("user"),
        user_wrong,
        users: if let Found::Several(found) = user { several(found, "user") } else { Vec::new() },
        record: query.get("record"),
        record_wrong,
        records: if let Found::Several(found) = record { several(found, "record") } else { Vec::new() },
        items,
        answer,
        viewers,
        databases,
    };
    person.page(StatusCode::OK, &page)
}

/// The login ID of the person that a name, a login ID or an id means. Who was deactivated is found by his login ID.
async fn user(person: &Person, text: &str) -> Result<Found<String>, Failure> {
    let failure = |error| person.failure(&error);
    let text = text.trim();
    if text.is_empty() {
        return Ok(Found::Nothing);
    }
    if let Ok(id) = text.parse::<Uuid>() {
        let found = login_id_of(&person.service, &person.context, id).await.map_err(failure)?;
        return Ok(found.map_or(Found::Nothing, Found::One));
    }
    let exact = musubi_service::rights::explain::login_id_known(&person.service, &person.context, text).await;
    if let Some(login_id) = exact.map_err(failure)? {
        return Ok(Found::One(login_id));
    }
    let found = candidate_named(&person.service, &person.context, &CandidateOf::Users, text).await.map_err(failure)?;
    Ok(match found {
        Ok(one) => login_id_of(&person.service, &person.context, one.id)
            .await
            .map_err(failure)?
            .map_or(Found::Nothing, Found::One),
        Err(several) if several.rows.is_empty() => Found::Nothing,
        Err(several) => Found::Several(several.rows.into_iter().map(|row| (row.id, row.name, row.detail)).collect()),
    })
}

/// The record that a name, an id or the URL of its page means.
async fn record(person: &Person, template: &Template, text: &str) -> Result<Found<Uuid>, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Found::Nothing);
    }
    let id = text.split(['/', '?', '#']).find_map(|part| part.parse::<Uuid>().ok());
    if let Some(id) = id {
        return Ok(Found::One(id));
    }
    let of = CandidateOf::Records(template.name.clone());
    match candidate_named(&person.service, &person.context, &of, text).await {
        Ok(Ok(one)) => Ok(Found::One(one.id)),
        Ok(Err(several)) if several.rows.is_empty() => Ok(Found::Nothing),
        Ok(Err(several)) => {
            Ok(Found::Several(several.rows.into_iter().map(|row| (row.id, row.name, row.detail)).collect()))
        }
        // Who may not read them himself asks by their ids.
        Err(error) if error.kind() == Kind::Forbidden => Ok(Found::Nothing),
        Err(error) => Err(person.failure(&error)),
    }
}

impl ViewersView {
    fn of(found: &Viewers, frame: &Frame, base: &str, link: &impl Fn(&str, &str) -> String) -> Self {
        let say = &frame.say.rights;
        let told = fill_two(say.who_sees_looked, &found.looked.to_string(), &found.seeing.len().to_string());
        let name = |user: &musubi_domain::user::User| (link("user", &user.login_id), user.display_name());
        Self {
            told,
            names: found.seeing.iter().map(name).collect(),
            next: found.next.map(|next| format!("{base}&after={next}")).unwrap_or_default(),
        }
    }
}

impl Answer {
    async fn of(
        person: &Person,
        told: &Explanation,
        item: Option<&Item>,
        word: &str,
        id: Uuid,
    ) -> Result<Self, Failure> {
        let say = person.frame.say;
        let name = told.user.display_name();
        let title = fill(if told.sees() { say.rights.sees } else { say.rights.sees_not }, &name);
        let shown = told.shown.as_ref();
        let record = shown.map(|shown| shown.name.clone().unwrap_or_else(|| say.rights.part_no_value.to_owned()));
        let is_open = shown.is_some() && told.place == Place::Live;
        Ok(Self {
            title,
            sees: told.sees(),
            record: record.unwrap_or_default(),
            rules: rules(person, told, item, word).await?,
            open: if is_open { format!("/records/{word}/{id}") } else { String::new() },
        })
    }
}

fn rule(passed: bool, text: impl Into<String>, (link, action): (String, &'static str)) -> RuleView {
    let link = if passed { String::new() } else { link };
    RuleView { text: text.into(), passed, link, action, parts: Vec::new() }
}

/// Every rule in the order in which it counts.
async fn rules(person: &Person, told: &Explanation, item: Option<&Item>, word: &str) -> Result<Vec<RuleView>, Failure> {
    let say = &person.frame.say.rights;
    let login = query_value(&told.user.login_id).to_string();
    let right = || (format!("/admin/rights/users/{login}/{word}"), say.do_right);
    let active = if told.user.active { say.rule_active } else { say.rule_inactive };
    let read = if told.right.read { say.rule_read } else { say.rule_no_read };
    let (is_live, live) = match told.place {
        Place::Live => (true, say.rule_live),
        Place::Trash => (false, say.rule_trash),
        Place::Nowhere => (false, say.rule_nowhere),
    };
    let trash = if told.place == Place::Trash { format!("/records/{word}/trash") } else { String::new() };
    let mut rules = vec![
        rule(told.user.active, active, (format!("/admin/users/{login}"), say.do_active)),
        rule(is_live, live, (trash, say.do_trash)),
        rule(told.right.read, read, right()),
    ];
    match &told.rows {
        _ if told.place == Place::Nowhere => {}
        None => rules.push(rule(true, say.rule_all_rows, right())),
        Some(rows) => {
            let words = if rows.met { say.rule_rows } else { say.rule_no_rows };
            let mut own = rule(rows.met, fill(words, words::rows(&told.right, person.frame.say)), right());
            parts(person, told, rows, 0, &mut own.parts).await?;
            rules.push(own);
        }
    }
    if let (Some(reason), Some(item)) = (told.item, item) {
        let template = || (format!("/admin/templates/{word}"), say.do_template);
        let (passed, text, to) = match reason {
            ItemReason::Free => (true, say.rule_item_free, right()),
            ItemReason::ReadOnly => (true, say.rule_item_read, right()),
            ItemReason::HiddenByRight => (false, say.rule_item_right, right()),
            ItemReason::HiddenByTemplate => (false, say.rule_item_template, template()),
        };
        rules.push(rule(passed, fill(text, &item.name), to));
    }
    Ok(rules)
}

/// The parts of the rule for rows, one below the other.
async fn parts(
    person: &Person,
    told: &Explanation,
    part: &Explained,
    depth: usize,
    views: &mut Vec<PartView>,
) -> Result<(), Failure> {
    let say = &person.frame.say.rights;
    let (text, value) = match &part.part {
        PartOf::All => (say.part_all.to_owned(), String::new()),
        PartOf::Any => (say.part_any.to_owned(), String::new()),
        PartOf::Not => (say.part_not.to_owned(), String::new()),
        PartOf::Leaf(leaf) => (asked(person, told, leaf).await?, value(person, told, leaf).await?),
    };
    views.push(PartView { depth: depth.min(5), text, value, met: part.met });
    for inner in &part.parts {
        Box::pin(parts(person, told, inner, depth + 1, views)).await?;
    }
    Ok(())
}

/// What a part asks for, in words.
async fn asked(person: &Person, told: &Explanation, leaf: &Condition) -> Result<String, Failure> {
    let template = &told.template;
    let Some(mut conditions) = Conditions::of(template, leaf) else {
        return Ok(person.frame.say.rights.part_complex.to_owned());
    };
    conditions.settle(person, template, &Sight::of_everything(template)).await?;
    let chips = conditions.chips(template, &person.frame);
    let said: Vec<_> = chips.iter().map(|chip| format!("{}: {}", chip.item, chip.asked)).collect();
    Ok(if said.is_empty() { person.frame.say.rights.part_complex.to_owned() } else { said.join(" / ") })
}

/// What stands in the record where a part looks, as far as whoever asks may see it.
async fn value(person: &Person, told: &Explanation, leaf: &Condition) -> Result<String, Failure> {
    let say = person.frame.say;
    let Some(record) = &told.shown else { return Ok(String::new()) };
    let mut fields = Vec::new();
    leaf.fields(&mut |field| fields.push(field));
    let sight = person.service.sight(&person.context, &told.template).await.map_err(|error| person.failure(&error))?;
    let mut said = Vec::new();
    for field in fields {
        if !sight.sees_field(&told.template, field) {
            said.push(say.rights.part_no_value.to_owned());
            continue;
        }
        let Some(number) = field.item() else {
            said.extend((field == Field::CreatedBy).then(|| record.created_by.clone()));
            continue;
        };
        let item = told.template.item_numbered(number);
        let value = item.and_then(|item| Some((item, record.facts.values.get(&number)?.clone())));
        let Some((item, value)) = value else {
            said.push(say.rights.part_empty.to_owned());
            continue;
        };
        let names = value_names(&person.service, &person.context, &[(item, value.clone())]).await;
        let names = names.map_err(|error| person.failure(&error))?;
        said.push(shown(item, &value, &names, say).join(say.list_comma));
    }
    Ok(fill(say.rights.part_value, &said.join(" / ")))
}
