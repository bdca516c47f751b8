//! The index of the administration: everything that can be set, as far as somebody may.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::rights::named;
use musubi_text::search_key::fold;

use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::Person;
use crate::texts::Texts;

/// A page that can be opened: path, what it is called, what it is for.
type Entry = (&'static str, &'static str, &'static str);
/// What a group of pages is called, and each page with the rights of which one opens it.
type Group = (&'static str, Vec<(Entry, &'static [&'static str])>);

#[derive(Template)]
#[template(path = "setting/index.html")]
struct IndexPage<'a> {
    frame: &'a Frame,
    query: String,
    groups: Vec<(&'static str, Vec<Entry>)>,
    none: String,
}

/// The pages of a group with the rights of which one opens them.
fn groups(texts: &Texts) -> [Group; 4] {
    const SYSTEM: &[&str] = &[named::SYSTEM];
    const PEOPLE: &[&str] = &[named::PEOPLE];
    const GRANTS: &[&str] = &[named::GRANTS];
    const TEMPLATES: &[&str] = &[named::TEMPLATES];
    const DATABASES: &[&str] = &[named::DATABASES];
    const ANY: &[&str] = &[named::SYSTEM, named::PEOPLE, named::GRANTS, named::TEMPLATES, named::DATABASES];
    let say = &texts.setting;
    let people = vec![
        (("/admin/users", say.users, say.users_text), PEOPLE),
        (("/admin/organizations", say.organizations, say.organizations_text), PEOPLE),
        (("/admin/groups", say.groups, say.groups_text), PEOPLE),
        (("/admin/permission-templates", say.permission_templates, say.permission_templates_text), TEMPLATES),
        (("/admin/rights", say.rights, say.rights_text), GRANTS),
        (("/admin/rights/why", say.why, say.why_text), GRANTS),
        (("/admin/handover", say.handover, say.handover_text), PEOPLE),
    ];
    let data = vec![
        (("/admin/databases", say.databases, say.databases_text), DATABASES),
        (("/admin/inquiry-routes", say.inquiry_routes, say.inquiry_routes_text), SYSTEM),
        (("/changes", say.changes, say.changes_text), ANY),
    ];
    let outside = vec![
        (("/connections", say.connections, say.connections_text), SYSTEM),
        (("/admin/openid", say.openid, say.openid_text), SYSTEM),
        (("/admin/linkage", say.linkage, say.linkage_text), SYSTEM),
    ];
    let system = vec![
        (("/admin/security", say.security, say.security_text), SYSTEM),
        (("/admin/top-page", say.top_page, say.top_page_text), SYSTEM),
        (("/admin/tenant", say.tenant, say.tenant_text), SYSTEM),
        (("/admin/system", say.system, say.system_text), SYSTEM),
    ];
    [(say.group_people, people), (say.group_data, data), (say.group_outside, outside), (say.group_system, system)]
}

/// GET /admin
pub(crate) async fn show(person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let frame = &person.frame;
    let query = Form::of_query(query.as_deref()).get("q").trim().chars().take(100).collect::<String>();
    let menu = frame.menu.as_ref();
    if !menu.is_some_and(|menu| menu.is_administrator()) {
        return Err(Failure::new(frame.clone(), Wrong::Forbidden));
    }
    let wanted = fold(&query);
    let is_shown = |(entry, rights): &(Entry, &[&str])| {
        let is_found = [entry.1, entry.2].into_iter().any(|text| fold(text).contains(&wanted));
        is_found && menu.is_some_and(|menu| menu.has_any(rights))
    };
    let mut shown = Vec::new();
    for (title, entries) in groups(frame.say) {
        let entries: Vec<Entry> = entries.into_iter().filter(is_shown).map(|(entry, _)| entry).collect();
        if !entries.is_empty() {
            shown.push((title, entries));
        }
    }
    let say = &frame.say.setting;
    let none = match (shown.is_empty(), query.is_empty()) {
        (true, true) => say.nothing.to_owned(),
        (true, false) => crate::texts::fill(say.find_none, &query),
        _ => String::new(),
    };
    person.page(StatusCode::OK, &IndexPage { frame, query, groups: shown, none })
}
