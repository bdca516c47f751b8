//! The page of a person: everything about him.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::consent::OFFLINE;
use musubi_domain::id::SessionNo;
use musubi_domain::rights::named;
use musubi_domain::scope;
use musubi_domain::user::UserField;
use musubi_service::organization::organization_list;
use musubi_service::revocation::consent_list;
use musubi_service::session::{SessionView, Whose, session_list};
use musubi_service::user::{UserView, user_get};

use super::edit::label;
use super::{has, named_in_path};
use crate::agent;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::organization;
use crate::permission_template::right_label;
use crate::person::Person;
use crate::told;

/// A session of his.
struct SessionLine {
    number: SessionNo,
    browser: String,
    address: String,
    begun: Moment,
    used: Moment,
}

/// What he lets an application do.
struct ConsentLine {
    client_id: String,
    name: String,
    may: String,
    until: Option<Moment>,
}

/// A right of his, and whether it comes from his permission template.
struct RightLine {
    name: &'static str,
    by_template: bool,
}

#[derive(Template)]
#[template(path = "user/view.html")]
struct ViewPage<'a> {
    frame: &'a Frame,
    view: &'a UserView,
    name: String,
    kana: String,
    fields: Vec<(&'static str, &'a str)>,
    organizations: Vec<String>,
    rights: Vec<RightLine>,
    sessions: Vec<SessionLine>,
    consents: Vec<ConsentLine>,
    may_grant: bool,
    has_mail: bool,
    is_self: bool,
}

/// What the page tells of what was done.
fn tell(person: &mut Person, query: &Form) {
    let say = &person.frame.say.directory;
    let text = match told::done(query).0 {
        "created" => say.user_created,
        "saved" => say.saved,
        "left" => say.user_left,
        "back" => say.user_back,
        "password" => say.password_done,
        "mail" => say.reset_mail_done,
        "totp" => say.totp_done,
        "session" => say.session_done,
        "sessions" => say.sessions_done,
        "consent" => say.consent_done,
        _ => return,
    };
    person.tell(text, None);
}

/// GET /admin/users/{id}
pub(crate) async fn show(
    mut person: Person,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    tell(&mut person, &Form::of_query(query.as_deref()));
    let id = named_in_path(&person, &id)?;
    let view = user_get(&person.service, &person.context, id).await.map_err(|error| person.failure(&error))?;
    let (say, user) = (&person.frame.say.directory, &view.user);
    let shown = UserField::ALL
        .into_iter()
        .filter(|field| !matches!(field, UserField::FamilyNameKana | UserField::FirstNameKana | UserField::ViewName));
    let fields = shown.map(|field| (label(say, field), user.field(field))).filter(|(_, text)| !text.is_empty());
    let kana = [user.field(UserField::FamilyNameKana), user.field(UserField::FirstNameKana)].join(" ");
    let right =
        |right: &String| RightLine { name: right_label(say, right), by_template: !view.own_rights.contains(right) };
    let page = ViewPage {
        frame: &person.frame,
        name: user.display_name(),
        kana: kana.trim().to_owned(),
        fields: fields.collect(),
        organizations: organizations(&person, &view).await?,
        rights: view.rights.iter().map(right).collect(),
        sessions: sessions(&person, &view).await?,
        consents: consents(&person, &view).await?,
        may_grant: has(&person, named::GRANTS),
        has_mail: person.service.has_mail(),
        is_self: person.session.user.number == user.number,
        view: &view,
    };
    person.page(StatusCode::OK, &page)
}

/// The organizations to which he belongs, each with those above it.
async fn organizations(person: &Person, view: &UserView) -> Result<Vec<String>, Failure> {
    let all = organization_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let own = all.iter().filter(|organization| view.organizations.contains(&organization.id));
    Ok(own.map(|organization| organization::path(&all, organization).join(" › ")).collect())
}

async fn sessions(person: &Person, view: &UserView) -> Result<Vec<SessionLine>, Failure> {
    let of = Whose::Person(view.user.login_id.clone());
    let views = session_list(&person.service, &person.context, of).await.map_err(|error| person.failure(&error))?;
    let frame = &person.frame;
    let line = |SessionView { row, .. }: SessionView| {
        let name = agent::short_name(&row.agent);
        let browser = if name.is_empty() { frame.say.session_unknown.to_owned() } else { name };
        let (begun, used) = (frame.moment(row.auth_at), frame.moment(row.seen_at));
        SessionLine { number: row.number, browser, address: row.address, begun, used }
    };
    let mut views = views;
    views.sort_by_key(|view| Reverse(view.row.seen_at));
    Ok(views.into_iter().map(line).collect())
}

async fn consents(person: &Person, view: &UserView) -> Result<Vec<ConsentLine>, Failure> {
    let (service, context, frame) = (&person.service, &person.context, &person.frame);
    let failure = |error| person.failure(&error);
    let views = consent_list(service, context, view.user.login_id.clone()).await.map_err(failure)?;
    let scopes = service.scopes(context.tenant).await.map_err(failure)?;
    let may = |given: &str| {
        let names = scope::names(given).into_iter().filter(|name| *name != OFFLINE);
        names.map(|name| scopes.title(name, frame.locale)).collect::<Vec<_>>().join(frame.say.list_comma)
    };
    let line = |view: musubi_service::revocation::ConsentView| {
        let of_grants = view.grants.iter().map(|grant| grant.scope.as_str()).next();
        let given = view.consent.as_ref().map(|consent| consent.scope.as_str()).or(of_grants).unwrap_or_default();
        let ends = view.consent.as_ref().map(|consent| consent.expires_at);
        let ends = ends.or_else(|| view.grants.iter().map(|grant| grant.ends_at).max());
        ConsentLine {
            may: may(given),
            until: ends.map(|time| frame.moment(time)),
            client_id: view.client_id,
            name: view.name,
        }
    };
    Ok(views.into_iter().map(line).collect())
}
